//! What the identity provider asks of the service, and what everybody may know of its trust.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use keystead_interface::operations::identity::{
    GetInstanceResult, ShareTrustBundle, ShareTrustBundleResult, TrustRole,
};
use keystead_trust::peer::Pinned;
use tokio::io::Interest;

use super::Call;
use crate::clock;
use crate::error::Failure;
use crate::registration::register;
use crate::trust::Trust;

pub(super) fn get_instance(call: &Call<'_>) -> GetInstanceResult {
    call.service.trust.describe(clock::now())
}

/// Permission was given to the identity provider only. Why a share is refused is told in the log alone.
pub(super) fn share_trust_bundle(call: &Call<'_>, asked: &ShareTrustBundle) -> Result<ShareTrustBundleResult, Failure> {
    let caller = call.target.caller;
    let process = caller.process.pinned(caller.peer, caller.socket)?;
    let trust = &call.service.trust;
    let epoch = trust.share(Arc::clone(process), asked, clock::now()).map_err(|reason| {
        log::warn!(pid = caller.peer.pid(), role:? = asked.role; "trust was not taken: {reason}");
        Failure::new(reason.status(), reason.to_string())
    })?;
    if asked.role == TrustRole::Root {
        log::info!(pid = caller.peer.pid(), epoch; "the identity provider has shared its root");
        if let Err(error) = watch(Arc::clone(trust), process) {
            log::warn!(error:%; "the identity provider's process is not watched, and looked at with each token only");
        }
    }
    Ok(ShareTrustBundleResult { trust_epoch: epoch })
}

/// Has this thread's event loop empty the slot as soon as the process ends.
fn watch(trust: Arc<Trust>, process: &Pinned) -> io::Result<()> {
    let pidfd: Arc<OwnedFd> = Arc::new(process.pidfd().try_clone_to_owned()?);
    // A pidfd becomes readable when its process ends (pidfd_open(2)).
    let ends = register(&pidfd, Interest::READABLE)?;
    tokio::task::spawn_local(async move {
        if ends.readable().await.is_ok() {
            trust.forget_ended(clock::now());
        }
    });
    Ok(())
}
