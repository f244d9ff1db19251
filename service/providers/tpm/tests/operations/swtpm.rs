//! Keys as the service would keep them, in a TPM of the test's own.

use std::sync::atomic::{AtomicU64, Ordering};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_tpm::{Settings, TpmProvider};

use crate::process::{Process, settings};

/// A new TPM, which ends with the value.
pub struct Swtpm(Process);

impl Swtpm {
    /// Starts it.
    pub fn start() -> Self {
        Swtpm(Process::new())
    }

    /// A provider that is connected to it.
    pub fn provider(&self) -> TpmProvider {
        let provider = self.0.provider();
        provider.connect().unwrap();
        provider
    }

    /// The same, with commands that are encrypted on their way.
    pub fn encrypting_provider(&self) -> TpmProvider {
        let provider = TpmProvider::new(Settings { encrypted_sessions: true, ..settings(self.0.port) });
        provider.connect().unwrap();
        provider
    }

    /// Runs one of tpm2-tools with it.
    pub fn tool(&self, program: &str, arguments: &[&str]) {
        self.0.tool(program, arguments);
    }
}

/// A key as the service would keep it.
pub struct KeptKey {
    tag: KeyTag,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

impl KeptKey {
    /// Generates a key that may do everything that its algorithm allows.
    pub fn generated(provider: &TpmProvider, key_type: KeyType, bits: u32, algorithm: Algorithm) -> Self {
        Self::with_usage(provider, key_type, bits, usage(algorithm), algorithm)
    }

    /// Generates a key for this use alone.
    pub fn with_usage(
        provider: &TpmProvider,
        key_type: KeyType,
        bits: u32,
        usage: Usage,
        algorithm: Algorithm,
    ) -> Self {
        let attributes = KeyAttributes::new(key_type, bits, usage, algorithm);
        let tag = next_tag();
        let created = provider.vault().generate(NewKey { tag, label: "test", attributes: &attributes }).unwrap();
        Self::new(tag, attributes, created)
    }

    /// Imports a key that may do everything that its algorithm allows.
    pub fn imported(provider: &TpmProvider, key_type: KeyType, algorithm: Algorithm, material: &[u8]) -> Self {
        Self::try_imported(provider, key_type, algorithm, material).unwrap()
    }

    /// The same, if the provider does it.
    pub fn try_imported(
        provider: &TpmProvider,
        key_type: KeyType,
        algorithm: Algorithm,
        material: &[u8],
    ) -> Result<Self, ProviderError> {
        let attributes = KeyAttributes::new(key_type, 0, usage(algorithm), algorithm);
        let tag = next_tag();
        let material = SecretBytes::new(material.to_vec());
        let new = NewKey { tag, label: "test", attributes: &attributes };
        Ok(Self::new(tag, attributes, provider.vault().import(new, &material)?))
    }

    fn new(tag: KeyTag, attributes: KeyAttributes, created: Created) -> Self {
        let attributes = attributes.with_bits(created.bits);
        KeptKey { tag, attributes, handle: created.handle, prepared: Prepared::default() }
    }

    /// As the provider wants it.
    pub fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    /// Its public half.
    pub fn public(&self, provider: &TpmProvider) -> Vec<u8> {
        provider.vault().public_key(self.key()).unwrap()
    }
}

fn next_tag() -> KeyTag {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut tag = [0; 16];
    tag[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    KeyTag(tag)
}

fn usage(algorithm: Algorithm) -> Usage {
    match algorithm {
        Algorithm::AsymmetricSignature(_) | Algorithm::Mac(_) => Usage::SIGN_HASH.and(Usage::VERIFY_HASH),
        Algorithm::KeyAgreement(_) => Usage::DERIVE,
        _ => Usage::ENCRYPT.and(Usage::DECRYPT),
    }
}
