//! Making, keeping and giving away keys.

use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError};

use crate::tpm::Tpm;

impl KeyVault for Tpm {
    fn generates(&self, key: KeyShape) -> bool {
        !key.key_type.is_public() && self.properties().is_some_and(|properties| properties.holds(key))
    }

    fn imports(&self, key: KeyShape) -> bool {
        self.properties().is_some_and(|properties| properties.holds(key))
    }

    fn exports(&self, key: KeyShape) -> bool {
        key.key_type.is_public() && self.imports(key)
    }

    fn generate(&self, _new: NewKey<'_>) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("no such key can be generated"))
    }

    fn import(&self, _new: NewKey<'_>, _material: &SecretBytes) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("no such key can be imported"))
    }

    fn public_key(&self, _key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("no such key"))
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        self.public_key(key).map(SecretBytes::new)
    }

    fn destroy(&self, tag: KeyTag, _handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        self.forget(tag)
    }
}
