//! A connection's socket. It is registered with the event loop only when it has to be waited for: most clients send a
//! request and are answered before that.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use rustix::io::Errno;
use rustix::net::{SendFlags, Shutdown};
use tokio::io::Interest;

use crate::registration::{Registered, register};

/// A non-blocking Unix socket.
pub struct Socket {
    /// Before the descriptor, so that it is dropped first.
    registration: Option<Registered>,
    fd: Arc<OwnedFd>,
    watches_for_room: bool,
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl From<OwnedFd> for Socket {
    fn from(fd: OwnedFd) -> Self {
        Socket { registration: None, fd: Arc::new(fd), watches_for_room: false }
    }
}

impl Socket {
    /// Reads what has arrived; `None` if nothing has. 0 bytes are the end of the stream.
    pub fn read(&mut self, room: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(registration) = &self.registration else { return read_now(self.fd.as_fd(), room) };
        // Ready or not is known without a system call.
        let waker = Waker::noop();
        let Poll::Ready(ready) = registration.poll_read_ready(&mut Context::from_waker(waker)) else {
            return Ok(None);
        };
        let mut ready = ready?;
        let read = read_now(self.fd.as_fd(), room)?;
        if read.is_none_or(|read| read < room.len()) {
            // Nothing is left: epoll is edge-triggered and says so when more comes (epoll(7)), so the system call that
            // would answer EAGAIN is spared.
            ready.clear_ready();
        }
        Ok(read)
    }

    /// Waits until there is something to read, without a buffer to read it into.
    pub async fn readable(&mut self) -> io::Result<()> {
        self.registered()?.readable().await.map(|_| ())
    }

    /// Writes all of it: with one system call if the client takes it.
    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        loop {
            // A client that is gone is an error here, not a signal.
            match rustix::net::send(&*self.fd, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(sent) if sent == bytes.len() => return Ok(()),
                Ok(sent) => bytes = &bytes[sent..],
                Err(Errno::AGAIN) => self.wait_until_writable().await?,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Few clients let us wait with an answer. Until one does, the event loop is not asked to watch for room: it would
    /// wake us each time that a client has taken its answer.
    async fn wait_until_writable(&mut self) -> io::Result<()> {
        if !self.watches_for_room {
            self.registration = None;
            self.watches_for_room = true;
        }
        self.registered()?.writable().await?.clear_ready();
        Ok(())
    }

    /// Whether the event loop knows the socket.
    pub fn is_registered(&self) -> bool {
        self.registration.is_some()
    }

    /// Tells the client that nothing more will come.
    pub fn finish_writing(&self) {
        // The client may be gone; then it does not want to know.
        let _ = rustix::net::shutdown(&*self.fd, Shutdown::Write);
    }

    /// Takes the socket out of this thread's event loop, so that another's can have it.
    pub fn detach(&mut self) {
        self.registration = None;
    }

    fn registered(&mut self) -> io::Result<&mut Registered> {
        if self.registration.is_none() {
            let room = if self.watches_for_room { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            self.registration = Some(register(&self.fd, room)?);
        }
        self.registration.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

fn read_now(fd: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<Option<usize>> {
    match rustix::io::read(fd, room) {
        Ok(read) => Ok(Some(read)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}
