//! Watching the process that shared: every event loop hears of its end before it hears of a request that came later.

use std::sync::Arc;

use keystead_trust::peer::Pinned;
use tokio::sync::watch;

use super::Trust;
use crate::clock;
use crate::registration::await_end;

/// Says which process shares; it says so when there is one, and when there is none any more.
pub(super) type Sharers = watch::Sender<Option<Arc<Pinned>>>;

/// Has this thread's event loop empty the slot as soon as the process ends that shared: for this one and all that follow.
pub async fn watch(trust: Arc<Trust>) {
    let mut sharers = trust.sharer.subscribe();
    loop {
        let sharer = sharers.borrow_and_update().clone();
        if let Some(process) = sharer {
            match await_end(&process) {
                // A process is followed by another only after its end.
                Ok(end) => {
                    let _ = end.readable().await;
                    trust.forget_ended(clock::now());
                }
                Err(error) => log::warn!(error:%; "the identity provider's process is looked at with new tokens only"),
            }
        }
        // The sender lives as long as the trust.
        if sharers.changed().await.is_err() {
            return;
        }
    }
}
