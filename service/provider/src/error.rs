//! How a provider can fail.

use std::borrow::Cow;

use keystead_interface::status::Status;

/// What went wrong, as far as a client may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// This provider cannot do it.
    NotSupported,
    /// The material or the input is malformed.
    InvalidArgument,
    /// A signature, tag or MAC is wrong.
    InvalidSignature,
    /// The padding is wrong.
    InvalidPadding,
    /// The key's object is not in the token.
    KeyMissing,
    /// Out of memory.
    InsufficientMemory,
    /// The token is full.
    InsufficientStorage,
    /// No randomness to be had.
    InsufficientEntropy,
    /// The token cannot be reached now.
    CommunicationFailure,
    /// The token is broken.
    HardwareFailure,
    /// The handle cannot be understood.
    DataCorrupt,
    /// Something that must hold does not.
    CorruptionDetected,
    /// Overloaded or locked now: repeat later.
    Busy,
    /// Anything else.
    Generic,
}

/// An error of a provider: a kind for the client, and a detail for the log, which never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?}: {detail}")]
pub struct ProviderError {
    /// For the client.
    pub kind: ErrorKind,
    /// For the log.
    pub detail: Cow<'static, str>,
}

impl ProviderError {
    /// An error with its detail.
    pub fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        ProviderError { kind, detail: detail.into() }
    }

    /// This provider cannot do it.
    pub fn not_supported(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::NotSupported, detail)
    }

    /// The material or the input is malformed.
    pub fn invalid_argument(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidArgument, detail)
    }

    /// A signature, tag or MAC is wrong.
    pub fn invalid_signature() -> Self {
        Self::new(ErrorKind::InvalidSignature, "it does not verify")
    }

    /// The padding is wrong. There is no detail on purpose: nobody may learn more (wire contract 4.10).
    pub fn invalid_padding() -> Self {
        Self::new(ErrorKind::InvalidPadding, "")
    }

    /// Something that must hold does not.
    pub fn corruption(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::CorruptionDetected, detail)
    }

    /// Anything else.
    pub fn generic(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Generic, detail)
    }

    /// What the client is told.
    pub const fn status(&self) -> Status {
        match self.kind {
            ErrorKind::NotSupported => Status::PsaErrorNotSupported,
            ErrorKind::InvalidArgument => Status::PsaErrorInvalidArgument,
            ErrorKind::InvalidSignature => Status::PsaErrorInvalidSignature,
            ErrorKind::InvalidPadding => Status::PsaErrorInvalidPadding,
            ErrorKind::KeyMissing => Status::PsaErrorInvalidHandle,
            ErrorKind::InsufficientMemory => Status::PsaErrorInsufficientMemory,
            ErrorKind::InsufficientStorage => Status::PsaErrorInsufficientStorage,
            ErrorKind::InsufficientEntropy => Status::PsaErrorInsufficientEntropy,
            ErrorKind::CommunicationFailure => Status::PsaErrorCommunicationFailure,
            ErrorKind::HardwareFailure => Status::PsaErrorHardwareFailure,
            ErrorKind::DataCorrupt => Status::PsaErrorDataCorrupt,
            ErrorKind::CorruptionDetected => Status::PsaErrorCorruptionDetected,
            ErrorKind::Busy => Status::Busy,
            ErrorKind::Generic => Status::PsaErrorGenericError,
        }
    }
}
