//! The keys that are loaded: a key in use stays in the TPM, and the one that was used least recently makes room.

use keystead_provider::KeyTag;
use tss_esapi::handles::KeyHandle;
use tss_esapi::{Context, Result};

use crate::blob::Blob;
use crate::limits::LOADED_KEYS;

/// The keys that are loaded, the most recently used one last.
#[derive(Default)]
pub(crate) struct Loaded(Vec<(KeyTag, KeyHandle)>);

impl Loaded {
    /// The key if it is loaded; it counts as used now.
    pub(crate) fn find(&mut self, tag: KeyTag) -> Option<KeyHandle> {
        let place = self.0.iter().position(|(loaded, _)| *loaded == tag)?;
        self.0[place..].rotate_left(1);
        self.0.last().map(|(_, handle)| *handle)
    }

    /// Loads a key that is not loaded. The session that authorises the use of the primary must be set.
    pub(crate) fn load(
        &mut self,
        context: &mut Context,
        primary: KeyHandle,
        tag: KeyTag,
        blob: &Blob,
    ) -> Result<KeyHandle> {
        if self.0.len() >= LOADED_KEYS {
            self.free(context, 1)?;
        }
        let handle = blob.load(context, primary)?;
        self.0.push((tag, handle));
        Ok(handle)
    }

    /// Unloads the key that was used least recently, unless that would leave fewer than `keep`. Says whether it did.
    pub(crate) fn free(&mut self, context: &mut Context, keep: usize) -> Result<bool> {
        if self.0.len() <= keep {
            return Ok(false);
        }
        let (_, handle) = self.0.remove(0);
        context.flush_context(handle.into())?;
        Ok(true)
    }

    /// Unloads a key, if it is loaded.
    pub(crate) fn unload(&mut self, context: &mut Context, tag: KeyTag) -> Result<()> {
        match self.0.iter().position(|(loaded, _)| *loaded == tag) {
            Some(place) => context.flush_context(self.0.remove(place).1.into()),
            None => Ok(()),
        }
    }
}
