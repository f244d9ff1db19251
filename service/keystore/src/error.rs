//! How the store can fail while it runs.

use keystead_interface::codes::ProviderNumber;
use keystead_interface::status::Status;

/// Why something was not done. The texts are for the log and hold no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The name is taken.
    #[error("a key of this name exists already")]
    AlreadyExists,
    /// There is no such key in the stage that was needed.
    #[error("there is no such key")]
    DoesNotExist,
    /// The disk is full.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The record of this one key was altered; the others are not touched by it.
    #[error("the record of this key is damaged: {0}")]
    Damaged(&'static str),
    /// Too many changes wait for the disk: repeat later.
    #[error("too many changes wait for the disk")]
    Busy,
    /// Sealing failed; the reason is not told by the cryptographic library.
    #[error("a key could not be sealed")]
    Sealing,
    /// The disk or the database fails.
    #[error("the store failed: {0}")]
    Storage(String),
    /// The name of a configured provider was another kind of provider before; keys depend on that.
    #[error(
        "the provider {name:?} was of the kind with the well-known number {was} when its keys were made, and is of \
         the kind with the number {now} now: give the new one another name",
        was = was.0,
        now = now.0
    )]
    ProviderKindChanged {
        /// The configured name.
        name: String,
        /// The well-known number of its kind when it was first seen.
        was: ProviderNumber,
        /// The one that it is said to be now.
        now: ProviderNumber,
    },
    /// All numbers up to 255 are bound to names of providers.
    #[error("every provider number is bound to a name already")]
    NoProviderNumberLeft,
}

impl StoreError {
    /// What the client is told.
    pub const fn status(&self) -> Status {
        match self {
            StoreError::AlreadyExists => Status::PsaErrorAlreadyExists,
            StoreError::DoesNotExist => Status::PsaErrorDoesNotExist,
            StoreError::Full(_) => Status::PsaErrorInsufficientStorage,
            StoreError::Damaged(_) => Status::PsaErrorDataCorrupt,
            StoreError::Busy => Status::Busy,
            StoreError::Sealing
            | StoreError::Storage(_)
            | StoreError::ProviderKindChanged { .. }
            | StoreError::NoProviderNumberLeft => Status::PsaErrorStorageFailure,
        }
    }
}
