//! Why a request failed: what the client is told, and what the log is told. Errors of every part are mapped here, once.

use std::borrow::Cow;

use keystead_interface::arguments::InvalidArgument;
use keystead_interface::error::DecodeError;
use keystead_interface::policy::Denied;
use keystead_interface::status::Status;
use keystead_keystore::{RekeyError, StoreError};
use keystead_provider::ProviderError;

/// A failed request. The reason never holds a secret or a key's name.
#[derive(Debug, thiserror::Error)]
#[error("{status}: {reason}")]
pub struct Failure {
    /// For the client.
    pub status: Status,
    /// For the log.
    pub reason: Cow<'static, str>,
    /// Whether the operator was told already, by a record that holds for more than this request.
    told: bool,
}

impl Failure {
    /// A failure with its reason.
    pub fn new(status: Status, reason: impl Into<Cow<'static, str>>) -> Self {
        Failure { status, reason: reason.into(), told: false }
    }

    /// The same failure, of which the operator was told already.
    pub fn told(self) -> Self {
        Failure { told: true, ..self }
    }

    /// This provider cannot do it.
    pub fn not_supported(reason: &'static str) -> Self {
        Self::new(Status::PsaErrorNotSupported, reason)
    }

    /// An argument is not what the operation takes.
    pub fn invalid_argument(reason: &'static str) -> Self {
        Self::new(Status::PsaErrorInvalidArgument, reason)
    }

    /// There is no such key for this caller.
    pub fn no_such_key() -> Self {
        Self::new(Status::PsaErrorDoesNotExist, "the caller has no key of this name here")
    }

    /// Whether an operator has to look at it and does not yet; everything else is between the client and its request.
    pub fn is_ours(&self) -> bool {
        !self.told
            && matches!(
                self.status,
                Status::PsaErrorGenericError
                    | Status::PsaErrorStorageFailure
                    | Status::PsaErrorHardwareFailure
                    | Status::PsaErrorCommunicationFailure
                    | Status::PsaErrorInsufficientStorage
                    | Status::PsaErrorInsufficientEntropy
                    | Status::PsaErrorCorruptionDetected
                    | Status::PsaErrorDataCorrupt
                    | Status::PsaErrorDataInvalid
                    | Status::KeyInfoManagerError
            )
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Failure::new(error.status(), error.detail)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::new(error.status(), error.to_string())
    }
}

impl From<RekeyError> for Failure {
    fn from(error: RekeyError) -> Self {
        Failure::new(error.status(), error.to_string())
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Failure::new(error.status(), error.to_string())
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Failure::new(Status::PsaErrorNotPermitted, denied.to_string())
    }
}

impl From<InvalidArgument> for Failure {
    fn from(error: InvalidArgument) -> Self {
        Failure::invalid_argument(error.0)
    }
}
