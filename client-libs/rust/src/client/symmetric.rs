//! Symmetric encryption, MACs, hashes and random bytes, each with an explicit algorithm.

use keystead_interface::algorithm::{Aead, Cipher, Hash, Mac};
use keystead_interface::names::KeyName;
use keystead_interface::operations::aead::{PsaAeadDecrypt, PsaAeadEncrypt};
use keystead_interface::operations::cipher::{PsaCipherDecrypt, PsaCipherEncrypt};
use keystead_interface::operations::hash::{PsaHashCompare, PsaHashCompute};
use keystead_interface::operations::mac::{PsaMacCompute, PsaMacVerify};
use keystead_interface::operations::random::PsaGenerateRandom;
use keystead_interface::secret::SecretBytes;

use crate::error::{ProtocolError, Result};
use crate::methods::methods;

methods! { impl Client(Caller) {
    /// Encrypts and authenticates; the result is ciphertext ‖ tag. Never use a nonce twice with one key.
    pub async fn aead_encrypt(
        &self,
        name: &str,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>> {
        let request = PsaAeadEncrypt {
            key_name: KeyName::new(name)?,
            alg,
            nonce: nonce.to_vec(),
            additional_data: additional_data.to_vec(),
            plaintext: SecretBytes::new(plaintext.to_vec()),
        };
        Ok(self.call(request).await?.ciphertext)
    }

    /// Checks and decrypts ciphertext ‖ tag. A wrong tag is refused as `PsaErrorInvalidSignature`.
    pub async fn aead_decrypt(
        &self,
        name: &str,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes> {
        let request = PsaAeadDecrypt {
            key_name: KeyName::new(name)?,
            alg,
            nonce: nonce.to_vec(),
            additional_data: additional_data.to_vec(),
            ciphertext: ciphertext.to_vec(),
        };
        Ok(self.call(request).await?.plaintext)
    }

    /// Encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed.
    pub async fn cipher_encrypt(&self, name: &str, alg: Cipher, plaintext: &[u8]) -> Result<Vec<u8>> {
        let plaintext = SecretBytes::new(plaintext.to_vec());
        let request = PsaCipherEncrypt { key_name: KeyName::new(name)?, alg, plaintext, iv: Vec::new() };
        Ok(self.call(request).await?.ciphertext)
    }

    /// Encrypts under an IV of the caller's, for protocols that name it; the result is IV ‖ ciphertext. In most modes one
    /// that comes again, or can be foreseen, betrays plaintext. Parsec does not know this and takes a random one: then the
    /// answer is none of these bytes, and an error.
    pub async fn cipher_encrypt_under(&self, name: &str, alg: Cipher, iv: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
        let plaintext = SecretBytes::new(plaintext.to_vec());
        let request = PsaCipherEncrypt { key_name: KeyName::new(name)?, alg, plaintext, iv: iv.to_vec() };
        let ciphertext = self.call(request).await?.ciphertext;
        if ciphertext.starts_with(iv) { Ok(ciphertext) } else { Err(ProtocolError::OtherIv.into()) }
    }

    /// Decrypts IV ‖ ciphertext.
    pub async fn cipher_decrypt(&self, name: &str, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes> {
        let ciphertext = ciphertext.to_vec();
        Ok(self.call(PsaCipherDecrypt { key_name: KeyName::new(name)?, alg, ciphertext }).await?.plaintext)
    }

    /// Computes a MAC. Parsec does not have this operation.
    pub async fn mac_compute(&self, name: &str, alg: Mac, input: &[u8]) -> Result<Vec<u8>> {
        Ok(self.call(PsaMacCompute { key_name: KeyName::new(name)?, alg, input: input.to_vec() }).await?.mac)
    }

    /// Verifies a MAC. A wrong one is refused as `PsaErrorInvalidSignature`. Parsec does not have this operation.
    pub async fn mac_verify(&self, name: &str, alg: Mac, input: &[u8], mac: &[u8]) -> Result<()> {
        let (input, mac) = (input.to_vec(), mac.to_vec());
        self.call(PsaMacVerify { key_name: KeyName::new(name)?, alg, input, mac }).await.map(|_| ())
    }

    /// Computes a hash.
    pub async fn hash_compute(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>> {
        Ok(self.call(PsaHashCompute { alg, input: input.to_vec() }).await?.hash)
    }

    /// Computes a hash and compares it. Another one is refused as `PsaErrorInvalidSignature`.
    pub async fn hash_compare(&self, alg: Hash, input: &[u8], hash: &[u8]) -> Result<()> {
        self.call(PsaHashCompare { alg, input: input.to_vec(), hash: hash.to_vec() }).await.map(|_| ())
    }

    /// Random bytes, exactly `size` of them; by default the service gives 1,048,576 at most.
    pub async fn random(&self, size: usize) -> Result<SecretBytes> {
        let random = self.call(PsaGenerateRandom { size: size as u64 }).await?.random_bytes;
        // What is too short may become a nonce or a key.
        match random.expose().len() {
            given if given == size => Ok(random),
            given => Err(ProtocolError::Length { asked: size, given }.into()),
        }
    }
}}
