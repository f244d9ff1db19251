//! How the store can fail: when it is opened, and while it runs.

use std::path::PathBuf;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::status::Status;

use crate::private_file::PrivateFileError;
use crate::root_key::RootKeyError;

/// Why the store cannot be opened. The texts name the path, and say what to do if there is something to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file of the store is not as it must be.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// There is no fitting storage root key.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// A newer version of this program wrote the store.
    #[error(
        "{path} has the schema version {found}, but this version of the service knows only {known}: it was used by a \
         newer version; run that one",
        path = path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// The database cannot be used.
    #[error("{path}: {detail}", path = path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What was wrong.
        detail: String,
    },
}

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
    /// The tenant has more keys than one answer can list.
    #[error("more keys than one answer can list")]
    TooMany,
    /// The tenant has as many keys as a tenant may.
    #[error("the application has as many keys as limits.max_keys_per_application allows")]
    QuotaExceeded,
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
    /// The number that the configuration wants for a provider belongs to another one.
    #[error("the number {number} is bound to the provider {name:?} since that was first used: choose another, or none", number = number.0)]
    ProviderNumberTaken {
        /// The number.
        number: ProviderNumber,
        /// The name that it is bound to.
        name: String,
    },
    /// Another token than this one is known by the provider's name.
    #[error("the provider {name:?} is bound to the token {bound}, and this is another one")]
    OtherToken {
        /// The configured name.
        name: String,
        /// The identity of the token that is known by it.
        bound: String,
    },
    /// All numbers up to 255 are bound to names of providers.
    #[error("every provider number is bound to a name already")]
    NoProviderNumberLeft,
}

/// Why the storage root key was not changed for another. The store is as it was, and works.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// There is no other key to be had.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The store could not be sealed anew.
    #[error("the store could not be sealed under another storage root key: {0}")]
    Store(#[from] StoreError),
    /// It is being changed already.
    #[error("the storage root key is being changed already")]
    Underway,
}

impl RekeyError {
    /// What an administrator is told.
    pub const fn status(&self) -> Status {
        match self {
            RekeyError::RootKey(RootKeyError::Unchanged { .. } | RootKeyError::NotProvided { .. }) => {
                Status::PsaErrorDoesNotExist
            }
            RekeyError::RootKey(RootKeyError::Occupied { .. }) => Status::PsaErrorAlreadyExists,
            RekeyError::RootKey(RootKeyError::CannotSeal { .. }) => Status::PsaErrorCommunicationFailure,
            RekeyError::RootKey(_) => Status::PsaErrorStorageFailure,
            RekeyError::Store(error) => error.status(),
            RekeyError::Underway => Status::Busy,
        }
    }
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
            StoreError::TooMany => Status::ResponseTooLarge,
            StoreError::QuotaExceeded => Status::QuotaExceeded,
            StoreError::OtherToken { .. } => Status::PsaErrorCommunicationFailure,
            StoreError::Sealing
            | StoreError::Storage(_)
            | StoreError::ProviderKindChanged { .. }
            | StoreError::ProviderNumberTaken { .. }
            | StoreError::NoProviderNumberLeft => Status::PsaErrorStorageFailure,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full(error.to_string()),
            Some(_) => StoreError::Storage(error.to_string()),
            // A column does not hold what we write there: somebody else wrote it.
            None if matches!(
                error,
                Error::InvalidColumnType(..) | Error::FromSqlConversionFailure(..) | Error::IntegralValueOutOfRange(..)
            ) =>
            {
                StoreError::Damaged("a column does not hold what it should")
            }
            None => StoreError::Storage(error.to_string()),
        }
    }
}
