//! The process that vouches for applications.

use std::sync::Arc;

use keystead_daemon::connection::Caller;
use keystead_trust::peer::{Pinned, Unattested};
use keystead_trust::slot::Process;

/// A process that shared, or may share, a root. Copies are of one descriptor.
#[derive(Clone, Debug)]
pub struct Sender(Arc<Pinned>);

impl Sender {
    /// The process at the other end.
    pub fn of(caller: &Caller<'_>) -> Result<Sender, Unattested> {
        caller.peer().pinned(caller.socket()).map(|pinned| Sender(Arc::new(pinned)))
    }

    /// The process.
    pub fn pinned(&self) -> &Pinned {
        &self.0
    }
}

impl Process for Sender {
    fn same_as(&self, other: &Sender) -> bool {
        self.0.same_as(&other.0)
    }
}
