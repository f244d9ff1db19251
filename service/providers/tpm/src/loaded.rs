//! The keys that are loaded: a key in use stays in the TPM, and the one that was used least recently makes room. Its
//! context is saved then, since a context is loaded in half the time that a blob takes.

use std::collections::VecDeque;

use keystead_provider::KeyTag;
use tss_esapi::handles::KeyHandle;
use tss_esapi::utils::TpmsContext;
use tss_esapi::{Context, Result};

use crate::blob::Blob;
use crate::error::{Remedy, is_of_tpm, remedy};
use crate::limits::{LOADED_KEYS, SAVED_CONTEXTS};

/// The keys that are loaded.
pub(crate) struct Loaded {
    /// The most recently used one is the last.
    keys: Vec<(KeyTag, KeyHandle)>,
    /// Contexts of keys that were loaded, good until the TPM is reset (TPM 2.0 part 1, 30.3.1). The first is the oldest.
    saved: VecDeque<(KeyTag, TpmsContext)>,
    /// As many as fit, as far as is known.
    room: usize,
}

impl Default for Loaded {
    fn default() -> Self {
        Loaded { keys: Vec::new(), saved: VecDeque::new(), room: LOADED_KEYS }
    }
}

impl Loaded {
    /// The key if it is loaded; it counts as used now.
    pub(crate) fn find(&mut self, tag: KeyTag) -> Option<KeyHandle> {
        let place = self.keys.iter().position(|(loaded, _)| *loaded == tag)?;
        self.keys[place..].rotate_left(1);
        self.keys.last().map(|(_, handle)| *handle)
    }

    /// Loads a key that is not loaded, at the cost of others if there is no room, but not of the `keep` ones that were used
    /// last. The session that authorises the use of the primary must be set.
    pub(crate) fn load(
        &mut self,
        context: &mut Context,
        primary: KeyHandle,
        (tag, blob): (KeyTag, &Blob),
        keep: usize,
    ) -> Result<KeyHandle> {
        loop {
            if self.keys.len() >= self.room.max(keep + 1) {
                self.free(context, keep)?;
            }
            match self.load_one(context, primary, (tag, blob)) {
                Ok(handle) => {
                    self.keys.push((tag, handle));
                    return Ok(handle);
                }
                Err(fault) if remedy(fault) == Remedy::FreeSlot && self.keys.len() > keep => {
                    // Now it is known how many fit: the next time, room is made before the TPM has to refuse.
                    self.room = self.keys.len();
                    self.free(context, keep)?;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Unloads the key that was used least recently, unless that would leave fewer than `keep`. Says whether it did.
    pub(crate) fn free(&mut self, context: &mut Context, keep: usize) -> Result<bool> {
        if self.keys.len() <= keep {
            return Ok(false);
        }
        let (tag, handle) = self.keys.remove(0);
        self.save(context, tag, handle);
        flush(context, handle)?;
        Ok(true)
    }

    /// Loads the saved context; without one that the TPM takes, the blob.
    fn load_one(
        &mut self,
        context: &mut Context,
        primary: KeyHandle,
        (tag, blob): (KeyTag, &Blob),
    ) -> Result<KeyHandle> {
        if let Some(place) = self.saved.iter().position(|(saved, _)| *saved == tag) {
            match blob.load_context(context, self.saved[place].1.clone()) {
                // The TPM was reset, or takes no contexts.
                Err(fault) if remedy(fault) == Remedy::None => drop(self.saved.remove(place)),
                result => return result,
            }
        }
        blob.load(context, primary)
    }

    /// Saves the context of a loaded key. If that fails, there is still the blob.
    fn save(&mut self, context: &mut Context, tag: KeyTag, handle: KeyHandle) {
        if self.saved.iter().any(|(saved, _)| *saved == tag) {
            return;
        }
        if let Ok(saved) = context.context_save(handle.into()) {
            if self.saved.len() == SAVED_CONTEXTS {
                self.saved.pop_front();
            }
            self.saved.push_back((tag, saved));
        }
    }

    /// Unloads a key, if it is loaded, and forgets its context.
    pub(crate) fn unload(&mut self, context: &mut Context, tag: KeyTag) -> Result<()> {
        self.saved.retain(|(saved, _)| *saved != tag);
        match self.keys.iter().position(|(loaded, _)| *loaded == tag) {
            Some(place) => flush(context, self.keys.remove(place).1),
            None => Ok(()),
        }
    }
}

/// Unloads a key. If the TPM does not know it any more, because it was reset, that is what was wanted.
fn flush(context: &mut Context, handle: KeyHandle) -> Result<()> {
    match context.execute_without_session(|context| context.flush_context(handle.into())) {
        Err(fault) if is_of_tpm(fault) => Ok(()),
        result => result,
    }
}
