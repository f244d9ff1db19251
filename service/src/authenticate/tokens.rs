//! Tokens that were verified already: the one that a connection sent last, and a bounded number of others by their digest.
//!
//! What is kept is what was verified once and for all: form, signature and claims, by the keys of one epoch. Whether the
//! token has expired and whether its peer may use it is asked again for every request.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use keystead_interface::names::Tenant;
use keystead_interface::secret::SecretBytes;
use keystead_trust::binding::Binding;
use keystead_trust::moment::Moment;
use lru::LruCache;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::Caller;
use crate::error::Failure;
use crate::limits::MAX_KNOWN_TOKENS;

/// A token whose signature and claims were good under the keys of an epoch.
pub struct KnownToken {
    bytes: SecretBytes,
    /// The cache that it belongs to: another configuration verifies by other rules.
    of: u64,
    epoch: u64,
    /// Who it makes of its bearer.
    pub(super) tenant: Tenant,
    /// Who may use it.
    pub(super) binding: Binding,
    /// The end of its life, in seconds since 1970 and in the machine's uptime.
    expires_at: u64,
    until: Duration,
}

impl KnownToken {
    /// Whether it is over by either clock: one that expired stays so when the wall clock is set back.
    pub(super) fn is_expired(&self, now: Moment) -> bool {
        now.unix >= self.expires_at || now.uptime >= self.until
    }

    pub(super) fn has_bytes(&self, token: &[u8]) -> bool {
        self.bytes.expose() == token
    }
}

/// What a token was found to say.
pub(super) struct Verified {
    pub(super) tenant: Tenant,
    pub(super) binding: Binding,
    /// In seconds since 1970.
    pub(super) expires_at: u64,
}

/// The tokens of one authenticator.
pub(super) struct Tokens {
    number: u64,
    known: Mutex<LruCache<[u8; 32], Arc<KnownToken>>>,
}

impl Tokens {
    pub(super) fn new() -> Self {
        static CACHES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = CACHES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // Grows as it is needed.
        let mut known = LruCache::unbounded();
        known.resize(const { NonZeroUsize::new(MAX_KNOWN_TOKENS).expect("the limit is not 0") });
        Tokens { number, known: Mutex::new(known) }
    }

    /// The token with these bytes, if the connection remembers it from this epoch.
    pub(super) fn recall(&self, token: &[u8], epoch: u64, caller: Caller<'_>) -> Option<Arc<KnownToken>> {
        caller.process.last(token).filter(|known| self.is_current(known, epoch))
    }

    /// The token with these bytes, if it was verified in this epoch; else what `verify` finds.
    pub(super) fn find(
        &self,
        token: &[u8],
        epoch: u64,
        now: Moment,
        verify: impl FnOnce() -> Result<Verified, Failure>,
    ) -> Result<Arc<KnownToken>, Failure> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let kept = self.known.lock().get(&digest).map(Arc::clone).filter(|known| self.is_current(known, epoch));
        let known = match kept {
            Some(known) => known,
            None => {
                let Verified { tenant, binding, expires_at } = verify()?;
                let until = now.uptime + Duration::from_secs(expires_at.saturating_sub(now.unix));
                let bytes = SecretBytes::new(token.to_vec());
                let known = Arc::new(KnownToken { bytes, of: self.number, epoch, tenant, binding, expires_at, until });
                self.known.lock().put(digest, Arc::clone(&known));
                known
            }
        };
        Ok(known)
    }

    fn is_current(&self, known: &KnownToken, epoch: u64) -> bool {
        known.of == self.number && known.epoch == epoch
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use keystead_interface::codes::AuthKind;
    use keystead_trust::peer::Peer;

    use super::super::PeerProcess;
    use super::*;
    use crate::door::Door;

    const NOW: Moment = Moment { unix: 1_800_000_000, uptime: Duration::from_secs(1000) };

    fn verified() -> Result<Verified, Failure> {
        let tenant = Tenant::new(AuthKind::JWT, "spiffe://td/app").expect("a short name");
        Ok(Verified { tenant, binding: Binding::None, expires_at: NOW.unix + 300 })
    }

    #[test]
    fn what_has_expired_by_one_clock_has_expired() {
        let known = Tokens::new().find(b"token", 1, NOW, verified).expect("it is good");
        let later = |unix: u64, uptime| Moment { unix, uptime: NOW.uptime + Duration::from_secs(uptime) };
        assert!(!known.is_expired(later(NOW.unix + 299, 299)));
        assert!(known.is_expired(later(NOW.unix + 300, 300)));
        assert!(known.is_expired(later(NOW.unix + 300, 1)), "the clock was set ahead");
        assert!(known.is_expired(later(NOW.unix - 9_000, 300)), "the clock was set back");
    }

    #[test]
    fn a_token_is_verified_once_in_each_epoch_and_remembered_by_its_own_authenticator() {
        let (tokens, others) = (Tokens::new(), Tokens::new());
        let again = || Err(Failure::invalid_argument("verified again"));
        let known = tokens.find(b"token", 1, NOW, verified).expect("it is good");
        assert!(tokens.find(b"token", 1, NOW, again).is_ok());
        assert!(tokens.find(b"token", 2, NOW, again).is_err());
        assert!(tokens.find(b"other", 1, NOW, again).is_err());

        let stderr = std::io::stderr();
        let (peer, process) = (Peer::with_credentials(1000, 1000, 1), PeerProcess::default());
        let caller = Caller { door: Door::Application, peer: &peer, process: &process, socket: stderr.as_fd() };
        assert!(tokens.recall(b"token", 1, caller).is_none());
        process.remember(&known);
        assert!(tokens.recall(b"token", 1, caller).is_some());
        assert!(tokens.recall(b"token", 2, caller).is_none() && tokens.recall(b"other", 1, caller).is_none());
        assert!(others.recall(b"token", 1, caller).is_none());
    }
}
