//! Authenticated encryption.

use crate::algorithm::Aead;
use crate::encoding::message;
use crate::names::KeyName;
use crate::secret::SecretBytes;

message! {
    /// Encrypt and authenticate (psa_aead_encrypt).
    PsaAeadEncrypt {
        /// Its usage flags must allow encrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Aead,
        /// The caller's, and never the same twice for one key.
        nonce: Vec<u8>,
        /// Authenticated and not encrypted; it may be empty.
        additional_data: Vec<u8>,
        /// It may be empty for EXTENDED clients only (wire contract 4.3).
        plaintext: SecretBytes,
    }
}
message! {
    /// The ciphertext.
    PsaAeadEncryptResult {
        /// Ciphertext ‖ tag.
        ciphertext: Vec<u8>,
    }
}
message! {
    /// Check and decrypt (psa_aead_decrypt).
    PsaAeadDecrypt {
        /// Its usage flags must allow decrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Aead,
        /// As it was encrypted with.
        nonce: Vec<u8>,
        /// As it was encrypted with.
        additional_data: Vec<u8>,
        /// Ciphertext ‖ tag.
        ciphertext: Vec<u8>,
    }
}
message! {
    /// The plaintext.
    PsaAeadDecryptResult {
        /// As it was encrypted.
        plaintext: SecretBytes,
    }
}
