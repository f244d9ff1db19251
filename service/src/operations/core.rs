//! Operations of the service itself (wire contract 4.8 and 4.9).

use keystead_interface::codes::ProviderNumber;
use keystead_interface::header::VERSION;
use keystead_interface::operations::core::{
    KeyInfo, ListAuthenticatorsResult, ListKeys, ListKeysResult, ListOpcodes, ListOpcodesResult, ListProvidersResult,
    PingResult, ProviderInfo,
};
use keystead_interface::operations::{Class, Opcode};
use keystead_interface::status::Status;

use super::{Call, is_implemented};
use crate::error::Failure;

/// The UUID of the service itself.
const CORE_UUID: &str = "47049873-2a43-4845-9d72-831eab668784";

pub(super) fn ping() -> PingResult {
    PingResult { wire_protocol_version_maj: VERSION.0.into(), wire_protocol_version_min: VERSION.1.into() }
}

pub(super) fn list_providers(call: &Call<'_>) -> ListProvidersResult {
    let mut providers: Vec<ProviderInfo> =
        call.service.providers.visible(call.extended).map(|provider| provider.describe()).collect();
    providers.push(ProviderInfo {
        uuid: CORE_UUID.to_owned(),
        description: "Service administration, no cryptography".to_owned(),
        vendor: String::new(),
        version: crate::service::version(),
        id: ProviderNumber::CORE,
    });
    ListProvidersResult { providers }
}

pub(super) async fn list_opcodes(call: &Call<'_>, asked: &ListOpcodes) -> Result<ListOpcodesResult, Failure> {
    let number = asked.provider_id;
    if !number.is_defined(call.extended) {
        return Err(Failure::new(Status::ProviderDoesNotExist, "no provider has this number"));
    }
    let door = call.target.caller.door;
    let listed = Opcode::ALL.iter().filter(|opcode| opcode.is_listed(call.extended) && door.serves(**opcode));
    let opcodes = if number.is_core() {
        listed.filter(|opcode| opcode.class() == Class::Core).map(|opcode| opcode.number()).collect()
    } else {
        let provider = call.service.providers.get(number);
        let provider =
            provider.ok_or(Failure::new(Status::ProviderNotRegistered, "this provider is not configured"))?;
        // Of a provider that was never there, what it can do is unknown, and nothing of it is shown.
        let _ = provider.make_ready().await;
        let capabilities = provider.backend.capabilities();
        listed.filter(|opcode| is_implemented(&capabilities, **opcode)).map(|opcode| opcode.number()).collect()
    };
    Ok(ListOpcodesResult { opcodes })
}

pub(super) fn list_authenticators(call: &Call<'_>) -> ListAuthenticatorsResult {
    ListAuthenticatorsResult { authenticators: call.service.authenticators.describe() }
}

/// In the order of the providers, then by name. A key on a provider that is not configured now is left out, and so is
/// one on a provider that this client cannot know. Records of client libraries are shown to clients that ask for them.
pub(super) async fn list_keys(call: &Call<'_>, asked: &ListKeys) -> Result<ListKeysResult, Failure> {
    let with_reserved = call.extended && asked.include_reserved;
    let tenant = call.tenant()?.clone();
    let all = call.service.keyring.ask_store(move |store| store.list(&tenant)).await?;
    let mut keys = Vec::with_capacity(all.len());
    for provider in call.service.providers.visible(call.extended) {
        let shown =
            all.iter().filter(|key| key.provider == provider.number && (with_reserved || !key.name.is_reserved()));
        keys.extend(shown.map(|key| KeyInfo {
            provider_id: key.provider,
            name: key.name.clone(),
            attributes: key.attributes,
        }));
    }
    Ok(ListKeysResult { keys })
}
