//! Authenticated encryption: AES in GCM and CCM, ChaCha20-Poly1305.
//!
//! GCM and ChaCha20-Poly1305 as nearly everybody uses them, with nonces of 12 bytes and whole tags, have their keys
//! prepared; other lengths and CCM set up their key each time.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use keystead_interface::algorithm::{Aead, AeadAlg};
use keystead_interface::arguments::{self, InvalidArgument};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AeadCipher, Key, ProviderError};

use crate::aws_lc::aead::{self, AesAead};
use crate::symmetric::{Symmetric, corrupt_key, key_bytes, with_room};

/// Length of the nonce that a prepared key takes, in bytes.
const NONCE: usize = 12;

/// Length of the tag that a prepared key makes, in bytes.
const TAG: usize = 16;

impl AeadCipher for Symmetric {
    fn supports(&self, key: KeyShape, alg: Aead) -> bool {
        let fits = match (alg.alg(), key.key_type) {
            (AeadAlg::Gcm | AeadAlg::Ccm, KeyType::Aes) => matches!(key.bits, 0 | 128 | 192 | 256),
            (AeadAlg::Chacha20Poly1305, KeyType::Chacha20) => matches!(key.bits, 0 | 256),
            _ => false,
        };
        fits && arguments::takes_tag_length(alg.alg(), alg.tag_length())
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let plaintext = plaintext.expose();
        arguments::aead_encrypt(alg, nonce.len(), plaintext.len(), true).map_err(refused)?;
        match Way::of(key, alg, nonce, plaintext.len())? {
            Way::Prepared(nonce) => seal(prepared(key)?, nonce, additional_data, plaintext),
            Way::Once(mode) => {
                aead::seal(mode, key_bytes(key)?, nonce, additional_data, plaintext, alg.tag_length() as usize)
                    .map_err(|_| ProviderError::generic("AWS-LC could not encrypt"))
            }
        }
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        arguments::aead_decrypt(alg, nonce.len(), ciphertext.len(), true).map_err(refused)?;
        let tag_length = alg.tag_length() as usize;
        // The ciphertext is as long as its tag at least, as was checked just now.
        let (text, tag) = ciphertext.split_at(ciphertext.len().saturating_sub(tag_length));
        match Way::of(key, alg, nonce, text.len())? {
            Way::Prepared(nonce) => open(prepared(key)?, nonce, additional_data, text, tag),
            Way::Once(mode) => aead::open(mode, key_bytes(key)?, nonce, additional_data, text, tag)
                .map_err(|_| ProviderError::invalid_signature()),
        }
    }
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}

/// How an operation is done.
enum Way {
    /// With the prepared key, under this nonce.
    Prepared([u8; NONCE]),
    /// With a key that is set up for this one operation.
    Once(AesAead),
}

impl Way {
    fn of(key: Key<'_>, alg: Aead, nonce: &[u8], text: usize) -> Result<Way, ProviderError> {
        if !AeadCipher::supports(&Symmetric, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the key is not one for this algorithm"));
        }
        match (alg.alg(), <[u8; NONCE]>::try_from(nonce)) {
            (AeadAlg::Ccm, _) if text as u64 > ccm_limit(nonce.len()) => {
                Err(ProviderError::invalid_argument("the text is too long for CCM with this nonce"))
            }
            (AeadAlg::Ccm, _) => Ok(Way::Once(AesAead::Ccm)),
            (_, Ok(nonce)) if alg.tag_length() as usize == TAG => Ok(Way::Prepared(nonce)),
            (AeadAlg::Gcm, _) => Ok(Way::Once(AesAead::Gcm)),
            (AeadAlg::Chacha20Poly1305, _) => Err(ProviderError::invalid_argument("the nonce or the tag is too short")),
        }
    }
}

/// The longest text under a nonce of `nonce` bytes: its length must fit into what the nonce leaves of 15 bytes
/// (NIST SP 800-38C A.1).
const fn ccm_limit(nonce: usize) -> u64 {
    match 15_usize.saturating_sub(nonce) {
        field @ 0..8 => (1 << (8 * field)) - 1,
        _ => u64::MAX,
    }
}

/// The key as AWS-LC wants it, made at its first use.
fn prepared<'a>(key: Key<'a>) -> Result<&'a LessSafeKey, ProviderError> {
    key.prepared(|bytes| {
        let algorithm = match (key.attributes.key_type(), bytes.len()) {
            (KeyType::Aes, 16) => &AES_128_GCM,
            (KeyType::Aes, 24) => &AES_192_GCM,
            (KeyType::Aes, 32) => &AES_256_GCM,
            (KeyType::Chacha20, 32) => &CHACHA20_POLY1305,
            _ => return Err(corrupt_key()),
        };
        UnboundKey::new(algorithm, bytes).map(LessSafeKey::new).map_err(|_| corrupt_key())
    })
}

fn seal(key: &LessSafeKey, nonce: [u8; NONCE], additional: &[u8], text: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let mut buffer = with_room(text, TAG);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(additional), buffer.expose_mut())
        .map_err(|_| ProviderError::invalid_argument("AWS-LC does not take texts of this length"))?;
    Ok(buffer.into_exposed())
}

fn open(
    key: &LessSafeKey,
    nonce: [u8; NONCE],
    additional: &[u8],
    text: &[u8],
    tag: &[u8],
) -> Result<SecretBytes, ProviderError> {
    let mut plaintext = SecretBytes::new(vec![0; text.len()]);
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.open_separate_gather(nonce, Aad::from(additional), text, tag, plaintext.expose_mut())
        .map_err(|_| ProviderError::invalid_signature())?;
    Ok(plaintext)
}

#[cfg(test)]
#[path = "aead_tests.rs"]
mod tests;
