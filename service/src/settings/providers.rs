//! `[[provider]]`: the places where keys live.

mod pkcs11;
mod software;
mod tpm;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use keystead_interface::codes::ProviderNumber;

pub use pkcs11::{Pkcs11Settings, Token};
pub use software::{Engine, SoftwareSettings};
#[cfg(feature = "tpm")]
pub use tpm::TpmSettings;

use super::checklist::Checklist;
use super::secret::SecretSource;
use crate::config::{Config, ProviderConfig};

/// The longest name of a provider, in bytes: it stands in every key's address, in logs and in descriptions.
const MAX_PROVIDER_NAME_BYTES: usize = 64;

/// The most threads for slow operations of one provider: more than the cores of any host that we know.
const MAX_WORKERS: u64 = 256;

/// The most providers: the well-known numbers and 16 to 255 (wire contract 6.5).
const MAX_PROVIDERS: usize = 240;

/// One place where keys live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// What keys remember their provider by: unique; 1 to 64 letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The number on the wire that the operator relies on: the kind's own or 16 to 255, unique. The store binds
    /// numbers to names (wire contract 6.5); the service does not start with another than this.
    pub number: Option<ProviderNumber>,
    /// Whether keys whose policy says so may leave this provider.
    pub allow_export: bool,
    /// What it is.
    pub backend: BackendSettings,
}

/// What a provider is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendSettings {
    /// Keys sealed in the service's own store.
    Software(SoftwareSettings),
    /// Keys in a PKCS#11 token.
    Pkcs11(Pkcs11Settings),
    /// Keys wrapped by a TPM.
    #[cfg(feature = "tpm")]
    Tpm(TpmSettings),
}

impl ProviderSettings {
    /// Whether a PIN of it is written in the configuration itself.
    pub(super) fn shows_pin(&self) -> bool {
        matches!(
            &self.backend,
            BackendSettings::Pkcs11(Pkcs11Settings { user_pin: Some(SecretSource::Written(_)), .. })
        )
    }
}

impl BackendSettings {
    /// The number that the first provider of this kind has if it is not given another.
    pub fn well_known_number(&self) -> ProviderNumber {
        match self {
            BackendSettings::Software(_) => ProviderNumber::SOFTWARE,
            BackendSettings::Pkcs11(_) => ProviderNumber::PKCS11,
            #[cfg(feature = "tpm")]
            BackendSettings::Tpm(_) => ProviderNumber::TPM,
        }
    }
}

pub(super) fn check(config: &Config, checklist: &mut Checklist<'_>) -> Vec<ProviderSettings> {
    if config.providers.is_empty() {
        checklist.complain("provider", "there is none; add [[provider]] with kind = \"software\"");
    }
    if config.providers.len() > MAX_PROVIDERS {
        let text = format!("there are {}; at most {MAX_PROVIDERS} are possible", config.providers.len());
        checklist.complain("provider", text);
    }
    let mut settings = Vec::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut numbers: BTreeMap<u8, String> = BTreeMap::new();
    for (index, provider) in config.providers.iter().enumerate() {
        let Some(provider) = provider else { continue };
        let path = format!("provider[{index}]");
        let checked = match provider {
            ProviderConfig::Software(software) => Some(software::check(software, config, &path, checklist)),
            ProviderConfig::Pkcs11(pkcs11) => Some(pkcs11::check(pkcs11, config, &path, checklist)),
            ProviderConfig::Tpm(tpm) => tpm::check(tpm, config, &path, checklist),
        };
        let Some(checked) = checked else { continue };
        if let Some(first) = names.insert(checked.name.clone(), path.clone()) {
            let at = checklist.at(&format!("{first}.name"));
            let text = format!("{:?} is the name of {first} too{at}; give each its own", checked.name);
            checklist.complain(&format!("{path}.name"), text);
        }
        if let Some(number) = checked.number
            && let Some(first) = numbers.insert(number.0, path.clone())
        {
            let at = checklist.at(&format!("{first}.number"));
            let text = format!("{} is the number of {first} too{at}; give each its own, or none", number.0);
            checklist.complain(&format!("{path}.number"), text);
        }
        settings.push(checked);
    }
    settings
}

/// What is written of a count of threads.
fn workers(workers: Option<u64>, path: &str, checklist: &mut Checklist<'_>) -> Option<NonZeroUsize> {
    let workers = checklist.within(&format!("{path}.workers"), workers?, 1..=MAX_WORKERS);
    // The range is one of usize.
    NonZeroUsize::new(workers as usize)
}

fn name(name: &str, path: &str, checklist: &mut Checklist<'_>) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if name.is_empty() || name.len() > MAX_PROVIDER_NAME_BYTES || !name.bytes().all(allowed) {
        let text =
            format!("{name:?} is not a provider's name; use 1 to {MAX_PROVIDER_NAME_BYTES} of A-Z a-z 0-9 . _ -");
        checklist.complain(&format!("{path}.name"), text);
    }
    name.to_owned()
}

fn number(
    number: Option<u8>,
    well_known: ProviderNumber,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> Option<ProviderNumber> {
    let number = ProviderNumber(number?);
    if number != well_known && number < ProviderNumber::FIRST_EXTENDED {
        let (own, first) = (well_known.0, ProviderNumber::FIRST_EXTENDED.0);
        let text =
            format!("{} is not possible; this kind's number is {own}, further ones have {first} to 255", number.0);
        checklist.complain(&format!("{path}.number"), text);
    }
    Some(number)
}
