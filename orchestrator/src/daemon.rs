//! `daemon`: the orchestrator that the identity provider believes, for all `run` and `hook` of the host.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use keystead_daemon::hardening::Standing;
use keystead_daemon::limits::{ACCEPT_PAUSE, STACK_BYTES};
use keystead_daemon::{listener, logging};
use keystead_interface::names::ClientRef;
use keystead_trust::peer::{NotOurs, Peer, Unattested};
use keystead_trust::spiffe_id::SpiffeId;
use parking_lot::Mutex;
use sd_notify::NotifyState;

use crate::client::Client;
use crate::facts::Process;
use crate::ledger::Ledger;
use crate::limits::{LINE_PATIENCE, MAX_CALLERS, VOUCH_PATIENCE};
use crate::policy;
use crate::settings::Settings;
use crate::speech::{Answer, Asked, hear, say};
use crate::voucher::{NotVouched, Voucher};

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// No keys.
    #[error("cannot start: {0}")]
    Make(#[from] NotVouched),
    /// The list of clients.
    #[error("the list of running clients in {0}: {1}")]
    Ledger(String, io::Error),
    /// The socket.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, io::Error),
    /// A thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// Why a caller is refused.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{0}")]
    Caller(#[from] NotOurs),
    #[error("{0}")]
    Unattested(#[from] Unattested),
    #[error("the process cannot be looked at: {0}")]
    Process(io::Error),
    #[error("{0}")]
    Rule(&'static str),
    #[error("{0}")]
    NotVouched(#[from] NotVouched),
}

struct Daemon {
    settings: Settings,
    voucher: Voucher,
    ledger: Ledger,
    /// Names of clients that live or are being told of.
    taken: Mutex<BTreeSet<ClientRef>>,
}

/// Starts the daemon. It runs until the process is killed.
pub fn run(settings: Settings) -> Result<Infallible, DaemonError> {
    logging::apply(&settings.log);
    for warning in Standing::now().warnings() {
        log::warn!("{warning}");
    }
    let ledger_error = |error| DaemonError::Ledger(settings.state.display().to_string(), error);
    let ledger = Ledger::open(&settings.state).map_err(ledger_error)?;
    let voucher = Voucher::new(&settings.identity_admin_socket, settings.cadence)?;
    // Bound first: a second daemon shall not touch the list of the first.
    let listen_error = |error| DaemonError::Listen(settings.socket.0.display().to_string(), error);
    listener::make_folder(&settings.socket.0).map_err(listen_error)?;
    let socket = listener::bind(&settings.socket.0, settings.socket.1).map_err(listen_error)?;
    let living = ledger.living().map_err(ledger_error)?;
    let daemon = Arc::new(Daemon { settings, voucher, ledger, taken: Mutex::default() });
    for (client, process) in living {
        daemon.taken.lock().insert(client.client_ref().clone());
        daemon.voucher.remember(client.clone());
        daemon.watch(client.client_ref().clone(), process).map_err(DaemonError::Thread)?;
    }
    let keeps = Arc::clone(&daemon);
    let kept = thread::Builder::new().name("voucher".to_owned()).spawn(move || keeps.voucher.keep_up());
    kept.map_err(DaemonError::Thread)?;
    log::info!(socket:% = daemon.settings.socket.0.display(); "ready");
    if let Err(error) = sd_notify::notify(&[NotifyState::Ready]) {
        log::warn!("systemd cannot be told: {error}");
    }
    daemon.accept(&socket)
}

impl Daemon {
    /// A thread for each caller, as long as there are not too many.
    fn accept(self: &Arc<Self>, socket: &UnixListener) -> ! {
        let callers = Arc::new(AtomicUsize::new(0));
        loop {
            let stream = match socket.accept() {
                Ok((stream, _)) => stream,
                Err(error) => {
                    log::warn!("cannot accept connections for {ACCEPT_PAUSE:?}: {error}");
                    thread::sleep(ACCEPT_PAUSE);
                    continue;
                }
            };
            if callers.fetch_add(1, Ordering::Relaxed) >= MAX_CALLERS {
                callers.fetch_sub(1, Ordering::Relaxed);
                log::warn!("too many callers");
                continue;
            }
            let (daemon, place) = (Arc::clone(self), Place(Arc::clone(&callers)));
            let serve = move || {
                let _place = place;
                daemon.serve(&stream);
            };
            if let Err(error) = thread::Builder::new().stack_size(STACK_BYTES).spawn(serve) {
                log::warn!("cannot serve a caller: {error}");
            }
        }
    }

    fn serve(self: &Arc<Self>, stream: &UnixStream) {
        let Ok(asked) = hear(stream, LINE_PATIENCE) else { return };
        let answer = self.answer(stream, asked).unwrap_or_else(|refused| {
            log::warn!("a caller is refused: {refused}");
            Answer::Refused { why: refused.to_string() }
        });
        // A caller that is gone has its process ended with it, which is watched.
        let _ = say(stream, &answer);
    }

    fn answer(self: &Arc<Self>, stream: &UnixStream, asked: Asked) -> Result<Answer, Refused> {
        let peer = Peer::of(stream).map_err(|_| Refused::Rule("the caller is not known"))?;
        peer.shares_our_namespaces(stream)?;
        let caller = peer.pinned(stream)?;
        let refuse = |why| Err(Refused::Rule(why));
        let is_hook = self.settings.hook_uids.contains(&peer.uid());
        match asked {
            Asked::Command { client, identity, pid } => {
                let (client, identity) = self.wished(client, &identity, &peer)?;
                if !client.as_str().starts_with("run-") {
                    return refuse("the name is not that of a command");
                }
                let process = Process::open(pid).map_err(Refused::Process)?;
                let seen = process.look().map_err(Refused::Process)?;
                let is_child = Ok(seen.parent) == u32::try_from(peer.pid()) && seen.uid == peer.uid();
                // It lived while its child was looked at, so that its id was its own.
                if !is_child || caller.facts().is_err() {
                    return refuse("the process is no child of the caller");
                }
                self.admit(Client::of_command(client, identity, &seen), process)
            }
            Asked::Container { .. } | Asked::ContainerEnded { .. } if !is_hook => {
                refuse("the caller's word on containers is not taken")
            }
            Asked::Container { id, identity, pid } => {
                let (client, identity) = self.wished(format!("oci-{id}"), &identity, &peer)?;
                let process = Process::open(pid).map_err(Refused::Process)?;
                let seen = process.look().map_err(Refused::Process)?;
                match Client::of_container(client, identity, &seen) {
                    Some(client) => self.admit(client, process),
                    None => refuse("the container has neither a cgroup nor a pid namespace of its own"),
                }
            }
            Asked::ContainerEnded { id } => {
                if let Some(client) = ClientRef::new(format!("oci-{id}")) {
                    self.end(&client);
                }
                Ok(Answer::Ended {})
            }
        }
    }

    /// What is asked for, if this caller may.
    fn wished(&self, client: String, identity: &str, peer: &Peer) -> Result<(ClientRef, SpiffeId), Refused> {
        let client = ClientRef::new(client).ok_or(Refused::Rule("the name cannot be a client's"))?;
        let identity = SpiffeId::parse(identity).map_err(|_| Refused::Rule("the identity is no SPIFFE ID"))?;
        if !policy::allows(&self.settings.rules, peer.uid(), &identity) {
            return Err(Refused::Rule("no rule lets the caller start something with this identity"));
        }
        Ok((client, identity))
    }

    fn admit(self: &Arc<Self>, client: Client, process: Process) -> Result<Answer, Refused> {
        let name = client.client_ref().clone();
        if !self.taken.lock().insert(name.clone()) {
            return Err(Refused::Rule("there is a client of this name"));
        }
        let vouched = self.voucher.vouch(&client, VOUCH_PATIENCE).inspect_err(|_| {
            self.taken.lock().remove(&name);
        })?;
        let kept = self.ledger.note(&client).and_then(|()| self.watch(name.clone(), process));
        if let Err(error) = kept {
            self.end(&name);
            return Err(Refused::Process(error));
        }
        log::info!(client:% = name; "a client is vouched for");
        Ok(Answer::Vouched { identity: vouched })
    }

    /// Ends the client with its process.
    fn watch(self: &Arc<Self>, client: ClientRef, process: Process) -> io::Result<()> {
        let daemon = Arc::clone(self);
        let watch = move || match process.wait() {
            Ok(()) => daemon.end(&client),
            Err(error) => log::warn!("the end of a client's process will not be noticed: {error}"),
        };
        thread::Builder::new().name("watch".to_owned()).stack_size(STACK_BYTES).spawn(watch).map(drop)
    }

    /// Whoever notices the end first is the one who tells of it.
    fn end(&self, client: &ClientRef) {
        if self.taken.lock().remove(client) {
            self.voucher.stop(client);
            self.ledger.strike(client);
            log::info!(client:%; "a client has ended");
        }
    }
}

/// A caller's place; dropping it gives the place back.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
