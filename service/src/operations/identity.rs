//! What the identity provider asks of the service, and what everybody may know of its trust.

use std::sync::Arc;

use keystead_interface::operations::identity::{
    GetInstanceResult, ShareTrustBundle, ShareTrustBundleResult, TrustRole,
};

use super::Call;
use crate::clock;
use crate::error::Failure;
use crate::settings::Pinning;

pub(super) fn get_instance(call: &Call<'_>) -> GetInstanceResult {
    call.service.trust.describe(clock::now())
}

/// Permission was given to the identity provider only. Why a share is refused is told in the log alone.
pub(super) fn share_trust_bundle(call: &Call<'_>, asked: &ShareTrustBundle) -> Result<ShareTrustBundleResult, Failure> {
    let caller = call.target.caller;
    // Pinned already, when permission was given.
    let process = caller.process.pinned(caller.peer, caller.socket, Pinning::ByKernel)?;
    let trust = &call.service.trust;
    let epoch = trust.share(Arc::clone(process), asked, clock::now()).map_err(|reason| {
        log::warn!(pid = caller.peer.pid(), role:? = asked.role; "trust was not taken: {reason}");
        Failure::new(reason.status(), reason.to_string())
    })?;
    if asked.role == TrustRole::Root {
        log::info!(pid = caller.peer.pid(), epoch; "the identity provider has shared its root");
    }
    Ok(ShareTrustBundleResult { trust_epoch: epoch })
}
