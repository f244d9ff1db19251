//! What symmetric keys can do: [`aead`], [`cipher`] and [`mac`]. The handle of a key is its bytes.
//!
//! [`block`], [`xts`] and [`padding`] are what modes of block ciphers are made of, [`hmac`] is the other kind of MAC.

mod aead;
mod block;
mod cipher;
mod hmac;
mod mac;
mod padding;
#[cfg(test)]
pub(crate) mod test_vectors;
mod xts;

use keystead_interface::algorithm::{Algorithm, Cipher};
use keystead_interface::attributes::{KeyAttributes, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Key, ProviderError, UnauthenticatedCipher};

/// Encryption and authentication with symmetric keys. It holds no state.
pub(crate) struct Symmetric;

/// The longest key of a type that has no sizes of its own, in bits (PSA Crypto API, PSA_MAX_KEY_BITS).
const MAX_BITS: u32 = 65_528;

/// Whether there are symmetric keys of this type and size. 0 bits ask for any size.
pub(crate) fn accepts(key: KeyShape) -> bool {
    let KeyShape { key_type, bits } = key;
    let exists = match key_type {
        KeyType::RawData | KeyType::Hmac | KeyType::Derive => bits <= MAX_BITS && bits.is_multiple_of(8),
        // 384 and 512 bits are the double keys of XTS alone.
        KeyType::Aes => matches!(bits, 128 | 192 | 256 | 384 | 512),
        KeyType::Camellia => matches!(bits, 128 | 192 | 256),
        KeyType::Chacha20 => bits == 256,
        _ => return false,
    };
    bits == 0 || exists
}

/// Whether the bytes of a new key, of a size that [`accepts`] takes, may be used with the one algorithm of the key. It is
/// asked again at each use; asked now, nobody comes to hold a key that never works.
pub(crate) fn check_bytes(attributes: &KeyAttributes, bytes: &[u8]) -> Result<(), ProviderError> {
    let Algorithm::Cipher(alg) = attributes.algorithm() else { return Ok(()) };
    if alg == Cipher::Xts && UnauthenticatedCipher::supports(&Symmetric, attributes.shape(), alg) {
        xts::check_halves(bytes)
    } else {
        Ok(())
    }
}

/// The handle is not a key of the type that its attributes name.
fn corrupt_key() -> ProviderError {
    ProviderError::new(ErrorKind::DataCorrupt, "the key has a length that its type does not have")
}

/// The bytes of a key, as many as its attributes say.
fn key_bytes<'a>(key: Key<'a>) -> Result<&'a [u8], ProviderError> {
    let bytes = key.handle.0.expose();
    if bytes.len() * 8 == key.attributes.bits() as usize { Ok(bytes) } else { Err(corrupt_key()) }
}

/// A copy of `bytes` with room for `extra` more: a vector that grew would leave a copy behind.
fn with_room(bytes: &[u8], extra: usize) -> SecretBytes {
    let mut copy = Vec::with_capacity(bytes.len() + extra);
    copy.extend_from_slice(bytes);
    SecretBytes::new(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(key_type: KeyType, sizes: &[u32]) -> Vec<u32> {
        sizes.iter().copied().filter(|bits| accepts(KeyShape { key_type, bits: *bits })).collect()
    }

    #[test]
    fn keys_have_the_sizes_of_their_types() {
        let sizes = [0, 8, 12, 128, 192, 256, 384, 512, 65_528, 65_536];
        assert_eq!(accepted(KeyType::RawData, &sizes), [0, 8, 128, 192, 256, 384, 512, 65_528]);
        assert_eq!(accepted(KeyType::Hmac, &sizes), accepted(KeyType::RawData, &sizes));
        assert_eq!(accepted(KeyType::Derive, &sizes), accepted(KeyType::RawData, &sizes));
        assert_eq!(accepted(KeyType::Aes, &sizes), [0, 128, 192, 256, 384, 512]);
        assert_eq!(accepted(KeyType::Camellia, &sizes), [0, 128, 192, 256]);
        assert_eq!(accepted(KeyType::Chacha20, &sizes), [0, 256]);
        assert_eq!(accepted(KeyType::Des, &sizes), [0; 0]);
        assert_eq!(accepted(KeyType::RsaKeyPair, &sizes), [0; 0]);
    }
}
