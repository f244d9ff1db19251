//! The other process as the service sees it: started, asked, and given up when it does not answer.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError};
use parking_lot::{Condvar, Mutex};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::limits::LONGEST_PAUSE;
use crate::message::{FIELDS, Line, Message};
use crate::passing;

/// How a process is started and what it is told. See [`crate::Settings`].
pub(crate) struct Start<'a> {
    pub(crate) name: &'a str,
    pub(crate) argument: &'a OsString,
    pub(crate) provider: &'a SecretBytes,
    pub(crate) lines: usize,
    pub(crate) patience: Duration,
}

/// A process that was started. It ends when this is dropped.
pub(crate) struct Process {
    /// The process itself and no later one of its number.
    descriptor: OwnedFd,
    started: Instant,
    fate: Arc<Fate>,
    /// Those that nobody uses.
    lines: Mutex<Vec<Line>>,
    returned: Condvar,
    patience: Duration,
    /// When it is closed, the process ends.
    _control: UnixStream,
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
    /// Starts this program again with the one argument, gives it its sockets and tells it what it is to be.
    pub(crate) fn start(start: &Start<'_>) -> Result<Process, ProviderError> {
        let failed = |error: io::Error| {
            let detail = format!("a process for the provider cannot be started: {error}");
            ProviderError::new(ErrorKind::CommunicationFailure, detail)
        };
        let (control, theirs) = UnixStream::pair().map_err(failed)?;
        let mut command = Command::new("/proc/self/exe");
        command.arg0("keystead-provider").arg(start.argument);
        // They are the service's own business.
        for variable in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::null());
        let fate = Arc::new(Fate::default());
        let descriptor = watch(command, start.name.to_owned(), Arc::clone(&fate)).map_err(failed)?;
        let lines = introduce(&control, start).map_err(failed)?;
        Ok(Process {
            descriptor,
            started: Instant::now(),
            fate,
            lines: Mutex::new(lines),
            returned: Condvar::new(),
            patience: start.patience,
            _control: control,
        })
    }

    /// Whether it runs, as far as is known; if not, why.
    pub(crate) fn runs(&self) -> Result<(), ProviderError> {
        if self.fate.over.load(Ordering::Acquire) { Err(self.fate.reason()) } else { Ok(()) }
    }

    /// Whether it lasted long enough that its end is not the former one's.
    pub(crate) fn lasted(&self) -> bool {
        self.started.elapsed() > LONGEST_PAUSE
    }

    /// Asks, and gives the answer to `read`. Errors: CommunicationFailure if the process ends meanwhile or does not
    /// answer in time, in which case it is ended: nobody knows then what was done and what was not. Busy if all lines are
    /// in use for longer than that.
    pub(crate) fn ask<T>(
        &self,
        code: u8,
        fields: [&[u8]; FIELDS],
        read: impl FnOnce(Message<'_>) -> T,
    ) -> Result<T, ProviderError> {
        let mut line = self.take()?;
        match line.send(code, fields).and_then(|()| line.receive()) {
            Ok(message) => {
                let answer = read(message);
                line.forget();
                self.lines.lock().push(line);
                self.returned.notify_one();
                Ok(answer)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                // Nothing was sent.
                self.lines.lock().push(line);
                self.returned.notify_one();
                Err(ProviderError::new(ErrorKind::InsufficientMemory, "the request is too long for another process"))
            }
            Err(error) => {
                self.give_up(match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        Some(format!("the provider's process did not answer in {:?} and was killed", self.patience))
                    }
                    io::ErrorKind::InvalidData => Some("the provider's process answered nonsense".to_owned()),
                    // How it ended is for whoever waits for it to say.
                    _ => None,
                });
                Err(self.fate.reason())
            }
        }
    }

    fn take(&self) -> Result<Line, ProviderError> {
        let deadline = Instant::now() + self.patience;
        let mut lines = self.lines.lock();
        loop {
            self.runs()?;
            if let Some(line) = lines.pop() {
                return Ok(line);
            }
            if self.returned.wait_until(&mut lines, deadline).timed_out() {
                return Err(ProviderError::new(ErrorKind::Busy, "all lines to the provider's process are in use"));
            }
        }
    }

    /// Kills it, if it has not ended; those who wait for it hear of it.
    fn give_up(&self, why: Option<String>) {
        self.fate.over.store(true, Ordering::Release);
        if let Some(why) = why {
            self.fate.end(why);
        }
        // It fails if the process has ended.
        let _ = pidfd_send_signal(&self.descriptor, Signal::KILL);
        let _lock = self.lines.lock();
        self.returned.notify_all();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its end is no news.
        self.fate.end("it is not needed any more".to_owned());
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

/// Starts a process on a thread that lasts as long as it does: the kernel ends the process with the thread.
fn watch(command: Command, name: String, fate: Arc<Fate>) -> io::Result<OwnedFd> {
    let (sender, started) = sync_channel(1);
    let thread = std::thread::Builder::new().name("watch-provider".to_owned());
    thread.spawn(move || run(command, &name, &fate, &sender))?;
    started.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that starts it ended")))
}

fn run(mut command: Command, name: &str, fate: &Fate, sender: &SyncSender<io::Result<OwnedFd>>) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return drop(sender.send(Err(error))),
    };
    // The other end of the control line is the process's alone now.
    drop(command);
    let pid = Pid::from_child(&child);
    // Nobody has waited for it, so the number is still its own.
    let opened = pidfd_open(pid, PidfdFlags::empty()).map_err(io::Error::from);
    if opened.is_err() {
        // It cannot be started without; it fails if the process has ended.
        let _ = child.kill();
    }
    // Somebody waits for it, or has panicked, which has dropped the control line, which ends the process.
    let _ = sender.send(opened);
    let how = match child.wait() {
        Ok(status) => status.to_string(),
        Err(error) => format!("it cannot be waited for: {error}"),
    };
    let why = format!("the provider's process ended: {how}");
    if fate.end(why.clone()) {
        log::warn!(provider = name; "{why}");
    } else {
        // It was killed, which was logged, or is not needed any more.
        log::debug!(provider = name; "{why}");
    }
}

/// Hands over the sockets, and says what provider it is to be.
fn introduce(control: &UnixStream, start: &Start<'_>) -> io::Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(start.lines);
    let mut theirs = Vec::with_capacity(start.lines);
    for _ in 0..start.lines {
        let (ours, other) = UnixStream::pair()?;
        lines.push(Line::with_patience(ours, start.patience)?);
        theirs.push(other);
    }
    passing::send(control, &theirs)?;
    Line::new(control.try_clone()?).send(0, [start.provider.expose(), &[], &[], &[], &[], &[]])?;
    Ok(lines)
}
