//! The identity provider: what it believes of its orchestrator, and the services that believe it.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use keystead_daemon::connection::Caller;
use keystead_daemon::instance;
use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::GetInstanceResult;
use keystead_trust::binding::Cgroup;
use keystead_trust::peer::{self, Unattested};
use keystead_trust::slot::{Slot, Stage};
use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, poll};

use crate::attest::{Wanted, attest, unit_in};
use crate::bundle::Bundle;
use crate::clients::Clients;
use crate::limits::REPLAY_GRACE;
use crate::sender::Sender;
use crate::settings::Settings;
use crate::upstream::Upstream;

/// One run of the identity provider.
pub struct IdentityProvider {
    pub(crate) settings: Settings,
    pub(crate) instance: InstanceId,
    pub(crate) told: Mutex<Told>,
    /// In the order of the configuration; at least one.
    pub(crate) upstreams: Vec<Arc<Upstream>>,
    /// The keys by which tokens are verified now.
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) own_uid: u32,
    /// Where this daemon itself runs: a binding to that cgroup would bind nobody.
    pub(crate) own_cgroup: Option<Cgroup>,
    overflow_uid: u32,
}

/// What the orchestrator told, and whether it is believed.
#[derive(Default)]
pub struct Told {
    /// Who is believed.
    pub slot: Slot<Sender>,
    /// Of whom it told.
    pub clients: Clients,
    /// Since when it can tell of clients, by the clock that nobody sets.
    pub serving_since: Option<Duration>,
}

/// Why the identity provider cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// No key or certificate.
    #[error("{0}")]
    Key(#[from] keystead_trust::chain::make::NotMade),
    /// No random bytes, or /proc cannot be read.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

/// Why a peer may not do what an orchestrator does.
#[derive(Debug, thiserror::Error)]
pub enum NotTheOrchestrator {
    /// Another user.
    #[error("its uid is not one that the configuration names")]
    Uid,
    /// A container's user, or the process cannot be looked at.
    #[error("{0}")]
    Namespaces(#[from] peer::NotOurs),
    /// It ended or changed.
    #[error("{0}")]
    Process(#[from] Unattested),
    /// In another cgroup.
    #[error("it does not run in the cgroup that the configuration names")]
    Cgroup,
    /// Another unit, or none.
    #[error("it is not the systemd unit that the configuration names")]
    Unit,
}

impl IdentityProvider {
    /// Makes the keys. Nobody is believed yet, and no service believes us.
    pub fn new(settings: Settings) -> Result<IdentityProvider, NotMade> {
        let instance = instance::fresh()?;
        let bundle = Arc::new(Bundle::of(settings.services.len()));
        let upstream = |(number, service)| {
            Upstream::new(service, instance, settings.cadence, (Arc::clone(&bundle), number)).map(Arc::new)
        };
        let upstreams = settings.services.iter().enumerate().map(upstream).collect::<Result<_, _>>()?;
        Ok(IdentityProvider {
            instance,
            told: Mutex::default(),
            upstreams,
            bundle,
            own_uid: rustix::process::geteuid().as_raw(),
            own_cgroup: peer::own_cgroup()?,
            overflow_uid: peer::overflow_uid(),
            settings,
        })
    }

    /// What everybody may know.
    pub fn describe(&self) -> GetInstanceResult {
        let told = self.told.lock();
        GetInstanceResult {
            instance_id: self.instance,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            trust_epoch: told.slot.trusted().epoch(),
            senders: told.slot.sender().into_iter().collect(),
        }
    }

    /// Whether uids that have no number here share this one, so that it is nobody's.
    pub fn is_nobody(&self, uid: u32) -> bool {
        uid == self.overflow_uid
    }

    /// Whether the caller is what the configuration says of the orchestrator.
    pub fn check_orchestrator(&self, caller: &Caller<'_>) -> Result<(), NotTheOrchestrator> {
        let expected = &self.settings.orchestrator;
        let uid = caller.peer().uid();
        if !expected.uids.contains(&uid) || self.is_nobody(uid) {
            return Err(NotTheOrchestrator::Uid);
        }
        caller.peer().shares_our_namespaces(caller.socket())?;
        // Asked in any case: a process that executed a setuid program since it connected is refused.
        let (facts, _) = attest(caller.pinned()?, Wanted::default())?;
        let path = facts.cgroup.and_then(|cgroup| cgroup.path).unwrap_or_default();
        if expected.cgroup.as_ref().is_some_and(|cgroup| !is_within(&path, cgroup)) {
            return Err(NotTheOrchestrator::Cgroup);
        }
        if expected.systemd_unit.is_some() && unit_in(&path) != expected.systemd_unit.as_deref() {
            return Err(NotTheOrchestrator::Unit);
        }
        Ok(())
    }

    /// Forgets everything that a process told as soon as it has ended.
    pub fn watch(self: &Arc<Self>, sender: Sender) -> std::io::Result<()> {
        let provider = Arc::clone(self);
        let watch = move || {
            let pidfd = sender.pinned().pidfd();
            let mut pidfds = [PollFd::new(&pidfd, PollFlags::IN)];
            while let Err(rustix::io::Errno::INTR) = poll(&mut pidfds, None) {}
            provider.told.lock().forget(&sender);
        };
        thread::Builder::new().name("watch".to_owned()).stack_size(128 * 1024).spawn(watch).map(drop)
    }
}

impl Told {
    /// Empties the slot if its process has ended and nobody noticed yet.
    pub fn forget_the_ended(&mut self) {
        let ended = self.slot.process().filter(|process| !process.pinned().is_alive()).cloned();
        if let Some(ended) = ended {
            self.forget(&ended);
        }
    }

    /// Whether a client of whom nothing is known may still be told of: nobody vouches, or has only just begun to.
    pub fn may_be_told_more(&self, now: Duration) -> bool {
        self.slot.stage() != Stage::Serving
            || self.serving_since.is_none_or(|since| now.saturating_sub(since) < REPLAY_GRACE)
    }

    fn forget(&mut self, process: &Sender) {
        if self.slot.process_ended(process) {
            self.clients.clear();
            self.serving_since = None;
            log::info!(pid = process.pinned().peer().pid(); "the orchestrator has ended: its clients are forgotten");
        }
    }
}

/// Whether a cgroup is this one, or below it.
fn is_within(path: &str, cgroup: &str) -> bool {
    path.strip_prefix(cgroup).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cgroup == "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cgroup_is_within_itself_and_those_above() {
        assert!(is_within("/a/b", "/a/b") && is_within("/a/b", "/a") && is_within("/a/b", "/"));
        assert!(!is_within("/a/bc", "/a/b") && !is_within("/a", "/a/b"));
    }
}
