//! Keystead's software provider: keys as plain material in their handles, cryptography by AWS-LC.
//!
//! The provider remembers nothing: a handle is the key itself in the format of wire contract 4.2, and the service seals
//! it. In reading order: `vault` makes keys; `asymmetric` is what keys of RSA (`rsa`) and on the `curves`
//! (`ec`, `montgomery`) can do; `symmetric`, `hashing` and `random` are the rest. `aws_lc` is the only place
//! that sees AWS-LC's C.
//!
//! With the feature `mbed-tls` there is a second engine, `mbed_tls`, of less ability: it is what the first is compared with.

mod asymmetric;
mod aws_lc;
mod curves;
mod ec;
mod hashing;
#[cfg(feature = "mbed-tls")]
mod mbed_tls;
mod montgomery;
mod random;
mod rsa;
mod stack;
mod symmetric;
mod vault;

use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_interface::codes::ProviderNumber;
use keystead_provider::{Capabilities, Half, KeyVault, Provider, ProviderInfo, Residence, Work};

#[cfg(feature = "mbed-tls")]
pub use crate::mbed_tls::MbedTlsProvider;

use crate::asymmetric::Asymmetric;
use crate::curves::Curve;
use crate::hashing::Hashes;
use crate::random::SystemRandom;
use crate::symmetric::Symmetric;
use crate::vault::Vault;

/// The longest input, in bytes, that is hashed, enciphered or authenticated where its request was read. A quick piece of
/// work may take about 100 µs; as measured, this takes 11 with SHA-256, 63 with RIPEMD-160, and with SHA3-512, the
/// slowest, 120.
const QUICK_BYTES: usize = 16 * 1024;

/// The same for Camellia, which the processor does not help with: up to 48 µs, and 184 for [`QUICK_BYTES`].
const QUICK_CAMELLIA_BYTES: usize = 4 * 1024;

/// What an operator can choose about a software provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What clients are shown; it tells several software providers apart.
    pub description: String,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted
    /// ([`keystead_provider::rsa::RejectionSecret`]).
    pub implicit_rejection: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { description: "Software cryptography".to_owned(), implicit_rejection: false }
    }
}

/// Keys in software. It holds no state but its settings, so that any number of threads may use it and any number of it may exist.
pub struct SoftwareProvider {
    info: ProviderInfo,
    asymmetric: Asymmetric,
}

impl SoftwareProvider {
    /// A provider that works at once.
    pub fn new(settings: Settings) -> Self {
        let asymmetric = Asymmetric { implicit_rejection: settings.implicit_rejection };
        SoftwareProvider { info: info(settings), asymmetric }
    }
}

impl Provider for SoftwareProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn vault(&self) -> &dyn KeyVault {
        &Vault
    }

    fn capabilities(&self) -> Capabilities<'_> {
        Capabilities {
            signing: Some(&self.asymmetric),
            asymmetric_encryption: Some(&self.asymmetric),
            aead: Some(&Symmetric),
            cipher: Some(&Symmetric),
            mac: Some(&Symmetric),
            hash: Some(&Hashes),
            key_agreement: Some(&self.asymmetric),
            random: Some(&SystemRandom),
            ..Capabilities::default()
        }
    }

    fn is_quick(&self, work: Work<'_>) -> bool {
        match work {
            Work::Generate(key) => key.key_type() != KeyType::RsaKeyPair && has_quick_arithmetic(key),
            Work::Import(key) | Work::Export(key) => key.key_type().is_public() || has_quick_arithmetic(key),
            Work::Destroy => true,
            Work::Use { key, half, bytes, .. } => match key.key_type() {
                // A pair is parsed and checked whole at its first use, whichever half that is of.
                KeyType::RsaPublicKey => half == Half::Public && bytes <= QUICK_BYTES,
                KeyType::Camellia => bytes <= QUICK_CAMELLIA_BYTES,
                _ => bytes <= QUICK_BYTES && has_quick_arithmetic(key),
            },
            Work::Keyless { bytes } => bytes <= QUICK_BYTES,
        }
    }
}

/// What clients see of a software provider, whatever its engine: they are one kind, and a key of one is a key of the other.
fn info(settings: Settings) -> ProviderInfo {
    ProviderInfo {
        well_known: ProviderNumber::SOFTWARE,
        uuid: "1c1139dc-ad7c-47dc-ad6b-db6fdb466552",
        description: settings.description,
        vendor: "Keystead".to_owned(),
        version: (
            number(env!("CARGO_PKG_VERSION_MAJOR")),
            number(env!("CARGO_PKG_VERSION_MINOR")),
            number(env!("CARGO_PKG_VERSION_PATCH")),
        ),
        residence: Residence::Handle,
    }
}

/// Whether the private half of such a key does its work within 100 µs; symmetric keys always do.
fn has_quick_arithmetic(key: &KeyAttributes) -> bool {
    match key.key_type() {
        KeyType::RsaKeyPair => false,
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => Curve::matching(key.shape()).all(|curve| curve.quick),
        _ => true,
    }
}

/// A part of the version, which cargo has checked to be a number.
const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}
