//! A Unix socket whose reads and writes end by a deadline.

use std::io::{self, IoSlice, Read};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags, SocketType, sendmsg,
};

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// What can be told of a socket on which nothing should happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Open, and nothing has arrived.
    Yes,
    /// Closed by the service, or something arrived unasked.
    No,
}

/// A connected socket. The kernel's own time limits are used, so that a read costs one system call; they are set anew
/// only when they are more than a hundredth off.
pub(crate) struct Socket {
    stream: UnixStream,
    send_limit: Duration,
    receive_limit: Duration,
}

impl Socket {
    /// Connects. A service whose queue of connections is full is waited for until the deadline.
    pub(crate) fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Socket> {
        let send_limit = deadline.remaining()?;
        let connect = || -> rustix::io::Result<UnixStream> {
            let address = SocketAddrUnix::new(endpoint.path())?;
            let fd = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
            set_socket_timeout(&fd, Timeout::Send, Some(send_limit))?;
            rustix::io::retry_on_intr(|| rustix::net::connect(&fd, &address))?;
            Ok(UnixStream::from(fd))
        };
        match connect() {
            Ok(stream) => Ok(Socket { stream, send_limit, receive_limit: Duration::ZERO }),
            Err(error) => Err(Error::Connect { endpoint: endpoint.clone(), source: error.into() }),
        }
    }

    /// Sends all parts, in one system call if the socket takes them at once. A closed connection is an error and
    /// never a signal.
    pub(crate) fn send(&mut self, parts: &[&[u8]], deadline: Deadline) -> Result<()> {
        let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut rest = &mut slices[..];
        // Takes empty parts away, so that the loop ends when nothing is left to send.
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            self.limit_sending(deadline.remaining()?)?;
            match sendmsg(&self.stream, rest, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL) {
                Ok(sent) => IoSlice::advance_slices(&mut rest, sent),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Error::from_socket(error.into())),
            }
        }
        Ok(())
    }

    /// Reads what is there, at least a byte; 0 at the end of the stream.
    pub(crate) fn read(&mut self, into: &mut [u8], deadline: Deadline) -> Result<usize> {
        loop {
            self.limit_receiving(deadline.remaining()?)?;
            match self.stream.read(into) {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from_socket(error)),
            }
        }
    }

    /// Looks whether anything happened, without waiting.
    pub(crate) fn quiet(&self) -> Quiet {
        let mut byte = [0];
        match rustix::net::recv(&self.stream, &mut byte, RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Err(rustix::io::Errno::AGAIN) => Quiet::Yes,
            _ => Quiet::No,
        }
    }

    fn limit_sending(&mut self, remaining: Duration) -> Result<()> {
        limit(&self.stream, Timeout::Send, &mut self.send_limit, remaining)
    }

    fn limit_receiving(&mut self, remaining: Duration) -> Result<()> {
        limit(&self.stream, Timeout::Recv, &mut self.receive_limit, remaining)
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
