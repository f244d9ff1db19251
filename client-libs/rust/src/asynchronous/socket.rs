//! A Unix socket that Tokio waits for, and no longer than until a deadline.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;

use rustix::net::SocketFlags;
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::net::UnixStream;
use tokio::runtime::{Handle, Id};

use super::Tokio;
use crate::backoff::Backoff;
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::runtime::{self, Runtime};
use crate::syscalls::{connect, is_quiet, send_some};

/// A connected socket.
pub(crate) struct Socket {
    stream: UnixStream,
    /// The runtime whose driver watches it. Another one would wait in vain once that is gone.
    home: Id,
}

impl Socket {
    /// Connects. A Unix socket does so at once or not at all, so that there is nothing to wait for but a queue of
    /// connections that is full: then it is tried again, with pauses.
    pub(super) async fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Socket> {
        let home = Handle::try_current().map_err(|_| Error::NoRuntime)?.id();
        let mut backoff = Backoff::default();
        loop {
            let error = match connect(endpoint.path(), SocketFlags::NONBLOCK, None).and_then(UnixStream::from_std) {
                Ok(stream) => return Ok(Socket { stream, home }),
                Err(error) => error,
            };
            if error.kind() != io::ErrorKind::WouldBlock || !backoff.pause::<Tokio>(deadline).await {
                return Err(Error::Connect { endpoint: endpoint.clone(), source: error });
            }
        }
    }
}

impl runtime::Socket for Socket {
    async fn send(&mut self, parts: &[IoSlice<'_>], deadline: Deadline) -> Result<usize> {
        let stream = &self.stream;
        let sent = stream.async_io(Interest::WRITABLE, || send_some(stream, parts));
        Tokio::by(sent, deadline).await?.map_err(Error::Io)
    }

    async fn read(&mut self, into: &mut [u8], deadline: Deadline) -> Result<usize> {
        let mut buffer = ReadBuf::new(into);
        let read = poll_fn(|context| Pin::new(&mut self.stream).poll_read(context, &mut buffer));
        Tokio::by(read, deadline).await?.map_err(Error::Io)?;
        Ok(buffer.filled().len())
    }

    fn is_quiet(&self) -> bool {
        is_quiet(&self.stream)
    }

    fn is_at_home(&self) -> bool {
        Handle::try_current().is_ok_and(|here| here.id() == self.home)
    }
}
