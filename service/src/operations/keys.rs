//! Making, moving and destroying keys (wire contract 4.1).

use keystead_interface::arguments;
use keystead_interface::attributes::{KeyAttributes, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaDestroyKeyResult, PsaExportKey, PsaExportKeyResult, PsaExportPublicKey, PsaExportPublicKeyResult,
    PsaGenerateKey, PsaGenerateKeyResult, PsaImportKey, PsaImportKeyResult,
};
use keystead_interface::policy;
use keystead_interface::status::Status;
use keystead_provider::{Created, NewKey, Provider, ProviderError, Residence, Work};

use super::{Call, require};
use crate::error::Failure;
use crate::providers::ConfiguredProvider;

pub(super) async fn generate(call: &Call<'_>, asked: PsaGenerateKey) -> Result<PsaGenerateKeyResult, Failure> {
    let attributes = call.attributes(asked.attributes);
    let provider = call.provider()?;
    if policy::is_deprecated(&attributes) && !call.service.allow_deprecated {
        return Err(Failure::new(
            Status::DeprecatedPrimitive,
            "too weak for new keys, unless the configuration allows it",
        ));
    }
    if attributes.key_type().is_public() {
        return Err(Failure::invalid_argument("a public key cannot be generated"));
    }
    if !attributes.key_type().has_size(attributes.bits()) {
        return Err(Failure::invalid_argument("keys of this type never have this size"));
    }
    arguments::permitted_lengths(&attributes)?;
    require(provider.backend.vault().generates(attributes.shape()))?;
    refuse_lifetime(provider, &attributes)?;
    refuse_export(provider, &attributes)?;
    let make = move |backend: &dyn Provider, key: NewKey<'_>| backend.vault().generate(key);
    create(call, asked.key_name, attributes, Work::Generate(&attributes), make).await?;
    Ok(PsaGenerateKeyResult {})
}

pub(super) async fn import(call: &Call<'_>, asked: PsaImportKey) -> Result<PsaImportKeyResult, Failure> {
    let attributes = call.attributes(asked.attributes);
    let provider = call.provider()?;
    if asked.data.expose().is_empty() {
        return Err(Failure::invalid_argument("the key's data is empty"));
    }
    arguments::permitted_lengths(&attributes)?;
    require(provider.backend.vault().imports(attributes.shape()))?;
    refuse_lifetime(provider, &attributes)?;
    refuse_export(provider, &attributes)?;
    let data = asked.data;
    let make = move |backend: &dyn Provider, key: NewKey<'_>| backend.vault().import(key, &data);
    let imported = create(call, asked.key_name, attributes, Work::Import(&attributes), make).await?;
    if policy::is_deprecated(&imported) {
        log::info!("a key was imported that is too weak for new keys");
    }
    Ok(PsaImportKeyResult {})
}

/// Makes a key of the caller's: in the store, or for as long as its process lives. Gives what it is, with its real size.
async fn create(
    call: &Call<'_>,
    name: KeyName,
    attributes: KeyAttributes,
    work: Work<'_>,
    make: impl FnOnce(&dyn Provider, NewKey<'_>) -> Result<Created, ProviderError> + Send + 'static,
) -> Result<KeyAttributes, Failure> {
    let (keyring, caller, provider) = (&call.service.keyring, call.target.caller, call.provider()?);
    let address = call.address(name)?;
    if attributes.is_volatile() {
        return keyring.create_volatile(caller, provider, address, attributes, work, make).await;
    }
    note_owner(call)?;
    keyring.create(caller, provider, address, attributes, work, make).await
}

/// Before a tenant's first key is made, it is noted who that is.
fn note_owner(call: &Call<'_>) -> Result<(), Failure> {
    let tenant = call.tenant()?;
    call.service.quarantine.as_ref().map_or(Ok(()), |quarantine| quarantine.note_owner(tenant))
}

/// Where the configuration forbids export, no key may be made whose policy would allow it. What is public may leave.
pub(super) fn may_be_made(provider: &ConfiguredProvider, attributes: &KeyAttributes) -> bool {
    let exportable = attributes.usage().contains(Usage::EXPORT) && !attributes.key_type().is_public();
    provider.allow_export || !exportable
}

pub(super) fn refuse_export(provider: &ConfiguredProvider, attributes: &KeyAttributes) -> Result<(), Failure> {
    if may_be_made(provider, attributes) {
        return Ok(());
    }
    Err(Failure::new(Status::PsaErrorNotPermitted, "the configuration forbids exportable keys"))
}

/// Volatile keys are where a key is its handle alone: what is in a token stays there if the service dies first.
pub(super) fn may_live(provider: &ConfiguredProvider, attributes: &KeyAttributes) -> bool {
    !attributes.is_volatile() || provider.backend.info().residence == Residence::Handle
}

fn refuse_lifetime(provider: &ConfiguredProvider, attributes: &KeyAttributes) -> Result<(), Failure> {
    if may_live(provider, attributes) {
        return Ok(());
    }
    Err(Failure::not_supported("keys of this provider are objects in a token: none of them ends with a process"))
}

pub(super) async fn destroy(call: &Call<'_>, asked: PsaDestroyKey) -> Result<PsaDestroyKeyResult, Failure> {
    let address = call.address(asked.key_name)?;
    let (keyring, provider) = (&call.service.keyring, call.provider()?);
    if keyring.destroy_volatile(call.target.caller, &address)? || keyring.destroy(provider, &address).await? {
        Ok(PsaDestroyKeyResult {})
    } else {
        Err(Failure::no_such_key())
    }
}

pub(super) async fn export(call: &Call<'_>, asked: PsaExportKey) -> Result<PsaExportKeyResult, Failure> {
    let provider = call.provider()?;
    let key = call.open(asked.key_name)?.permit_export()?;
    call.know_provider().await?;
    require(provider.backend.vault().exports(key.shape()))?;
    let attributes = *key.attributes();
    // Also for keys from a time when it was allowed.
    refuse_export(provider, &attributes)?;
    let give = move |backend: &dyn Provider| backend.vault().export(key.key());
    let data = provider.run(call.target.tenant.as_ref(), Work::Export(&attributes), give).await?;
    Ok(PsaExportKeyResult { data })
}

pub(super) async fn export_public(
    call: &Call<'_>,
    asked: PsaExportPublicKey,
) -> Result<PsaExportPublicKeyResult, Failure> {
    let provider = call.provider()?;
    let key = call.open(asked.key_name)?.permit_public_export()?;
    let attributes = *key.attributes();
    let give = move |backend: &dyn Provider| backend.vault().public_key(key.key());
    let data = provider.run(call.target.tenant.as_ref(), Work::Export(&attributes), give).await?;
    Ok(PsaExportPublicKeyResult { data })
}
