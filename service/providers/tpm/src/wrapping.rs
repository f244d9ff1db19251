//! The wrapper of an object that is on its way into the TPM (TPM 2.0 part 1, 23.3.2.2, the inner wrapper).
//!
//! Its key is the first parameter of TPM2_Import, which an encrypting session hides; the object itself is the third, which
//! it does not. Without such a session the wrapper hides nothing, and does no harm.

use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use keystead_interface::algorithm::Hash;
use keystead_interface::secret::{Secret, SecretBytes};
use keystead_provider::ProviderError;
use keystead_provider::hashing::hash;
use tss_esapi::structures::{Public, Sensitive, SensitiveBuffer};
use tss_esapi::traits::Marshall;

use crate::generating::fill_random;

/// A wrapped object and the AES-128 key, in CFB mode, that unwraps it.
pub(crate) struct Wrapped {
    pub(crate) key: Secret<[u8; 16]>,
    pub(crate) object: Vec<u8>,
}

/// Wraps the private half of an object with this public area, under a new key.
pub(crate) fn wrap(public: &Public, sensitive: Sensitive) -> Result<Wrapped, ProviderError> {
    let marshalled = SensitiveBuffer::try_from(sensitive).and_then(|buffer| buffer.marshall());
    let sensitive = marshalled.map(SecretBytes::new).map_err(|_| broken())?;
    let name = name(public)?;
    let mut covered = SecretBytes::new(Vec::with_capacity(sensitive.expose().len() + name.len()));
    covered.expose_mut().extend_from_slice(sensitive.expose());
    covered.expose_mut().extend_from_slice(&name);
    let integrity = hash(Hash::Sha256, covered.expose()).ok_or_else(broken)?;
    let length = u16::try_from(integrity.len()).map_err(|_| broken())?;
    let mut object = SecretBytes::new(Vec::with_capacity(2 + integrity.len() + sensitive.expose().len()));
    object.expose_mut().extend_from_slice(&length.to_be_bytes());
    object.expose_mut().extend_from_slice(&integrity);
    object.expose_mut().extend_from_slice(sensitive.expose());
    let mut key = Secret::new([0; 16]);
    fill_random(key.expose_mut())?;
    UnboundCipherKey::new(&AES_128, key.expose())
        .and_then(EncryptingKey::cfb128)
        // The key is used once, so that an IV of zeros, as the TPM has it, is one that was never used.
        .and_then(|cipher| {
            cipher.less_safe_encrypt(object.expose_mut(), EncryptionContext::Iv128(FixedLength::from([0; 16])))
        })
        .map_err(|_| broken())?;
    Ok(Wrapped { key, object: object.into_exposed() })
}

/// The Name of an object: its name algorithm, which is SHA-256 here, and the hash of its public area (part 1, 16).
fn name(public: &Public) -> Result<Vec<u8>, ProviderError> {
    const SHA256: [u8; 2] = [0, 0x0B];
    let area = public.marshall().map_err(|_| broken())?;
    Ok([&SHA256[..], &hash(Hash::Sha256, &area).ok_or_else(broken)?].concat())
}

fn broken() -> ProviderError {
    ProviderError::corruption("a key cannot be wrapped for the TPM")
}
