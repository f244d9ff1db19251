//! Unauthenticated encryption: AES and Camellia in every mode of the contract, and ChaCha20.

use keystead_interface::algorithm::Cipher;
use keystead_interface::arguments::{self, BLOCK, InvalidArgument};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError, Random, UnauthenticatedCipher};

use crate::aws_lc::chacha20;
use crate::random::SystemRandom;
use crate::stack::cleared;
use crate::symmetric::block::{BlockKey, Mode, WrongLength};
use crate::symmetric::xts::XtsKey;
use crate::symmetric::{Symmetric, corrupt_key, key_bytes, padding, with_room};

impl UnauthenticatedCipher for Symmetric {
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool {
        match (alg, key.key_type) {
            (Cipher::StreamCipher, KeyType::Chacha20) => matches!(key.bits, 0 | 256),
            (Cipher::StreamCipher, _) => false,
            (Cipher::Xts, KeyType::Aes) => matches!(key.bits, 0 | 256 | 384 | 512),
            // Two keys of 128 bits; larger pairs are no Camellia keys of the PSA Crypto API.
            (Cipher::Xts, KeyType::Camellia) => matches!(key.bits, 0 | 256),
            (Cipher::Xts, _) => false,
            (_, KeyType::Aes | KeyType::Camellia) => matches!(key.bits, 0 | 128 | 192 | 256),
            _ => false,
        }
    }

    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let mut iv = [0; BLOCK];
        let iv = &mut iv[..arguments::iv_length(alg, key.attributes.key_type())];
        SystemRandom.fill(iv)?;
        self.encrypt_under(key, alg, iv, plaintext)
    }

    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let (key_type, plaintext) = (key.attributes.key_type(), plaintext.expose());
        arguments::cipher_encrypt(alg, key_type, plaintext.len()).map_err(refused)?;
        arguments::cipher_iv(alg, key_type, iv.len()).map_err(refused)?;
        let padding = if alg == Cipher::CbcPkcs7 { padding::for_length(plaintext.len()) } else { 0 };

        let length = iv.len() + plaintext.len() + usize::from(padding);
        let mut message = with_room(&[], length);
        let buffer = message.expose_mut();
        buffer.extend_from_slice(iv);
        buffer.extend_from_slice(plaintext);
        buffer.resize(length, padding);
        let (iv, text) = buffer.split_at_mut(iv.len());
        cleared(|| convert(key, alg, Direction::Encrypt, iv, text))?;
        Ok(message.into_exposed())
    }

    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        let key_type = key.attributes.key_type();
        arguments::cipher_decrypt(alg, key_type, ciphertext.len()).map_err(refused)?;
        let (iv, text) = ciphertext
            .split_at_checked(arguments::iv_length(alg, key_type))
            .ok_or_else(|| ProviderError::invalid_argument("the ciphertext is shorter than its IV"))?;

        let mut plaintext = with_room(text, 0);
        cleared(|| convert(key, alg, Direction::Decrypt, iv, plaintext.expose_mut()))?;
        if alg == Cipher::CbcPkcs7 {
            remove_padding(plaintext.expose_mut())?;
        }
        Ok(plaintext)
    }
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}

#[derive(Clone, Copy)]
enum Direction {
    Encrypt,
    Decrypt,
}

/// Encrypts or decrypts a text in place.
fn convert(key: Key<'_>, alg: Cipher, direction: Direction, iv: &[u8], text: &mut [u8]) -> Result<(), ProviderError> {
    if !UnauthenticatedCipher::supports(&Symmetric, key.attributes.shape(), alg) {
        return Err(ProviderError::not_supported("the key is not one for this mode"));
    }
    let mode = match alg {
        Cipher::StreamCipher => return chacha20(key, iv, text),
        Cipher::Xts => {
            let (key, tweak) = (XtsKey::of(key)?, block_of(iv)?);
            return match direction {
                Direction::Encrypt => key.encrypt(&tweak, text),
                Direction::Decrypt => key.decrypt(&tweak, text),
            }
            .map_err(wrong_length);
        }
        Cipher::Ctr => Mode::Ctr,
        Cipher::Cfb => Mode::Cfb,
        Cipher::Ofb => Mode::Ofb,
        Cipher::EcbNoPadding => Mode::Ecb,
        Cipher::CbcNoPadding | Cipher::CbcPkcs7 => Mode::Cbc,
    };
    let iv = if mode == Mode::Ecb { [0; BLOCK] } else { block_of(iv)? };
    let key = BlockKey::of(key)?;
    match direction {
        Direction::Encrypt => key.encrypt(mode, &iv, text),
        Direction::Decrypt => key.decrypt(mode, &iv, text),
    }
    .map_err(wrong_length)
}

/// Encryption and decryption are the same here.
fn chacha20(key: Key<'_>, nonce: &[u8], text: &mut [u8]) -> Result<(), ProviderError> {
    let key = key_bytes(key)?.try_into().map_err(|_| corrupt_key())?;
    let nonce = nonce.try_into().map_err(|_| ProviderError::invalid_argument("the IV has a wrong length"))?;
    chacha20::apply_keystream(key, nonce, text);
    Ok(())
}

fn block_of(iv: &[u8]) -> Result<[u8; BLOCK], ProviderError> {
    iv.try_into().map_err(|_| ProviderError::invalid_argument("the IV has a wrong length"))
}

fn wrong_length(_: WrongLength) -> ProviderError {
    ProviderError::invalid_argument("the mode does not take texts of this length")
}

fn remove_padding(text: &mut Vec<u8>) -> Result<(), ProviderError> {
    let padding = text.last_chunk().and_then(padding::of_last_block).ok_or_else(ProviderError::invalid_padding)?;
    text.truncate(text.len().saturating_sub(padding));
    Ok(())
}

#[cfg(test)]
#[path = "cipher_tests.rs"]
mod tests;
