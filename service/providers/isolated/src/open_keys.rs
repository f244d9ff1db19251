//! Keys as they were used before, so that the provider need not look for them again.

use std::num::NonZeroUsize;
use std::sync::Arc;

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, KeyHandle, KeyTag, Prepared, ProviderError};
use lru::LruCache;
use parking_lot::Mutex;

use crate::limits::OPEN_KEYS;
use crate::request::{garbled, read_name};

/// The keys that were used last.
pub(crate) struct OpenKeys(Mutex<LruCache<[u8; 16], Arc<OpenKey>>>);

/// A key with what the provider made of it.
pub(crate) struct OpenKey {
    /// As the request names it.
    name: Vec<u8>,
    tag: KeyTag,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

impl OpenKeys {
    /// None yet.
    pub(crate) fn new() -> OpenKeys {
        OpenKeys(Mutex::new(LruCache::new(NonZeroUsize::new(OPEN_KEYS).unwrap_or(NonZeroUsize::MIN))))
    }

    /// The key of a request.
    pub(crate) fn open(&self, name: &[u8], handle: &[u8]) -> Result<Arc<OpenKey>, ProviderError> {
        let (tag, _) = name.split_first_chunk::<16>().ok_or_else(garbled)?;
        if let Some(key) = self.0.lock().get(tag)
            && key.name == name
            && key.handle.0.expose() == handle
        {
            return Ok(Arc::clone(key));
        }
        let (tag, attributes) = read_name(name)?;
        let handle = KeyHandle(SecretBytes::new(handle.to_vec()));
        let key = Arc::new(OpenKey { name: name.to_vec(), tag, attributes, handle, prepared: Prepared::default() });
        let former = self.0.lock().put(tag.0, Arc::clone(&key));
        // It may be cleared, outside of the lock.
        drop(former);
        Ok(key)
    }

    /// The key is about to be destroyed.
    pub(crate) fn close(&self, tag: KeyTag) {
        let former = self.0.lock().pop(&tag.0);
        drop(former);
    }
}

impl OpenKey {
    /// As the provider takes it.
    pub(crate) fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }
}

#[cfg(test)]
mod tests {
    use keystead_interface::algorithm::Algorithm;
    use keystead_interface::attributes::{KeyType, Usage};

    use super::*;
    use crate::request::name;

    #[test]
    fn a_key_stays_prepared_until_it_is_another_or_closed() {
        let keys = OpenKeys::new();
        let tag = KeyTag([7; 16]);
        let of_bits = |bits| name(tag, &KeyAttributes::new(KeyType::Aes, bits, Usage::ENCRYPT, Algorithm::None));
        let mut prepared = 0;
        let mut open = |name: &[u8], handle: &[u8]| {
            let key = keys.open(name, handle).expect("a key");
            let count = key.key().prepared(|_| {
                prepared += 1;
                Ok(prepared)
            });
            *count.expect("a count")
        };
        assert_eq!((open(&of_bits(128), b"1"), open(&of_bits(128), b"1")), (1, 1));
        assert_eq!((open(&of_bits(256), b"1"), open(&of_bits(256), b"2")), (2, 3));
        keys.close(tag);
        assert_eq!(open(&of_bits(256), b"2"), 4);
        assert!(keys.open(b"short", b"").is_err() && keys.open(&[7; 17], b"").is_err());
    }
}
