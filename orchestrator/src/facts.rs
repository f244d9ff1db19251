//! What the kernel says of a process that is known by its id: only while it is held is the id nobody else's.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use keystead_trust::binding::Cgroup;
use keystead_trust::payload::definition::PinnedProcess;
use keystead_trust::payload::evidence::Runtime;
use keystead_trust::peer::cgroup_of;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// PID_FS_MAGIC (`include/uapi/linux/magic.h`): from Linux 6.9 on each process's pidfds have an inode of their own.
const PID_FS_MAGIC: u64 = 0x5049_4446;

/// A process that is held by its pidfd.
#[derive(Debug)]
pub struct Process {
    pidfd: OwnedFd,
    pinned: PinnedProcess,
}

/// What was seen of a process while it lived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its real and effective uid, which are one.
    pub uid: u32,
    /// The process that started it.
    pub parent: u32,
    /// Whether it is the first process of a pid namespace below ours, which lives as long as it.
    pub begins_pidns: bool,
    /// The cgroup that tells it from others.
    pub cgroup: Option<Cgroup>,
    /// The process and its namespaces, as evidence.
    pub runtime: Runtime,
}

impl Process {
    /// Takes hold of a process. Errors if there is none, or if the kernel cannot tell it from later ones (before Linux 6.9).
    pub fn open(pid: u32) -> io::Result<Process> {
        let raw = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
        let pidfd = pidfd_open(raw, PidfdFlags::empty())?;
        if rustix::fs::fstatfs(&pidfd)?.f_type as u64 != PID_FS_MAGIC {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "pidfds have no inodes before Linux 6.9"));
        }
        let pidfd_inode = rustix::fs::fstat(&pidfd)?.st_ino;
        Ok(Process { pidfd, pinned: PinnedProcess { pid, pidfd_inode } })
    }

    /// What it is called.
    pub fn pinned(&self) -> PinnedProcess {
        self.pinned
    }

    /// Looks at it: all that is read by its id is read while it lives. Namespaces that may not be read are left out.
    pub fn look(&self) -> io::Result<Seen> {
        let pid = self.pinned.pid;
        let (status, cgroup) = (fs::read_to_string(format!("/proc/{pid}/status")), cgroup_of(pid));
        let namespace = |name| fs::metadata(format!("/proc/{pid}/ns/{name}")).ok().map(|namespace| namespace.ino());
        let [netns, mntns, pidns] = ["net", "mnt", "pid"].map(namespace);
        if self.has_ended(Some(Timespec { tv_sec: 0, tv_nsec: 0 }))? {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the process has ended"));
        }
        let (status, cgroup) = (status?, cgroup?);
        let uids = numbers(&status, "Uid:");
        let (&[real, effective, ..], &[parent]) = (uids.as_slice(), numbers(&status, "PPid:").as_slice()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        if real != effective {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the process is of two users at once"));
        }
        // One id for each namespace from ours to its own (proc_pid_status(5)).
        let begins_pidns = matches!(numbers(&status, "NSpid:").as_slice(), [_, .., 1]);
        let runtime = Runtime { process: self.pinned, cgroup: cgroup.clone(), netns, mntns, pidns };
        Ok(Seen { uid: real, parent, begins_pidns, cgroup, runtime })
    }

    /// Waits until it has ended.
    pub fn wait(&self) -> io::Result<()> {
        while !self.has_ended(None)? {}
        Ok(())
    }

    /// Sends it a signal; nothing if it has ended.
    pub fn signal(&self, signal: Signal) {
        // It can only have ended: whoever starts a process may send it signals, unless it became another user's.
        if let Err(error) = pidfd_send_signal(&self.pidfd, signal) {
            log::debug!("a signal did not reach its process: {error}");
        }
    }

    /// A pidfd becomes readable when its process ends (pidfd_open(2)).
    fn has_ended(&self, patience: Option<Timespec>) -> io::Result<bool> {
        let mut waiting = [PollFd::from_borrowed_fd(self.pidfd.as_fd(), PollFlags::IN)];
        loop {
            match poll(&mut waiting, patience.as_ref()) {
                Err(rustix::io::Errno::INTR) => {}
                polled => return Ok(polled? > 0),
            }
        }
    }
}

/// The numbers of a line of proc_pid_status(5).
fn numbers(status: &str, name: &str) -> Vec<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_seen_while_it_lives() {
        let own = Process::open(std::process::id()).unwrap().look().unwrap();
        assert_eq!(own.uid, rustix::process::getuid().as_raw());
        assert_eq!(Some(own.parent), rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get() as u32));
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let process = Process::open(child.id()).unwrap();
        assert_eq!(process.look().unwrap().parent, std::process::id());
        process.signal(Signal::TERM);
        process.wait().unwrap();
        assert_eq!(process.look().unwrap_err().kind(), io::ErrorKind::NotFound);
        child.wait().unwrap();
    }
}
