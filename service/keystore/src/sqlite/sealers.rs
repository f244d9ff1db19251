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
