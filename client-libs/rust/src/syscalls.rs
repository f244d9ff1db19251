//! System calls that every runtime makes in the same way.

use std::io::{self, IoSlice};
use std::os::fd::AsFd;

use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, recv, sendmsg};

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
