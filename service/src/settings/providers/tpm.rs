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
    /// How it is reached.
    pub tcti: keystead_provider_tpm::Tcti,
    /// Where the authorisation value of the owner hierarchy is; `None` if it has none.
    pub owner_auth: Option<SecretSource>,
    /// Whether commands are authorised by HMAC and their secret parameters encrypted.
    pub encrypted_sessions: bool,
    /// Whether what public keys are for is done in software where the TPM cannot.
    pub public_keys_in_software: bool,
}

/// None if there can be none, which was complained of.
#[cfg(feature = "tpm")]
pub(super) fn check(
    config: &TpmConfig,
    whole: &Config,
    path: &str,
    checklist: &mut Checklist<'_>,
) -> Option<ProviderSettings> {
    let at = format!("{path}.tcti");
    let tcti: keystead_provider_tpm::Tcti = match config.tcti.as_deref().map(str::parse) {
        Some(Ok(tcti)) => tcti,
        Some(Err(error)) => {
            checklist.complain(&at, format!("{error}"));
            return None;
        }
        None => {
            checklist.complain(&at, "missing; write how the TPM is reached, as in \"device:/dev/tpmrm0\"");
            return None;
        }
    };
    let encrypted_sessions = config.encrypted_sessions.unwrap_or(tcti.is_hardware());
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
