//! How a request says who sends it (wire contract 2.1).

use keystead_interface::codes::AuthKind;
use keystead_interface::names::MAX_NAME_BYTES;

use crate::error::Error;

/// Who the client says it is. Every request carries it, except those that anybody may send.
///
/// Tokens from an identity provider will be a further variant; that is why the enum is not exhaustive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// The process's effective uid, which the kernel confirms to the service: no secret is needed.
    #[default]
    PeerCredentials,
    /// An application name that the service believes: for tests and for hosts on which everybody is trusted.
    Direct(String),
    /// No identity: Ping, the lists of the service, random bytes and hashes are all that can be had.
    None,
}

impl Credential {
    /// The number that stands in the header.
    pub fn kind(&self) -> AuthKind {
        match self {
            Credential::PeerCredentials => AuthKind::UNIX_PEER_CREDENTIALS,
            Credential::Direct(_) => AuthKind::DIRECT,
            Credential::None => AuthKind::NONE,
        }
    }

    /// The authentication part of a request sent now. Errors if an application name is too long for it.
    pub(crate) fn proof(&self) -> Result<Vec<u8>, Error> {
        match self {
            Credential::PeerCredentials => Ok(effective_uid().to_le_bytes().to_vec()),
            Credential::Direct(name) if name.len() > MAX_NAME_BYTES => {
                Err(keystead_interface::names::NameTooLong(name.len()).into())
            }
            Credential::Direct(name) => Ok(name.as_bytes().to_vec()),
            Credential::None => Ok(Vec::new()),
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

    #[test]
    fn the_proofs_are_those_of_the_contract() {
        // Vector V2 of wire contract 1.2.
        let direct = Credential::Direct("jimbob".into());
        assert_eq!((direct.kind().0, direct.proof().unwrap()), (1, b"jimbob".to_vec()));
        let peer = Credential::default();
        assert_eq!((peer.kind().0, peer.proof().unwrap()), (3, effective_uid().to_le_bytes().to_vec()));
        assert_eq!((Credential::None.kind().0, Credential::None.proof().unwrap()), (0, Vec::new()));
    }

    #[test]
    fn a_name_that_no_header_can_announce_is_refused_here() {
        let name = "a".repeat(MAX_NAME_BYTES + 1);
        assert!(matches!(Credential::Direct(name).proof(), Err(Error::Name(_))));
    }
}
