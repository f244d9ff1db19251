//! The provider as the service sees it.

use keystead_interface::codes::ProviderNumber;
use keystead_provider::{
    Capabilities, KeyVault, Provider, ProviderError, ProviderInfo, Residence, TokenIdentity, Work,
};

use crate::settings::Settings;
use crate::token::Token;

/// Keys in a PKCS#11 token. To make it asks nothing of the token, which may come later.
pub struct Pkcs11Provider {
    info: ProviderInfo,
    token: Token,
}

impl Pkcs11Provider {
    /// A provider that is ready once [`Provider::connect`] has succeeded.
    pub fn new(settings: Settings) -> Self {
        let info = ProviderInfo {
            well_known: ProviderNumber::PKCS11,
            uuid: "30e39502-eba6-4d60-a4af-c518b7f5e38f",
            description: settings.description.clone(),
            vendor: "Keystead".to_owned(),
            version: (
                number(env!("CARGO_PKG_VERSION_MAJOR")),
                number(env!("CARGO_PKG_VERSION_MINOR")),
                number(env!("CARGO_PKG_VERSION_PATCH")),
            ),
            residence: Residence::Provider,
        };
        Pkcs11Provider { info, token: Token::new(settings) }
    }

    /// The token, for whoever wants to know more of it than the service does.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

impl Provider for Pkcs11Provider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn vault(&self) -> &dyn KeyVault {
        &self.token
    }

    fn capabilities(&self) -> Capabilities<'_> {
        self.token.capabilities()
    }

    /// Never: a token may take any time for anything.
    fn is_quick(&self, _work: Work<'_>) -> bool {
        false
    }

    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        self.token.connect().map(Some)
    }

    fn health(&self) -> Result<(), ProviderError> {
        self.token.health()
    }
}

/// A part of the version, which cargo has checked to be a number.
const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}
