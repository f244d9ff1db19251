//! What a service tells its service manager (sd_notify(3)), received in the manager's place.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// What ended a wait.
pub(crate) enum Waited {
    /// The service said it.
    Said,
    /// The process ended first.
    Ended,
    /// Neither happened in time.
    Neither,
}

/// The receiving end of `NOTIFY_SOCKET`.
pub(crate) struct Notices {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Notices {
    /// Receives at `path`; a socket that an earlier run left there is replaced.
    pub(crate) fn bind(path: PathBuf) -> io::Result<Notices> {
        let _ = std::fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path)?;
        socket.set_nonblocking(true)?;
        Ok(Notices { socket, path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Forgets what was said before now.
    pub(crate) fn clear(&self) {
        while self.next().is_some() {}
    }

    /// Waits until the service says `line`, its process ends, or the time is over.
    pub(crate) fn wait_for(&self, line: &str, process: &OwnedFd, limit: Duration) -> Waited {
        let deadline = Instant::now() + limit;
        loop {
            while let Some(notice) = self.next() {
                if notice.lines().any(|said| said == line) {
                    return Waited::Said;
                }
            }
            let mut watched =
                [PollFd::new(&self.socket, PollFlags::IN), PollFd::from_borrowed_fd(process.as_fd(), PollFlags::IN)];
            if !poll_until(&mut watched, deadline) {
                return Waited::Neither;
            }
            if watched[0].revents().is_empty() {
                return Waited::Ended;
            }
        }
    }

    fn next(&self) -> Option<String> {
        let mut buffer = [0; 4096];
        let length = self.socket.recv(&mut buffer).ok()?;
        Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }
}

/// A descriptor that becomes readable when the process ends.
pub(crate) fn watch(child: &Child) -> OwnedFd {
    pidfd_open(Pid::from_child(child), PidfdFlags::empty()).expect("a child that nobody has waited for has a pidfd")
}

/// Waits for the process to end; false if it did not.
pub(crate) fn wait_for_end(process: &OwnedFd, limit: Duration) -> bool {
    let mut watched = [PollFd::from_borrowed_fd(process.as_fd(), PollFlags::IN)];
    poll_until(&mut watched, Instant::now() + limit)
}

/// Whether one of the descriptors is ready before the deadline.
fn poll_until(watched: &mut [PollFd<'_>], deadline: Instant) -> bool {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        match poll(watched, Some(&left)) {
            Ok(0) => return false,
            Ok(_) => return true,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("poll failed: {error}"),
        }
    }
}
