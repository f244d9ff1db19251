//! Volatile keys of this process. They are the service's, under names that the library gives them, and end with the process;
//! the service lists them to nobody, so what they are is remembered here.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::codes::ProviderNumber;
use parking_lot::Mutex;

use crate::attributes::{KeyId, VENDOR_IDS};

/// Where a volatile key is, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VolatileKey {
    pub(crate) provider: ProviderNumber,
    /// Whether the caller chose the provider.
    pub(crate) is_chosen: bool,
    pub(crate) attributes: KeyAttributes,
}

/// The volatile keys of a process, by their identifiers.
pub(crate) struct VolatileKeys {
    keys: Mutex<HashMap<KeyId, VolatileKey>>,
    /// Whether the service was seen to know such keys.
    known: AtomicBool,
}

/// The next identifier, 0 before the first. None comes twice before all were used, not even in a child that was forked: a key
/// of its parent's must not be taken for one of its own.
static NEXT: AtomicU32 = AtomicU32::new(0);

impl Default for VolatileKeys {
    /// None yet. Where identifiers begin is left to chance: a program that executed this one may have had some, and another copy
    /// of this library in the process may have some now. The service has the keys of both under their names.
    fn default() -> Self {
        let chance = RandomState::new().hash_one(0) as u32;
        // A child that was forked goes on where its parent was.
        let _ = NEXT.compare_exchange(0, chance, Ordering::Relaxed, Ordering::Relaxed);
        VolatileKeys { keys: Mutex::default(), known: AtomicBool::new(false) }
    }
}

impl VolatileKeys {
    /// An identifier that no volatile key of this process has.
    pub(crate) fn free_id(&self) -> KeyId {
        let keys = self.keys.lock();
        loop {
            let id = *VENDOR_IDS.start() | NEXT.fetch_add(1, Ordering::Relaxed) & 0x3fff_ffff;
            if !keys.contains_key(&id) {
                return id;
            }
        }
    }

    pub(crate) fn insert(&self, id: KeyId, key: VolatileKey) {
        self.keys.lock().insert(id, key);
    }

    pub(crate) fn get(&self, id: KeyId) -> Option<VolatileKey> {
        self.keys.lock().get(&id).copied()
    }

    pub(crate) fn are_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    pub(crate) fn set_known(&self) {
        self.known.store(true, Ordering::Relaxed);
    }

    pub(crate) fn remove(&self, id: KeyId) {
        self.keys.lock().remove(&id);
    }
}

/// The name of a volatile key in the service.
pub(crate) fn name(id: KeyId) -> String {
    format!("psa/volatile/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stay_in_the_range_of_implementations() {
        let keys = VolatileKeys::default();
        let first = keys.free_id();
        assert!(VENDOR_IDS.contains(&first));
        NEXT.store(u32::MAX, Ordering::Relaxed);
        assert!((0..3).all(|_| VENDOR_IDS.contains(&keys.free_id())));
    }
}
