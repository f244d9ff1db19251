//! `kind = "tpm"`: keys wrapped by a TPM 2.0.

use super::ProviderSettings;
#[cfg(feature = "tpm")]
use super::{BackendSettings, name, number};
use crate::config::{Config, TpmConfig};
use crate::settings::checklist::Checklist;
#[cfg(feature = "tpm")]
use crate::settings::secret::{SecretSource, secret_source};

/// A TPM, and how it is spoken to.
#[cfg(feature = "tpm")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TpmSettings {
    /// How it is reached: one of [`WAYS`], and what the TPM's library makes of the rest.
    pub tcti: String,
    /// Where the authorisation value of the owner hierarchy is; `None` if it has none.
    pub owner_auth: Option<SecretSource>,
    /// Whether commands are authorised by HMAC and their secret parameters encrypted.
    pub encrypted_sessions: bool,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted.
    pub implicit_rejection: bool,
    /// Whether what public keys are for is done in software where the TPM cannot.
    pub public_keys_in_software: bool,
}

/// A way to a TPM.
#[cfg(feature = "tpm")]
struct Way {
    name: &'static str,
    /// Whether the TPM may be a chip whose wires somebody could listen to.
    on_a_bus: bool,
}

/// The ways that there are.
#[cfg(feature = "tpm")]
const WAYS: &[Way] = &[
    Way { name: "device", on_a_bus: true },
    Way { name: "tabrmd", on_a_bus: true },
    Way { name: "swtpm", on_a_bus: false },
    Way { name: "mssim", on_a_bus: false },
];

/// None if there can be none, which was complained of.
#[cfg(feature = "tpm")]
pub(super) fn check(
    config: &TpmConfig,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> Option<ProviderSettings> {
    let at = format!("{path}.tcti");
    let tcti = config.tcti.clone().unwrap_or_default();
    let way = WAYS.iter().find(|way| tcti.split(':').next() == Some(way.name));
    if tcti.is_empty() {
        checklist.complain(&at, "missing; write how the TPM is reached, as in \"device:/dev/tpmrm0\"");
    } else if way.is_none() {
        let text =
            format!("{tcti:?} leads to no TPM; it begins with \"device:\", \"tabrmd:\", \"swtpm:\" or \"mssim:\"");
        checklist.complain(&at, text);
    }
    let on_a_bus = way.is_some_and(|way| way.on_a_bus);
    let encrypted_sessions = config.encrypted_sessions.unwrap_or(on_a_bus);
    let owner_auth = secret_source(
        [
            ("owner_auth_file", config.owner_auth_file.clone().map(|file| SecretSource::File(file.into()))),
            ("owner_auth_credential", config.owner_auth_credential.clone().map(SecretSource::Credential)),
        ],
        path,
        checklist,
    );
    let backend = BackendSettings::Tpm(TpmSettings {
        tcti,
        owner_auth,
        encrypted_sessions,
        implicit_rejection: config.implicit_rejection,
        public_keys_in_software: config.public_keys_in_software,
    });
    Some(ProviderSettings {
        name: name(config.name.as_deref().unwrap_or("tpm"), path, checklist),
        number: number(config.number, backend.well_known_number(), path, checklist),
        allow_export: config.allow_export.unwrap_or(whole.service.allow_export),
        backend,
    })
}

/// There can be none here.
#[cfg(not(feature = "tpm"))]
pub(super) fn check(_: &TpmConfig, _: &Config, path: &str, checklist: &mut Checklist<'_>) -> Option<ProviderSettings> {
    let text = "this service was built without TPMs; build it with `cargo build --release --features tpm` (Debian: \
                libtss2-dev)";
    checklist.complain(&format!("{path}.kind"), text);
    None
}
