//! Signals of the agent: they end it in order, or reach the command that it runs.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};

use nix::sys::signal::{SigSet, Signal};
use rustix::process::{Pid, kill_process};

use crate::failure::Failure;

/// The signals that are waited for.
pub(super) struct Signals(SigSet);

impl Signals {
    /// Keeps signals from ending this process. To be called before there are other threads, which inherit that; the
    /// standard library gives programs that are run an empty mask again.
    pub(super) fn block() -> io::Result<Signals> {
        let all = [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGCHLD];
        let set = SigSet::from_iter(all);
        set.thread_block()?;
        Ok(Signals(set))
    }

    /// Waits for a signal that means the end.
    pub(super) fn wait_for_end(&self) -> io::Result<()> {
        while self.0.wait()? == Signal::SIGCHLD {}
        Ok(())
    }

    /// Runs a program that finds the agent, to its end.
    pub(super) fn run(&self, program: &OsString, arguments: &[OsString], socket: &Path) -> Result<ExitCode, Failure> {
        let fail = |error| Failure::file(program.display(), error);
        let mut child = Command::new(program).args(arguments).env("SSH_AUTH_SOCK", socket).spawn().map_err(fail)?;
        self.wait_for(&mut child).map(exit_code).map_err(fail)
    }

    fn wait_for(&self, child: &mut Child) -> io::Result<ExitStatus> {
        loop {
            let pass_on = match self.0.wait()? {
                Signal::SIGCHLD => match child.try_wait()? {
                    Some(status) => return Ok(status),
                    None => continue,
                },
                Signal::SIGTERM => rustix::process::Signal::TERM,
                Signal::SIGHUP => rustix::process::Signal::HUP,
                // A terminal sends these to the program too, which knows what they mean to it.
                _ => continue,
            };
            // One that is gone meanwhile has ended, as SIGCHLD is about to say.
            let _ = kill_process(Pid::from_child(child), pass_on);
        }
    }
}

/// The program's own exit code, or 128 and the number of the signal that ended it, as shells have it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}
