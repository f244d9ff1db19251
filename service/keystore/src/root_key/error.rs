//! Why there is no storage root key.

use std::path::PathBuf;

use keystead_provider::ProviderError;

use super::{Fingerprint, Place};
use crate::private_file::PrivateFileError;

/// Why there is no storage root key, or no other one. `place` says where it was looked for.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The store is sealed, and its key is not there.
    #[error(
        "the store is sealed under the storage root key with the fingerprint {expected}, which is missing: {place}. \
         Put it back; without it the keys in the store are lost"
    )]
    Missing {
        /// The key that is needed.
        expected: Fingerprint,
        /// Where it was looked for.
        place: String,
    },
    /// The store is empty, or is to get another key, and that is to come from a place where none is ever made.
    #[error(
        "there is no storage root key: {place}. Put 32 random bytes there, as `head -c 32 /dev/urandom` makes them"
    )]
    NotProvided {
        /// Where it was looked for.
        place: String,
    },
    /// The store is sealed under another key.
    #[error(
        "the store is sealed under the storage root key with the fingerprint {expected}, but {place} holds the one \
         with the fingerprint {found}"
    )]
    Different {
        /// The key that is needed.
        expected: Fingerprint,
        /// The key that was found.
        found: Fingerprint,
        /// Where it was found.
        place: String,
    },
    /// The key was not moved to where it is looked for.
    #[error(
        "the storage root key is still {held}, but by the configuration it should be {wanted}: put the old setting \
         back and start the service; to move the key, change the setting while the service runs, and then run \
         `keystead store rekey`"
    )]
    Elsewhere {
        /// Where it was when the store was last used.
        held: String,
        /// Where the configuration says that it is.
        wanted: Place,
    },
    /// What is there is no key.
    #[error("{place} is no storage root key: it must be exactly 32 bytes long")]
    WrongLength {
        /// Where it was found.
        place: String,
    },
    /// The token that sealed the key does not give it back now.
    #[error(
        "the storage root key is sealed by the token of the provider {provider:?}, which does not give it back now \
         ({error}): the store opens as soon as the token answers again"
    )]
    TokenAway {
        /// The provider's configured name.
        provider: String,
        /// What it says.
        error: ProviderError,
    },
    /// The provider's token is not the one that sealed the key.
    #[error(
        "the storage root key with the fingerprint {expected} is sealed by another token than the one that the \
         provider {provider:?} has now ({error}): put the one that sealed it back; without it the keys in the store \
         are lost"
    )]
    OtherToken {
        /// The key that is needed.
        expected: Fingerprint,
        /// The provider's configured name.
        provider: String,
        /// What it says.
        error: ProviderError,
    },
    /// The token cannot seal a new key.
    #[error("the provider {provider:?} cannot seal a storage root key: {error}")]
    CannotSeal {
        /// The provider's configured name.
        provider: String,
        /// What it says.
        error: ProviderError,
    },
    /// A key was to be changed for another, but it is the same.
    #[error(
        "the storage root key with the fingerprint {present} is in use already, and there is no other one {place}: \
         put 32 new random bytes there, as `head -c 32 /dev/urandom` makes them, and keep the present ones until the \
         store has been sealed anew"
    )]
    Unchanged {
        /// The key that is in use.
        present: Fingerprint,
        /// Where another one was looked for.
        place: Place,
    },
    /// A new key was to be made where something else is.
    #[error(
        "{path} holds something that is not the storage root key in use, and it is not overwritten: move it away",
        path = path.display()
    )]
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// The file is not as it must be, or cannot be read.
    #[error("storage root key: {0}")]
    File(#[from] PrivateFileError),
    /// The system gives no randomness.
    #[error("no randomness for a new storage root key")]
    NoRandomness,
}
