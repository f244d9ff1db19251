//! What an administrator says about tokens: that another one is accepted, and whose their keys are.

use keystead_interface::algorithm::Hash;
use keystead_interface::arguments;
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::Tenant;
use keystead_interface::operations::admin::{AcceptToken, AcceptTokenResult, AdoptKey, AdoptKeyResult};
use keystead_interface::policy;
use keystead_interface::status::Status;
use keystead_keystore::KeyAddress;
use keystead_provider::{Adopting, KeyTag, NewKey, Provider, ProviderError, Work, hashing};

use super::super::keys::refuse_export;
use super::super::{Call, Select};
use crate::error::Failure;
use crate::providers::ConfiguredProvider;

const ADOPTION: Select<dyn Adopting> = |capabilities| capabilities.adoption;

pub(in crate::operations) async fn accept_token(
    call: &Call<'_>,
    asked: AcceptToken,
) -> Result<AcceptTokenResult, Failure> {
    let (former, accepted) = provider_called(call, &asked.provider)?.accept_token().await?;
    Ok(AcceptTokenResult { former, accepted })
}

/// From here on the key is like every other key of its owner; only its object has a name of its own in the token.
pub(in crate::operations) async fn adopt_key(call: &Call<'_>, asked: AdoptKey) -> Result<AdoptKeyResult, Failure> {
    let AdoptKey { provider, client, key_name, attributes, object_id } = asked;
    // An object of a token stays when processes end.
    let attributes = attributes.persistent();
    let provider = provider_called(call, &provider)?;
    provider.make_ready().await?;
    if ADOPTION(provider.backend.capabilities()).is_none() {
        return Err(Failure::not_supported("the provider takes over no keys"));
    }
    if object_id.is_empty() {
        return Err(Failure::invalid_argument("the object's id is empty"));
    }
    let tenant = client_called(call.tenant()?.kind(), client)?;
    if attributes.bits() != 0 && !attributes.key_type().has_size(attributes.bits()) {
        return Err(Failure::invalid_argument("keys of this type never have this size"));
    }
    arguments::permitted_lengths(&attributes)?;
    refuse_export(provider, &attributes)?;
    if let Some(quarantine) = &call.service.quarantine {
        quarantine.note_owner(&tenant)?;
    }
    let address = KeyAddress { tenant: tenant.clone(), provider: provider.number, name: key_name };
    let keyring = &call.service.keyring;
    let tag = tag_of_adopted(provider.number, &object_id)?;
    // The id of an object that we made is its key's tag.
    if let Ok(made) = <[u8; 16]>::try_from(&*object_id)
        && keyring.store().has_tag(KeyTag(made))?
    {
        return Err(Failure::new(Status::PsaErrorAlreadyExists, "the object is a key of a client already"));
    }
    let adopt = move |backend: &dyn Provider, key: NewKey<'_>| {
        let token = ADOPTION(backend.capabilities());
        token
            .ok_or_else(|| ProviderError::not_supported("the provider has lost this operation"))?
            .adopt(key, &object_id)
    };
    let work = Work::Import(&attributes);
    let attributes = keyring.create_tagged(tag, provider, address, attributes, work, adopt).await?;
    log::info!(provider = provider.name.as_str(); "an administrator gave a token's key to a client");
    log::debug!(client:% = tenant, by:% = call.tenant()?; "adopted");
    if policy::is_deprecated(&attributes) {
        log::info!("a key was adopted that is too weak for new keys");
    }
    Ok(AdoptKeyResult { attributes })
}

/// An object is one key: whoever adopts it a second time comes to the same tag, which is taken.
fn tag_of_adopted(provider: ProviderNumber, object_id: &[u8]) -> Result<KeyTag, Failure> {
    let hash = hashing::hash(Hash::Sha256, &[b"adopted", &[provider.0][..], object_id].concat());
    let tag = hash.and_then(|hash| hash.first_chunk().copied()).map(KeyTag);
    tag.ok_or(Failure::new(Status::PsaErrorGenericError, "SHA-256 is missing"))
}

/// The provider of this name in the configuration.
pub(super) fn provider_called<'a>(
    call: &Call<'a>,
    name: &str,
) -> Result<&'a std::sync::Arc<ConfiguredProvider>, Failure> {
    let found = call.service.providers.visible(true).find(|provider| provider.name == name);
    found.ok_or(Failure::new(Status::ProviderNotRegistered, "no provider has this name in the configuration"))
}

/// A client that there can be: nobody would ever find a key of another one.
fn client_called(kind: AuthKind, name: String) -> Result<Tenant, Failure> {
    let is_uid = |name: &str| name.parse().is_ok_and(|uid: u32| uid.to_string() == name);
    if name.is_empty() || (kind == AuthKind::UNIX_PEER_CREDENTIALS && !is_uid(&name)) {
        return Err(Failure::invalid_argument("no client of the administrator's kind can have this name"));
    }
    Tenant::new(kind, name).map_err(|_| Failure::invalid_argument("the client's name is too long"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_given_to_clients_that_can_be() {
        let status = |kind, name: &str| client_called(kind, name.to_owned()).err().map(|failure| failure.status);
        for name in ["0", "1000", "4294967295"] {
            assert_eq!(status(AuthKind::UNIX_PEER_CREDENTIALS, name), None, "{name}");
        }
        for name in ["", "alice", "+1", "01", "-1", "4294967296"] {
            assert_eq!(status(AuthKind::UNIX_PEER_CREDENTIALS, name), Some(Status::PsaErrorInvalidArgument), "{name}");
        }
        assert_eq!(status(AuthKind::DIRECT, "alice"), None);
        assert_eq!(status(AuthKind::DIRECT, ""), Some(Status::PsaErrorInvalidArgument));
        assert_eq!(status(AuthKind::DIRECT, &"x".repeat(70_000)), Some(Status::PsaErrorInvalidArgument));
    }
}
