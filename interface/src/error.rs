//! What can be wrong with bytes that a client sent.

use crate::names::NameTooLong;
use crate::status::Status;

/// Why a body could not be understood: which field, and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not a protobuf message of the expected shape.
    #[error("not a valid message: {0}")]
    Malformed(String),
    /// A field that must be there is not.
    #[error("field `{0}` is missing or empty")]
    Missing(&'static str),
    /// A number in the body has no meaning.
    #[error("field `{field}` holds {value}, which has no meaning")]
    Unknown {
        /// The field's name in the `.proto` file.
        field: &'static str,
        /// What it holds.
        value: i64,
    },
    /// A field does not have the length, or the characters, that it must have.
    #[error("field `{0}` is not of the form that it must have")]
    Form(&'static str),
    /// ListOpcodes asks for a provider number that cannot exist.
    #[error("there can be no provider {0}")]
    ProviderDoesNotExist(u32),
    /// A name is too long.
    #[error(transparent)]
    Name(#[from] NameTooLong),
}

impl DecodeError {
    /// What the client is told (wire contract 1.3, steps 17 and 18).
    pub fn status(&self) -> Status {
        match self {
            DecodeError::Malformed(_) => Status::DeserializingBodyFailed,
            DecodeError::Missing(_) | DecodeError::Unknown { .. } | DecodeError::Form(_) => Status::InvalidEncoding,
            DecodeError::ProviderDoesNotExist(_) => Status::ProviderDoesNotExist,
            DecodeError::Name(_) => Status::PsaErrorInvalidArgument,
        }
    }
}

impl From<prost::DecodeError> for DecodeError {
    fn from(error: prost::DecodeError) -> Self {
        DecodeError::Malformed(error.to_string())
    }
}
