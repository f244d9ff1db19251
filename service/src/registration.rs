//! Registering a descriptor with a thread's event loop: the one call of tokio's for which we must vouch.
#![allow(unsafe_code)] // tokio asks for a promise about the descriptor, which its type keeps here.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

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
