//! The trust slot: whom a receiver believes. One root for each living process, and the newest intermediate only.
//!
//! ```text
//!           root                    intermediate
//!  Empty ─────────▶ Rooted ────────────────▶ Serving ──┐ intermediate
//!    ▲                │                        │  ▲────┘
//!    └────────────────┴── the process ended ───┘
//! ```
//!
//! A root cannot be replaced while its process lives, and nothing of it stays when the process has ended. Every
//! change raises the epoch, by which whatever was derived from the slot is kept.

use std::sync::Arc;
use std::time::Duration;

use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::{SenderSequence, ShareTrustBundle, TrustRole};
use keystead_interface::status::Status;

use crate::chain::{Intermediate, Root, Unfit};
use crate::jws::VerifyingKey;
use crate::moment::Moment;
use crate::peer::Pinned;

pub mod trustor;

/// A process as the kernel pins it: not a pid, which is given to another process in time.
pub trait Process {
    /// Whether both are one process.
    fn same_as(&self, other: &Self) -> bool;
}

/// Whom a receiver believes.
#[derive(Debug)]
pub struct Slot<P> {
    epoch: u64,
    held: Option<Held<P>>,
}

/// What a slot holds of a living process.
#[derive(Debug)]
struct Held<P> {
    process: P,
    sender: InstanceId,
    sequence: u64,
    root: Root,
    newest: Option<Arc<Newest>>,
}

/// The newest intermediate, with its end by the clock that nobody sets.
#[derive(Debug)]
struct Newest {
    intermediate: Intermediate,
    until: Duration,
}

/// How far trust has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody is believed.
    Empty,
    /// A process may share intermediates; nothing is signed yet.
    Rooted,
    /// Signatures of one intermediate are believed.
    Serving,
}

/// What a slot holds at one time, for those who verify: a cheap copy that does not change.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    epoch: u64,
    newest: Option<Arc<Newest>>,
}

/// Why a share is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotShared {
    /// A process that lives has shared its root.
    #[error("a living process has shared a root already")]
    Taken,
    /// An intermediate of nobody: the root was not shared, or its process has ended.
    #[error("no root is held")]
    NoRoot,
    /// An intermediate from another process than the root.
    #[error("the root is another process's")]
    OtherProcess,
    /// An intermediate in another name than the root.
    #[error("the root was shared as another instance")]
    OtherInstance,
    /// Not higher than the last, or 0.
    #[error("the sequence did not rise")]
    Sequence,
    /// Not one of the profile.
    #[error("{0}")]
    Certificate(#[from] Unfit),
}

/// Why a signed payload is not taken although its signature is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFollowed {
    /// From another process than the one that is believed.
    #[error("the payload comes from another process than the root")]
    OtherProcess,
    /// In another name than the root, or nobody is believed.
    #[error("the payload comes from another instance than the root")]
    OtherInstance,
    /// Seen before, or overtaken by a later one.
    #[error("the payload's sequence did not rise")]
    Sequence,
}

impl<P: Process> Slot<P> {
    /// An empty one.
    pub fn new() -> Slot<P> {
        Slot { epoch: 0, held: None }
    }

    /// Takes a root or an intermediate from `process`; gives the epoch that begins with it. A refused share changes
    /// nothing.
    ///
    /// The caller has checked that the configuration lets this process share, and has called [`Slot::process_ended`] if
    /// the process that [`Slot::process`] names has ended.
    pub fn share(&mut self, process: P, share: &ShareTrustBundle, now: Moment) -> Result<u64, NotShared> {
        match share.role {
            TrustRole::Root => self.share_root(process, share)?,
            TrustRole::Intermediate => self.share_intermediate(&process, share, now)?,
        }
        self.epoch += 1;
        Ok(self.epoch)
    }

    fn share_root(&mut self, process: P, share: &ShareTrustBundle) -> Result<(), NotShared> {
        if self.held.is_some() {
            return Err(NotShared::Taken);
        }
        if share.sequence == 0 {
            return Err(NotShared::Sequence);
        }
        let root = Root::parse(&share.certificate)?;
        let (sender, sequence) = (share.sender_instance, share.sequence);
        self.held = Some(Held { process, sender, sequence, root, newest: None });
        Ok(())
    }

    fn share_intermediate(&mut self, process: &P, share: &ShareTrustBundle, now: Moment) -> Result<(), NotShared> {
        let held = self.held.as_mut().ok_or(NotShared::NoRoot)?;
        if !held.process.same_as(process) {
            return Err(NotShared::OtherProcess);
        }
        if held.sender != share.sender_instance {
            return Err(NotShared::OtherInstance);
        }
        if share.sequence <= held.sequence {
            return Err(NotShared::Sequence);
        }
        let intermediate = held.root.verify(&share.certificate, now.unix)?;
        let left = Duration::from_secs(intermediate.not_after().saturating_sub(now.unix) + 1);
        held.sequence = share.sequence;
        held.newest = Some(Arc::new(Newest { intermediate, until: now.uptime.saturating_add(left) }));
        Ok(())
    }

    /// Counts a payload whose signature is good: from the process that is believed, in its name, and later than all
    /// before. This is the last check of a payload, because it cannot be passed twice.
    pub fn follow(&mut self, process: &P, sender: InstanceId, sequence: u64) -> Result<(), NotFollowed> {
        let held = self.held.as_mut().filter(|held| held.sender == sender).ok_or(NotFollowed::OtherInstance)?;
        if !held.process.same_as(process) {
            return Err(NotFollowed::OtherProcess);
        }
        if sequence <= held.sequence {
            return Err(NotFollowed::Sequence);
        }
        held.sequence = sequence;
        Ok(())
    }

    /// Empties the slot if it is this process's; false if it is not.
    pub fn process_ended(&mut self, process: &P) -> bool {
        let is_theirs = self.is_of(process);
        if is_theirs {
            self.held = None;
            self.epoch += 1;
        }
        is_theirs
    }

    /// Whether this process is the one that is believed.
    pub fn is_of(&self, process: &P) -> bool {
        self.process().is_some_and(|holder| holder.same_as(process))
    }

    /// The process that is believed.
    pub fn process(&self) -> Option<&P> {
        self.held.as_ref().map(|held| &held.process)
    }

    /// Who is believed and how far it was followed, as GetInstance tells it.
    pub fn sender(&self) -> Option<SenderSequence> {
        self.held.as_ref().map(|held| SenderSequence { sender_instance: held.sender, sequence: held.sequence })
    }

    /// How far trust has come.
    pub fn stage(&self) -> Stage {
        match &self.held {
            None => Stage::Empty,
            Some(Held { newest: None, .. }) => Stage::Rooted,
            Some(_) => Stage::Serving,
        }
    }

    /// What is believed now.
    pub fn trusted(&self) -> Trusted {
        Trusted { epoch: self.epoch, newest: self.held.as_ref().and_then(|held| held.newest.clone()) }
    }
}

impl Process for Pinned {
    /// By the pidfd's inode where each process has its own; else two that live at once with one pid are one.
    fn same_as(&self, other: &Pinned) -> bool {
        match (self.pidfd_inode(), other.pidfd_inode()) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.peer().pid() == other.peer().pid() && self.is_alive() && other.is_alive(),
        }
    }
}

impl<P: Process> Default for Slot<P> {
    fn default() -> Self {
        Slot::new()
    }
}

impl Trusted {
    /// Which change of the slot this is the result of.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The key of this name, if it is the newest intermediate's and has not ended. Setting the clock back does not revive
    /// it.
    pub fn key(&self, key_id: &str, now: Moment) -> Option<&VerifyingKey> {
        let newest = self.newest.as_ref()?;
        let intermediate = &newest.intermediate;
        let is_good =
            intermediate.key_id() == key_id && intermediate.is_valid_at(now.unix) && now.uptime < newest.until;
        is_good.then(|| intermediate.key())
    }
}

impl NotShared {
    /// What the sender is told: no more than whether it can mend it (`identity.proto`).
    pub fn status(&self) -> Status {
        match self {
            NotShared::Taken => Status::PsaErrorAlreadyExists,
            NotShared::NoRoot => Status::AuthStale,
            NotShared::OtherProcess => Status::PsaErrorNotPermitted,
            NotShared::OtherInstance | NotShared::Sequence | NotShared::Certificate(_) => {
                Status::PsaErrorInvalidArgument
            }
        }
    }
}

#[cfg(test)]
mod tests;
