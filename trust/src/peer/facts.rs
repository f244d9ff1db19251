//! What the kernel says of the pinned peer now: the facts that tokens are bound to.
//!
//! A pidfd survives exec, so the process of the connect may be another program by now, even one of another uid. A peer
//! whose real or effective uid is not that of the connect is refused whatever it asks for.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::OnceLock;

use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::pidfd_info::{self, PidfdInfo};
use super::{NotOurs, Peer, cgroups, has_ended, pin};
use crate::binding::{Binding, BootId, Cgroup, Hierarchy, PeerFacts};

/// A peer whose process is pinned: what is asked of it is asked of the very process that connected.
#[derive(Debug)]
pub struct Pinned {
    peer: Peer,
    pidfd: OwnedFd,
    boot: BootId,
    inode: Option<u64>,
}

/// Why nothing can be said of a peer.
#[derive(Debug, thiserror::Error)]
pub enum Unattested {
    /// The kernel cannot pin the process (Linux before 6.5), or it has ended.
    #[error("{0}")]
    Process(#[from] NotOurs),
    /// The process changed its user since it connected, as by executing a setuid program.
    #[error("the peer connected as another user than it is now")]
    ChangedUser,
    /// The process is outside of our pid namespace, so that nothing can be read of it.
    #[error("the peer has no pid here")]
    NoPid,
    /// A file of /proc cannot be read or understood.
    #[error("{0} of the peer cannot be read: {1}")]
    Unreadable(&'static str, io::Error),
}

impl Peer {
    /// Pins the process that connected `socket`.
    pub fn pinned(&self, socket: impl AsFd) -> Result<Pinned, Unattested> {
        self.pinned_as(pin(socket)?)
    }

    /// Pins the process that has the peer's pid now, where the kernel cannot pin the one that connected (Linux before
    /// 6.5). A pid that was given to another process between connect and now is not noticed.
    pub fn pinned_by_pid(&self) -> Result<Pinned, Unattested> {
        let pid = u32::try_from(self.pid()).map_err(|_| Unattested::NoPid)?;
        let number = Pid::from_raw(self.pid()).ok_or(Unattested::NoPid)?;
        let started = start_time(pid)?;
        let pidfd = pidfd_open(number, PidfdFlags::empty()).map_err(|errno| NotOurs::Unpinned(errno.into()))?;
        // Whoever has the pid now had it before the descriptor was made, so the descriptor is of the same process.
        if start_time(pid)? != started {
            return Err(NotOurs::Ended.into());
        }
        self.pinned_as(pidfd)
    }

    fn pinned_as(&self, pidfd: OwnedFd) -> Result<Pinned, Unattested> {
        let inode = own_inode(&pidfd).map_err(|error| Unattested::Unreadable("the pidfd", error))?;
        let boot = boot_id().map_err(|error| Unattested::Unreadable("the boot id", error))?;
        Ok(Pinned { peer: *self, pidfd, boot, inode })
    }
}

impl Pinned {
    /// The peer at connect.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// See [`Peer::shares_our_namespaces`].
    pub fn shares_our_namespaces(&self) -> Result<(), NotOurs> {
        self.peer.has_our_namespaces(&self.pidfd)
    }

    /// Whether the process lives still.
    pub fn is_alive(&self) -> bool {
        !has_ended(&self.pidfd)
    }

    /// Whether both are one process. Before Linux 6.9 one that has ended is the same as none.
    pub fn is_same_as(&self, other: &Pinned) -> bool {
        match (self.inode, other.inode) {
            (Some(ours), Some(theirs)) => ours == theirs,
            // A pid is nobody else's while its process lives.
            _ => self.peer.pid() == other.peer.pid() && self.is_alive() && other.is_alive(),
        }
    }

    /// The same process by a descriptor of its own.
    pub fn try_clone(&self) -> io::Result<Pinned> {
        Ok(Pinned { peer: self.peer, pidfd: self.pidfd.try_clone()?, boot: self.boot, inode: self.inode })
    }

    /// The descriptor, which becomes readable when the process ends (pidfd_open(2)).
    pub fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Inode of the pidfd, which only this process has until the next boot; none before Linux 6.9.
    pub fn pidfd_inode(&self) -> Option<u64> {
        self.inode
    }

    /// Everything that a token can be bound to.
    pub fn facts(&self) -> Result<PeerFacts, Unattested> {
        self.gather(|pid, _| Ok((Some(start_time(pid)?), cgroup(cgroups::telling(pid))?)))
    }

    /// What this binding asks for and no more: most cost one system call or two.
    pub fn facts_for(&self, binding: &Binding) -> Result<PeerFacts, Unattested> {
        self.gather(|pid, info| match binding {
            Binding::None | Binding::Uid { .. } => Ok((None, None)),
            Binding::Process { .. } if self.inode.is_some() => Ok((None, None)),
            Binding::Process { .. } => Ok((Some(start_time(pid)?), None)),
            Binding::Cgroup { hierarchy, .. } => match info.and_then(|info| info.cgroup_id) {
                Some(id) if *hierarchy == Hierarchy::V2 => {
                    Ok((None, Some(Cgroup { hierarchy: Hierarchy::V2, id, path: None })))
                }
                _ => Ok((None, cgroup(cgroups::of(pid, *hierarchy))?)),
            },
        })
    }

    /// Reads by pid between two looks at the pinned process: while it lives, its pid is nobody else's.
    fn gather(
        &self,
        read: impl FnOnce(u32, Option<PidfdInfo>) -> Result<(Option<u64>, Option<Cgroup>), Unattested>,
    ) -> Result<PeerFacts, Unattested> {
        let pid = u32::try_from(self.peer.pid()).ok().filter(|&pid| pid != 0).ok_or(Unattested::NoPid)?;
        let read = self.same_user(pid).and_then(|info| read(pid, info));
        if !self.is_alive() {
            return Err(NotOurs::Ended.into());
        }
        let (start_time, cgroup) = read?;
        let (boot, uid) = (self.boot, self.peer.uid());
        Ok(PeerFacts { boot, uid, pid, pidfd_inode: self.inode, start_time, cgroup })
    }

    /// Refuses a process that is no longer, or not wholly, of the user that connected.
    fn same_user(&self, pid: u32) -> Result<Option<PidfdInfo>, Unattested> {
        let info = match pidfd_info::read(&self.pidfd) {
            Ok(info) => info,
            Err(error) => return Err(Unattested::Unreadable("PIDFD_GET_INFO", error)),
        };
        let (ruid, euid) = match info {
            Some(info) if info.pid != pid => return Err(Unattested::NoPid),
            Some(info) => (info.ruid, info.euid),
            None => uids(pid)?,
        };
        if ruid == self.peer.uid() && euid == self.peer.uid() { Ok(info) } else { Err(Unattested::ChangedUser) }
    }
}

/// This run of the kernel. It is read once: no process sees two.
pub fn boot_id() -> io::Result<BootId> {
    static BOOT: OnceLock<BootId> = OnceLock::new();
    if let Some(known) = BOOT.get() {
        return Ok(*known);
    }
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
    let boot = BootId::parse(text.trim_end()).ok_or(io::ErrorKind::InvalidData)?;
    Ok(*BOOT.get_or_init(|| boot))
}

/// The cgroup that tells this very process from others, for comparing with that of a caller: a binding to a cgroup
/// that both are in would bind nobody.
pub fn own_cgroup() -> io::Result<Option<Cgroup>> {
    cgroups::telling(std::process::id())
}

/// The cgroup that tells the process of this id from others. Whoever asks holds the process, so that the id stays its own.
pub fn cgroup_of(pid: u32) -> io::Result<Option<Cgroup>> {
    cgroups::telling(pid)
}

/// The processes that are in a cgroup and not below it, by the ids that they have here: 0 is one without. None are in a
/// cgroup that is gone.
pub fn processes_in(cgroup: &Cgroup) -> io::Result<Vec<u32>> {
    cgroups::processes_in(cgroup)
}

/// The directory of this process's own cgroup in a hierarchy; none if the host does not have it.
pub fn own_cgroup_folder(hierarchy: Hierarchy) -> io::Result<Option<PathBuf>> {
    cgroups::folder_of(std::process::id(), hierarchy)
}

/// PID_FS_MAGIC (`include/uapi/linux/magic.h`): from Linux 6.9 on each process's pidfds have an inode of their own;
/// before, all pidfds shared one.
const PID_FS_MAGIC: u64 = 0x5049_4446;

fn own_inode(pidfd: &OwnedFd) -> io::Result<Option<u64>> {
    // Asked once, and not for each connection: a kernel has all its pidfds in one file system.
    static HAVE_THEIR_OWN: OnceLock<bool> = OnceLock::new();
    let have_their_own = match HAVE_THEIR_OWN.get() {
        Some(known) => *known,
        None => {
            let filesystem = rustix::fs::fstatfs(pidfd)?;
            *HAVE_THEIR_OWN.get_or_init(|| filesystem.f_type as u64 == PID_FS_MAGIC)
        }
    };
    if have_their_own { Ok(Some(rustix::fs::fstat(pidfd)?.st_ino)) } else { Ok(None) }
}

/// Real and effective uid (proc_pid_status(5), `Uid:`).
fn uids(pid: u32) -> Result<(u32, u32), Unattested> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|e| Unattested::Unreadable("status", e))?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap_or_default();
    let mut numbers = line.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(real)), Some(Ok(effective))) => Ok((real, effective)),
        _ => Err(Unattested::Unreadable("status", io::ErrorKind::InvalidData.into())),
    }
}

/// Field 22 of proc_pid_stat(5). The second is a name that may hold anything, so fields are counted from its end.
fn start_time(pid: u32) -> Result<u64, Unattested> {
    let unreadable = |error| Unattested::Unreadable("stat", error);
    let stat = fs::read(format!("/proc/{pid}/stat")).map_err(unreadable)?;
    let stat = String::from_utf8_lossy(&stat);
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let start = after_name.split(' ').nth(22 - 3).and_then(|field| field.parse().ok());
    start.ok_or_else(|| unreadable(io::ErrorKind::InvalidData.into()))
}

fn cgroup(read: io::Result<Option<Cgroup>>) -> Result<Option<Cgroup>, Unattested> {
    read.map_err(|error| Unattested::Unreadable("cgroup", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_ioctl_the_files_of_the_process_say_the_same() {
        let (ours, _theirs) = std::os::unix::net::UnixStream::pair().expect("a socket pair");
        let pinned = Peer::of(&ours).expect("credentials").pinned(&ours).expect("Linux 6.5 or later");
        let pid = std::process::id();
        let uid = rustix::process::getuid().as_raw();
        assert_eq!(uids(pid).expect("our own files"), (uid, rustix::process::geteuid().as_raw()));
        assert_eq!(pinned.facts().expect("a living process").start_time, Some(start_time(pid).expect("our own files")));
        if let Some(info) = pidfd_info::read(pinned.pidfd()).expect("an answer") {
            assert_eq!((info.pid, info.ruid), (pid, uid));
            let unified = cgroups::of(pid, Hierarchy::V2).expect("our own files").map(|cgroup| cgroup.id);
            assert!(unified.is_none() || info.cgroup_id == unified, "{info:?} {unified:?}");
        }
    }
}
