//! What an agent is asked and what it answers (draft-ietf-sshm-ssh-agent): a byte for the kind, then its contents. The
//! length that stands before each message on a socket is no part of it.

use super::strings::{Reader, put_string};

/// Numbers of messages (draft-ietf-sshm-ssh-agent 6.1).
mod number {
    pub(super) const FAILURE: u8 = 5;
    pub(super) const REQUEST_IDENTITIES: u8 = 11;
    pub(super) const IDENTITIES_ANSWER: u8 = 12;
    pub(super) const SIGN_REQUEST: u8 = 13;
    pub(super) const SIGN_RESPONSE: u8 = 14;
}

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request<'a> {
    /// Which keys are there?
    Identities,
    /// Sign this.
    Sign {
        /// The public key, as the list of identities has it.
        key: &'a [u8],
        /// What is to be signed.
        data: &'a [u8],
        /// Which algorithm of several: see [`super::key::algorithm`].
        flags: u32,
    },
    /// Something that this agent does not do: adding and removing keys, locking, extensions; or nothing that can be
    /// understood. The protocol has one answer to all of these.
    Other,
}

/// Reads a request.
pub(crate) fn parse(message: &[u8]) -> Request<'_> {
    let mut reader = Reader(message);
    let request = match reader.byte() {
        Some(number::REQUEST_IDENTITIES) => Some(Request::Identities),
        Some(number::SIGN_REQUEST) => sign(&mut reader),
        _ => None,
    };
    request.filter(|_| reader.is_empty()).unwrap_or(Request::Other)
}

fn sign<'a>(reader: &mut Reader<'a>) -> Option<Request<'a>> {
    Some(Request::Sign { key: reader.string()?, data: reader.string()?, flags: reader.number()? })
}

/// The answer to everything that is not done.
pub(crate) fn failure() -> Vec<u8> {
    vec![number::FAILURE]
}

/// The answer with keys: the public half and the comment of each.
pub(crate) fn identities(keys: &[(Vec<u8>, String)]) -> Vec<u8> {
    let count = u32::try_from(keys.len()).expect("there are few keys");
    let mut out = vec![number::IDENTITIES_ANSWER];
    out.extend_from_slice(&count.to_be_bytes());
    for (key, comment) in keys {
        put_string(&mut out, key);
        put_string(&mut out, comment.as_bytes());
    }
    out
}

/// The answer with a signature.
pub(crate) fn signature(signature: &[u8]) -> Vec<u8> {
    let mut out = vec![number::SIGN_RESPONSE];
    put_string(&mut out, signature);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGN: &[u8] = &[13, 0, 0, 0, 1, 7, 0, 0, 0, 2, 8, 9, 0, 0, 0, 4];

    #[test]
    fn a_request_is_read_whole_or_not_at_all() {
        assert_eq!(parse(SIGN), Request::Sign { key: &[7], data: &[8, 9], flags: 4 });
        for length in 0..SIGN.len() {
            assert_eq!(parse(&SIGN[..length]), Request::Other, "{length} bytes");
        }
        assert_eq!(parse(&[SIGN, &[0]].concat()), Request::Other);
        assert_eq!(parse(&[11]), Request::Identities);
        assert_eq!(parse(&[11, 0]), Request::Other);
    }

    #[test]
    fn whatever_changes_the_agent_is_not_done() {
        // Adding (17, 25, 20, 26), removing (18, 19, 21), locking (22, 23), extensions (27), SSH 1 (1, 3).
        for kind in (0..=255).filter(|kind| ![11, 13].contains(kind)) {
            assert_eq!(parse(&[kind]), Request::Other);
            assert_eq!(parse(&[&[kind], &SIGN[1..]].concat()), Request::Other);
        }
    }

    #[test]
    fn answers_are_as_the_protocol_has_them() {
        let keys = [(vec![7], "a".to_owned()), (vec![], String::new())];
        assert_eq!(identities(&keys), [12, 0, 0, 0, 2, 0, 0, 0, 1, 7, 0, 0, 0, 1, b'a', 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(signature(&[9]), [14, 0, 0, 0, 1, 9]);
    }
}
