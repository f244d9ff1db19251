//! Signals are passed on to the command: who ends the orchestrator's `run` means what it runs.

use std::io;
use std::sync::Arc;
use std::thread;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::SignalFd;

use crate::facts::Process;

/// What is passed on. What stops or continues a process is left as it is.
const PASSED_ON: [(Signal, rustix::process::Signal); 6] = [
    (Signal::SIGHUP, rustix::process::Signal::HUP),
    (Signal::SIGINT, rustix::process::Signal::INT),
    (Signal::SIGQUIT, rustix::process::Signal::QUIT),
    (Signal::SIGTERM, rustix::process::Signal::TERM),
    (Signal::SIGUSR1, rustix::process::Signal::USR1),
    (Signal::SIGUSR2, rustix::process::Signal::USR2),
];

/// `si_code` of signals that the kernel sends (sigaction(2), SI_KERNEL): a terminal sends them to the command too.
const SI_KERNEL: i32 = 0x80;

/// Signals that wait to be passed on, from [`Signals::block`] on.
#[derive(Debug)]
pub struct Signals(SignalFd);

impl Signals {
    /// Keeps signals from ending this process. To be called before there are other threads, which inherit that.
    pub fn block() -> io::Result<Signals> {
        let mut set = SigSet::empty();
        PASSED_ON.iter().for_each(|(signal, _)| set.add(*signal));
        set.thread_block()?;
        Ok(Signals(SignalFd::new(&set)?))
    }

    /// Passes them on from now on, in a thread of its own.
    pub fn pass_on_to(self, process: Arc<Process>) -> io::Result<()> {
        let pass_on = move || {
            loop {
                match self.0.read_signal() {
                    Ok(Some(sent)) if sent.ssi_code != SI_KERNEL => {
                        let found = PASSED_ON.iter().find(|(signal, _)| *signal as u32 == sent.ssi_signo);
                        if let Some((_, signal)) = found {
                            process.signal(*signal);
                        }
                    }
                    Ok(_) | Err(nix::errno::Errno::EINTR) => {}
                    Err(error) => return log::warn!("signals are not passed on any more: {error}"),
                }
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(pass_on).map(drop)
    }
}
