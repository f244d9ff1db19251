//! `[[provider]]`: what an operator may write about the places where keys live.

use keystead_daemon::config::{Kind, known_keys};
use serde::Deserialize;

use super::pin::Pin;

/// `[[provider]]`: a place where keys live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderConfig {
    /// `kind = "software"`
    Software(SoftwareConfig),
    /// `kind = "pkcs11"`
    Pkcs11(Pkcs11Config),
    /// `kind = "tpm"`
    Tpm(TpmConfig),
}

pub(super) const PROVIDER_KINDS: &[Kind<ProviderConfig>] = &[
    Kind {
        name: "software",
        keys: known_keys::<SoftwareConfig>,
        read: |section| ProviderConfig::Software(section.read()),
    },
    Kind { name: "pkcs11", keys: known_keys::<Pkcs11Config>, read: |section| ProviderConfig::Pkcs11(section.read()) },
    Kind { name: "tpm", keys: known_keys::<TpmConfig>, read: |section| ProviderConfig::Tpm(section.read()) },
];

/// Keys sealed in the service's own store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SoftwareConfig {
    /// What keys remember their provider by; `software` if left out.
    pub name: Option<String>,
    /// The number on the wire that the service must have bound to the name; any if left out.
    pub number: Option<u8>,
    /// As `service.allow_export`, for this provider.
    pub allow_export: Option<bool>,
    /// Threads for slow operations; as many as there are cores if left out.
    pub workers: Option<u64>,
    /// What does the cryptography.
    pub engine: EngineConfig,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
}

/// What does the cryptography of a software provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineConfig {
    /// AWS-LC, with others where it lacks something.
    #[default]
    AwsLc,
    /// Mbed TLS, which only services of the feature `mbed-tls` have.
    MbedTls,
}

/// Keys in a token that a PKCS#11 module speaks to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pkcs11Config {
    /// What keys remember their provider by; `pkcs11` if left out.
    pub name: Option<String>,
    /// The number on the wire that the service must have bound to the name; any if left out.
    pub number: Option<u8>,
    /// As `service.allow_export`, for this provider.
    pub allow_export: Option<bool>,
    /// The module: a shared library.
    pub library_path: Option<String>,
    /// The token, by its label.
    pub token_label: Option<String>,
    /// The token, by its serial number.
    pub serial_number: Option<String>,
    /// The token, by the number of its slot.
    pub slot: Option<u64>,
    /// The user's PIN, as text.
    pub user_pin: Option<Pin>,
    /// A file that holds the PIN, byte for byte.
    pub user_pin_file: Option<String>,
    /// A systemd credential that holds the PIN, byte for byte.
    pub user_pin_credential: Option<String>,
    /// Sessions with the token, each with a thread of its own; as many as there are cores, and two at least, if left out.
    pub workers: Option<u64>,
    /// Whether the module may be called by several threads at once; yes if left out.
    pub thread_safe: Option<bool>,
    /// Where the module runs.
    pub isolation: IsolationConfig,
    /// Whether PKCS#1 v1.5 decryption is left to a token that does not offer RSA without padding.
    pub allow_token_unpadding: bool,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
    /// Whether verification and encryption are done in software, with the public key, where the token cannot.
    pub public_keys_in_software: bool,
}

/// Where a PKCS#11 module runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationConfig {
    /// In the service's process.
    #[default]
    None,
    /// In a process of its own.
    Process,
}

/// Keys wrapped by a TPM 2.0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TpmConfig {
    /// What keys remember their provider by; `tpm` if left out.
    pub name: Option<String>,
    /// The number on the wire that the service must have bound to the name; any if left out.
    pub number: Option<u8>,
    /// As `service.allow_export`, for this provider.
    pub allow_export: Option<bool>,
    /// How the TPM is reached, as `device:/dev/tpmrm0`.
    pub tcti: Option<String>,
    /// A file that holds the authorisation value of the owner hierarchy, byte for byte.
    pub owner_auth_file: Option<String>,
    /// A systemd credential that holds it, byte for byte.
    pub owner_auth_credential: Option<String>,
    /// Whether commands are authorised by HMAC and their secret parameters encrypted; if left out, with a `device` only.
    pub encrypted_sessions: Option<bool>,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
    /// Whether verification and encryption are done in software, with the public key, where the TPM cannot.
    pub public_keys_in_software: bool,
}
