//! RSA encryption. The TPM does RSA itself; the paddings are checked here, in constant time, because TPMs tell wrong ones
//! apart by their codes and times, and know no label of OAEP but those that end in a zero byte.

pub(crate) mod oaep;
pub(crate) mod raw;

use keystead_interface::algorithm::AsymmetricEncryption;
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::hashing::can_hash;
use keystead_provider::rsa::{RejectionSecret, pad_encryption, unpad_encryption};
use keystead_provider::{AsymmetricEncrypting, Key, ProviderError};

use crate::blob::Blob;
use crate::generating::fill_random;
use crate::tpm::Tpm;

impl AsymmetricEncrypting for Tpm {
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool {
        let holds = key.key_type.is_rsa() && self.properties().is_some_and(|properties| properties.holds(key));
        let modulus = key.bits as usize / 8;
        holds
            && match alg {
                AsymmetricEncryption::RsaPkcs1v15Crypt => true,
                AsymmetricEncryption::RsaOaep(hash) => {
                    can_hash(hash) && (modulus == 0 || oaep::longest_text(hash, modulus).is_some())
                }
            }
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let modulus = check(self, key, alg, label)?;
        let padded = match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => pad_encryption(plaintext, modulus, fill_random)?,
            AsymmetricEncryption::RsaOaep(hash) => {
                let mut seed = SecretBytes::new(vec![0; hash.len()]);
                fill_random(seed.expose_mut())?;
                oaep::pad(hash, label, plaintext.expose(), seed.expose(), modulus)?
            }
        };
        raw::public(self, key, padded.expose())?
            .map(SecretBytes::into_exposed)
            .ok_or_else(|| ProviderError::corruption("the TPM cannot encrypt a padded text"))
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        let modulus = check(self, key, alg, label)?;
        if ciphertext.len() != modulus {
            return Err(ProviderError::invalid_argument("the ciphertext is not as long as the modulus"));
        }
        let block = raw::private(self, key, ciphertext)?;
        if alg == AsymmetricEncryption::RsaPkcs1v15Crypt && self.rejects_implicitly() {
            let above = || ProviderError::invalid_argument("the ciphertext is not below the modulus");
            return rejection_secret(&key)?.unpad_encryption(&block.ok_or_else(above)?, ciphertext);
        }
        let block = block.ok_or_else(ProviderError::invalid_padding)?;
        match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => unpad_encryption(&block),
            AsymmetricEncryption::RsaOaep(hash) => oaep::unpad(hash, label, block),
        }
    }
}

/// Made of the key's authorisation value, which nobody but the service and the TPM has ever seen.
fn rejection_secret(key: &Key<'_>) -> Result<RejectionSecret, ProviderError> {
    let (_, auth) = Blob::of(key)?.private.as_ref().ok_or_else(|| ProviderError::corruption("the key is no pair"))?;
    Ok(RejectionSecret::of(&SecretBytes::new(auth.expose().to_vec())))
}

/// Whether the key can be used so; gives the length of its modulus in bytes.
fn check(tpm: &Tpm, key: Key<'_>, alg: AsymmetricEncryption, label: &[u8]) -> Result<usize, ProviderError> {
    if !AsymmetricEncrypting::supports(tpm, key.attributes.shape(), alg) {
        return Err(ProviderError::not_supported("the TPM cannot encrypt so with such a key"));
    }
    if alg == AsymmetricEncryption::RsaPkcs1v15Crypt && !label.is_empty() {
        return Err(ProviderError::invalid_argument("PKCS#1 v1.5 has no label"));
    }
    Ok(key.attributes.bits() as usize / 8)
}
