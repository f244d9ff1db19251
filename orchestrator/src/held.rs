//! A command that is held before it is executed: its process exists, so that it can be vouched for, but none of the
//! command's code has run.
//!
//! The process is this program again. It connects to a socket of its starter, waits for one byte, and executes the command
//! in its place; the end of the connection without a byte ends it. It is started before its starter is hardened or has
//! keys, so that the command inherits nothing of either.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};

use keystead_daemon::instance;
use keystead_trust::peer::Peer;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The subcommand by which this program is its own held process.
pub const SUBCOMMAND: &str = "held";

/// A process that waits to become a command.
#[derive(Debug)]
pub struct Held {
    child: Child,
    gate: UnixStream,
}

impl Held {
    /// Starts the process. Errors if it cannot be started or ends by itself.
    pub fn start(command: &[OsString]) -> io::Result<Held> {
        // Of the abstract namespace, so that nothing is left behind; random, so that nobody can be there first.
        let name = format!("keystead-held-{}", instance::fresh()?);
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        let child = Command::new("/proc/self/exe").args([SUBCOMMAND, &name, "--"]).args(command).spawn()?;
        let mut held = child;
        match gate_of(&held, &listener) {
            Ok(gate) => Ok(Held { child: held, gate }),
            Err(error) => {
                let _ = held.kill();
                let _ = held.wait();
                Err(error)
            }
        }
    }

    /// The process, which stays the same when it executes the command.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Lets it execute the command.
    pub fn release(&mut self) -> io::Result<()> {
        self.gate.write_all(b"1")
    }

    /// Waits until it has ended. A process that was not released ends at once.
    pub fn wait(self) -> io::Result<ExitStatus> {
        let Held { mut child, gate } = self;
        // Closed, or the process would wait for a byte.
        drop(gate);
        child.wait()
    }
}

/// The held process: waits to be released, then becomes the command. None if it shall not.
pub fn hold(name: &str, command: &[OsString]) -> io::Result<Option<Infallible>> {
    let mut gate = UnixStream::connect_addr(&SocketAddr::from_abstract_name(name)?)?;
    if gate.read(&mut [0])? == 0 {
        return Ok(None);
    }
    let Some((program, arguments)) = command.split_first() else { return Ok(None) };
    Err(Command::new(program).args(arguments).exec())
}

/// The connection of the child, and of no other process.
fn gate_of(child: &Child, listener: &UnixListener) -> io::Result<UnixStream> {
    let pid = i32::try_from(child.id()).map_err(|_| io::ErrorKind::InvalidData)?;
    let pidfd = pidfd_open(Pid::from_raw(pid).ok_or(io::ErrorKind::InvalidData)?, PidfdFlags::empty())?;
    loop {
        let mut waiting = [PollFd::new(listener, PollFlags::IN), PollFd::new(&pidfd, PollFlags::IN)];
        match poll(&mut waiting, None) {
            Err(rustix::io::Errno::INTR) => continue,
            polled => polled?,
        };
        if waiting[0].revents().is_empty() {
            return Err(io::Error::other("the process ended before it could be vouched for"));
        }
        let (stream, _) = listener.accept()?;
        if Peer::of(&stream)?.pid() == pid {
            return Ok(stream);
        }
    }
}
