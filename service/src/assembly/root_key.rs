//! Where the storage root key is to be, by the settings.

use std::sync::Arc;

use keystead_interface::secret::SecretBytes;
use keystead_keystore::root_key::RootKeySource;
use keystead_provider::{Provider, ProviderError, Sealing};

use crate::settings::StorageRootKeySettings;

/// The place that the settings name. `provider` finds the backend of a provider's name.
pub(super) fn source(
    settings: &StorageRootKeySettings,
    provider: impl FnOnce(&str) -> Option<Arc<dyn Provider>>,
) -> Option<RootKeySource> {
    Some(match settings {
        StorageRootKeySettings::File(path) => RootKeySource::File(path.clone()),
        StorageRootKeySettings::Credential(name) => RootKeySource::Credential(name.clone()),
        StorageRootKeySettings::Environment(variable) => RootKeySource::Environment(variable.clone()),
        StorageRootKeySettings::Provider(name) => {
            RootKeySource::Sealed { provider: name.clone(), sealing: Arc::new(Token(provider(name)?)) }
        }
    })
}

/// A provider's token that seals. It is connected if it never was, which is before there are requests. Later it finds its own
/// token again by itself, and no other: which token it may use then is for the service to say.
struct Token(Arc<dyn Provider>);

impl Token {
    fn sealing(&self) -> Result<&dyn Sealing, ProviderError> {
        if self.0.capabilities().sealing.is_none() {
            self.0.connect()?;
        }
        let sealing = self.0.capabilities().sealing;
        sealing
            .map(|sealing| sealing as &dyn Sealing)
            .ok_or_else(|| ProviderError::not_supported("the provider seals nothing"))
    }
}

impl Sealing for Token {
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        self.sealing()?.seal(secret)
    }

    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError> {
        self.sealing()?.unseal(sealed)
    }
}
