//! Which process may vouch for applications: what the kernel says of it, compared with the configuration at every share.

use keystead_interface::status::Status;

use crate::authenticate::Caller;
use crate::error::Failure;
use crate::settings::Pinning;

/// The identity provider, as the configuration knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its uid.
    pub uid: u32,
    /// The cgroup that it must be in, if that is asked for.
    pub cgroup: Option<String>,
    /// The systemd unit that it must be of, if that is asked for.
    pub unit: Option<String>,
    /// How its process is pinned.
    pub pinning: Pinning,
}

impl IdentityProvider {
    /// Whether the caller's process is the identity provider: it lives, runs in our own namespaces, is of the uid, cgroup
    /// and unit that are configured, and has not changed its user since it connected. What program it runs is not asked:
    /// whoever may be that user may be that program.
    pub fn recognise(&self, caller: Caller<'_>) -> Result<(), Failure> {
        let refused = |reason: String| Failure::new(Status::AdminOperation, reason);
        if caller.peer.uid() != self.uid {
            return Err(refused(format!(
                "the peer is of uid {}, the identity provider of {}",
                caller.peer.uid(),
                self.uid
            )));
        }
        let pinned = caller
            .process
            .pinned(caller.peer, caller.socket, self.pinning)
            .map_err(|failure| refused(failure.to_string()))?;
        pinned.shares_our_namespaces().map_err(|reason| refused(reason.to_string()))?;
        let facts = pinned.facts().map_err(|reason| refused(reason.to_string()))?;
        let cgroup = facts.cgroup.as_ref().and_then(|cgroup| cgroup.path.as_deref());
        if self.cgroup.is_some() && cgroup != self.cgroup.as_deref() {
            return Err(refused("the peer is in another cgroup than the identity provider".to_owned()));
        }
        if self.unit.is_some() && cgroup.and_then(unit_of) != self.unit.as_deref() {
            return Err(refused("the peer is of another systemd unit than the identity provider".to_owned()));
        }
        Ok(())
    }
}

/// The unit of the system's systemd that a cgroup belongs to: the first part of its path that is no slice. Units below
/// that are of somebody else's making, such as those of a user's own systemd.
fn unit_of(cgroup: &str) -> Option<&str> {
    cgroup.split('/').find(|part| !part.is_empty() && !part.ends_with(".slice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_the_systems_own() {
        let unit = "keystead-identity-provider.service";
        assert_eq!(unit_of("/system.slice/keystead-identity-provider.service"), Some(unit));
        assert_eq!(unit_of("/system.slice/system-keystead.slice/keystead-identity-provider.service/main"), Some(unit));
        let users = "/user.slice/user-1000.slice/user@1000.service/app.slice/keystead-identity-provider.service";
        assert_eq!(unit_of(users), Some("user@1000.service"));
        assert_eq!(unit_of("/"), None);
    }
}
