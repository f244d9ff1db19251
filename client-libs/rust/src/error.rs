//! How a call can fail, and whose fault it is.

use std::io;

use keystead_interface::error::DecodeError;
use keystead_interface::names::{KeyName, NameTooLong};
use keystead_interface::operations::Opcode;
use keystead_interface::status::Status;

use crate::endpoint::{Endpoint, EndpointError};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service understood the request and refused it.
    #[error("{} was refused: {status}", opcode.name())]
    Refused {
        /// What was asked.
        opcode: Opcode,
        /// Why not.
        status: Status,
    },
    /// The service refused with a status that this library does not know: a newer service.
    #[error("{} was refused with the unknown status {number}", opcode.name())]
    RefusedUnknown {
        /// What was asked.
        opcode: Opcode,
        /// The status.
        number: u16,
    },
    /// Nothing listens at the endpoint, or it may not be reached.
    #[error("cannot connect to {endpoint}: {source}")]
    Connect {
        /// Where.
        endpoint: Endpoint,
        /// Why.
        source: io::Error,
    },
    /// The connection broke. If the request changes something, it may have been done.
    #[error("the connection broke: {0}")]
    Io(#[source] io::Error),
    /// The service closed the connection before the answer. If the request changes something, it may have been done.
    #[error("the service closed the connection without an answer")]
    Closed,
    /// An earlier call on this [`Connection`](crate::connection::Connection) failed, so that answers could no longer be
    /// told apart. Nothing was sent.
    #[error("an earlier call on this connection failed: open another")]
    Broken,
    /// The call took longer than it may. If it changes something, that may still be done.
    #[error("no answer in time")]
    Timeout,
    /// The asynchronous client was called where no Tokio runtime is. Nothing was sent.
    #[error("no Tokio runtime is here")]
    NoRuntime,
    /// What came back is not an answer of this protocol.
    #[error("the answer cannot be understood: {0}")]
    Protocol(#[from] ProtocolError),
    /// The endpoint is not one.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A name is longer than the protocol can carry.
    #[error(transparent)]
    Name(#[from] NameTooLong),
    /// A request's body or authentication part is longer than its header can say.
    #[error("the request is too long")]
    TooLong,
    /// The caller has no key of this name on this provider.
    #[error("there is no key {}: {}", .0, Status::PsaErrorDoesNotExist)]
    NoSuchKey(KeyName),
    /// The service has no provider of cryptography.
    #[error("the service has no provider of cryptography")]
    NoProvider,
    /// The identity provider gave no token, for this reason. The request was not sent, and the client does not identify
    /// itself in another way instead.
    #[error("no token from the identity provider: {0}")]
    Identity(#[source] Box<Error>),
    /// The key's own policy names no algorithm for this.
    #[error("the key's algorithm is not one for {0}")]
    WrongAlgorithm(&'static str),
}

/// In which way an answer is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// Not a header of version 1.0.
    #[error("{0}")]
    Header(#[from] keystead_interface::header::HeaderError),
    /// A reserved byte is not 0, or the body's encoding is another.
    #[error("the header holds a value that no answer has")]
    HeaderValue,
    /// An answer to something else.
    #[error("it belongs to operation {0:#06x}")]
    Opcode(u32),
    /// The body is longer than [`MAX_ANSWER_BYTES`](crate::limits::MAX_ANSWER_BYTES).
    #[error("a body of {0} bytes is too long")]
    BodyTooLong(u32),
    /// The body is not that of the operation's answer.
    #[error("{0}")]
    Body(#[from] DecodeError),
    /// The answer holds more or less than was asked for.
    #[error("it holds {given} bytes, and {asked} were asked for")]
    Length {
        /// Bytes that were asked for.
        asked: usize,
        /// Bytes that came.
        given: usize,
    },
    /// A text was encrypted under another IV than was asked for: the service does not know that one can be.
    #[error("the text was encrypted under another IV than was asked for")]
    OtherIv,
    /// The answer to another request than the oldest without one.
    #[error("it belongs to request {given} on this connection, and that of request {expected} is due")]
    OutOfTurn {
        /// The number that the oldest request without an answer was sent with, from 0.
        expected: u64,
        /// The number that came back.
        given: u64,
    },
    /// The service sent something that nobody asked for.
    #[error("nothing was asked")]
    Unasked,
}

impl Error {
    /// The status with which the service or the identity provider refused, if it did and the status is known. A key that is not in the list of
    /// the caller's keys counts as refused with [`Status::PsaErrorDoesNotExist`].
    pub fn status(&self) -> Option<Status> {
        match self {
            Error::Refused { status, .. } => Some(*status),
            Error::NoSuchKey(_) => Some(Status::PsaErrorDoesNotExist),
            Error::Identity(error) => error.status(),
            _ => None,
        }
    }

    /// Whether the same call may succeed when it is made again, without a change. Calls that create or destroy a key
    /// and ran out of time may have had their effect: look the key up first.
    pub fn is_worth_retrying(&self) -> bool {
        match self {
            Error::Refused { status, .. } => status.is_worth_retrying() || *status == Status::ConnectionError,
            Error::Io(_) | Error::Closed | Error::Timeout => true,
            Error::Identity(error) => error.is_worth_retrying(),
            Error::Connect { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound | io::ErrorKind::WouldBlock
            ),
            _ => false,
        }
    }

    /// Whether the connection was lost, so that nobody knows what became of the request.
    pub(crate) fn is_broken_connection(&self) -> bool {
        matches!(self, Error::Io(_) | Error::Closed)
    }

    /// The same error for another request that it befell too.
    pub(crate) fn repeated(&self) -> Error {
        match self {
            Error::Refused { opcode, status } => Error::Refused { opcode: *opcode, status: *status },
            Error::RefusedUnknown { opcode, number } => Error::RefusedUnknown { opcode: *opcode, number: *number },
            Error::Connect { endpoint, source } => {
                Error::Connect { endpoint: endpoint.clone(), source: repeated(source) }
            }
            Error::Io(source) => Error::Io(repeated(source)),
            Error::Closed => Error::Closed,
            Error::Broken => Error::Broken,
            Error::Timeout => Error::Timeout,
            Error::NoRuntime => Error::NoRuntime,
            Error::Protocol(error) => Error::Protocol(error.clone()),
            Error::Endpoint(error) => Error::Endpoint(error.clone()),
            Error::Name(error) => Error::Name(error.clone()),
            Error::TooLong => Error::TooLong,
            Error::NoSuchKey(name) => Error::NoSuchKey(name.clone()),
            Error::NoProvider => Error::NoProvider,
            Error::Identity(error) => Error::Identity(Box::new(error.repeated())),
            Error::WrongAlgorithm(purpose) => Error::WrongAlgorithm(purpose),
        }
    }

    /// An error of the operating system on an open connection.
    pub(crate) fn from_socket(error: io::Error) -> Error {
        match error.kind() {
            // What a socket's own time limit ends with.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Timeout,
            _ => Error::Io(error),
        }
    }
}

fn repeated(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// What calls of this library give.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: Status) -> Error {
        Error::Refused { opcode: Opcode::PsaSignHash, status }
    }

    #[test]
    fn what_may_pass_by_itself_is_worth_retrying_and_what_may_not_is_not() {
        for status in [Status::Busy, Status::AuthStale, Status::ConnectionError, Status::PsaErrorCommunicationFailure] {
            assert!(refused(status).is_worth_retrying(), "{status}");
        }
        for status in [Status::PsaErrorDoesNotExist, Status::PsaErrorInvalidSignature, Status::QuotaExceeded] {
            assert!(!refused(status).is_worth_retrying(), "{status}");
        }
        assert!(Error::Timeout.is_worth_retrying());
        assert!(!Error::NoProvider.is_worth_retrying());
    }

    #[test]
    fn a_refusal_names_the_operation_and_the_status_with_its_number() {
        let text = refused(Status::PsaErrorDoesNotExist).to_string();
        assert_eq!(text, "PsaSignHash was refused: PsaErrorDoesNotExist (1140)");
    }
}
