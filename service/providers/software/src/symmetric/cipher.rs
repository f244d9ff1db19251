//! Unauthenticated encryption.

use keystead_interface::algorithm::Cipher;
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError, UnauthenticatedCipher};

use crate::symmetric::Symmetric;

impl UnauthenticatedCipher for Symmetric {
    fn supports(&self, _: KeyShape, _: Cipher) -> bool {
        false
    }

    fn encrypt(&self, _: Key<'_>, _: Cipher, _: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("no such cipher"))
    }

    fn decrypt(&self, _: Key<'_>, _: Cipher, _: &[u8]) -> Result<SecretBytes, ProviderError> {
        Err(ProviderError::not_supported("no such cipher"))
    }
}
