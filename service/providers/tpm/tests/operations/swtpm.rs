//! A TPM of a test's own, in a process of its own.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_tpm::{Settings, TpmProvider};
use tempfile::TempDir;

/// A new TPM, which ends with the value.
pub struct Swtpm {
    process: Child,
    port: u16,
    _state: TempDir,
}

impl Swtpm {
    /// Starts it, and waits until it can be reached.
    pub fn start() -> Self {
        // Somebody may take a port between the moment that it was found free and the start.
        (0..10).find_map(|_| Self::try_start()).expect("swtpm starts")
    }

    fn try_start() -> Option<Self> {
        let state = tempfile::tempdir().unwrap();
        let port = two_free_ports();
        let process = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear", "--tpmstate"])
            .arg(format!("dir={}", state.path().display()))
            .arg("--server")
            .arg(format!("type=tcp,port={port}"))
            .arg("--ctrl")
            .arg(format!("type=tcp,port={}", port + 1))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("swtpm is installed");
        let mut swtpm = Swtpm { process, port, _state: state };
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if TcpStream::connect(("127.0.0.1", port + 1)).is_ok() {
                return Some(swtpm);
            }
            if swtpm.process.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::yield_now();
        }
        None
    }

    /// A provider that is connected to it.
    pub fn provider(&self) -> TpmProvider {
        let settings = Settings {
            description: "a test's TPM".to_owned(),
            tcti: self.tcti().parse().unwrap(),
            owner_auth: None,
            encrypted_sessions: false,
        };
        let provider = TpmProvider::new(settings);
        provider.connect().unwrap();
        provider
    }

    /// How it is reached.
    pub fn tcti(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.port)
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first of two ports in a row that nobody uses.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
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
