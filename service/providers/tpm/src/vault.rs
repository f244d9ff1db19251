//! Making, keeping and giving away keys.

use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError};

use crate::blob::Blob;
use crate::tpm::Tpm;
use crate::{generating, importing, public};

impl KeyVault for Tpm {
    fn generates(&self, key: KeyShape) -> bool {
        !key.key_type.is_public() && self.properties().is_some_and(|properties| properties.holds(key))
    }

    fn imports(&self, key: KeyShape) -> bool {
        self.properties().is_some_and(|properties| importing::takes(&properties, key))
    }

    fn exports(&self, key: KeyShape) -> bool {
        key.key_type.is_public() && self.imports(key)
    }

    fn generate(&self, new: NewKey<'_>) -> Result<Created, ProviderError> {
        generating::generate(self, new.attributes)
    }

    fn import(&self, new: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError> {
        let key = new.attributes;
        match key.key_type() {
            KeyType::RsaPublicKey | KeyType::EccPublicKey(_) => importing::public(self, key, material.expose()),
            KeyType::RsaKeyPair => importing::rsa(self, key, material.expose()),
            KeyType::EccKeyPair(_) => importing::ecc(self, key, material.expose()),
            KeyType::Hmac | KeyType::Aes => importing::symmetric(self, key, material),
            _ => Err(ProviderError::not_supported("no such key can be imported")),
        }
    }

    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        public::write(&Blob::of(&key)?.public)
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        if !key.attributes.key_type().is_public() {
            return Err(ProviderError::not_supported("a TPM gives no key away"));
        }
        self.public_key(key).map(SecretBytes::new)
    }

    fn destroy(&self, tag: KeyTag, _handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        self.forget(tag);
        Ok(())
    }
}
