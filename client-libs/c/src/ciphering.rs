//! Encryption without authentication: whole texts, and texts in several parts.
//!
//! The service takes no empty text, which the specification allows. So nothing is encrypted by encrypting something, of which
//! as much is kept as is right.

use keystead_client::Client;
use keystead_client::interface::algorithm::{Algorithm, Cipher};
use keystead_client::interface::arguments::{BLOCK, iv_length};
use keystead_client::interface::attributes::{KeyType, Usage};
use keystead_client::interface::secret::SecretBytes;

use crate::algorithm::{self, PsaAlgorithm};
use crate::attributes::KeyId;
use crate::gathered;
use crate::library::Library;
use crate::status::{BAD_STATE, BUFFER_TOO_SMALL, INVALID_ARGUMENT, NOT_SUPPORTED, Result, refuse};

/// Which way a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

impl Direction {
    /// The flag that a key needs.
    pub(crate) const fn usage(self) -> Usage {
        match self {
            Direction::Encrypt => Usage::ENCRYPT,
            Direction::Decrypt => Usage::DECRYPT,
        }
    }
}

/// A text that is being encrypted or decrypted.
pub(crate) struct CipherOperation {
    key: KeyId,
    key_type: KeyType,
    alg: Cipher,
    direction: Direction,
    /// None until it is known; empty where the mode has none.
    iv: Option<Vec<u8>>,
    text: SecretBytes,
    /// Whether some of the text, be it nothing, was given.
    has_begun: bool,
}

/// A mode for an operation.
pub(crate) fn cipher_of(alg: PsaAlgorithm) -> Result<Cipher> {
    algorithm::of_family(alg, |found| match found {
        Algorithm::Cipher(cipher) => Some(cipher),
        _ => None,
    })
}

/// Encrypts a text under this IV, or under a random one if it is empty. The result is IV ‖ ciphertext.
pub(crate) fn encrypt(
    client: &Client,
    name: &str,
    alg: Cipher,
    iv: &[u8],
    text: &[u8],
) -> keystead_client::Result<Vec<u8>> {
    let under = |text: &[u8]| match iv {
        [] => client.cipher_encrypt(name, alg, text),
        iv => client.cipher_encrypt_under(name, alg, iv, text),
    };
    // XTS has no empty texts, as the service will say.
    if !text.is_empty() || alg == Cipher::Xts {
        return under(text);
    }
    // What padding makes of nothing. Where there is padding, the service adds as much again.
    let mut ciphertext = under(&[BLOCK as u8; BLOCK])?;
    ciphertext.truncate(ciphertext.len().saturating_sub(BLOCK));
    Ok(ciphertext)
}

/// Decrypts IV ‖ ciphertext.
pub(crate) fn decrypt(client: &Client, name: &str, alg: Cipher, sealed: &[u8]) -> keystead_client::Result<SecretBytes> {
    // Only a mode without an IV has texts of nothing at all.
    if sealed.is_empty() && alg == Cipher::EcbNoPadding {
        return client.cipher_decrypt(name, alg, &[0; BLOCK]).map(|_| SecretBytes::default());
    }
    client.cipher_decrypt(name, alg, sealed)
}

impl CipherOperation {
    /// Begins, if the key permits it.
    pub(crate) fn begin(
        library: &Library,
        key: KeyId,
        alg: PsaAlgorithm,
        direction: Direction,
    ) -> Result<CipherOperation> {
        let alg = cipher_of(alg)?;
        let key_type = library.permit(key, direction.usage(), Algorithm::Cipher(alg))?.key_type();
        let iv = (iv_length(alg, key_type) == 0).then(Vec::new);
        Ok(CipherOperation { key, key_type, alg, direction, iv, text: SecretBytes::default(), has_begun: false })
    }

    /// Makes a random IV, for which the caller has `room` bytes.
    pub(crate) fn generate_iv(&mut self, library: &Library, room: usize) -> Result<Vec<u8>> {
        if self.direction != Direction::Encrypt || self.iv.is_some() || self.has_begun {
            return refuse(BAD_STATE);
        }
        let length = iv_length(self.alg, self.key_type);
        if room < length {
            return refuse(BUFFER_TOO_SMALL);
        }
        let iv = library.random_bytes(length)?;
        self.iv = Some(iv.clone());
        Ok(iv)
    }

    /// Takes the caller's IV. CTR takes a shorter one too, and puts zeros behind it (PSA Crypto API, PSA_ALG_CTR).
    pub(crate) fn set_iv(&mut self, iv: &[u8]) -> Result<()> {
        if self.iv.is_some() || self.has_begun {
            return refuse(BAD_STATE);
        }
        let length = iv_length(self.alg, self.key_type);
        let mut whole = iv.to_vec();
        match (self.alg, iv.len()) {
            (_, given) if given == length => {}
            (Cipher::Ctr, 1..) if iv.len() < length => whole.resize(length, 0),
            // ChaCha20 with a counter, and as it was before RFC 8439.
            (Cipher::StreamCipher, 8 | 16) => return refuse(NOT_SUPPORTED),
            _ => return refuse(INVALID_ARGUMENT),
        }
        self.iv = Some(whole);
        Ok(())
    }

    /// Takes more of the text.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        if self.iv.is_none() {
            return refuse(BAD_STATE);
        }
        self.has_begun = true;
        gathered::add(&mut self.text, piece, 0)
    }

    /// The result, for which the caller has `room` bytes.
    pub(crate) fn finish(self, library: &Library, room: usize) -> Result<SecretBytes> {
        let Some(iv) = &self.iv else { return refuse(BAD_STATE) };
        let text = self.text.expose();
        match self.direction {
            Direction::Encrypt => {
                let length = if self.alg == Cipher::CbcPkcs7 { (text.len() / BLOCK + 1) * BLOCK } else { text.len() };
                if room < length {
                    return refuse(BUFFER_TOO_SMALL);
                }
                let mut sealed =
                    library.with_key(self.key, |client, name| encrypt(client, name, self.alg, iv, text))?;
                sealed.drain(..iv.len().min(sealed.len()));
                Ok(SecretBytes::new(sealed))
            }
            Direction::Decrypt => {
                let sealed = SecretBytes::new([iv, text.as_slice()].concat());
                library.with_key(self.key, |client, name| decrypt(client, name, self.alg, sealed.expose()))
            }
        }
    }
}
