//! What is answered: the code is 0 or tells the kind of error; each answer also says how the provider is now.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError};

use crate::message::{FIELDS, Message};
use crate::request::garbled;

/// The code of what succeeded.
const DONE: u8 = 0;

/// What came of an operation; what means nothing is empty.
#[derive(Default)]
pub(crate) struct Done {
    /// The result, the handle of a new key, or a token's identity.
    pub(crate) result: SecretBytes,
    /// Of a new key: its size in bits, in four bytes, little-endian. Of a connection: not empty if there is an identity.
    pub(crate) more: Vec<u8>,
    /// Of a connection: what the provider can do.
    pub(crate) offered: Vec<u8>,
}

/// Gives the code and the fields of an answer to whoever sends them.
pub(crate) fn send<T>(
    answer: &Result<Done, ProviderError>,
    health: &Result<(), ProviderError>,
    send: impl FnOnce(u8, [&[u8]; FIELDS]) -> T,
) -> T {
    let kind = health.as_ref().err().map(|error| [code(error.kind)]);
    let kind = kind.as_ref().map_or(&[][..], |kind| kind);
    let detail = health.as_ref().err().map_or("", |error| &error.detail).as_bytes();
    match answer {
        Ok(done) => send(DONE, [done.result.expose(), &done.more, &done.offered, &[], kind, detail]),
        Err(error) => send(code(error.kind), [error.detail.as_bytes(), &[], &[], &[], kind, detail]),
    }
}

/// What an answer holds: the parts of a [`Done`], and how the provider is.
pub(crate) type Read<'a> = (Result<[&'a [u8]; 3], ProviderError>, Result<(), ProviderError>);

/// Reads an answer.
pub(crate) fn read<'a>(message: &Message<'a>) -> Read<'a> {
    let [result, more, offered, _, kind, detail] = message.fields;
    let answer = if message.code == DONE { Ok([result, more, offered]) } else { Err(error(message.code, result)) };
    let health = kind.first().map_or(Ok(()), |kind| Err(error(*kind, detail)));
    (answer, health)
}

fn error(code: u8, detail: &[u8]) -> ProviderError {
    match KINDS.into_iter().find(|kind| self::code(*kind) == code) {
        Some(kind) => ProviderError::new(kind, String::from_utf8_lossy(detail).into_owned()),
        None => garbled(),
    }
}

const fn code(kind: ErrorKind) -> u8 {
    1 + kind as u8
}

const KINDS: [ErrorKind; 14] = [
    ErrorKind::NotSupported,
    ErrorKind::InvalidArgument,
    ErrorKind::InvalidSignature,
    ErrorKind::InvalidPadding,
    ErrorKind::KeyMissing,
    ErrorKind::InsufficientMemory,
    ErrorKind::InsufficientStorage,
    ErrorKind::InsufficientEntropy,
    ErrorKind::CommunicationFailure,
    ErrorKind::HardwareFailure,
    ErrorKind::DataCorrupt,
    ErrorKind::CorruptionDetected,
    ErrorKind::Busy,
    ErrorKind::Generic,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_comes_back_as_itself() {
        for kind in KINDS {
            let (failed, ill) = (ProviderError::new(kind, "why"), ProviderError::new(kind, "ill"));
            send(&Err(failed.clone()), &Err(ill.clone()), |code, fields| {
                let (answer, health) = read(&Message { code, fields });
                assert_eq!((answer.err(), health.err()), (Some(failed), Some(ill)));
            });
        }
        // A kind that is added is added at the end or before it, and moves the last one.
        assert_eq!(ErrorKind::Generic as usize + 1, KINDS.len());
    }
}
