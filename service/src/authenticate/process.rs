//! The process at the other end of a connection, as far as tokens or volatile keys made it necessary to look.

use std::cell::{OnceCell, RefCell};
use std::os::fd::AsFd;
use std::sync::Arc;

use keystead_interface::status::Status;
use keystead_trust::peer::{NotOurs, Peer, Pinned, Unattested};
use rustix::io::Errno;

use super::tokens::KnownToken;
use crate::error::Failure;
use crate::registration::{Awaited, await_end, has_ended};
use crate::settings::Pinning;

/// What a connection keeps of its peer from one request to the next. Each request is still judged by itself: this only
/// spares it what cannot have changed.
#[derive(Default)]
pub struct PeerProcess {
    /// A descriptor for as long as the connection lives: requests with a token or for volatile keys need it, others do not pay
    /// for it.
    pinned: OnceCell<Arc<Pinned>>,
    /// The token that came last, if its bearer was found to be this process.
    last: RefCell<Option<Arc<KnownToken>>>,
    /// Its end, which the event loop that serves the connection awaits from the second request with a token on, or the first
    /// for a volatile key.
    end: RefCell<Option<Awaited>>,
}

impl PeerProcess {
    /// The pinned process. Errors if it cannot be pinned so, or if it has ended.
    pub fn pinned(&self, peer: &Peer, socket: impl AsFd, pinning: Pinning) -> Result<&Arc<Pinned>, Failure> {
        if let Some(pinned) = self.pinned.get() {
            return Ok(pinned);
        }
        let pinned = match peer.pinned(socket) {
            Err(Unattested::Process(NotOurs::Unpinned(error))) if pinning == Pinning::OrByPid && is_old(&error) => {
                peer.pinned_by_pid()
            }
            pinned => pinned,
        };
        let pinned = pinned.map_err(refused)?;
        Ok(self.pinned.get_or_init(|| Arc::new(pinned)))
    }

    /// Whether the process lives still. The kernel is asked once; then the event loop hears of the end by itself, as it
    /// hears of requests: of whatever comes first it hears first, so that a request which others send on this connection
    /// after the end is not taken for the process's.
    pub(super) fn is_alive(&self, process: &Arc<Pinned>) -> bool {
        let mut end = self.end.borrow_mut();
        if let Some(awaited) = &*end {
            return !has_ended(awaited);
        }
        // Where it cannot be awaited, the kernel is asked for each request.
        *end = await_end(process).ok();
        process.is_alive()
    }

    /// Leaves this thread's event loop; another one's is to serve the connection.
    pub fn detach(&self) {
        self.end.replace(None);
    }

    /// The token that came last, if these are its bytes.
    pub(super) fn last(&self, token: &[u8]) -> Option<Arc<KnownToken>> {
        self.last.borrow().as_ref().filter(|known| known.has_bytes(token)).map(Arc::clone)
    }

    /// Remembers the token that came now.
    pub(super) fn remember(&self, known: &Arc<KnownToken>) {
        self.last.replace(Some(Arc::clone(known)));
    }
}

/// Why nothing is believed of a peer.
pub(super) fn refused(why: Unattested) -> Failure {
    let status = match &why {
        Unattested::Process(NotOurs::Unpinned(error)) if is_exhausted(error) => Status::Busy,
        _ => Status::AuthenticationError,
    };
    Failure::new(status, why.to_string())
}

/// Whether the kernel does not know SO_PEERPIDFD.
fn is_old(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(Errno::NOPROTOOPT.raw_os_error())
}

fn is_exhausted(error: &std::io::Error) -> bool {
    let errno = error.raw_os_error();
    errno == Some(Errno::MFILE.raw_os_error()) || errno == Some(Errno::NFILE.raw_os_error())
}
