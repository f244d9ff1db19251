//! How a request says who sends it (wire contract 2.1).

use std::sync::Arc;

use keystead_interface::codes::AuthKind;
use keystead_interface::names::MAX_NAME_BYTES;

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::runtime::Runtime;
use crate::token::{Token, TokenSource};

/// Who the client says it is. Every request carries it, except those that anybody may send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// The process's effective uid, which the kernel confirms to the service: no secret is needed.
    #[default]
    PeerCredentials,
    /// An application name that the service believes: for tests and for hosts on which everybody is trusted.
    Direct(String),
    /// A token of the identity provider. If it gives none, calls fail: no other credential takes its place.
    Token(TokenSource),
    /// No identity: Ping, the lists of the service, random bytes and hashes are all that can be had.
    None,
}

/// The authentication part of a request.
pub(crate) enum Proof {
    /// What needs no protection.
    Open(Vec<u8>),
    /// What ends, and can be had anew.
    Token(Arc<Token>),
}

impl Proof {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Proof::Open(bytes) => bytes,
            Proof::Token(token) => token.bytes(),
        }
    }
}

impl Credential {
    /// Tokens, if the environment names an identity provider (see [`Endpoint::of_identity_from_environment`]), else the
    /// process's effective uid.
    pub fn from_environment() -> Result<Credential, Error> {
        let identity = Endpoint::of_identity_from_environment()?;
        Ok(identity.map_or(Credential::PeerCredentials, |endpoint| Credential::Token(TokenSource::at(endpoint))))
    }

    /// The number that stands in the header.
    pub fn kind(&self) -> AuthKind {
        match self {
            Credential::PeerCredentials => AuthKind::UNIX_PEER_CREDENTIALS,
            Credential::Direct(_) => AuthKind::DIRECT,
            Credential::Token(_) => AuthKind::JWT,
            Credential::None => AuthKind::NONE,
        }
    }

    /// The authentication part of a request sent now. Errors if an application name is too long for it, or
    /// if there is no token by the deadline.
    pub(crate) async fn proof<R: Runtime>(&self, deadline: Deadline) -> Result<Proof, Error> {
        match self {
            Credential::PeerCredentials => Ok(Proof::Open(effective_uid().to_le_bytes().to_vec())),
            Credential::Direct(name) if name.len() > MAX_NAME_BYTES => {
                Err(keystead_interface::names::NameTooLong(name.len()).into())
            }
            Credential::Direct(name) => Ok(Proof::Open(name.as_bytes().to_vec())),
            Credential::Token(source) => Ok(Proof::Token(source.other_than::<R>(None, deadline).await?)),
            Credential::None => Ok(Proof::Open(Vec::new())),
        }
    }
}

/// The uid that the kernel reports for a connection opened now. It is the effective one: a program that was given
/// another user's rights would be refused with its real uid.
pub(crate) fn effective_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{Blocking, now};

    fn proof(credential: &Credential) -> Result<Vec<u8>, Error> {
        let deadline = Deadline::after(std::time::Duration::from_secs(10));
        now(credential.proof::<Blocking>(deadline)).map(|proof| proof.bytes().to_vec())
    }

    #[test]
    fn the_proofs_are_those_of_the_contract() {
        // Vector V2 of wire contract 1.2.
        let direct = Credential::Direct("jimbob".into());
        assert_eq!((direct.kind().0, proof(&direct).unwrap()), (1, b"jimbob".to_vec()));
        let peer = Credential::default();
        assert_eq!((peer.kind().0, proof(&peer).unwrap()), (3, effective_uid().to_le_bytes().to_vec()));
        assert_eq!((Credential::None.kind().0, proof(&Credential::None).unwrap()), (0, Vec::new()));
    }

    #[test]
    fn a_name_that_no_header_can_announce_is_refused_here() {
        let name = "a".repeat(MAX_NAME_BYTES + 1);
        assert!(matches!(proof(&Credential::Direct(name)), Err(Error::Name(_))));
    }
}
