//! Lengths that an operation takes, and those that a policy may name: check 5 of wire contract 4.1, with the values of 4.3.
//! No key is looked at but for its attributes.

use crate::algorithm::{Aead, AeadAlg, Algorithm, Cipher, FullLengthMac, Mac};
use crate::attributes::{KeyAttributes, KeyShape, KeyType};

/// Length of a block of AES and Camellia in bytes.
pub const BLOCK: usize = 16;

/// The argument is not one that the operation takes: PsaErrorInvalidArgument, and why for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidArgument(pub &'static str);

fn check(ok: bool, why: &'static str) -> Result<(), InvalidArgument> {
    if ok { Ok(()) } else { Err(InvalidArgument(why)) }
}

/// Whether the mode has tags of this many bytes (PSA Crypto API 10.5: CCM even from 4, GCM 4, 8 and from 12).
pub const fn takes_tag_length(alg: AeadAlg, length: u32) -> bool {
    match alg {
        AeadAlg::Ccm => matches!(length, 4 | 6 | 8 | 10 | 12 | 14 | 16),
        AeadAlg::Gcm => matches!(length, 4 | 8 | 12..=16),
        AeadAlg::Chacha20Poly1305 => length == 16,
    }
}

fn check_tag(aead: Aead) -> Result<(), InvalidArgument> {
    check(takes_tag_length(aead.alg(), aead.tag_length()), "the algorithm has no tag of this length")
}

/// The lengths in a new key's policy: whoever permits a tag or a MAC of a length that there is not permits no algorithm, and
/// the key could never be used (PSA Crypto API 1.2, psa_generate_key and psa_import_key: INVALID_ARGUMENT if "the key's
/// permitted-usage algorithm is invalid").
pub fn permitted_lengths(key: &KeyAttributes) -> Result<(), InvalidArgument> {
    match key.algorithm() {
        Algorithm::Aead(aead) => check_tag(aead),
        Algorithm::Mac(mac) => mac_length(mac, key.shape()).map(|_| ()),
        _ => Ok(()),
    }
}

/// Nonce, tag and text of an authenticated encryption. `text` is the plaintext's length.
pub fn aead_encrypt(aead: Aead, nonce: usize, text: usize, extended: bool) -> Result<(), InvalidArgument> {
    check_tag(aead)?;
    check_nonce(aead.alg(), nonce)?;
    check(extended || text > 0, "the plaintext is empty")
}

/// Nonce, tag and text of an authenticated decryption. `text` is the ciphertext's length with its tag.
pub fn aead_decrypt(aead: Aead, nonce: usize, text: usize, extended: bool) -> Result<(), InvalidArgument> {
    check_tag(aead)?;
    check_nonce(aead.alg(), nonce)?;
    let tag = aead.tag_length() as usize;
    check(text > tag || (extended && text == tag), "the ciphertext is shorter than its tag")
}

fn check_nonce(alg: AeadAlg, length: usize) -> Result<(), InvalidArgument> {
    let ok = match alg {
        AeadAlg::Ccm => (7..=13).contains(&length),
        AeadAlg::Gcm => length > 0,
        AeadAlg::Chacha20Poly1305 => length == 12,
    };
    check(ok, "the algorithm takes no nonce of this length")
}

/// Length of the IV before a ciphertext, in bytes (wire contract 4.2).
pub const fn iv_length(cipher: Cipher, key_type: KeyType) -> usize {
    match (cipher, key_type) {
        (Cipher::EcbNoPadding, _) | (Cipher::StreamCipher, KeyType::Arc4) => 0,
        (Cipher::StreamCipher, _) => 12,
        (_, KeyType::Des) => 8,
        _ => BLOCK,
    }
}

/// The IV that a client brings for an encryption, `iv` bytes.
pub fn cipher_iv(cipher: Cipher, key_type: KeyType, iv: usize) -> Result<(), InvalidArgument> {
    check(iv == iv_length(cipher, key_type), "the mode takes no IV of this length")
}

const fn block_length(key_type: KeyType) -> usize {
    if matches!(key_type, KeyType::Des) { 8 } else { BLOCK }
}

/// The plaintext of an unauthenticated encryption.
pub fn cipher_encrypt(cipher: Cipher, key_type: KeyType, text: usize) -> Result<(), InvalidArgument> {
    check(text > 0, "the plaintext is empty")?;
    match cipher {
        Cipher::EcbNoPadding | Cipher::CbcNoPadding => {
            check(text.is_multiple_of(block_length(key_type)), "the plaintext is not a multiple of the block")
        }
        Cipher::Xts => check(text >= BLOCK, "the plaintext is shorter than a block"),
        _ => Ok(()),
    }
}

/// The ciphertext of an unauthenticated decryption, `text` bytes with its IV.
pub fn cipher_decrypt(cipher: Cipher, key_type: KeyType, text: usize) -> Result<(), InvalidArgument> {
    check(text > 0, "the ciphertext is empty")?;
    let Some(text) = text.checked_sub(iv_length(cipher, key_type)) else {
        return Err(InvalidArgument("the ciphertext is shorter than its IV"));
    };
    match cipher {
        Cipher::EcbNoPadding | Cipher::CbcNoPadding => {
            check(text.is_multiple_of(block_length(key_type)), "the ciphertext is not a multiple of the block")
        }
        Cipher::CbcPkcs7 => check(
            text > 0 && text.is_multiple_of(block_length(key_type)),
            "the ciphertext is not a positive multiple of the block",
        ),
        Cipher::Xts => check(text >= BLOCK, "the ciphertext is shorter than a block"),
        _ => Ok(()),
    }
}

/// Length of a MAC in bytes, or why it cannot have the length that was asked for (PSA Crypto API 10.3: at least 4).
pub fn mac_length(mac: Mac, key: KeyShape) -> Result<usize, InvalidArgument> {
    let full = match mac.full_length() {
        FullLengthMac::Hmac(hash) => hash.len(),
        FullLengthMac::CbcMac | FullLengthMac::Cmac => block_length(key.key_type),
    };
    match mac {
        Mac::FullLength(_) => Ok(full),
        Mac::Truncated { length, .. } if (4..=full).contains(&(length as usize)) => Ok(length as usize),
        Mac::Truncated { .. } => Err(InvalidArgument("the algorithm has no MAC of this length")),
    }
}
