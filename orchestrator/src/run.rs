//! `run`: a command that has an identity from its first instruction on.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;

use keystead_daemon::config::{LogConfig, LogFormat, LogLevel};
use keystead_daemon::hardening::{self, HardeningError};
use keystead_daemon::{instance, logging};
use keystead_interface::names::ClientRef;
use keystead_trust::slot::trustor::DEFAULT_CADENCE;

use crate::arguments::RunArguments;
use crate::cgroup::OwnCgroup;
use crate::client::Client;
use crate::facts::Process;
use crate::held::Held;
use crate::limits::VOUCH_PATIENCE;
use crate::signals::Signals;
use crate::speech::{Answer, Asked, ask};
use crate::voucher::{NotVouched, Voucher};

/// Why a command was not started, or lost.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Its process cannot be started.
    #[error("the command's process cannot be started: {0}")]
    Start(io::Error),
    /// The kernel refuses what is needed to hold keys.
    #[error("{0}")]
    Hardening(#[from] HardeningError),
    /// The kernel does not say what is needed of the process.
    #[error("the command's process cannot be watched: {0}")]
    Watch(io::Error),
    /// Nobody vouches for it.
    #[error("the command was not started: {0}")]
    NotVouched(#[from] NotVouched),
    /// The daemon is away.
    #[error("the orchestrator's daemon cannot be asked: {0}")]
    Daemon(io::Error),
    /// The daemon does not vouch for it.
    #[error("the command was not started: {0}")]
    Refused(String),
}

/// Runs a command; gives its exit code.
pub fn run(arguments: &RunArguments) -> Result<u8, RunError> {
    let mut held = Held::start(&arguments.command).map_err(RunError::Start)?;
    hardening::first()?;
    let level = if arguments.verbose { LogLevel::Info } else { LogLevel::Warn };
    logging::apply(&LogConfig { level, format: LogFormat::Text });
    let signals = Signals::block().map_err(RunError::Watch)?;
    let process = Arc::new(Process::open(held.pid()).map_err(RunError::Watch)?);
    signals.pass_on_to(Arc::clone(&process)).map_err(RunError::Watch)?;
    let name = name().map_err(RunError::Watch)?;
    let cgroup = OwnCgroup::make(&name, held.pid());
    match &cgroup {
        Some(own) => log::info!("the command has a cgroup of its own in {own}"),
        None => log::info!("no cgroup can be made for the command: only its first process has the identity"),
    }
    let ended = vouched(arguments, &name, &mut held, &process);
    // Whether it was released or not, its process is waited for, so that the cgroup can go.
    let status = held.wait().map_err(RunError::Watch);
    if let Some(cgroup) = cgroup {
        cgroup.remove();
    }
    let stop = ended?;
    stop();
    Ok(code(status?))
}

/// Has the process vouched for and releases it. Gives what is to be done when it has ended.
fn vouched(
    arguments: &RunArguments,
    name: &ClientRef,
    held: &mut Held,
    process: &Process,
) -> Result<Box<dyn FnOnce()>, RunError> {
    let seen = process.look().map_err(RunError::Watch)?;
    let client = Client::of_command(name.clone(), arguments.identity.clone(), &seen);
    let stop = match &arguments.identity_admin_socket {
        Some(socket) => alone(socket, client)?,
        None => by_the_daemon(&arguments.socket, &client)?,
    };
    held.release().map_err(RunError::Start)?;
    Ok(stop)
}

/// Without a daemon: this process is the one that the identity provider believes.
fn alone(socket: &Path, client: Client) -> Result<Box<dyn FnOnce()>, RunError> {
    let voucher = Arc::new(Voucher::new(socket, DEFAULT_CADENCE)?);
    let identity = voucher.vouch(&client, VOUCH_PATIENCE)?;
    log::info!(client:% = client.client_ref(); "the identity provider gives it {identity}");
    let keeps = Arc::clone(&voucher);
    let kept = thread::Builder::new().name("voucher".to_owned()).spawn(move || keeps.keep_up());
    kept.map_err(RunError::Watch)?;
    let name = client.client_ref().clone();
    Ok(Box::new(move || voucher.stop(&name)))
}

/// The daemon looks at the process by itself, and sees its end too.
fn by_the_daemon(socket: &Path, client: &Client) -> Result<Box<dyn FnOnce()>, RunError> {
    let asked = Asked::Command {
        client: client.client_ref().to_string(),
        identity: client.definition.identity.to_string(),
        pid: client.runtime.process.pid,
    };
    match ask(socket, &asked).map_err(RunError::Daemon)? {
        Answer::Vouched { identity } => log::info!("the identity provider gives it {identity}"),
        Answer::Ended {} => return Err(RunError::Refused("the daemon says that it has ended".to_owned())),
        Answer::Refused { why } => return Err(RunError::Refused(why)),
    }
    Ok(Box::new(|| {}))
}

/// A name that no other command has or had.
fn name() -> io::Result<ClientRef> {
    let random = instance::fresh()?.to_string();
    ClientRef::new(format!("run-{random}")).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
