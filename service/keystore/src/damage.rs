//! Remembers which keys were found damaged, so that an operator can be told.

use std::collections::BTreeSet;

use keystead_provider::KeyTag;
use parking_lot::Mutex;

use crate::KeyAddress;
use crate::limits::MAX_DAMAGED_REMEMBERED;

/// The longest part of an address that goes into the log, in characters.
const MAX_LOGGED_CHARS: usize = 300;

/// The addresses of damaged keys, as far as they fit.
#[derive(Default)]
pub(crate) struct DamageRecord(Mutex<BTreeSet<KeyAddress>>);

impl DamageRecord {
    /// Remembers a damaged key, and logs it when it is met for the first time.
    pub(crate) fn remember(&self, address: &KeyAddress, why: &str) {
        let mut known = self.0.lock();
        let is_new = known.len() < MAX_DAMAGED_REMEMBERED && known.insert(address.clone());
        drop(known);
        if is_new {
            log::error!("the key {} is damaged: {why}; all others work on", shortened(address));
        }
    }

    /// Forgets a key that was removed.
    pub(crate) fn forget(&self, address: &KeyAddress) {
        self.0.lock().remove(address);
    }

    /// What is remembered.
    pub(crate) fn list(&self) -> Vec<KeyAddress> {
        self.0.lock().iter().cloned().collect()
    }
}

/// Logs a damaged record that no longer has an address of its own; its provider must do without the handle.
pub(crate) fn log_lost_handle(tag: KeyTag, address: &KeyAddress, why: &str) {
    let tag = u128::from_be_bytes(tag.0);
    log::error!("the record {tag:032x} of what was the key {} is damaged: {why}", shortened(address));
}

/// An address may hold two names of 64 KiB.
fn shortened(address: &KeyAddress) -> String {
    address.to_string().chars().take(MAX_LOGGED_CHARS).collect()
}
