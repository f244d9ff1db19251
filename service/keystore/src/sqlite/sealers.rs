//! Under which storage root key the store seals now, while that may change.
//!
//! A change of keys is one transaction. Just before it is committed, readers are given the next key too, since from
//! then on a row that they read may be sealed under either; afterwards they have the next one alone. So a reader that
//! cannot open a row either holds the keys of today, and the row is damaged, or it has read too late for the keys that
//! it took before, and reads again.

use std::sync::Arc;

use arc_swap::ArcSwap;
use keystead_provider::KeyHandle;

use super::queries::StoredKey;
use crate::KeyAddress;
use crate::error::StoreError;
use crate::sealing::{Binding, Sealer};

/// The sealers of a store.
pub(super) struct Sealers(ArcSwap<InUse>);

/// What is in use at one moment.
pub(super) struct InUse {
    sealer: Arc<Sealer>,
    next: Option<Arc<Sealer>>,
}

impl Sealers {
    pub(super) fn new(sealer: Arc<Sealer>) -> Self {
        Sealers(ArcSwap::from_pointee(InUse { sealer, next: None }))
    }

    /// The one under which new records are sealed. It may be out of use by the time that the record is written.
    pub(super) fn current(&self) -> Arc<Sealer> {
        self.0.load().sealer.clone()
    }

    /// In the writer's thread, which changes the keys: a record that was sealed under a key that has gone out of use since
    /// is sealed anew.
    pub(super) fn renew(
        &self,
        used: &Arc<Sealer>,
        address: &KeyAddress,
        key: &mut StoredKey,
    ) -> Result<(), StoreError> {
        let current = self.current();
        if Arc::ptr_eq(used, &current) {
            return Ok(());
        }
        let binding = Binding { address, tag: key.tag, attributes: &key.attributes };
        let sealed =
            key.sealed.as_deref().map(|sealed| current.seal(binding, &used.open(binding, sealed)?)).transpose()?;
        key.sealed = sealed;
        Ok(())
    }

    /// Before the change to another one is committed.
    pub(super) fn prepare(&self, next: &Arc<Sealer>) {
        self.0.store(Arc::new(InUse { sealer: self.current(), next: Some(next.clone()) }));
    }

    /// After the change was committed, or was not: this one alone is in use.
    pub(super) fn settle(&self, sealer: Arc<Sealer>) {
        self.0.store(Arc::new(InUse { sealer, next: None }));
    }

    /// Reads rows and opens them. If something could not be opened, and the keys have changed meanwhile, all is done
    /// again.
    pub(super) fn read<T>(&self, work: impl Fn(&InUse) -> T, is_damaged: impl Fn(&T) -> bool) -> T {
        loop {
            // Held until the end, so that the same address means the same keys.
            let seen = self.0.load_full();
            let outcome = work(&seen);
            if !is_damaged(&outcome) || Arc::ptr_eq(&seen, &self.0.load()) {
                return outcome;
            }
        }
    }
}

impl InUse {
    /// Opens a handle under whichever key it is sealed.
    pub(super) fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<KeyHandle, StoreError> {
        match (self.sealer.open(binding, sealed), &self.next) {
            (Err(StoreError::Damaged(_)), Some(next)) => next.open(binding, sealed),
            (opened, _) => opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use keystead_interface::codes::{AuthKind, ProviderNumber};
    use keystead_interface::names::{KeyName, Tenant};
    use keystead_provider::KeyTag;

    use super::*;
    use crate::root_key::RootKey;

    #[test]
    fn a_reader_that_is_overtaken_by_a_change_reads_again_and_one_that_meets_damage_does_not() {
        let sealer = |byte| Arc::new(Sealer::new(RootKey::for_test(byte)));
        let (first, second) = (sealer(1), sealer(2));
        let tenant = Tenant::new(AuthKind(3), "1000").unwrap();
        let address = KeyAddress { tenant, provider: ProviderNumber(1), name: KeyName::new("name").unwrap() };
        let binding = Binding { address: &address, tag: KeyTag([7; 16]), attributes: b"attributes" };
        let sealed = second.seal(binding, &KeyHandle::new(vec![9; 32])).unwrap();
        let sealers = Sealers::new(first);
        let reads = Cell::new(0);
        let read = |happens: &dyn Fn()| {
            reads.set(0);
            let work = |in_use: &InUse| {
                reads.set(reads.get() + 1);
                if reads.get() == 1 {
                    happens();
                }
                in_use.open(binding, &sealed)
            };
            sealers.read(work, Result::is_err).is_ok()
        };
        assert!(!read(&|| {}));
        assert_eq!(reads.get(), 1);
        // It took its keys, then the change was committed, and then it read the row.
        assert!(read(&|| sealers.prepare(&second)));
        assert_eq!(reads.get(), 2);
        assert!(read(&|| {}));
        assert_eq!(reads.get(), 1, "between the commit and the end of the change");
        assert!(read(&|| sealers.settle(second.clone())));
        assert!(read(&|| {}));
        assert_eq!(reads.get(), 1);
    }
}
