//! The other process: a provider that answers on the socket that it is given, and ends with the service.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use keystead_provider::{Provider, ProviderError};
use nix::sys::signal::{SigSet, Signal as Blocked};
use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, kill_process, set_parent_process_death_signal};

use crate::answer;
use crate::limits::FAREWELL;
use crate::message::{Incoming, Outgoing};
use crate::open_keys::OpenKeys;
use crate::perform::perform;
use crate::request::{Fields, Op, garbled};

/// A provider, and what tells a [`crate::Face`] what it can do.
pub struct Served {
    /// Whom requests are for.
    pub provider: Arc<dyn Provider>,
    /// What it can do, as its face understands it. It is asked after each connection.
    pub offered: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

/// Where requests are taken and answers given. Each of several threads takes one request after another; answers leave as
/// they are ready.
struct Counter<'a> {
    served: &'a Served,
    keys: OpenKeys,
    incoming: Mutex<Incoming>,
    outgoing: Mutex<Outgoing>,
}

/// Serves requests of the process that started this one, until that one shuts its socket down or ends. `make` makes the
/// provider of what [`crate::Settings::provider`] says; what it complains of is given back.
///
/// To be called where the process has a single thread and standard input is as it was at its start. Errors if this is no
/// process of [`crate::IsolatedProvider`]'s, or if `make` complains.
pub fn serve(make: impl FnOnce(&[u8]) -> Result<Served, String>) -> Result<(), String> {
    let said = |error: io::Error| format!("the service cannot be understood: {error}");
    prepare().map_err(said)?;
    let socket = take_socket().map_err(said)?;
    let mut incoming = Incoming::new(socket.try_clone().map_err(said)?);
    let introduction = incoming.receive().map_err(said)?;
    let [provider, threads, ..] = introduction.message().fields;
    let threads = threads.first_chunk().map_or(1, |threads| u16::from_le_bytes(*threads));
    let served = make(provider)?;
    drop(introduction);
    let outgoing = Outgoing::new(socket.try_clone().map_err(said)?);
    let counter = Counter {
        served: &served,
        keys: OpenKeys::new(),
        incoming: Mutex::new(incoming),
        outgoing: Mutex::new(outgoing),
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let thread = std::thread::Builder::new().name("provider".to_owned());
            // When one cannot go on, none can: the service is gone.
            thread.spawn_scoped(scope, || while counter.answer_one().is_ok() {}).map_err(said)?;
        }
        wait_for_end(&socket);
        end_in_time().map_err(said)
    })
}

impl Counter<'_> {
    fn answer_one(&self) -> io::Result<()> {
        // Whoever waits for a request keeps the others from nothing that is there.
        let request = self.incoming.lock().receive()?;
        let message = request.message();
        let Served { provider, offered } = self.served;
        let work = || match Op::from_code(message.code) {
            Some(op) => perform(&**provider, &**offered, &self.keys, op, Fields::from_array(message.fields)),
            None => Err(garbled()),
        };
        let done = std::panic::catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(ProviderError::generic("the operation panicked")));
        let health = provider.health();
        let mut outgoing = self.outgoing.lock();
        answer::send(&done, &health, |code, fields| outgoing.send(code, request.number(), fields))
    }
}

/// Ends with the service, and not before it: whatever tells a group of processes to end, the service decides when.
fn prepare() -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut signals = SigSet::empty();
    for signal in [Blocked::SIGTERM, Blocked::SIGINT, Blocked::SIGHUP] {
        signals.add(signal);
    }
    Ok(signals.thread_block()?)
}

/// Standard input, in whose place nothing is left.
fn take_socket() -> io::Result<UnixStream> {
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

/// Waits until the service will send nothing more, whether or not what it sent was read.
fn wait_for_end(socket: &UnixStream) {
    let mut ended = [PollFd::new(socket, PollFlags::RDHUP)];
    while matches!(poll(&mut ended, None), Err(rustix::io::Errno::INTR)) {}
}

/// A module that hangs while it is finalised, or in a request that nobody waits for, must not stay for ever.
fn end_in_time() -> io::Result<()> {
    let end = || {
        std::thread::sleep(FAREWELL);
        // It cannot fail: the process is ours and alive.
        let _ = kill_process(getpid(), Signal::KILL);
    };
    std::thread::Builder::new().name("end".to_owned()).spawn(end).map(drop)
}
