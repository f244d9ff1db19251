//! From a permitted request to its outcome: one exhaustive match, and one module for each family.

mod admin;
mod aead;
mod asymmetric_encryption;
mod attestation;
mod can_do_crypto;
mod cipher;
mod core;
mod hash;
mod identity;
mod key_agreement;
mod keys;
mod mac;
mod random;
mod sign;
mod vouching;

use std::sync::Arc;

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::names::{KeyName, Tenant};
use keystead_interface::operations::{Opcode, Operation, Outcome};
use keystead_interface::status::Status;
use keystead_keystore::KeyAddress;
use keystead_provider::{Capabilities, Provider, ProviderError, Work};

use crate::error::Failure;
use crate::keyring::FoundKey;
use crate::permit::Target;
use crate::providers::ConfiguredProvider;
use crate::service::Service;

/// What an operation may touch: the service, the provider that it addresses, and the caller's own keys.
pub struct Call<'a> {
    service: &'a Service,
    target: &'a Target<'a>,
    extended: bool,
}

/// Does what was asked.
pub async fn dispatch(
    service: &Service,
    target: &Target<'_>,
    extended: bool,
    operation: Operation,
) -> Result<Outcome, Failure> {
    let call = Call { service, target, extended };
    if !begins_with_the_key(&operation) {
        call.know_provider().await?;
    }
    Ok(match operation {
        Operation::Ping(_) => core::ping().into(),
        Operation::ListProviders(_) => core::list_providers(&call).into(),
        Operation::ListOpcodes(asked) => core::list_opcodes(&call, &asked).await?.into(),
        Operation::ListAuthenticators(_) => core::list_authenticators(&call).into(),
        Operation::ListKeys(asked) => core::list_keys(&call, &asked).await?.into(),
        Operation::ListClients(_) => admin::list_clients(&call).await?.into(),
        Operation::DeleteClient(asked) => admin::delete_client(&call, asked).await?.into(),
        Operation::ReleaseClient(asked) => admin::release_client(&call, asked).await?.into(),
        Operation::AcceptToken(asked) => admin::accept_token(&call, asked).await?.into(),
        Operation::AdoptKey(asked) => admin::adopt_key(&call, asked).await?.into(),
        Operation::RekeyStore(_) => admin::rekey_store(&call).await?.into(),
        Operation::MoveClient(asked) => admin::move_client(&call, asked).await?.into(),
        Operation::Health(_) => admin::health(&call).await?.into(),
        Operation::PsaGenerateKey(asked) => keys::generate(&call, asked).await?.into(),
        Operation::PsaImportKey(asked) => keys::import(&call, asked).await?.into(),
        Operation::PsaDestroyKey(asked) => keys::destroy(&call, asked).await?.into(),
        Operation::PsaExportKey(asked) => keys::export(&call, asked).await?.into(),
        Operation::PsaExportPublicKey(asked) => keys::export_public(&call, asked).await?.into(),
        Operation::PsaSignHash(asked) => sign::sign_hash(&call, asked).await?.into(),
        Operation::PsaVerifyHash(asked) => sign::verify_hash(&call, asked).await?.into(),
        Operation::PsaSignMessage(asked) => sign::sign_message(&call, asked).await?.into(),
        Operation::PsaVerifyMessage(asked) => sign::verify_message(&call, asked).await?.into(),
        Operation::PsaAsymmetricEncrypt(asked) => asymmetric_encryption::encrypt(&call, asked).await?.into(),
        Operation::PsaAsymmetricDecrypt(asked) => asymmetric_encryption::decrypt(&call, asked).await?.into(),
        Operation::PsaAeadEncrypt(asked) => aead::encrypt(&call, asked).await?.into(),
        Operation::PsaAeadDecrypt(asked) => aead::decrypt(&call, asked).await?.into(),
        Operation::PsaCipherEncrypt(asked) => cipher::encrypt(&call, asked).await?.into(),
        Operation::PsaCipherDecrypt(asked) => cipher::decrypt(&call, asked).await?.into(),
        Operation::PsaMacCompute(asked) => mac::compute(&call, asked).await?.into(),
        Operation::PsaMacVerify(asked) => mac::verify(&call, asked).await?.into(),
        Operation::PsaHashCompute(asked) => hash::compute(&call, asked).await?.into(),
        Operation::PsaHashCompare(asked) => hash::compare(&call, asked).await?.into(),
        Operation::PsaRawKeyAgreement(asked) => key_agreement::agree(&call, asked).await?.into(),
        Operation::PsaGenerateRandom(asked) => random::generate(&call, asked).await?.into(),
        Operation::PrepareKeyAttestation(asked) => attestation::prepare(&call, asked).await?.into(),
        Operation::AttestKey(asked) => attestation::attest(&call, asked).await?.into(),
        Operation::TpmCertify(asked) => vouching::certify(&call, asked).await?.into(),
        Operation::TpmQuote(asked) => vouching::quote(&call, asked).await?.into(),
        Operation::TpmEndorsementCertificates(_) => vouching::endorsement_certificates(&call).await?.into(),
        Operation::CanDoCrypto(asked) => can_do_crypto::can_do_crypto(&call, &asked)?.into(),
        Operation::GetInstance(_) => identity::get_instance(&call).into(),
        Operation::ShareTrustBundle(asked) => identity::share_trust_bundle(&call, &asked)?.into(),
        // No door leads here.
        Operation::AddClient(_)
        | Operation::ProveClient(_)
        | Operation::GetToken(_)
        | Operation::RemoveClient(_)
        | Operation::ListClientDefinitions(_) => {
            return Err(Failure::new(Status::OpcodeDoesNotExist, "an operation of the identity provider"));
        }
    })
}

/// Whether every provider implements the operation, so that it is first asked whether there is such a key: the store knows,
/// wherever the token is. Of others it must be known first whether the provider implements them (steps 20 and 21).
const fn begins_with_the_key(operation: &Operation) -> bool {
    matches!(operation, Operation::PsaDestroyKey(_) | Operation::PsaExportKey(_) | Operation::PsaExportPublicKey(_))
}

/// Whether a provider with these capabilities implements an operation: what ListOpcodes shows.
fn is_implemented(capabilities: &Capabilities<'_>, opcode: Opcode) -> bool {
    match opcode {
        Opcode::Ping
        | Opcode::ListProviders
        | Opcode::ListOpcodes
        | Opcode::ListAuthenticators
        | Opcode::ListKeys
        | Opcode::ListClients
        | Opcode::DeleteClient
        | Opcode::ReleaseClient
        | Opcode::AcceptToken
        | Opcode::AdoptKey
        | Opcode::RekeyStore
        | Opcode::MoveClient
        | Opcode::ShareTrustBundle
        | Opcode::AddClient
        | Opcode::ProveClient
        | Opcode::GetToken
        | Opcode::GetInstance
        | Opcode::RemoveClient
        | Opcode::ListClientDefinitions
        | Opcode::Health => false,
        Opcode::PsaGenerateKey
        | Opcode::PsaImportKey
        | Opcode::PsaDestroyKey
        | Opcode::PsaExportKey
        | Opcode::PsaExportPublicKey
        | Opcode::CanDoCrypto => true,
        Opcode::PsaSignHash | Opcode::PsaVerifyHash | Opcode::PsaSignMessage | Opcode::PsaVerifyMessage => {
            capabilities.signing.is_some()
        }
        Opcode::PsaAsymmetricEncrypt | Opcode::PsaAsymmetricDecrypt => capabilities.asymmetric_encryption.is_some(),
        Opcode::PsaAeadEncrypt | Opcode::PsaAeadDecrypt => capabilities.aead.is_some(),
        Opcode::PsaCipherEncrypt | Opcode::PsaCipherDecrypt => capabilities.cipher.is_some(),
        Opcode::PsaMacCompute | Opcode::PsaMacVerify => capabilities.mac.is_some(),
        Opcode::PsaHashCompute | Opcode::PsaHashCompare => capabilities.hash.is_some(),
        Opcode::PsaRawKeyAgreement => capabilities.key_agreement.is_some(),
        Opcode::PsaGenerateRandom => capabilities.random.is_some(),
        Opcode::PrepareKeyAttestation | Opcode::AttestKey => capabilities.attestation.is_some(),
        Opcode::TpmCertify | Opcode::TpmQuote | Opcode::TpmEndorsementCertificates => capabilities.vouching.is_some(),
    }
}

/// How an operation names the capability that it needs.
type Select<C> = for<'a> fn(Capabilities<'a>) -> Option<&'a C>;

impl<'a> Call<'a> {
    /// The provider that the request addresses. Permission was given only if there is one.
    fn provider(&self) -> Result<&'a Arc<ConfiguredProvider>, Failure> {
        self.target.provider.ok_or(Failure::not_supported("provider 0 does no cryptography"))
    }

    /// Makes the provider ready if it never was: until then nobody knows what it can do.
    async fn know_provider(&self) -> Result<(), Failure> {
        match self.target.provider {
            Some(provider) if !provider.readiness.is_known() => provider.make_ready().await,
            _ => Ok(()),
        }
    }

    /// Who asks. Permission was given only if somebody does.
    fn tenant(&self) -> Result<&Tenant, Failure> {
        let nobody = Failure::new(Status::NotAuthenticated, "the operation needs an identity");
        self.target.tenant.as_ref().ok_or(nobody)
    }

    /// Where a key of the caller's is.
    fn address(&self, name: KeyName) -> Result<KeyAddress, Failure> {
        Ok(KeyAddress { tenant: self.tenant()?.clone(), provider: self.provider()?.number, name })
    }

    /// The caller's key of this name.
    fn open(&self, name: KeyName) -> Result<FoundKey, Failure> {
        self.service.keyring.open(self.target.caller, self.address(name)?, &self.provider()?.backend)
    }

    /// What a key shall be: clients that know no extensions know no volatile keys.
    fn attributes(&self, asked: KeyAttributes) -> KeyAttributes {
        if self.extended { asked } else { asked.persistent() }
    }

    /// The provider's capability, or NotSupported (step 20).
    fn capability<C: ?Sized>(&self, select: Select<C>) -> Result<&'a C, Failure> {
        select(self.provider()?.backend.capabilities())
            .ok_or(Failure::not_supported("the provider does not implement this operation"))
    }

    /// Has the provider do it, here or by its workers.
    async fn run<C: ?Sized + 'static, T: Send + 'static>(
        &self,
        select: Select<C>,
        work: Work<'_>,
        job: impl FnOnce(&C) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.provider()?.run(self.target.tenant.as_ref(), work, with_capability(select, job)).await
    }

    /// Has a provider in software do it with the public half of a key.
    async fn run_in_software<C: ?Sized + 'static, T: Send + 'static>(
        &self,
        software: &Arc<dyn Provider>,
        select: Select<C>,
        work: Work<'_>,
        job: impl FnOnce(&C) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, Failure> {
        let job = with_capability(select, job);
        self.provider()?.run_in_software(software, self.target.tenant.as_ref(), work, job).await
    }
}

/// A job for a capability as one for a provider.
fn with_capability<C: ?Sized + 'static, T>(
    select: Select<C>,
    job: impl FnOnce(&C) -> Result<T, ProviderError>,
) -> impl FnOnce(&dyn Provider) -> Result<T, ProviderError> {
    move |backend| {
        let capability = select(backend.capabilities());
        job(capability.ok_or_else(|| ProviderError::not_supported("the provider has lost this operation"))?)
    }
}

/// Check 6 of wire contract 4.1: whether the provider can do it with a key of this type and size.
fn require(supported: bool) -> Result<(), Failure> {
    if supported {
        Ok(())
    } else {
        Err(Failure::not_supported("the provider cannot do this with a key of this type and size"))
    }
}
