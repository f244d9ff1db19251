//! A key by its name, used with its own algorithm.

use keystead_interface::algorithm::AsymmetricSignature;
use keystead_interface::attributes::KeyAttributes;
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

use crate::error::{Error, Result};
use crate::methods::{both, methods};

pub use blocking::Key;

both! {
    /// A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.
    ///
    /// Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy
    /// permits any hash is used with SHA-256. To choose an algorithm, call the client's methods by name.
    pub struct Key(pub(crate) Handle);

    impl Key {
        /// Its name.
        pub fn name(&self) -> &str {
            self.0.name()
        }
    }

    impl std::fmt::Debug for Key {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Key").field("name", &self.name()).finish_non_exhaustive()
        }
    }
}

methods! { impl Key(Handle) {
    /// Type, size and policy, asked from the service once. A volatile key's are known to the handle that made it alone,
    /// as they were asked for: no list has it.
    pub async fn attributes(&self) -> Result<KeyAttributes> {
        self.kept_attributes().await
    }

    /// The public half; see [`Client::public_key`].
    pub async fn public_key(&self) -> Result<Vec<u8>> {
        self.caller.public_key(self.name()).await
    }

    /// The key itself, if its usage flags allow it.
    pub async fn export(&self) -> Result<SecretBytes> {
        self.caller.export(self.name()).await
    }

    /// Destroys the key.
    pub async fn destroy(self) -> Result<()> {
        self.caller.destroy(self.name()).await
    }

    /// Hashes a message in the service and signs the hash.
    pub async fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.caller.sign_message(self.name(), self.signature_algorithm().await?, message).await
    }

    /// The same with another algorithm that the key's policy permits: another hash, if it takes any.
    pub async fn sign_with(&self, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>> {
        self.caller.sign_message(self.name(), alg, message).await
    }

    /// Whether the signature over the message is right.
    pub async fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool> {
        yes_or_no(self.caller.verify_message(self.name(), self.signature_algorithm().await?, message, signature).await)
    }

    /// Encrypts and authenticates under a random nonce; the result is nonce ‖ ciphertext ‖ tag.
    ///
    /// The nonce has 12 bytes from the service: with AES, make a new key after 2³² messages.
    pub async fn seal(&self, additional_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
        let alg = self.aead_algorithm().await?;
        let nonce = self.caller.random(NONCE_BYTES).await?.into_exposed();
        let ciphertext = self.caller.aead_encrypt(self.name(), alg, &nonce, additional_data, plaintext).await?;
        Ok([nonce, ciphertext].concat())
    }

    /// Checks and decrypts what [`Key::seal`] made, with the same additional data.
    pub async fn open(&self, additional_data: &[u8], sealed: &[u8]) -> Result<SecretBytes> {
        let alg = self.aead_algorithm().await?;
        let (nonce, ciphertext) = sealed.split_at(sealed.len().min(NONCE_BYTES));
        self.caller.aead_decrypt(self.name(), alg, nonce, additional_data, ciphertext).await
    }

    /// Computes a MAC over the input.
    pub async fn mac(&self, input: &[u8]) -> Result<Vec<u8>> {
        self.caller.mac_compute(self.name(), self.mac_algorithm().await?, input).await
    }

    /// Whether the MAC over the input is right.
    pub async fn verify_mac(&self, input: &[u8], mac: &[u8]) -> Result<bool> {
        yes_or_no(self.caller.mac_verify(self.name(), self.mac_algorithm().await?, input, mac).await)
    }

    /// Agrees on a secret with the owner of a public key; see [`Client::raw_key_agreement`].
    pub async fn agree(&self, peer_key: &[u8]) -> Result<SecretBytes> {
        self.caller.raw_key_agreement(self.name(), self.agreement_algorithm().await?, peer_key).await
    }
}}

/// A nonce that GCM, CCM and ChaCha20-Poly1305 all take.
const NONCE_BYTES: usize = 12;

/// A wrong signature is an answer and not a failure.
fn yes_or_no(verified: Result<()>) -> Result<bool> {
    match verified {
        Ok(()) => Ok(true),
        Err(Error::Refused { status: Status::PsaErrorInvalidSignature, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
