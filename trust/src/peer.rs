//! The process at the other end of a Unix socket.
//!
//! uid, gid and pid are those of the moment of connect (SO_PEERCRED, unix(7)) and cannot be changed afterwards by
//! the peer, whatever it execs. Everything else is asked of the living process when it is needed, through a pidfd
//! that the kernel took at connect (SO_PEERPIDFD, Linux 6.5), so that a recycled pid is never mistaken for it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use nix::sys::socket::{getsockopt, sockopt};
use rustix::event::{PollFd, PollFlags, poll};

mod cgroups;
mod facts;
mod pidfd_info;

pub use facts::{Pinned, Unattested, boot_id, cgroup_of, own_cgroup, own_cgroup_folder, processes_in};

/// What the kernel says of the process that connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    uid: u32,
    gid: u32,
    pid: i32,
}

/// Why a peer is not given what is kept for the host's own processes.
#[derive(Debug, thiserror::Error)]
pub enum NotOurs {
    /// The kernel cannot pin the process (Linux before 6.5), or it has no pid here.
    #[error("the peer's process cannot be pinned: {0}")]
    Unpinned(io::Error),
    /// The process has ended.
    #[error("the peer's process has ended")]
    Ended,
    /// Its namespaces cannot be read, not even what everybody may see of them.
    #[error("namespace `{0}` of the peer cannot be read: {1}")]
    Unreadable(&'static str, io::Error),
    /// It runs in another namespace, as in a container.
    #[error("the peer runs in another {0} namespace")]
    Foreign(&'static str),
}

/// The uid that stands for every uid that has no number in this user namespace (user_namespaces(7)).
pub fn overflow_uid() -> u32 {
    let text = fs::read_to_string("/proc/sys/kernel/overflowuid").unwrap_or_default();
    text.trim().parse().unwrap_or(65_534)
}

impl Peer {
    /// Asks the kernel who connected `socket`.
    pub fn of(socket: impl AsFd) -> io::Result<Peer> {
        // Of nix and not of rustix: the pid is 0 for a peer outside of our pid namespace.
        let credentials = getsockopt(&socket.as_fd(), sockopt::PeerCredentials)?;
        Ok(Peer { uid: credentials.uid(), gid: credentials.gid(), pid: credentials.pid() })
    }

    /// A peer with these credentials, for tests of what is decided by them.
    pub const fn with_credentials(uid: u32, gid: u32, pid: i32) -> Peer {
        Peer { uid, gid, pid }
    }

    /// Effective uid at connect.
    pub const fn uid(&self) -> u32 {
        self.uid
    }

    /// Effective gid at connect.
    pub const fn gid(&self) -> u32 {
        self.gid
    }

    /// Process id at connect, as our pid namespace numbers it.
    pub const fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether the process runs in our own user and pid namespaces: root of a container does not.
    ///
    /// The process is pinned first and looked at last, so what is read in between belongs to it. The mount namespace
    /// is not asked: a service that systemd confines has one of its own.
    pub fn shares_our_namespaces(&self, socket: impl AsFd) -> Result<(), NotOurs> {
        self.has_our_namespaces(&pin(socket)?)
    }

    fn has_our_namespaces(&self, pidfd: &OwnedFd) -> Result<(), NotOurs> {
        for namespace in ["user", "pid"] {
            let shared = match (self.namespace(namespace), fs::read_link(format!("/proc/self/ns/{namespace}"))) {
                (Ok(theirs), Ok(ours)) => theirs == ours,
                // Only root may follow the links of other users' processes (ptrace(2), PTRACE_MODE_READ_FSCREDS).
                (Err(error), _) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.looks_like_ours(namespace)?
                }
                (Err(error), _) | (_, Err(error)) => return Err(NotOurs::Unreadable(namespace, error)),
            };
            if !shared {
                return Err(NotOurs::Foreign(namespace));
            }
        }
        if has_ended(pidfd) { Err(NotOurs::Ended) } else { Ok(()) }
    }

    fn namespace(&self, name: &str) -> io::Result<PathBuf> {
        fs::read_link(format!("/proc/{}/ns/{name}", self.pid))
    }

    /// What everybody may read of a process: it has one pid only unless it is in a pid namespace below ours (`NSpid` in
    /// proc_pid_status(5)), and our map of uids unless it is in another user namespace (user_namespaces(7)). A
    /// namespace that maps every uid to itself looks like ours; only the host's root can make one.
    fn looks_like_ours(&self, namespace: &'static str) -> Result<bool, NotOurs> {
        let read = |of: &str| fs::read_to_string(of).map_err(|error| NotOurs::Unreadable(namespace, error));
        if namespace == "user" {
            return Ok(read(&format!("/proc/{}/uid_map", self.pid))? == read("/proc/self/uid_map")?);
        }
        let status = read(&format!("/proc/{}/status", self.pid))?;
        let pids = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
        Ok(pids.split_whitespace().count() == 1)
    }
}

/// A descriptor of the peer's process that stays its own even when the pid is given to another.
fn pin(socket: impl AsFd) -> Result<OwnedFd, NotOurs> {
    getsockopt(&socket.as_fd(), sockopt::PeerPidfd).map_err(|errno| NotOurs::Unpinned(errno.into()))
}

/// A pidfd becomes readable when its process ends (pidfd_open(2)).
fn has_ended(pidfd: &OwnedFd) -> bool {
    let mut waiting = [PollFd::new(pidfd, PollFlags::IN)];
    let at_once = rustix::time::Timespec { tv_sec: 0, tv_nsec: 0 };
    loop {
        match poll(&mut waiting, Some(&at_once)) {
            Err(rustix::io::Errno::INTR) => {}
            polled => return !matches!(polled, Ok(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_socket_pair_of_this_process_has_its_credentials_and_namespaces() {
        let (ours, _theirs) = UnixStream::pair().expect("a socket pair");
        let peer = Peer::of(&ours).expect("credentials");
        assert_eq!(peer.uid(), rustix::process::geteuid().as_raw());
        assert_eq!(peer.gid(), rustix::process::getegid().as_raw());
        assert_eq!(peer.pid(), rustix::process::getpid().as_raw_nonzero().get());
        peer.shares_our_namespaces(&ours).expect("our own namespaces");
        let (by_kernel, by_pid) = (peer.pinned(&ours).expect("we live"), peer.pinned_by_pid().expect("we live"));
        assert_eq!(by_kernel.pidfd_inode(), by_pid.pidfd_inode(), "both are this process");
        assert!(by_kernel.is_same_as(&by_pid) && by_pid.is_same_as(&by_kernel.try_clone().expect("a descriptor")));
        let init = Peer::with_credentials(0, 0, 1).pinned_by_pid().expect("it lives");
        assert!(!by_kernel.is_same_as(&init));
        by_pid.shares_our_namespaces().expect("our own namespaces");
        assert!(Peer::with_credentials(0, 0, 0).pinned_by_pid().is_err(), "no process has the pid 0");
        for namespace in ["user", "pid"] {
            assert!(peer.looks_like_ours(namespace).expect("files that everybody may read"));
        }
    }
}
