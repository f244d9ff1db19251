//! How a key is handed to its provider.

use std::any::Any;
use std::sync::OnceLock;

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::secret::SecretBytes;

use crate::error::ProviderError;

/// Chosen by the service for each key, and unique for ever: whatever a crash leaves behind can be found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyTag(pub [u8; 16]);

/// What a provider wants to be given again with a key: the material itself, a wrapped blob or a number. It is
/// stored sealed, so it may be secret.
pub struct KeyHandle(pub SecretBytes);

impl KeyHandle {
    /// A handle from its bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        KeyHandle(SecretBytes::new(bytes))
    }

    /// A second one, for whoever must keep it until the first was used.
    pub fn duplicate(&self) -> Self {
        KeyHandle::new(self.0.expose().clone())
    }
}

/// A key that is about to be made.
#[derive(Clone, Copy)]
pub struct NewKey<'a> {
    /// Its tag.
    pub tag: KeyTag,
    /// What people who list the token's objects recognise it by: printable ASCII, 1 to [`MAX_LABEL_BYTES`] bytes. Nothing
    /// is found by it.
    pub label: &'a str,
    /// What it is to be.
    pub attributes: &'a KeyAttributes,
}

/// The longest label in bytes: PKCS#11 sets no limit, but tokens do, and tools print it on one line.
pub const MAX_LABEL_BYTES: usize = 120;

/// What came of making a key or taking one over.
pub struct Created {
    /// What is to be given again.
    pub handle: KeyHandle,
    /// The size that the key really has, in bits.
    pub bits: u32,
}

/// What a provider made of a handle, kept for as long as the service keeps the key open: a parsed key, a loaded
/// object. It is empty when the key is opened, and dropped when the key is closed.
#[derive(Default)]
pub struct Prepared(OnceLock<Box<dyn Any + Send + Sync>>);

/// A key in use. Tenancy and policy were checked.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// Its tag.
    pub tag: KeyTag,
    /// What it is.
    pub attributes: &'a KeyAttributes,
    /// What the provider gave when it was made.
    pub handle: &'a KeyHandle,
    /// What the provider made of the handle since.
    pub prepared: &'a Prepared,
}

impl<'a> Key<'a> {
    /// What the provider made of the handle, made by `prepare` if this is the first use since the key was opened.
    ///
    /// A provider must always ask for the same type for the same key; another type is `CorruptionDetected`. Two first
    /// uses at the same time may both prepare; one result is kept.
    pub fn prepared<T: Any + Send + Sync>(
        &self,
        prepare: impl FnOnce(&[u8]) -> Result<T, ProviderError>,
    ) -> Result<&'a T, ProviderError> {
        let slot = &self.prepared.0;
        if slot.get().is_none() {
            let made = prepare(self.handle.0.expose())?;
            // Somebody else may have been first; then ours is dropped.
            let _ = slot.set(Box::new(made));
        }
        slot.get()
            .and_then(|any| any.downcast_ref::<T>())
            .ok_or_else(|| ProviderError::corruption("a key was prepared as another type"))
    }
}
