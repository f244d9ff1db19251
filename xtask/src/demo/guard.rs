//! Sees to it that nothing stays of the demonstration: neither when it succeeds or fails, nor when it is interrupted.
//!
//! The demonstration is a process of its own, with all that it starts in one process group. Whoever loses its parent there
//! becomes a child of this process (PR_SET_CHILD_SUBREAPER), so that the group has ended when there is no child left.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal as Sent, WaitOptions, WaitStatus, kill_process_group, set_child_subreaper, wait};

use crate::shell::{Failed, Result};

/// How long processes may take to end after they were asked to, before they are killed.
const COURTESY: Duration = Duration::from_secs(5);

/// What ends the demonstration from outside.
const INTERRUPTIONS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// Makes a folder, runs this program with `arguments` and the folder, and removes all that comes of it. Fails if that
/// process fails, or if this one is interrupted.
pub(super) fn run(arguments: &[&std::ffi::OsStr]) -> Result<()> {
    let guard = Guard::new().map_err(|error| Failed(format!("cannot begin: {error}")))?;
    let folder = Folder::make()?;
    let cannot = |error: io::Error| Failed(format!("the demonstration cannot be watched: {error}"));
    let mut command = Command::new(std::env::current_exe().map_err(cannot)?);
    command.args(arguments).arg(&folder.0).stdin(Stdio::null()).process_group(0);
    let group = Pid::from_child(&command.spawn().map_err(cannot)?);
    let ended = guard.until_ended(group);
    guard.end(group);
    let ended = ended.map_err(|error| cannot(error.into()))?;
    if ended == Ended::Well {
        return folder.remove();
    }
    eprint!("{}", folder.logs());
    folder.remove()?;
    match ended {
        Ended::Interrupted(signal) => Err(Failed(format!("interrupted by {signal}"))),
        // It has said why.
        _ => Err(Failed(String::new())),
    }
}

/// Undoes, in the demonstration's own process, what it inherits of the guard: signals that are blocked.
pub(super) fn leave() -> Result<()> {
    let unblocked = SigSet::all().thread_unblock();
    unblocked.map_err(|error| Failed(format!("signals cannot be unblocked: {error}")))
}

/// How the demonstration ended.
#[derive(PartialEq, Eq)]
enum Ended {
    Well,
    Badly,
    Interrupted(Signal),
}

/// Interruptions and ends of children, as a descriptor.
struct Guard(SignalFd);

impl Guard {
    /// There must be no other threads yet.
    fn new() -> io::Result<Guard> {
        let mut signals: SigSet = INTERRUPTIONS.into_iter().collect();
        signals.add(Signal::SIGCHLD);
        signals.thread_block()?;
        set_child_subreaper(Some(rustix::process::getpid()))?;
        Ok(Guard(SignalFd::with_flags(&signals, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?))
    }

    fn until_ended(&self, process: Pid) -> nix::Result<Ended> {
        loop {
            while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
                if pid == process {
                    return Ok(if is_good(status) { Ended::Well } else { Ended::Badly });
                }
            }
            if let Some(signal) = self.next(None)? {
                return Ok(Ended::Interrupted(signal));
            }
        }
    }

    /// Asks all processes to end, since the orchestrator's `run` has a cgroup to remove, and kills those that do not.
    fn end(&self, group: Pid) {
        let deadline = Instant::now() + COURTESY;
        let mut signal = Sent::TERM;
        while is_any_left() {
            // While one of them is left, the group's number is nobody else's.
            let _ = kill_process_group(group, signal);
            while signal == Sent::TERM && is_any_left() {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() || self.next(Some(left)).is_err() {
                    signal = Sent::KILL;
                }
            }
            if signal == Sent::KILL {
                let _ = wait(WaitOptions::empty());
            }
        }
    }

    /// Waits for something: an interruption, the end of a child (which is none), or until the time is over.
    fn next(&self, patience: Option<Duration>) -> nix::Result<Option<Signal>> {
        let patience = patience.and_then(|patience| patience.try_into().ok());
        match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], patience.as_ref()) {
            Err(error) if error != rustix::io::Errno::INTR => {
                return Err(nix::Error::from_raw(error.raw_os_error()));
            }
            _ => {}
        }
        let sent = self.0.read_signal()?.and_then(|sent| Signal::try_from(sent.ssi_signo as i32).ok());
        Ok(sent.filter(|signal| INTERRUPTIONS.contains(signal)))
    }
}

/// Whether there is a child, after those that have ended were waited for.
fn is_any_left() -> bool {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
    !matches!(wait(WaitOptions::NOHANG), Err(rustix::io::Errno::CHILD))
}

fn is_good(status: WaitStatus) -> bool {
    status.exit_status() == Some(0)
}

/// Where the demonstration writes everything.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Folder> {
        // Short, because the path of a socket has 107 bytes at most.
        let path = std::env::temp_dir().join(format!("keystead-demo-{}", std::process::id()));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| Failed(format!("{} cannot be made: {error}", path.display())))?;
        Ok(Folder(path))
    }

    fn remove(self) -> Result<()> {
        fs::remove_dir_all(&self.0).map_err(|error| Failed(format!("{} cannot be removed: {error}", self.0.display())))
    }

    /// What was logged, each line with its log's name.
    fn logs(&self) -> String {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        entries.map(|entry| log_of(&entry.path())).collect()
    }
}

impl Drop for Folder {
    /// Where it could not be removed, that was said; where that was not tried, there was a greater evil.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn log_of(path: &Path) -> String {
    if path.extension().is_none_or(|extension| extension != "log") {
        return String::new();
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let text = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().map(|line| format!("{name}: {line}\n")).collect()
}
