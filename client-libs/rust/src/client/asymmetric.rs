//! Signatures, RSA encryption and key agreement, each with the key's name and an explicit algorithm.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, RawKeyAgreement};
use keystead_interface::names::KeyName;
use keystead_interface::operations::asymmetric_encryption::{PsaAsymmetricDecrypt, PsaAsymmetricEncrypt};
use keystead_interface::operations::key_agreement::PsaRawKeyAgreement;
use keystead_interface::operations::sign::{PsaSignHash, PsaSignMessage, PsaVerifyHash, PsaVerifyMessage};
use keystead_interface::secret::SecretBytes;

use crate::error::Result;
use crate::methods::methods;

methods! { impl Client(Caller) {
    /// Signs a hash that the caller computed. ECDSA gives r ‖ s.
    pub async fn sign_hash(&self, name: &str, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>> {
        let request = PsaSignHash { key_name: KeyName::new(name)?, alg, hash: hash.to_vec() };
        Ok(self.call(request).await?.signature)
    }

    /// Verifies a signature over a hash. A wrong one is refused as `PsaErrorInvalidSignature`.
    pub async fn verify_hash(&self, name: &str, alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> Result<()> {
        let (hash, signature) = (hash.to_vec(), signature.to_vec());
        self.call(PsaVerifyHash { key_name: KeyName::new(name)?, alg, hash, signature }).await.map(|_| ())
    }

    /// Hashes a message in the service and signs the hash. ECDSA gives r ‖ s.
    pub async fn sign_message(&self, name: &str, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>> {
        let request = PsaSignMessage { key_name: KeyName::new(name)?, alg, message: message.to_vec() };
        Ok(self.call(request).await?.signature)
    }

    /// Verifies a signature over a message. A wrong one is refused as `PsaErrorInvalidSignature`.
    pub async fn verify_message(
        &self,
        name: &str,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let (message, signature) = (message.to_vec(), signature.to_vec());
        self.call(PsaVerifyMessage { key_name: KeyName::new(name)?, alg, message, signature }).await.map(|_| ())
    }

    /// Encrypts to an RSA key. `label` is OAEP's; it must be empty with PKCS#1 v1.5.
    pub async fn asymmetric_encrypt(
        &self,
        name: &str,
        alg: AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>> {
        let plaintext = SecretBytes::new(plaintext.to_vec());
        let request = PsaAsymmetricEncrypt { key_name: KeyName::new(name)?, alg, plaintext, salt: label.to_vec() };
        Ok(self.call(request).await?.ciphertext)
    }

    /// Decrypts with an RSA key, under the label with which it was encrypted.
    pub async fn asymmetric_decrypt(
        &self,
        name: &str,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes> {
        let (ciphertext, salt) = (ciphertext.to_vec(), label.to_vec());
        Ok(self.call(PsaAsymmetricDecrypt { key_name: KeyName::new(name)?, alg, ciphertext, salt }).await?.plaintext)
    }

    /// Agrees on a secret with the owner of `peer_key`, a public key in the format of wire contract 4.2. The secret
    /// is not uniformly random: derive keys from it.
    pub async fn raw_key_agreement(&self, name: &str, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes> {
        let request = PsaRawKeyAgreement { alg, private_key_name: KeyName::new(name)?, peer_key: peer_key.to_vec() };
        Ok(self.call(request).await?.shared_secret)
    }
}}
