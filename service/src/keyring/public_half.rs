//! The public half of a key for use elsewhere: in software, where the token cannot do what a public key is for.

use std::sync::Arc;

use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_provider::{Key, KeyHandle, KeyTag, Prepared, Work};

use super::UsableKey;
use crate::error::Failure;
use crate::providers::ConfiguredProvider;

/// A public key that was taken out of its token. It stays with the open key that it is half of.
pub struct PublicHalf {
    tag: KeyTag,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

impl PublicHalf {
    /// The key as a provider in software wants it.
    pub fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }
}

impl UsableKey {
    /// What it is without its private half.
    pub fn public_attributes(&self) -> KeyAttributes {
        let whole = self.attributes();
        let key_type = match whole.key_type() {
            KeyType::RsaKeyPair => KeyType::RsaPublicKey,
            KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
            KeyType::DhKeyPair(family) => KeyType::DhPublicKey(family),
            other => other,
        };
        KeyAttributes::new(key_type, whole.bits(), whole.usage(), whole.algorithm())
    }

    /// Its public half, which the provider is asked for once while the key is open.
    pub async fn public_half(&self, provider: &ConfiguredProvider) -> Result<Arc<PublicHalf>, Failure> {
        if let Some(half) = self.0.public_half.get() {
            return Ok(Arc::clone(half));
        }
        let (attributes, whole) = (*self.attributes(), UsableKey(Arc::clone(&self.0)));
        let tenant = Some(&self.0.tenant);
        let give = move |backend: &dyn keystead_provider::Provider| backend.vault().public_key(whole.key());
        let bytes = provider.run(tenant, Work::Export(&attributes), give).await?;
        let half = PublicHalf {
            tag: self.0.record.tag,
            attributes: self.public_attributes(),
            handle: KeyHandle::new(bytes),
            prepared: Prepared::default(),
        };
        Ok(Arc::clone(self.0.public_half.get_or_init(|| Arc::new(half))))
    }
}
