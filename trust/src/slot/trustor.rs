//! The other side of a slot: who is to be believed. It makes a root at its start and one intermediate after the other.
//!
//! A new intermediate is shared with every receiver before anything is signed with it, and the former one is not used from
//! the moment of the first share on, because a receiver may have forgotten it already:
//!
//! ```text
//!  is_due? ─▶ prepare ─▶ share with each receiver ─▶ adopt ─▶ signer
//! ```
//!
//! A receiver that was restarted is sent [`Trustor::root`] and [`Trustor::newest`] again.

use std::fmt;
use std::time::Duration;

use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::{ShareTrustBundle, TrustRole};

use crate::chain::make::{NotMade, RootKey};
use crate::chain::{BACKDATED_SECONDS, MAX_INTERMEDIATE_SECONDS};
use crate::jws::SigningKey;
use crate::moment::Moment;

/// How often intermediates are made, if nobody says otherwise.
pub const DEFAULT_CADENCE: Duration = Duration::from_secs(600);
/// The shortest time for which an intermediate is valid, in seconds: a busy machine may be late with the next one, which
/// is what ends it.
pub const MIN_VALID_SECONDS: u64 = 60;

/// A process that others believe. Its keys never leave it.
pub struct Trustor {
    instance: InstanceId,
    root: RootKey,
    sequence: u64,
    cadence: Duration,
    newest: Option<Generation>,
    sharing: bool,
}

/// An intermediate: its key and its certificate.
pub struct Generation {
    key: SigningKey,
    certificate: Vec<u8>,
    /// By the wall clock: from when to when.
    validity: (u64, u64),
    /// By the other clock: when the next one is to be made.
    next: Duration,
}

impl Trustor {
    /// Makes the root. `instance` is random; `cadence` is the mean time between intermediates.
    pub fn new(instance: InstanceId, cadence: Duration) -> Result<Trustor, NotMade> {
        let root = RootKey::generate()?;
        Ok(Trustor { instance, root, sequence: 0, cadence, newest: None, sharing: false })
    }

    /// This process, as receivers know it: `iss` of what it signs.
    pub fn instance(&self) -> InstanceId {
        self.instance
    }

    /// The number of the next message, whatever it is. Messages must arrive in the order of their numbers.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The root, to be shared with a receiver once.
    pub fn root(&mut self) -> ShareTrustBundle {
        let certificate = self.root.certificate().to_vec();
        self.share(TrustRole::Root, certificate)
    }

    /// The intermediate that was adopted last, to be shared with a receiver that has forgotten it.
    pub fn newest(&mut self) -> Option<ShareTrustBundle> {
        let certificate = self.newest.as_ref()?.certificate.clone();
        Some(self.share(TrustRole::Intermediate, certificate))
    }

    /// Whether the next intermediate is to be made: the cadence has passed, or somebody set the clock.
    pub fn is_due(&self, now: Moment) -> bool {
        self.newest.as_ref().is_none_or(|newest| {
            let (from, until) = newest.validity;
            now.uptime >= newest.next || !(from..=until).contains(&now.unix)
        })
    }

    /// When the next intermediate is due, by the clock that nobody sets; none if it is due already.
    pub fn next_at(&self) -> Option<Duration> {
        self.newest.as_ref().map(|newest| newest.next)
    }

    /// Makes the next intermediate, and stops signing with the one before. `chance` is random; it spreads the cadence by 10 %
    /// either way, so that the daemons of many hosts do not act together.
    pub fn prepare(&mut self, now: Moment, chance: u8) -> Result<Generation, NotMade> {
        let key = SigningKey::generate().map_err(|_| NotMade)?;
        let from = now.unix.saturating_sub(BACKDATED_SECONDS);
        let valid = self.cadence.saturating_mul(2).as_secs().max(MIN_VALID_SECONDS);
        let until = now.unix.saturating_add(valid).min(from + MAX_INTERMEDIATE_SECONDS);
        let certificate = self.root.certify(&key, (from, until))?;
        // From 90 % to 110 % in 256 steps.
        let wait = self.cadence.mul_f64(0.9 + 0.2 * f64::from(chance) / f64::from(u8::MAX));
        self.sharing = true;
        Ok(Generation { key, certificate, validity: (from, until), next: now.uptime.saturating_add(wait) })
    }

    /// The message that shares a prepared intermediate with a receiver; another one for each receiver and each attempt.
    pub fn announce(&mut self, generation: &Generation) -> ShareTrustBundle {
        self.share(TrustRole::Intermediate, generation.certificate.clone())
    }

    /// Every receiver that can be reached believes it: from now on it signs.
    pub fn adopt(&mut self, generation: Generation) {
        self.newest = Some(generation);
        self.sharing = false;
    }

    /// The key that signs; none before the first share and while one is on its way.
    pub fn signer(&self) -> Option<&SigningKey> {
        self.newest.as_ref().filter(|_| !self.sharing).map(|newest| &newest.key)
    }

    /// The public key of the intermediate that was adopted last (SubjectPublicKeyInfo), also while the next is on its way.
    pub fn newest_public_key(&self) -> Option<&[u8]> {
        self.newest.as_ref().map(Generation::public_key)
    }

    fn share(&mut self, role: TrustRole, certificate: Vec<u8>) -> ShareTrustBundle {
        ShareTrustBundle { role, certificate, sender_instance: self.instance, sequence: self.next_sequence() }
    }
}

impl Generation {
    /// The key; it signs only after [`Trustor::adopt`], but its name may be told before.
    pub fn key_id(&self) -> &str {
        self.key.key_id()
    }

    /// Its public key, as SubjectPublicKeyInfo; that may be told before too.
    pub fn public_key(&self) -> &[u8] {
        self.key.spki()
    }

    /// The last second in which it is valid, since 1970: what it signs lives no longer than that.
    pub fn not_after(&self) -> u64 {
        self.validity.1
    }
}

impl fmt::Debug for Trustor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trustor").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}
