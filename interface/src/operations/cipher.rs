//! Unauthenticated symmetric encryption.

use crate::algorithm::Cipher;
use crate::encoding::message;
use crate::names::KeyName;
use crate::secret::SecretBytes;

message! {
    /// Encrypt (psa_cipher_encrypt; with an IV of the client's, what psa_cipher_set_iv makes of it).
    PsaCipherEncrypt {
        /// Its usage flags must allow encrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Cipher,
        /// Not empty.
        plaintext: SecretBytes,
        /// As long as the mode wants it; empty: the service takes a random one, as it does for clients without EXTENDED.
        iv: Vec<u8>,
    }
}
message! {
    /// The ciphertext.
    PsaCipherEncryptResult {
        /// IV ‖ ciphertext (wire contract 4.2).
        ciphertext: Vec<u8>,
    }
}
message! {
    /// Decrypt (psa_cipher_decrypt).
    PsaCipherDecrypt {
        /// Its usage flags must allow decrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Cipher,
        /// IV ‖ ciphertext (wire contract 4.2).
        ciphertext: Vec<u8>,
    }
}
message! {
    /// The plaintext; nothing proves that it is what was encrypted.
    PsaCipherDecryptResult {
        /// As it was encrypted, if nobody changed the ciphertext.
        plaintext: SecretBytes,
    }
}
