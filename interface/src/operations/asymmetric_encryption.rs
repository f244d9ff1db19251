//! RSA encryption.

use crate::algorithm::AsymmetricEncryption;
use crate::encoding::message;
use crate::names::KeyName;
use crate::secret::SecretBytes;

message! {
    /// Encrypt to a public key (psa_asymmetric_encrypt).
    PsaAsymmetricEncrypt {
        /// A pair or public key whose usage flags allow encrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: AsymmetricEncryption,
        /// Not empty, and short enough for the key.
        plaintext: SecretBytes,
        /// The label of OAEP; empty with PKCS#1 v1.5.
        salt: Vec<u8>,
    }
}
message! {
    /// The ciphertext.
    PsaAsymmetricEncryptResult {
        /// As long as the modulus.
        ciphertext: Vec<u8>,
    }
}
message! {
    /// Decrypt with a private key (psa_asymmetric_decrypt).
    PsaAsymmetricDecrypt {
        /// A pair whose usage flags allow decrypt.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: AsymmetricEncryption,
        /// As long as the modulus.
        ciphertext: Vec<u8>,
        /// The label of OAEP; empty with PKCS#1 v1.5.
        salt: Vec<u8>,
    }
}
message! {
    /// The plaintext.
    PsaAsymmetricDecryptResult {
        /// As it was encrypted.
        plaintext: SecretBytes,
    }
}
