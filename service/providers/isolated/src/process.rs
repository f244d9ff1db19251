//! The other process as the service sees it: started, asked, and given up when it does not answer.

use std::ffi::OsString;
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError};
use parking_lot::Mutex;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::limits::LONGEST_PAUSE;
use crate::message::{FIELDS, Incoming, Message, Number, Outgoing};
use crate::waiting::{NobodyAsked, Waiting};

/// How a process is started and what it is told. See [`crate::Settings`].
pub(crate) struct Start<'a> {
    pub(crate) name: &'a str,
    pub(crate) argument: &'a OsString,
    pub(crate) provider: &'a SecretBytes,
    pub(crate) threads: u16,
    pub(crate) patience: Duration,
}

/// A process that was started. It ends when this is dropped.
pub(crate) struct Process {
    /// The process itself and no later one of its number.
    descriptor: OwnedFd,
    started: Instant,
    shared: Arc<Shared>,
    /// Requests leave by it. When it is shut down, the process ends.
    socket: UnixStream,
    outgoing: Mutex<Outgoing>,
    patience: Duration,
}

/// What those who ask a process share with the thread that listens to it.
struct Shared {
    fate: Fate,
    waiting: Waiting,
}

/// What became of a process.
#[derive(Default)]
struct Fate {
    /// Set as soon as it is known to have ended or was told to.
    over: AtomicBool,
    /// Why, in the words of whoever knew first.
    why: Mutex<Option<ProviderError>>,
}

impl Process {
    /// Starts this program again with the one argument, gives it its socket and tells it what it is to be.
    pub(crate) fn start(start: &Start<'_>) -> Result<Process, ProviderError> {
        Process::try_start(start).map_err(|error| {
            let detail = format!("a process for the provider cannot be started: {error}");
            ProviderError::new(ErrorKind::CommunicationFailure, detail)
        })
    }

    fn try_start(start: &Start<'_>) -> io::Result<Process> {
        let (socket, theirs) = UnixStream::pair()?;
        // Whoever is not read for so long waits in vain.
        socket.set_write_timeout(Some(start.patience))?;
        let incoming = Incoming::new(socket.try_clone()?);
        let outgoing = Mutex::new(Outgoing::new(socket.try_clone()?));
        let mut command = Command::new("/proc/self/exe");
        command.arg0("keystead-provider").arg(start.argument);
        // They are the service's own business.
        for variable in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null());
        let shared = Arc::new(Shared { fate: Fate::default(), waiting: Waiting::new() });
        let descriptor = watch(command, start.name.to_owned(), incoming, Arc::clone(&shared))?;
        let (started, patience) = (Instant::now(), start.patience);
        let process = Process { descriptor, started, shared, socket, outgoing, patience };
        let introduction: [&[u8]; FIELDS] = [start.provider.expose(), &start.threads.to_le_bytes(), &[], &[], &[], &[]];
        process.outgoing.lock().send(0, Number::MAX, introduction)?;
        Ok(process)
    }

    /// Whether it runs, as far as is known; if not, why.
    pub(crate) fn runs(&self) -> Result<(), ProviderError> {
        if self.shared.fate.over.load(Ordering::Acquire) { Err(self.shared.fate.reason()) } else { Ok(()) }
    }

    /// Whether it lasted long enough that its end is not the former one's.
    pub(crate) fn lasted(&self) -> bool {
        self.started.elapsed() > LONGEST_PAUSE
    }

    /// Asks, and gives the answer to `read`. Errors: InsufficientMemory if the request is too long for a message;
    /// CommunicationFailure if the process ends meanwhile or does not answer in time, in which case it is ended: nobody
    /// knows then what was done and what was not.
    pub(crate) fn ask<T>(
        &self,
        code: u8,
        fields: [&[u8]; FIELDS],
        read: impl FnOnce(Message<'_>) -> T,
    ) -> Result<T, ProviderError> {
        let Shared { fate, waiting } = &*self.shared;
        let (number, answer) = waiting.expect().ok_or_else(|| fate.reason())?;
        // The lock is let go before anything else is done.
        let sent = self.outgoing.lock().send(code, number, fields);
        match sent.map_err(|error| error.kind()) {
            Ok(()) => {}
            Err(io::ErrorKind::InvalidInput) => {
                waiting.forget(number);
                let detail = "the request is too long for another process";
                return Err(ProviderError::new(ErrorKind::InsufficientMemory, detail));
            }
            Err(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                return Err(self
                    .give_up(format!("the provider's process took no request in {:?} and was killed", self.patience)));
            }
            // It ends, or has; how is for whoever waits for it to say.
            Err(_) => kill(&self.descriptor),
        }
        match answer.recv_timeout(self.patience) {
            Ok(answer) => Ok(read(answer.message())),
            Err(RecvTimeoutError::Disconnected) => Err(fate.reason()),
            Err(RecvTimeoutError::Timeout) => {
                let why = format!("the provider's process did not answer in {:?} and was killed", self.patience);
                Err(self.give_up(why))
            }
        }
    }

    /// Kills it, if it has not ended; those who wait for it hear of it. Gives the reason, which may be an earlier one.
    fn give_up(&self, why: String) -> ProviderError {
        self.shared.fate.end(why);
        kill(&self.descriptor);
        self.shared.fate.reason()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its end is no news.
        self.shared.fate.end("it is not needed any more".to_owned());
        // It fails if the process has ended.
        let _ = self.socket.shutdown(Shutdown::Write);
    }
}

impl Fate {
    /// Notes the end. The first reason is the right one: what others see are its consequences. Says
    /// whether this was it.
    fn end(&self, why: String) -> bool {
        let mut reason = self.why.lock();
        let is_first = reason.is_none();
        if is_first {
            *reason = Some(ProviderError::new(ErrorKind::CommunicationFailure, why));
        }
        self.over.store(true, Ordering::Release);
        is_first
    }

    fn reason(&self) -> ProviderError {
        let reason = self.why.lock().clone();
        reason.unwrap_or_else(|| ProviderError::new(ErrorKind::CommunicationFailure, "the provider's process ended"))
    }
}

/// Starts a process on a thread that lasts as long as it does: the kernel ends the process with the thread. The thread
/// listens to the process.
fn watch(command: Command, name: String, incoming: Incoming, shared: Arc<Shared>) -> io::Result<OwnedFd> {
    let (sender, started) = sync_channel(1);
    let thread = std::thread::Builder::new().name("watch-provider".to_owned());
    thread.spawn(move || run(command, &name, incoming, &shared, &sender))?;
    started.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that starts it ended")))
}

fn run(
    mut command: Command,
    name: &str,
    incoming: Incoming,
    shared: &Shared,
    sender: &SyncSender<io::Result<OwnedFd>>,
) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return drop(sender.send(Err(error))),
    };
    // The other end of the socket is the process's alone now.
    drop(command);
    let pid = Pid::from_child(&child);
    // Nobody has waited for it, so the number is still its own.
    let opened = pidfd_open(pid, PidfdFlags::empty()).map_err(io::Error::from);
    if opened.is_err() {
        // It cannot be started without; it fails if the process has ended.
        let _ = child.kill();
    }
    // Somebody waits for it, or has panicked, which has shut the socket down, which ends the process.
    let _ = sender.send(opened);
    if let Err(Nonsense) = listen(incoming, &shared.waiting) {
        shared.fate.end("the provider's process answered nonsense".to_owned());
        let _ = child.kill();
    }
    let how = match child.wait() {
        Ok(status) => status.to_string(),
        Err(error) => format!("it cannot be waited for: {error}"),
    };
    let why = format!("the provider's process ended: {how}");
    if shared.fate.end(why.clone()) {
        log::warn!(provider = name; "{why}");
    } else {
        // It was killed, which was logged, or is not needed any more.
        log::debug!(provider = name; "{why}");
    }
    shared.waiting.end();
}

/// What no process says that is sane.
struct Nonsense;

/// Hands answers to those who wait for them, until there are no more.
fn listen(mut incoming: Incoming, waiting: &Waiting) -> Result<(), Nonsense> {
    loop {
        match incoming.receive() {
            Ok(answer) => waiting.deliver(answer).map_err(|NobodyAsked| Nonsense)?,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(Nonsense),
            Err(_) => return Ok(()),
        }
    }
}

/// It fails if the process has ended.
fn kill(process: &OwnedFd) {
    let _ = pidfd_send_signal(process, Signal::KILL);
}
