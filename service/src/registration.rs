//! Registering descriptors with a thread's event loop: the one call of tokio's for which we must vouch.
#![allow(unsafe_code)] // tokio asks for a promise about the descriptor, which its type keeps here.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;

use keystead_trust::peer::Pinned;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A shared descriptor that the event loop of this thread watches.
pub type Registered = AsyncFd<Arc<OwnedFd>>;

/// Has the event loop of this thread watch a descriptor, which must not block.
pub fn register(fd: &Arc<OwnedFd>, interest: Interest) -> io::Result<Registered> {
    // SAFETY: an `Arc<OwnedFd>` gives the same descriptor for ever, and keeps it open for as long as it lives: the
    // registration holds one, and nobody can close the descriptor under it.
    unsafe { AsyncFd::register_with_interest(Arc::clone(fd), interest) }.map_err(Into::into)
}

/// A process whose end the event loop of this thread awaits: a pidfd becomes readable then (pidfd_open(2)).
pub type Awaited = AsyncFd<Awaitable>;

/// A pinned process, for its pidfd.
pub struct Awaitable(Arc<Pinned>);

impl AsRawFd for Awaitable {
    fn as_raw_fd(&self) -> RawFd {
        self.0.pidfd().as_raw_fd()
    }
}

/// Has the event loop of this thread await the end of a process.
pub fn await_end(process: &Arc<Pinned>) -> io::Result<Awaited> {
    // SAFETY: as above: a `Pinned` gives its one pidfd for ever, and keeps it open for as long as it lives.
    unsafe { AsyncFd::register_with_interest(Awaitable(Arc::clone(process)), Interest::READABLE) }.map_err(Into::into)
}

/// Whether the event loop has heard that it ended. This asks the kernel nothing, and takes no turn away from others.
pub fn has_ended(process: &Awaited) -> bool {
    process.try_io(Interest::READABLE, |_| Ok(())).is_ok()
}
