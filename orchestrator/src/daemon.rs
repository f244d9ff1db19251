//! `daemon`: the orchestrator that the identity provider believes, for all `run` and `hook` of the host.

use std::convert::Infallible;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::thread;

use keystead_daemon::hardening::Standing;
use keystead_daemon::limits::{ACCEPT_PAUSE, STACK_BYTES};
use keystead_daemon::places::Places;
use keystead_daemon::{listener, logging};
use keystead_interface::names::ClientRef;
use keystead_trust::payload::definition::PinnedProcess;
use keystead_trust::peer::{NotOurs, Peer, Unattested};
use keystead_trust::spiffe_id::SpiffeId;
use sd_notify::NotifyState;

use crate::client::Client;
use crate::facts::Process;
use crate::ledger::Ledger;
use crate::limits::{LINE_PATIENCE, MAX_CALLERS, MAX_CALLERS_OF_UID, VOUCH_PATIENCE, WATCH_STACK_BYTES};
use crate::policy;
use crate::roster::{NoPlace, Roster};
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
    #[error("the list of running clients cannot be written: {0}")]
    Ledger(io::Error),
    #[error("the end of the process cannot be watched: {0}")]
    Watch(io::Error),
    #[error("{0}")]
    NoPlace(#[from] NoPlace),
    #[error("{0}")]
    Rule(&'static str),
    #[error("{0}")]
    NotVouched(#[from] NotVouched),
}

struct Daemon {
    settings: Settings,
    voucher: Voucher,
    ledger: Ledger,
    roster: Roster,
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
    let daemon = Arc::new(Daemon { settings, voucher, ledger, roster: Roster::default() });
    for (client, process) in living {
        daemon.remember(client, process).map_err(DaemonError::Thread)?;
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
        let places = Places::new(MAX_CALLERS, MAX_CALLERS_OF_UID);
        loop {
            let stream = match socket.accept() {
                Ok((stream, _)) => stream,
                Err(error) => {
                    log::warn!("cannot accept connections for {ACCEPT_PAUSE:?}: {error}");
                    thread::sleep(ACCEPT_PAUSE);
                    continue;
                }
            };
            let Ok(peer) = Peer::of(&stream) else { continue };
            let Some(place) = places.take(peer.uid()) else {
                log::warn!(uid = peer.uid(); "too many callers");
                // It fits into what the kernel keeps for who does not read.
                let _ = say(&stream, &Answer::Refused { why: "there are too many callers".to_owned() });
                continue;
            };
            let daemon = Arc::clone(self);
            let serve = move || {
                let _place = place;
                daemon.serve(&stream, &peer);
            };
            if let Err(error) = thread::Builder::new().stack_size(STACK_BYTES).spawn(serve) {
                log::warn!("cannot serve a caller: {error}");
            }
        }
    }

    fn serve(self: &Arc<Self>, stream: &UnixStream, peer: &Peer) {
        let Ok(asked) = hear(stream, LINE_PATIENCE) else { return };
        let answer = self.answer(stream, peer, asked).unwrap_or_else(|refused| {
            log::warn!("a caller is refused: {refused}");
            Answer::Refused { why: refused.to_string() }
        });
        // A caller that is gone has its process ended with it, which is watched.
        let _ = say(stream, &answer);
    }

    fn answer(self: &Arc<Self>, stream: &UnixStream, peer: &Peer, asked: Asked) -> Result<Answer, Refused> {
        peer.shares_our_namespaces(stream)?;
        let caller = peer.pinned(stream)?;
        let refuse = |why| Err(Refused::Rule(why));
        let is_hook = self.settings.hook_uids.contains(&peer.uid());
        match asked {
            Asked::Command { client, identity, pid } => {
                let (client, identity) = self.wished(client, &identity, peer)?;
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
                let (client, identity) = self.wished(format!("oci-{id}"), &identity, peer)?;
                let process = Process::open(pid).map_err(Refused::Process)?;
                let seen = process.look().map_err(Refused::Process)?;
                match Client::of_container(client, identity, &seen) {
                    Some(client) => self.admit(client, process),
                    None => refuse("the container has neither a cgroup nor a pid namespace of its own"),
                }
            }
            Asked::ContainerEnded { id } => {
                if let Some(client) = ClientRef::new(format!("oci-{id}")) {
                    self.end(&client, None);
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
        self.roster.enter(&name, process.pinned(), client.definition.selectors.uid, VOUCH_PATIENCE)?;
        let vouched = self.voucher.vouch(&client, VOUCH_PATIENCE).inspect_err(|_| self.roster.leave(&name))?;
        let noted = self.ledger.note(&client).map_err(Refused::Ledger);
        self.roster.lives(&name);
        let kept = noted.and_then(|()| self.watch(name.clone(), process).map_err(Refused::Watch));
        kept.inspect_err(|_| self.end(&name, None))?;
        log::info!(client:% = name; "a client is vouched for");
        Ok(Answer::Vouched { identity: vouched })
    }

    /// A client of an earlier run of the daemon.
    fn remember(self: &Arc<Self>, client: Client, process: Process) -> io::Result<()> {
        let name = client.client_ref().clone();
        let entered = self.roster.enter(&name, process.pinned(), client.definition.selectors.uid, VOUCH_PATIENCE);
        if let Err(error) = entered {
            log::warn!(client:% = name; "a client is forgotten: {error}");
            return Ok(());
        }
        self.roster.lives(&name);
        self.voucher.remember(client);
        self.watch(name, process)
    }

    /// Ends the client with its process.
    fn watch(self: &Arc<Self>, client: ClientRef, process: Process) -> io::Result<()> {
        let daemon = Arc::clone(self);
        let watch = move || {
            if let Err(error) = process.wait() {
                log::warn!(client:%; "a process that cannot be watched counts as ended: {error}");
            }
            daemon.end(&client, Some(process.pinned()));
        };
        thread::Builder::new().name("watch".to_owned()).stack_size(WATCH_STACK_BYTES).spawn(watch).map(drop)
    }

    /// Whoever notices the end first is the one who tells of it; the others wait until it was told of.
    fn end(&self, client: &ClientRef, process: Option<PinnedProcess>) {
        if self.roster.ends(client, process, VOUCH_PATIENCE) {
            self.voucher.stop(client);
            self.ledger.strike(client);
            self.roster.leave(client);
            log::info!(client:%; "a client has ended");
        }
    }
}
