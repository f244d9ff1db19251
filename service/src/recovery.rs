//! Undoing what was left half-made or half-destroyed: by a crash, or by a token that went away.

use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use keystead_keystore::{KeyStore, Leftover, Stage};
use keystead_provider::{KeyHandle, Provider};
use parking_lot::Mutex;

use crate::error::Failure;
use crate::schedule::{Duration, Workers};

/// The keys of a provider that are to be destroyed as soon as it is ready. None of them can be found by a client.
#[derive(Default)]
pub struct HalfMade(Mutex<Vec<Leftover>>);

impl HalfMade {
    /// What a crash left on a provider that does not serve yet: later, a reserved key may be a request under way. The
    /// names of such keys are free at once, wherever the token is.
    pub fn left_in(store: &dyn KeyStore, provider: ProviderNumber) -> HalfMade {
        let left = store.leftovers(provider).unwrap_or_else(|error| {
            log::error!(provider = provider.0; "half-made keys cannot be listed: {error}");
            Vec::new()
        });
        for leftover in left.iter().filter(|leftover| leftover.stage == Stage::Reserved) {
            // It was submitted by the call, before whatever a client may ask. What fails is done again with the key.
            drop(store.abandon(leftover.tag));
        }
        HalfMade(Mutex::new(left))
    }

    /// One more.
    pub fn add(&self, leftover: Leftover) {
        self.0.lock().push(leftover);
    }
}

/// Undoes what can be undone now. What cannot stays for the next time that the provider becomes ready, or the next start.
pub async fn undo_half_made(
    half_made: &HalfMade,
    name: &str,
    store: &dyn KeyStore,
    backend: &Arc<dyn Provider>,
    workers: &Workers,
) {
    let leftovers = std::mem::take(&mut *half_made.0.lock());
    let (mut repaired, mut left) = (0_usize, 0_usize);
    for leftover in leftovers {
        match undo(store, &leftover, backend, workers).await {
            Ok(()) => repaired += 1,
            Err(failure) => {
                left += 1;
                log::warn!(provider = name; "a half-made key cannot be undone now: {failure}");
                half_made.add(leftover);
            }
        }
    }
    if repaired + left > 0 {
        log::info!(provider = name, repaired, left; "undid what was left half-made");
    }
}

/// Both kinds of leftover end in the same way: the key was never acknowledged, or its end was asked for.
async fn undo(
    store: &dyn KeyStore,
    leftover: &Leftover,
    backend: &Arc<dyn Provider>,
    workers: &Workers,
) -> Result<(), Failure> {
    let tag = leftover.tag;
    if leftover.stage == Stage::Reserved {
        store.abandon(tag).await?;
    }
    let backend = Arc::clone(backend);
    let handle = leftover.handle.as_ref().map(KeyHandle::duplicate);
    let destroy = move || backend.vault().destroy(tag, handle.as_ref());
    workers.run(Some(&leftover.address.tenant), Duration::Short, destroy).await??;
    Ok(store.forget(tag).await?)
}
