//! CanDoCrypto: the truth, asked of the same functions that decide whether an operation is done (wire contract 4.7).

use keystead_interface::algorithm::{Algorithm, KeyAgreement};
use keystead_interface::attributes::{KeyAttributes, Usage};
use keystead_interface::operations::core::{CanDoCrypto, CanDoCryptoResult, CheckType};
use keystead_interface::policy;
use keystead_provider::{Capabilities, Provider};

use super::Call;
use super::keys::{may_be_made, may_live};
use crate::error::Failure;

/// Any of these makes a key one that is meant to be used.
const ANY_USE: Usage = Usage::ENCRYPT
    .and(Usage::DECRYPT)
    .and(Usage::SIGN_MESSAGE)
    .and(Usage::VERIFY_MESSAGE)
    .and(Usage::SIGN_HASH)
    .and(Usage::VERIFY_HASH)
    .and(Usage::DERIVE);

pub(super) fn can_do_crypto(call: &Call<'_>, asked: &CanDoCrypto) -> Result<CanDoCryptoResult, Failure> {
    let configured = call.provider()?;
    let provider = &*configured.backend;
    let key = &call.attributes(asked.attributes);
    let is_allowed = may_be_made(configured, key) && may_live(configured, key);
    let software = configured.public_key_software.as_deref();
    let can_use = |key: &KeyAttributes| {
        can_use(provider, key)
            // What is asked of a public key alone.
            || key.key_type().is_public() && provider.vault().imports(key.shape())
                && software.is_some_and(|software| can_use(software, key))
    };
    let usable_if_meant_to_be = |key: &KeyAttributes| key.algorithm() == Algorithm::None || can_use(key);
    let yes = match asked.check_type {
        CheckType::Use => can_use(key),
        CheckType::Generate => {
            !key.key_type().is_public()
                && (call.service.allow_deprecated || !policy::is_deprecated(key))
                && is_allowed
                && provider.vault().generates(key.shape())
                && usable_if_meant_to_be(key)
        }
        CheckType::Import => is_allowed && provider.vault().imports(key.shape()) && usable_if_meant_to_be(key),
        CheckType::Derive => false,
    };
    if yes { Ok(CanDoCryptoResult {}) } else { Err(Failure::not_supported("this provider cannot do that")) }
}

fn can_use(provider: &dyn Provider, key: &KeyAttributes) -> bool {
    let capabilities: Capabilities<'_> = provider.capabilities();
    let shape = key.shape();
    let possible = provider.vault().imports(shape) || provider.vault().generates(shape);
    key.usage().intersects(ANY_USE)
        && possible
        && policy::fits(key.algorithm(), key.key_type())
        && match key.algorithm() {
            Algorithm::None | Algorithm::Hash(_) | Algorithm::KeyDerivation(_) => false,
            Algorithm::AsymmetricSignature(alg) => capabilities.signing.is_some_and(|can| can.supports(shape, alg)),
            Algorithm::AsymmetricEncryption(alg) => {
                capabilities.asymmetric_encryption.is_some_and(|can| can.supports(shape, alg))
            }
            Algorithm::Aead(alg) => capabilities.aead.is_some_and(|can| can.supports(shape, alg)),
            Algorithm::Cipher(alg) => capabilities.cipher.is_some_and(|can| can.supports(shape, alg)),
            Algorithm::Mac(alg) => capabilities.mac.is_some_and(|can| can.supports(shape, alg)),
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => {
                !key.key_type().is_public() && capabilities.key_agreement.is_some_and(|can| can.supports(shape, alg))
            }
            Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { .. }) => false,
        }
}
