//! The keys in use, a bounded number of them: opened from the store once, and shared read-only from then on.

use std::num::NonZeroUsize;
use std::sync::Arc;

use keystead_keystore::KeyAddress;
use lru::LruCache;
use parking_lot::Mutex;

use super::OpenKey;
use crate::limits::MAX_KEPT_NAME_BYTES;

/// Keys by address, the least recently used of them dropped first.
pub(super) struct OpenKeys(Mutex<Inner>);

struct Inner {
    keys: LruCache<KeyAddress, Arc<OpenKey>>,
    /// How many keys were forgotten so far.
    forgotten: u64,
}

/// A moment in the life of the cache; a key that was read from the store before something was destroyed is not kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(u64);

impl OpenKeys {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        // Grows as it is needed: a service that uses few keys pays for few.
        let mut keys = LruCache::unbounded();
        keys.resize(capacity);
        OpenKeys(Mutex::new(Inner { keys, forgotten: 0 }))
    }

    pub(super) fn get(&self, address: &KeyAddress) -> Option<Arc<OpenKey>> {
        self.0.lock().keys.get(address).map(Arc::clone)
    }

    /// To be asked before the store is read.
    pub(super) fn moment(&self) -> Moment {
        Moment(self.0.lock().forgotten)
    }

    /// Keeps a key that was read since `moment`, unless some key was destroyed meanwhile: it could be this one.
    pub(super) fn keep(&self, address: KeyAddress, key: &Arc<OpenKey>, moment: Moment) {
        if address.name.as_str().len() > MAX_KEPT_NAME_BYTES {
            return;
        }
        let mut inner = self.0.lock();
        if moment == Moment(inner.forgotten) {
            inner.keys.put(address, Arc::clone(key));
        }
    }

    /// To be called when a key was destroyed in the store, and before that is acknowledged.
    pub(super) fn forget(&self, address: &KeyAddress) {
        let mut inner = self.0.lock();
        inner.forgotten += 1;
        inner.keys.pop(address);
    }
}
