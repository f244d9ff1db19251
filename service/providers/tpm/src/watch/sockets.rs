//! Ending connections that somebody else in this process made and waits on.
#![allow(unsafe_code, reason = "the descriptors belong to the TPM's C library, which does not tell them")]

use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

use rustix::net::Shutdown;

/// Ends every connection of this process to a TPM: to its port, and to the next one, which is its control channel.
pub(super) fn end_connections(host: &str, port: u16) {
    let ports = [Some(port), port.checked_add(1)];
    let ends: Vec<SocketAddr> =
        ports.into_iter().flatten().filter_map(|port| (host, port).to_socket_addrs().ok()).flatten().collect();
    let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") else { return };
    for descriptor in descriptors.flatten() {
        let number = descriptor.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(socket) = number.and_then(duplicate) else { continue };
        let end = rustix::net::getpeername(&socket).ok().flatten().and_then(|end| SocketAddr::try_from(end).ok());
        if end.is_some_and(|end| ends.contains(&end)) {
            // Whoever reads from it reads the end of the stream.
            let _ = rustix::net::shutdown(&socket, Shutdown::Both);
        }
    }
}

/// A descriptor of our own for what another one is for, so that nobody closes it while it is looked at.
fn duplicate(number: RawFd) -> Option<OwnedFd> {
    // SAFETY: the number was a descriptor a moment ago. If it is closed by now, the system call says so; if it is another
    // file's by now, that file is looked at instead. Nothing is read, written or closed through it.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_dupfd_cloexec(borrowed, 0).ok()
}
