//! The other process: a provider that answers on the sockets that it is given, and ends with the service.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use keystead_provider::{Provider, ProviderError};
use nix::sys::signal::{SigSet, Signal as Blocked};
use rustix::process::{Signal, getpid, kill_process, set_parent_process_death_signal};

use crate::limits::FAREWELL;
use crate::message::Line;
use crate::open_keys::OpenKeys;
use crate::perform::perform;
use crate::request::{Fields, Op, garbled};
use crate::{answer, passing};

/// A provider, and what tells a [`crate::Face`] what it can do.
pub struct Served {
    /// Whom requests are for.
    pub provider: Arc<dyn Provider>,
    /// What it can do, as its face understands it. It is asked after each connection.
    pub offered: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

/// Serves requests of the process that started this one, until that one closes its sockets or ends. `make` makes the
/// provider of what [`crate::Settings::provider`] says; what it complains of is given back.
///
/// To be called where the process has a single thread and standard input is as it was at its start. Errors if this is no
/// process of [`crate::IsolatedProvider`]'s, or if `make` complains.
pub fn serve(make: impl FnOnce(&[u8]) -> Result<Served, String>) -> Result<(), String> {
    let said = |error: io::Error| format!("the service cannot be understood: {error}");
    prepare().map_err(said)?;
    let control = take_control().map_err(said)?;
    let sockets = passing::receive(&control).map_err(said)?;
    let mut line = Line::new(control.try_clone().map_err(said)?);
    let served = make(line.receive().map_err(said)?.fields[0])?;
    drop(line);
    let keys = OpenKeys::new();
    std::thread::scope(|scope| {
        for socket in sockets {
            let (served, keys) = (&served, &keys);
            std::thread::Builder::new()
                .name("provider".to_owned())
                .spawn_scoped(scope, move || answer_all(&mut Line::new(socket), served, keys))
                .map_err(said)?;
        }
        wait_for_end(&control);
        end_in_time().map_err(said)
    })
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
fn take_control() -> io::Result<UnixStream> {
    let control = io::stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(UnixStream::from(control))
}

fn answer_all(line: &mut Line, served: &Served, keys: &OpenKeys) {
    while answer_one(line, served, keys).is_ok() {}
}

fn answer_one(line: &mut Line, served: &Served, keys: &OpenKeys) -> io::Result<()> {
    let message = line.receive()?;
    let work = || match Op::from_code(message.code) {
        Some(op) => perform(&*served.provider, &*served.offered, keys, op, Fields::from_array(message.fields)),
        None => Err(garbled()),
    };
    let done = std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ProviderError::generic("the operation panicked")));
    line.forget();
    answer::send(&done, &served.provider.health(), |code, fields| line.send(code, fields))
}

/// Nothing is ever sent here after the start.
fn wait_for_end(mut control: &UnixStream) {
    while matches!(control.read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::Interrupted) {}
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
