//! Signals of the agent: they end it in order, or reach the command that it runs.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use crate::failure::Failure;

/// The signals that are waited for. They are caught, not blocked: a program that is run inherits what is blocked.
pub(super) struct Signals(signal_hook::iterator::Signals);

impl Signals {
    /// Keeps signals from ending this process, from now on.
    pub(super) fn catch() -> io::Result<Signals> {
        signal_hook::iterator::Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM]).map(Signals)
    }

    /// Waits for a signal that means the end.
    pub(super) fn wait_for_end(mut self) {
        self.0.forever().find(|signal| *signal != SIGCHLD);
    }

    /// Runs a program that finds the agent, to its end.
    pub(super) fn run(self, program: &OsString, arguments: &[OsString], socket: &Path) -> Result<ExitCode, Failure> {
        let child = Command::new(program).args(arguments).env("SSH_AUTH_SOCK", socket).spawn();
        let ended = child.and_then(|mut child| self.wait_for(&mut child));
        ended.map(exit_code).map_err(|error| Failure::file(program.display(), error))
    }

    fn wait_for(mut self, child: &mut Child) -> io::Result<ExitStatus> {
        loop {
            for signal in self.0.wait() {
                let pass_on = match signal {
                    SIGTERM => Signal::TERM,
                    SIGHUP => Signal::HUP,
                    // A terminal sends the others to the program too, which knows what they mean to it.
                    _ => continue,
                };
                // One that is gone meanwhile has ended, as is seen next.
                let _ = kill_process(Pid::from_child(child), pass_on);
            }
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
        }
    }
}

/// The program's own exit code, or 128 and the number of the signal that ended it, as shells have it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}
