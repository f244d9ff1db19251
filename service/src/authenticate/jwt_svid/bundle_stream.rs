//! Keeping a trust domain's keys fresh: the stream of bundles of a SPIFFE Workload API, such as a SPIRE agent's.
//!
//! Tokens are verified with the bundle that came last, whether the API is there or not; nobody asks it for the sake of a
//! request. What cannot be believed of an answer changes nothing.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;

use keystead_trust::jwks::{self, BadKeySet, KeySet};
use keystead_trust::spiffe_id::TrustDomain;
use keystead_workload_api::Status;
use keystead_workload_api::api::{JwtBundlesRequest, JwtBundlesResponse};
use keystead_workload_api::client::{self, NotConnected};
use tokio::task::AbortHandle;
use tokio::time::{error::Elapsed, sleep, timeout};

use super::Bundles;
use crate::limits::{FIRST_BUNDLE_PATIENCE, MAX_BUNDLES_BYTES, WORKLOAD_API_PATIENCE, WORKLOAD_API_PAUSES};

/// A stream that is followed in a thread of its own until this is dropped.
pub struct BundleStream {
    socket: PathBuf,
    trust_domain: TrustDomain,
    bundles: Arc<Bundles>,
    follower: AbortHandle,
}

impl BundleStream {
    /// Begins to follow the API that listens on this socket, for the keys of this trust domain. Returns when the first have
    /// come, or it is seen that they do not come at once. Errors if there are no threads.
    pub fn start(socket: &Path, trust_domain: &TrustDomain) -> io::Result<BundleStream> {
        let bundles = Arc::new(Bundles::empty());
        let (tried, first) = mpsc::channel();
        let follower = Follower {
            socket: socket.to_owned(),
            id: format!("spiffe://{trust_domain}"),
            bundles: Arc::clone(&bundles),
            last: None,
            trouble: String::new(),
            tried: Some(tried),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let following = runtime.spawn(follower.follow_for_ever());
        let handle = following.abort_handle();
        thread::Builder::new().name("bundle-stream".to_owned()).spawn(move || runtime.block_on(following).is_ok())?;
        // Nothing is ever sent: what is waited for is that the other end is dropped.
        let _ = first.recv_timeout(FIRST_BUNDLE_PATIENCE);
        Ok(BundleStream { socket: socket.to_owned(), trust_domain: trust_domain.clone(), bundles, follower: handle })
    }

    /// Whether this API is followed for this trust domain.
    pub fn is_of(&self, socket: &Path, trust_domain: &TrustDomain) -> bool {
        self.socket == socket && self.trust_domain == *trust_domain
    }

    /// The keys, kept fresh.
    pub fn bundles(&self) -> &Arc<Bundles> {
        &self.bundles
    }
}

impl Drop for BundleStream {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

struct Follower {
    socket: PathBuf,
    /// The trust domain's, as the API names it.
    id: String,
    bundles: Arc<Bundles>,
    /// The set that is in force.
    last: Option<Vec<u8>>,
    /// What the log was told last; empty when all is well.
    trouble: String,
    /// Dropped after the first attempt.
    tried: Option<mpsc::Sender<Infallible>>,
}

/// Why nothing is heard of the keys.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("{0}")]
    NotConnected(#[from] NotConnected),
    #[error("{:?}: {}", .0.code(), .0.message())]
    Refused(#[from] Status),
    #[error("it says nothing")]
    Silent(#[from] Elapsed),
    #[error("it ended the stream")]
    Ended,
}

impl Follower {
    async fn follow_for_ever(mut self) {
        let (shortest, longest) = WORKLOAD_API_PAUSES;
        let mut pause = shortest;
        loop {
            let mut heard = false;
            let lost = match self.follow(&mut heard).await {
                Ok(never) => match never {},
                Err(lost) => lost,
            };
            self.tell(format!("the Workload API tells of no keys, the last ones stay in force: {lost}"));
            self.tried = None;
            pause = if heard { shortest } else { pause };
            sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// Takes one bundle after the other until there is trouble. `heard` says afterwards whether any came.
    async fn follow(&mut self, heard: &mut bool) -> Result<Infallible, Lost> {
        let mut client = client::connect(&self.socket, WORKLOAD_API_PATIENCE, MAX_BUNDLES_BYTES).await?;
        let stream = timeout(WORKLOAD_API_PATIENCE, client.fetch_jwt_bundles(JwtBundlesRequest {})).await??;
        let mut stream = stream.into_inner();
        let mut next = timeout(WORKLOAD_API_PATIENCE, stream.message()).await??;
        loop {
            self.take(next.ok_or(Lost::Ended)?);
            *heard = true;
            // For as long as no key changes; the kernel ends the connection with the process at its other end.
            next = stream.message().await?;
        }
    }

    /// Takes the bundle of our trust domain, and no other; a trust domain that is not there has no keys any more.
    fn take(&mut self, mut answer: JwtBundlesResponse) {
        let bundle = answer.bundles.remove(&self.id).unwrap_or_else(|| jwks::write([]).into_bytes());
        match self.put_in_force(bundle) {
            Ok(()) if !self.trouble.is_empty() => {
                log::info!(socket:% = self.socket.display(); "the Workload API tells of keys again");
                self.trouble.clear();
            }
            Ok(()) => {}
            Err(bad) => self.tell(format!("a bundle is not taken, the last one stays in force: {bad}")),
        }
        self.tried = None;
    }

    fn put_in_force(&mut self, bundle: Vec<u8>) -> Result<(), BadKeySet> {
        // What was verified with the same keys need not be verified again.
        if self.last.as_ref() == Some(&bundle) {
            return Ok(());
        }
        let keys = KeySet::parse(&bundle)?;
        let count = keys.len();
        self.bundles.replace(keys);
        self.last = Some(bundle);
        log::info!(trust_domain = self.id.as_str(), keys = count; "the keys of a trust domain have changed");
        Ok(())
    }

    /// Says it once, however often it happens in a row.
    fn tell(&mut self, trouble: String) {
        if trouble != self.trouble {
            log::warn!(socket:% = self.socket.display(); "{trouble}");
            self.trouble = trouble;
        }
    }
}

#[cfg(test)]
mod tests;
