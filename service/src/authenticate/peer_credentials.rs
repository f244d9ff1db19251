//! The uid that the kernel confirms: the client declares it, SO_PEERCRED must agree (wire contract 2.1, type 3).

use std::sync::Arc;

use keystead_interface::codes::AuthKind;
use keystead_interface::frame::RawAuth;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::AuthenticatorInfo;
use keystead_interface::status::Status;

use super::{Authenticator, Caller};
use crate::error::Failure;
use crate::quarantine::Quarantine;

/// Tenants are uids, in decimal.
pub struct PeerCredentials {
    admins: Vec<u32>,
    overflow_uid: u32,
    allow_other_namespaces: bool,
    quarantine: Option<Arc<Quarantine>>,
    daemons: Vec<u32>,
}

impl PeerCredentials {
    /// `admins` are uids. `overflow_uid` stands for every uid that has no number here, so it is nobody's. Unless
    /// `allow_other_namespaces`, processes of containers are refused.
    pub fn new(admins: Vec<u32>, overflow_uid: u32, allow_other_namespaces: bool) -> Self {
        PeerCredentials { admins, overflow_uid, allow_other_namespaces, quarantine: None, daemons: Vec::new() }
    }

    /// The same, refusing the uids of our own daemons: whoever has one may look into them.
    pub fn without_daemons(self, uids: Vec<u32>) -> Self {
        PeerCredentials { daemons: uids, ..self }
    }

    /// The same, refusing recycled uids.
    pub fn with_quarantine(self, quarantine: Arc<Quarantine>) -> Self {
        PeerCredentials { quarantine: Some(quarantine), ..self }
    }
}

impl Authenticator for PeerCredentials {
    fn kind(&self) -> AuthKind {
        AuthKind::UNIX_PEER_CREDENTIALS
    }

    fn describe(&self) -> AuthenticatorInfo {
        AuthenticatorInfo {
            description: "The uid that the kernel confirms (SO_PEERCRED)".to_owned(),
            version: (0, 1, 0),
            id: self.kind(),
        }
    }

    fn authenticate(&self, auth: RawAuth<'_>, caller: Caller<'_>) -> Result<Tenant, Failure> {
        let peer = caller.peer;
        let refused = |reason: String| Failure::new(Status::AuthenticationError, reason);
        let declared = <[u8; 4]>::try_from(auth.bytes())
            .map(u32::from_le_bytes)
            .map_err(|_| refused(format!("a uid of {} bytes, where 4 are expected", auth.bytes().len())))?;
        if declared != peer.uid() {
            return Err(refused(format!("the client declares uid {declared}, the kernel says {}", peer.uid())));
        }
        if declared == self.overflow_uid {
            return Err(refused(format!("uid {declared} is the overflow uid, which many share")));
        }
        if self.daemons.contains(&declared) {
            return Err(refused(format!("uid {declared} is a daemon's own, and no application's")));
        }
        if !self.allow_other_namespaces {
            peer.shares_our_namespaces(caller.socket).map_err(|reason| refused(reason.to_string()))?;
        }
        let tenant = Tenant::new(AuthKind::UNIX_PEER_CREDENTIALS, declared.to_string())
            .map_err(|error| refused(error.to_string()))?;
        self.quarantine.as_ref().map_or(Ok(()), |quarantine| quarantine.check(&tenant))?;
        Ok(tenant)
    }

    fn names_admin(&self, tenant: &Tenant) -> bool {
        self.admins.iter().any(|uid| uid.to_string() == tenant.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::PeerProcess;
    use super::*;
    use crate::door::Door;
    use keystead_trust::peer::Peer;
    use std::os::fd::AsFd;

    fn authenticate(declared: &[u8], uid: u32) -> Result<String, Status> {
        let stderr = std::io::stderr();
        let (peer, process) = (Peer::with_credentials(uid, uid, 1), PeerProcess::default());
        let caller = Caller { door: Door::Application, peer: &peer, process: &process, socket: stderr.as_fd() };
        PeerCredentials::new(vec![7], 65_534, true)
            .authenticate(RawAuth::new(declared), caller)
            .map(|tenant| tenant.name().to_owned())
            .map_err(|failure| failure.status)
    }

    #[test]
    fn the_uid_of_a_daemon_is_no_application() {
        let stderr = std::io::stderr();
        let (peer, process) = (Peer::with_credentials(990, 990, 1), PeerProcess::default());
        let caller = Caller { door: Door::Application, peer: &peer, process: &process, socket: stderr.as_fd() };
        let authenticator = PeerCredentials::new(vec![], 65_534, true).without_daemons(vec![990]);
        let refused = authenticator.authenticate(RawAuth::new(&990u32.to_le_bytes()), caller);
        assert_eq!(refused.map_err(|failure| failure.status), Err(Status::AuthenticationError));
    }

    #[test]
    fn only_the_uid_that_the_kernel_confirms_is_believed() {
        assert_eq!(authenticate(&1000u32.to_le_bytes(), 1000), Ok("1000".to_owned()));
        assert_eq!(authenticate(&1000u32.to_le_bytes(), 1001), Err(Status::AuthenticationError));
        assert_eq!(authenticate(b"", 1000), Err(Status::AuthenticationError));
        assert_eq!(authenticate(&1000u64.to_le_bytes(), 1000), Err(Status::AuthenticationError));
        assert_eq!(authenticate(&65_534u32.to_le_bytes(), 65_534), Err(Status::AuthenticationError));
    }
}
