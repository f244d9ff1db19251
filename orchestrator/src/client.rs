//! A client: what the identity provider is told of it, again whenever it was restarted.

use keystead_interface::names::ClientRef;
use keystead_interface::operations::identity::ClientState;
use keystead_trust::binding::{BindingKind, Cgroup};
use keystead_trust::payload::definition::{Definition, Selectors};
use keystead_trust::payload::evidence::Runtime;
use keystead_trust::peer::processes_in;
use keystead_trust::spiffe_id::SpiffeId;

use crate::cgroup;
use crate::facts::Seen;

/// A client for which we vouch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// How it is recognised; its state is that of the moment.
    pub definition: Definition,
    /// What was seen of its first process.
    pub runtime: Runtime,
}

impl Client {
    /// A command that was started for itself. In a cgroup that was made for it, every process of its user there is the
    /// command; elsewhere only the one process is.
    pub fn of_command(client_ref: ClientRef, identity: SpiffeId, seen: &Seen) -> Client {
        let own = seen.cgroup.clone().filter(|telling| cgroup::is_of(telling, &client_ref));
        let (process, binding) = match own {
            Some(_) => (None, BindingKind::Cgroup),
            None => (Some(seen.runtime.process), BindingKind::Process),
        };
        let selectors = Selectors { uid: Some(seen.uid), process, cgroup: own, ..Selectors::default() };
        Client::new(client_ref, identity, selectors, binding, seen)
    }

    /// A container, by its first process: it is its cgroup, or where it has none of its own, its pid namespace. The first
    /// process is root still when its runtime tells of it, so its uid says nothing.
    ///
    /// A cgroup is its own if nobody else is there yet: containers can be put where others are, or left where their runtime
    /// is. A pid namespace is its own if it begins with this process, and also ends with it: containers can share one, as in a pod.
    /// None if neither is.
    pub fn of_container(client_ref: ClientRef, identity: SpiffeId, seen: &Seen) -> Option<Client> {
        let is_root = |cgroup: &Cgroup| cgroup.path.as_deref() == Some("/");
        let is_alone = |cgroup: &Cgroup| processes_in(cgroup).is_ok_and(|all| all == [seen.runtime.process.pid]);
        let own = seen.cgroup.clone().filter(|cgroup| !is_root(cgroup) && is_alone(cgroup));
        let pidns = seen.runtime.pidns.filter(|_| own.is_none() && seen.begins_pidns);
        let binding = if own.is_some() { BindingKind::Cgroup } else { BindingKind::Process };
        if own.is_none() && pidns.is_none() {
            return None;
        }
        let selectors = Selectors { cgroup: own, pidns, ..Selectors::default() };
        Some(Client::new(client_ref, identity, selectors, binding, seen))
    }

    /// Its name.
    pub fn client_ref(&self) -> &ClientRef {
        &self.definition.client_ref
    }

    /// Its definition in another state.
    pub fn in_state(&self, state: ClientState) -> Definition {
        Definition { state, ..self.definition.clone() }
    }

    fn new(
        client_ref: ClientRef,
        identity: SpiffeId,
        selectors: Selectors,
        binding: BindingKind,
        seen: &Seen,
    ) -> Client {
        let state = ClientState::Starting;
        let definition = Definition { client_ref, state, identity, selectors, binding: Some(binding) };
        Client { definition, runtime: seen.runtime.clone() }
    }
}
