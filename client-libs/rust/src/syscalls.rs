//! System calls that every runtime makes in the same way.

use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::io::{Errno, retry_on_intr};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrUnix, SocketFlags, SocketType, recv, sendmsg,
    socket_with,
};

/// Connects to a Unix socket. Where the queue of connections is full, a socket with a limit waits for so long, and
/// one that does not block errs with [`io::ErrorKind::WouldBlock`] at once.
pub(crate) fn connect(path: &Path, flags: SocketFlags, limit: Option<Duration>) -> io::Result<UnixStream> {
    let address = SocketAddrUnix::new(path)?;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags | SocketFlags::CLOEXEC, None)?;
    if limit.is_some() {
        set_socket_timeout(&socket, Timeout::Send, limit)?;
    }
    retry_on_intr(|| rustix::net::connect(&socket, &address))?;
    Ok(UnixStream::from(socket))
}

/// Sends as many bytes as the socket takes, and gives how many that was. A closed connection is an error and never a
/// signal.
pub(crate) fn send_some(socket: impl AsFd, parts: &[IoSlice<'_>]) -> io::Result<usize> {
    let send = || sendmsg(&socket, parts, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL);
    Ok(retry_on_intr(send)?)
}

/// Whether a socket is open and nothing has arrived, without waiting.
pub(crate) fn is_quiet(socket: impl AsFd) -> bool {
    recv(socket, &mut [0], RecvFlags::PEEK | RecvFlags::DONTWAIT) == Err(Errno::AGAIN)
}
