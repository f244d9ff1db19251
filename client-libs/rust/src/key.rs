//! A key by its name, used with its own algorithm.

use std::sync::OnceLock;

use keystead_interface::algorithm::{
    Aead, Algorithm, AsymmetricSignature, Hash, KeyAgreement, Mac, RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::KeyAttributes;
use keystead_interface::names::KeyName;
use keystead_interface::secret::SecretBytes;

use crate::client::Client;
use crate::error::{Error, Result};

/// A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.
///
/// Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy
/// permits any hash is used with SHA-256. To choose an algorithm, call the client's methods by name.
pub struct Key {
    client: Client,
    name: KeyName,
    attributes: OnceLock<KeyAttributes>,
}

impl Key {
    pub(crate) fn new(client: Client, name: KeyName) -> Key {
        Key { client, name, attributes: OnceLock::new() }
    }

    /// A key whose attributes are known.
    pub(crate) fn known(client: Client, name: KeyName, attributes: KeyAttributes) -> Key {
        Key { client, name, attributes: OnceLock::from(attributes) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Type, size and policy, asked from the service once. A volatile key's are known to the handle that made it alone, as
    /// they were asked for: no list has it.
    pub fn attributes(&self) -> Result<KeyAttributes> {
        if let Some(attributes) = self.attributes.get() {
            return Ok(*attributes);
        }
        let attributes = self.client.key_attributes(self.name())?;
        Ok(*self.attributes.get_or_init(|| attributes))
    }

    /// The public half; see [`Client::public_key`].
    pub fn public_key(&self) -> Result<Vec<u8>> {
        self.client.public_key(self.name())
    }

    /// The key itself, if its usage flags allow it.
    pub fn export(&self) -> Result<SecretBytes> {
        self.client.export(self.name())
    }

    /// Destroys the key.
    pub fn destroy(self) -> Result<()> {
        self.client.destroy(self.name())
    }

    /// Hashes a message in the service and signs the hash.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.client.sign_message(self.name(), self.signature_algorithm()?, message)
    }

    /// The same with another algorithm that the key's policy permits: another hash, if it takes any.
    pub fn sign_with(&self, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>> {
        self.client.sign_message(self.name(), alg, message)
    }

    /// Whether the signature over the message is right.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool> {
        yes_or_no(self.client.verify_message(self.name(), self.signature_algorithm()?, message, signature))
    }

    /// Encrypts and authenticates under a random nonce; the result is nonce ‖ ciphertext ‖ tag.
    ///
    /// The nonce has 12 bytes from the service: with AES, make a new key after 2³² messages.
    pub fn seal(&self, additional_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
        let alg = self.aead_algorithm()?;
        let nonce = self.client.random(NONCE_BYTES)?.into_exposed();
        let ciphertext = self.client.aead_encrypt(self.name(), alg, &nonce, additional_data, plaintext)?;
        Ok([nonce, ciphertext].concat())
    }

    /// Checks and decrypts what [`Key::seal`] made, with the same additional data.
    pub fn open(&self, additional_data: &[u8], sealed: &[u8]) -> Result<SecretBytes> {
        let alg = self.aead_algorithm()?;
        let (nonce, ciphertext) = sealed.split_at(sealed.len().min(NONCE_BYTES));
        self.client.aead_decrypt(self.name(), alg, nonce, additional_data, ciphertext)
    }

    /// Computes a MAC over the input.
    pub fn mac(&self, input: &[u8]) -> Result<Vec<u8>> {
        self.client.mac_compute(self.name(), self.mac_algorithm()?, input)
    }

    /// Whether the MAC over the input is right.
    pub fn verify_mac(&self, input: &[u8], mac: &[u8]) -> Result<bool> {
        yes_or_no(self.client.mac_verify(self.name(), self.mac_algorithm()?, input, mac))
    }

    /// Agrees on a secret with the owner of a public key; see [`Client::raw_key_agreement`].
    pub fn agree(&self, peer_key: &[u8]) -> Result<SecretBytes> {
        self.client.raw_key_agreement(self.name(), self.agreement_algorithm()?, peer_key)
    }

    fn signature_algorithm(&self) -> Result<AsymmetricSignature> {
        match self.attributes()?.algorithm() {
            Algorithm::AsymmetricSignature(alg) => match alg.hash() {
                Some(SignHash::Any) => Ok(alg.with_hash(SignHash::Specific(Hash::Sha256))),
                Some(SignHash::Specific(_)) => Ok(alg),
                None => Err(Error::WrongAlgorithm("signing messages")),
            },
            _ => Err(Error::WrongAlgorithm("signing")),
        }
    }

    fn aead_algorithm(&self) -> Result<Aead> {
        match self.attributes()?.algorithm() {
            Algorithm::Aead(alg) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("authenticated encryption")),
        }
    }

    fn mac_algorithm(&self) -> Result<Mac> {
        match self.attributes()?.algorithm() {
            Algorithm::Mac(alg) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("authentication codes")),
        }
    }

    fn agreement_algorithm(&self) -> Result<RawKeyAgreement> {
        match self.attributes()?.algorithm() {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("raw key agreement")),
        }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// A nonce that GCM, CCM and ChaCha20-Poly1305 all take.
const NONCE_BYTES: usize = 12;

/// A wrong signature is an answer and not a failure.
fn yes_or_no(verified: Result<()>) -> Result<bool> {
    use keystead_interface::status::Status;
    match verified {
        Ok(()) => Ok(true),
        Err(Error::Refused { status: Status::PsaErrorInvalidSignature, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
