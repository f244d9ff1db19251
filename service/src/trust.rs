//! Who this run of the service is, and whom it believes when somebody vouches for applications: the slot, which belongs to
//! a living process.

pub mod identity_provider;
pub mod watch;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::{GetInstanceResult, ShareTrustBundle};
use keystead_trust::jws::VerifyingKey;
use keystead_trust::moment::Moment;
use keystead_trust::peer::Pinned;
use keystead_trust::slot::{NotShared, Process, Slot, Trusted};
use parking_lot::Mutex;
use rustix::rand::{GetRandomFlags, getrandom};

/// The trust of one run of the service; it outlives reloads.
pub struct Trust {
    instance: InstanceId,
    slot: Mutex<Slot<Sharer>>,
    /// What the slot holds, for those who verify. Changed while the slot is locked.
    current: ArcSwap<Current>,
    /// Says which process shares, for those who watch it.
    sharer: watch::Sharers,
}

/// What is believed at one time.
pub struct Current {
    trusted: Trusted,
    since: Moment,
    sharer: Option<Sharer>,
}

/// The process that shared.
#[derive(Clone)]
struct Sharer(Arc<Pinned>);

impl Process for Sharer {
    fn same_as(&self, other: &Self) -> bool {
        self.0.is_same_as(&other.0)
    }
}

impl Trust {
    /// Trusts nobody yet. Errors if the kernel gives no random bytes.
    pub fn new(now: Moment) -> io::Result<Trust> {
        let mut random = [0; InstanceId::BYTES];
        if getrandom(&mut random, GetRandomFlags::empty())? != random.len() {
            return Err(io::Error::other("the kernel gives too few random bytes"));
        }
        let slot = Slot::new();
        let current = ArcSwap::from_pointee(Current { trusted: slot.trusted(), since: now, sharer: None });
        let sharer = watch::Sharers::new(None);
        Ok(Trust { instance: InstanceId::new(random), slot: Mutex::new(slot), current, sharer })
    }

    /// What everybody may know.
    pub fn describe(&self, now: Moment) -> GetInstanceResult {
        self.forget_ended(now);
        let slot = self.slot.lock();
        GetInstanceResult {
            instance_id: self.instance,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            trust_epoch: slot.trusted().epoch(),
            senders: slot.sender().into_iter().collect(),
        }
    }

    /// Takes a root or an intermediate from a process that the configuration lets share. Gives the epoch that begins with
    /// it: when this returns, nothing that was signed before it is believed any more.
    pub fn share(&self, process: Arc<Pinned>, asked: &ShareTrustBundle, now: Moment) -> Result<u64, NotShared> {
        let mut slot = self.slot.lock();
        self.empty_if_ended(&mut slot, now);
        let epoch = slot.share(Sharer(process), asked, now)?;
        self.publish(&slot, now);
        Ok(epoch)
    }

    /// Forgets whom a process vouched for that has ended. False if there is none such.
    pub fn forget_ended(&self, now: Moment) -> bool {
        let mut slot = self.slot.lock();
        self.empty_if_ended(&mut slot, now)
    }

    /// What is believed now.
    pub fn current(&self) -> Guard<Arc<Current>> {
        self.current.load()
    }

    fn empty_if_ended(&self, slot: &mut Slot<Sharer>, now: Moment) -> bool {
        let Some(ended) = slot.process().filter(|sharer| !sharer.0.is_alive()).cloned() else { return false };
        slot.process_ended(&ended);
        self.publish(slot, now);
        log::info!(epoch = slot.trusted().epoch(); "the identity provider has ended: nothing that it signed is believed any more");
        true
    }

    fn publish(&self, slot: &Slot<Sharer>, now: Moment) {
        let (trusted, sharer) = (slot.trusted(), slot.process().cloned());
        self.sharer.send_if_modified(|watched| {
            let is_new = watched.is_some() != sharer.is_some();
            watched.clone_from(&sharer.as_ref().map(|sharer| Arc::clone(&sharer.0)));
            is_new
        });
        self.current.store(Arc::new(Current { trusted, since: now, sharer }));
    }
}

impl Current {
    /// Which change of trust this is the result of.
    pub fn epoch(&self) -> u64 {
        self.trusted.epoch()
    }

    /// The key of this name, if its signatures are believed.
    pub fn key(&self, key_id: &str, now: Moment) -> Option<&VerifyingKey> {
        self.trusted.key(key_id, now)
    }

    /// Whether the process lives that vouches; true if nobody does.
    pub fn lives(&self) -> bool {
        self.sharer.as_ref().is_none_or(|sharer| sharer.0.is_alive())
    }

    /// Now, as what was signed since this trust began is to be judged: a wall clock that was set back since then goes on
    /// from where it was.
    pub fn not_before_its_time(&self, now: Moment) -> Moment {
        let passed = now.uptime.saturating_sub(self.since.uptime).max(Duration::ZERO);
        Moment { unix: now.unix.max(self.since.unix.saturating_add(passed.as_secs())), ..now }
    }
}

#[cfg(test)]
mod tests;
