//! Signatures.

use std::sync::Arc;

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, SignHash};
use keystead_interface::attributes::Usage;
use keystead_interface::names::KeyName;
use keystead_interface::operations::sign::{
    PsaSignHash, PsaSignHashResult, PsaSignMessage, PsaSignMessageResult, PsaVerifyHash, PsaVerifyHashResult,
    PsaVerifyMessage, PsaVerifyMessageResult,
};
use keystead_interface::policy::hashes_the_message;
use keystead_provider::{Half, Key, Provider, ProviderError, Signing, Work};

use super::{Call, Select, require};
use crate::error::Failure;
use crate::keyring::UsableKey;

const SIGNING: Select<dyn Signing> = |capabilities| capabilities.signing;

/// Checks 1 to 6 for a key that is to sign or verify an input of `bytes` bytes.
fn usable(
    call: &Call<'_>,
    name: KeyName,
    alg: AsymmetricSignature,
    any_of: Usage,
    half: Half,
    input: Result<(), Failure>,
) -> Result<UsableKey, Failure> {
    let signing = call.capability(SIGNING)?;
    let key = call.open(name)?.permit(any_of, Algorithm::AsymmetricSignature(alg))?;
    if half == Half::Private && key.attributes().key_type().is_public() {
        return Err(Failure::invalid_argument("a public key cannot sign"));
    }
    input?;
    require(signing.supports(key.shape(), alg) || (half == Half::Public && in_software(call, &key, alg)?.is_some()))?;
    Ok(key)
}

/// Who verifies in the provider's place, if the provider cannot and the configuration wants that.
fn in_software<'a>(
    call: &Call<'a>,
    key: &UsableKey,
    alg: AsymmetricSignature,
) -> Result<Option<&'a Arc<dyn Provider>>, Failure> {
    let provider = call.provider()?;
    if call.capability(SIGNING)?.supports(key.shape(), alg) {
        return Ok(None);
    }
    let public = key.public_attributes().shape();
    let can = |software: &&Arc<dyn Provider>| SIGNING(software.capabilities()).is_some_and(|s| s.supports(public, alg));
    Ok(provider.public_key_software.as_ref().filter(can))
}

/// A hash is as long as its algorithm says, where the algorithm names one.
fn check_hash(alg: AsymmetricSignature, hash: &[u8]) -> Result<(), Failure> {
    match alg.hash() {
        Some(SignHash::Specific(expected)) if expected.len() != hash.len() => {
            Err(Failure::invalid_argument("the hash is not as long as the algorithm's"))
        }
        _ => Ok(()),
    }
}

/// Messages are signed only by algorithms that say how they are hashed (PSA Crypto API, psa_sign_message).
fn check_message(alg: AsymmetricSignature) -> Result<(), Failure> {
    if hashes_the_message(alg) {
        Ok(())
    } else {
        Err(Failure::invalid_argument("the algorithm does not say how a message is hashed"))
    }
}

async fn run<T: Send + 'static>(
    call: &Call<'_>,
    key: UsableKey,
    alg: AsymmetricSignature,
    half: Half,
    bytes: usize,
    job: impl FnOnce(&dyn Signing, Key<'_>) -> Result<T, ProviderError> + Send + 'static,
) -> Result<T, Failure> {
    let algorithm = Algorithm::AsymmetricSignature(alg);
    if half == Half::Public
        && let Some(software) = in_software(call, &key, alg)?
    {
        let public = key.public_half(call.provider()?).await?;
        let work = Work::Use { key: &key.public_attributes(), algorithm, half, bytes };
        return call.run_in_software(software, SIGNING, work, move |signing| job(signing, public.key())).await;
    }
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm, half, bytes };
    call.run(SIGNING, work, move |signing| job(signing, key.key())).await
}

pub(super) async fn sign_hash(call: &Call<'_>, asked: PsaSignHash) -> Result<PsaSignHashResult, Failure> {
    let PsaSignHash { key_name, alg, hash } = asked;
    let key = usable(call, key_name, alg, Usage::SIGN_HASH, Half::Private, check_hash(alg, &hash))?;
    let bytes = hash.len();
    let job = move |signing: &dyn Signing, key: Key<'_>| signing.sign_hash(key, alg, &hash);
    Ok(PsaSignHashResult { signature: run(call, key, alg, Half::Private, bytes, job).await? })
}

pub(super) async fn verify_hash(call: &Call<'_>, asked: PsaVerifyHash) -> Result<PsaVerifyHashResult, Failure> {
    let PsaVerifyHash { key_name, alg, hash, signature } = asked;
    let key = usable(call, key_name, alg, Usage::VERIFY_HASH, Half::Public, check_hash(alg, &hash))?;
    let bytes = hash.len();
    let job = move |signing: &dyn Signing, key: Key<'_>| signing.verify_hash(key, alg, &hash, &signature);
    run(call, key, alg, Half::Public, bytes, job).await?;
    Ok(PsaVerifyHashResult {})
}

pub(super) async fn sign_message(call: &Call<'_>, asked: PsaSignMessage) -> Result<PsaSignMessageResult, Failure> {
    let PsaSignMessage { key_name, alg, message } = asked;
    let key = usable(call, key_name, alg, Usage::SIGN_MESSAGE, Half::Private, check_message(alg))?;
    let bytes = message.len();
    let job = move |signing: &dyn Signing, key: Key<'_>| signing.sign_message(key, alg, &message);
    Ok(PsaSignMessageResult { signature: run(call, key, alg, Half::Private, bytes, job).await? })
}

pub(super) async fn verify_message(
    call: &Call<'_>,
    asked: PsaVerifyMessage,
) -> Result<PsaVerifyMessageResult, Failure> {
    let PsaVerifyMessage { key_name, alg, message, signature } = asked;
    let key = usable(call, key_name, alg, Usage::VERIFY_MESSAGE, Half::Public, check_message(alg))?;
    let bytes = message.len();
    let job = move |signing: &dyn Signing, key: Key<'_>| signing.verify_message(key, alg, &message, &signature);
    run(call, key, alg, Half::Public, bytes, job).await?;
    Ok(PsaVerifyMessageResult {})
}
