//! The provider: what the service sees.

use keystead_interface::codes::ProviderNumber;
use keystead_provider::{
    Capabilities, KeyVault, Provider, ProviderError, ProviderInfo, Residence, TokenIdentity, Work,
};
use tss_esapi::constants::CommandCode;

use crate::settings::Settings;
use crate::tpm::Tpm;

/// Keys in a TPM.
pub struct TpmProvider {
    info: ProviderInfo,
    tpm: Tpm,
}

impl TpmProvider {
    /// A provider that has not looked for its TPM yet.
    pub fn new(settings: Settings) -> Self {
        let info = ProviderInfo {
            well_known: ProviderNumber::TPM,
            uuid: "1e4954a4-ff21-46d3-ab0c-661eeb667e1d",
            description: settings.description.clone(),
            vendor: "Keystead".to_owned(),
            version: (
                number(env!("CARGO_PKG_VERSION_MAJOR")),
                number(env!("CARGO_PKG_VERSION_MINOR")),
                number(env!("CARGO_PKG_VERSION_PATCH")),
            ),
            residence: Residence::Handle,
        };
        TpmProvider { info, tpm: Tpm::new(settings) }
    }
}

impl Provider for TpmProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn vault(&self) -> &dyn KeyVault {
        &self.tpm
    }

    fn capabilities(&self) -> Capabilities<'_> {
        let Some(properties) = self.tpm.properties() else { return Capabilities::default() };
        Capabilities {
            signing: Some(&self.tpm),
            asymmetric_encryption: Some(&self.tpm),
            cipher: if properties.has_command(CommandCode::EncryptDecrypt2) { Some(&self.tpm) } else { None },
            mac: if properties.has_command(CommandCode::Hmac) { Some(&self.tpm) } else { None },
            key_agreement: if properties.has_command(CommandCode::EcdhZGen) { Some(&self.tpm) } else { None },
            random: Some(&self.tpm),
            attestation: if properties.has_command(CommandCode::ActivateCredential) { Some(&self.tpm) } else { None },
            sealing: Some(&self.tpm),
            vouching: if properties.has_command(CommandCode::Quote) { Some(&self.tpm) } else { None },
            ..Capabilities::default()
        }
    }

    fn is_quick(&self, _work: Work<'_>) -> bool {
        false
    }

    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        self.tpm.connect().map(Some)
    }

    fn health(&self) -> Result<(), ProviderError> {
        self.tpm.health()
    }
}

/// A part of the version, which cargo has checked to be a number.
const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}
