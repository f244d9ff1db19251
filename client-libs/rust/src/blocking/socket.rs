//! A Unix socket that blocks, and no longer than until a deadline.

use std::io::{self, IoSlice, Read};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::net::SocketFlags;
use rustix::net::sockopt::{Timeout, set_socket_timeout};

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::runtime;
use crate::syscalls::{connect, is_quiet, send_some};

/// A connected socket. The kernel's own time limits are used, so that a read costs one system call; they are set anew
/// only when they are more than a hundredth off.
pub(crate) struct Socket {
    stream: UnixStream,
    send_limit: Duration,
    receive_limit: Duration,
}

impl Socket {
    /// Connects. The kernel waits for a service whose queue of connections is full.
    pub(super) fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Socket> {
        let send_limit = deadline.remaining()?;
        match connect(endpoint.path(), SocketFlags::empty(), Some(send_limit)) {
            Ok(stream) => Ok(Socket { stream, send_limit, receive_limit: Duration::ZERO }),
            Err(source) => Err(Error::Connect { endpoint: endpoint.clone(), source }),
        }
    }

    fn limit_sending(&mut self, remaining: Duration) -> Result<()> {
        limit(&self.stream, Timeout::Send, &mut self.send_limit, remaining)
    }

    fn limit_receiving(&mut self, remaining: Duration) -> Result<()> {
        limit(&self.stream, Timeout::Recv, &mut self.receive_limit, remaining)
    }
}

impl runtime::Socket for Socket {
    async fn send(&mut self, parts: &[IoSlice<'_>], deadline: Deadline) -> Result<usize> {
        self.limit_sending(deadline.remaining()?)?;
        send_some(&self.stream, parts).map_err(Error::from_socket)
    }

    async fn read(&mut self, into: &mut [u8], deadline: Deadline) -> Result<usize> {
        loop {
            self.limit_receiving(deadline.remaining()?)?;
            match self.stream.read(into) {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from_socket(error)),
            }
        }
    }

    fn is_quiet(&self) -> bool {
        is_quiet(&self.stream)
    }

    fn is_at_home(&self) -> bool {
        true
    }
}

fn limit(stream: &UnixStream, which: Timeout, set: &mut Duration, remaining: Duration) -> Result<()> {
    if set.abs_diff(remaining) <= remaining / 100 {
        return Ok(());
    }
    // The kernel counts in ticks; less than one would mean "no limit".
    let rounded = remaining.max(Duration::from_millis(1));
    set_socket_timeout(stream, which, Some(rounded)).map_err(|error| Error::Io(error.into()))?;
    *set = remaining;
    Ok(())
}
