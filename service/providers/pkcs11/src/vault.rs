//! Making, keeping and destroying keys.

use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError};

use crate::token::Token;

impl KeyVault for Token {
    fn generates(&self, _key: KeyShape) -> bool {
        false
    }

    fn imports(&self, _key: KeyShape) -> bool {
        false
    }

    fn exports(&self, _key: KeyShape) -> bool {
        false
    }

    fn generate(&self, _key: NewKey<'_>) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("keys are not made here yet"))
    }

    fn import(&self, _key: NewKey<'_>, _material: &SecretBytes) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("keys are not taken over here yet"))
    }

    fn public_key(&self, _key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("keys are not given away here yet"))
    }

    fn export(&self, _key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        Err(ProviderError::not_supported("keys are not given away here yet"))
    }

    fn destroy(&self, _tag: KeyTag, _handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        Ok(())
    }
}
