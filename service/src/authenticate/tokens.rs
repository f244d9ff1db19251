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

    /// The token with these bytes, if it was verified in this epoch; else what `verify` finds. True if it is the one that
    /// the connection remembers.
    pub(super) fn find(
        &self,
        token: &[u8],
        epoch: u64,
        now: Moment,
        caller: Caller<'_>,
        verify: impl FnOnce() -> Result<Verified, Failure>,
    ) -> Result<(Arc<KnownToken>, bool), Failure> {
        let is_current = |known: &Arc<KnownToken>| known.of == self.number && known.epoch == epoch;
        if let Some(known) = caller.process.last(token).filter(is_current) {
            return Ok((known, true));
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let kept = self.known.lock().get(&digest).map(Arc::clone).filter(is_current);
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
        Ok((known, false))
    }
}
