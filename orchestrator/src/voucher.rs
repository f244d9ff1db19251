//! The one trust relationship with the identity provider, and the clients for which we vouch in it.
//!
//! Messages must arrive in the order of their numbers, so one lock is held from the number of a message to its answer.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use keystead_client::connection::Connection;
use keystead_client::frame::RequestFrame;
use keystead_client::{Credential, Deadline, Endpoint, Error};
use keystead_daemon::{clock, instance};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::{ClientRef, InstanceId};
use keystead_interface::operations::Request;
use keystead_interface::operations::identity::{AddClient, ClientState, GetInstance, ProveClient};
use keystead_interface::status::Status;
use keystead_trust::chain::make::NotMade;
use keystead_trust::payload::evidence::Evidence;
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{self, Content, Envelope, NotSigned};
use keystead_trust::slot::trustor::Trustor;
use parking_lot::Mutex;

use crate::client::Client;
use crate::limits::{ASK_TIMEOUT, KEEP_ALIVE, PAYLOAD_SECONDS, RECONNECT_PAUSE, REFUSED_PAUSE};

/// Our standing with the identity provider.
pub struct Voucher {
    endpoint: Endpoint,
    state: Mutex<State>,
}

struct State {
    trustor: Trustor,
    /// The identity provider that knows of all `clients`.
    receiver: Option<InstanceId>,
    /// Whether the newest intermediate that was made was shared.
    is_shared: bool,
    clients: BTreeMap<ClientRef, Client>,
    /// Clients that have ended, and of which the identity provider was not told yet.
    ended: BTreeMap<ClientRef, Client>,
}

/// Why a client is not vouched for.
#[derive(Debug, thiserror::Error)]
pub enum NotVouched {
    /// The identity provider is away, or refuses.
    #[error("the identity provider: {0}")]
    Call(#[from] Error),
    /// It believes another process, which lives.
    #[error("the identity provider believes another orchestrator, which lives: start commands through that one")]
    OtherOrchestrator,
    /// No key or certificate can be made.
    #[error("{0}")]
    Make(#[from] NotMade),
    /// There are no random bytes.
    #[error("no random bytes: {0}")]
    Random(#[from] std::io::Error),
    /// No key that is believed, or it failed.
    #[error("{0}")]
    Sign(#[from] NotSigned),
    /// Its answer to a definition cannot be used.
    #[error("the identity provider answered no nonce")]
    Nonce,
}

impl NotVouched {
    /// Whether it may be otherwise in a moment.
    fn is_passing(&self) -> bool {
        match self {
            NotVouched::Call(Error::Refused { status, .. }) => matches!(status, Status::Busy | Status::AuthStale),
            NotVouched::Call(_) => true,
            _ => false,
        }
    }

    fn is_stale(&self) -> bool {
        matches!(self, NotVouched::Call(Error::Refused { status: Status::AuthStale, .. }))
    }
}

impl Voucher {
    /// Makes the root of this process; nobody knows of it yet. `cadence` is the mean time between intermediates.
    pub fn new(identity_admin_socket: &Path, cadence: Duration) -> Result<Voucher, NotVouched> {
        let state = State {
            trustor: Trustor::new(instance::fresh()?, cadence)?,
            receiver: None,
            is_shared: false,
            clients: BTreeMap::new(),
            ended: BTreeMap::new(),
        };
        Ok(Voucher { endpoint: Endpoint::at(identity_admin_socket), state: Mutex::new(state) })
    }

    /// Tells of a client that is known to live, when the identity provider is next told anything.
    pub fn remember(&self, client: Client) {
        let mut state = self.state.lock();
        state.receiver = None;
        state.clients.insert(client.client_ref().clone(), client);
    }

    /// Tells of a client and proves it; gives the identity for which it gets tokens from now on. An identity provider that
    /// is away is waited for as long as `patience`.
    pub fn vouch(&self, client: &Client, patience: Duration) -> Result<String, NotVouched> {
        let until = Instant::now() + patience;
        loop {
            match self.vouch_once(client) {
                Err(error) if error.is_passing() && Instant::now() < until => thread::sleep(RECONNECT_PAUSE),
                told => return told,
            }
        }
    }

    /// Says that a client has ended: at once, or as soon as the identity provider can be reached.
    pub fn stop(&self, client: &ClientRef) {
        let mut state = self.state.lock();
        let Some(ended) = state.clients.remove(client) else { return };
        state.ended.insert(client.clone(), ended);
        if let Err(error) = self.connect().and_then(|mut connection| state.catch_up(&mut connection)) {
            log::warn!("the identity provider will be told later that a client has ended: {error}");
        }
    }

    /// Keeps the relationship for as long as the process lives: intermediates on their cadence, and everything anew when
    /// the identity provider was restarted.
    pub fn keep_up(&self) -> ! {
        let mut said = String::new();
        loop {
            let error = match self.follow(&mut said) {
                Ok(never) => match never {},
                Err(error) => error,
            };
            let pause = if error.is_passing() { RECONNECT_PAUSE } else { REFUSED_PAUSE };
            // Said once: one that is away is asked twenty times a second.
            let text = error.to_string();
            if text != said {
                log::warn!("not believed: {text}");
                said = text;
            }
            thread::sleep(pause);
        }
    }

    /// Holds a connection, whose end says that the identity provider may have ended.
    fn follow(&self, said: &mut String) -> Result<Infallible, NotVouched> {
        let mut connection = self.connect()?;
        loop {
            let mut state = self.state.lock();
            state.catch_up(&mut connection)?;
            let next = state.trustor.next_at().unwrap_or_default();
            drop(state);
            if !said.is_empty() {
                log::info!("believed again by the identity provider");
                said.clear();
            }
            // A moment at least, since a time of 0 would not be waited for at all.
            let pause = next.saturating_sub(clock::now().uptime).clamp(Duration::from_millis(1), KEEP_ALIVE);
            match connection.is_closed(Deadline::after(pause)) {
                Err(Error::Timeout) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Err(Error::Closed.into()),
            }
        }
    }

    fn vouch_once(&self, client: &Client) -> Result<String, NotVouched> {
        let mut state = self.state.lock();
        let mut connection = self.connect()?;
        state.catch_up(&mut connection)?;
        let identity = state.tell(&mut connection, client)?;
        state.clients.insert(client.client_ref().clone(), client.clone());
        Ok(identity)
    }

    fn connect(&self) -> Result<Connection, NotVouched> {
        Ok(Connection::open(&self.endpoint, Deadline::after(ASK_TIMEOUT))?)
    }
}

impl State {
    /// Shares and tells whatever the identity provider does not know.
    fn catch_up(&mut self, connection: &mut Connection) -> Result<(), NotVouched> {
        let provider = ask(connection, GetInstance {})?;
        let own = self.trustor.instance();
        let is_known = provider.senders.iter().any(|sender| sender.sender_instance == own);
        if !is_known {
            self.receiver = None;
            let root = self.trustor.root();
            ask(connection, root).map_err(|error| match error {
                Error::Refused { status: Status::PsaErrorAlreadyExists, .. } => NotVouched::OtherOrchestrator,
                error => error.into(),
            })?;
        }
        if self.trustor.is_due(clock::now()) || !self.is_shared {
            self.share_next(connection)?;
        } else if !is_known {
            self.share_newest(connection)?;
        }
        if self.receiver != Some(provider.instance_id) {
            self.replay(connection, provider.instance_id)?;
        }
        while let Some((name, client)) = self.ended.first_key_value() {
            let (name, stopped) = (name.clone(), client.in_state(ClientState::Stopped));
            let definition = self.sign(&stopped)?;
            ask(connection, AddClient { definition })?;
            self.ended.remove(&name);
        }
        Ok(())
    }

    /// Tells of all clients again. One that is refused, because it has ended or by another configuration, is not told of
    /// any more; the others are not held up by it.
    fn replay(&mut self, connection: &mut Connection, receiver: InstanceId) -> Result<(), NotVouched> {
        self.receiver = Some(receiver);
        let clients: Vec<Client> = self.clients.values().cloned().collect();
        for client in clients {
            match self.tell(connection, &client) {
                Err(NotVouched::Call(Error::Refused { status, .. })) => {
                    log::warn!(client:% = client.client_ref(), status = status.number(); "a client is refused now");
                }
                Err(error) => {
                    self.receiver = None;
                    return Err(error);
                }
                Ok(_) => log::info!(client:% = client.client_ref(); "told again of a client"),
            }
        }
        Ok(())
    }

    /// Definition and proof. A second time if the intermediate was forgotten meanwhile.
    fn tell(&mut self, connection: &mut Connection, client: &Client) -> Result<String, NotVouched> {
        match self.tell_once(connection, client) {
            Err(error) if error.is_stale() => {
                self.share_newest(connection)?;
                self.tell_once(connection, client)
            }
            told => told,
        }
    }

    fn tell_once(&mut self, connection: &mut Connection, client: &Client) -> Result<String, NotVouched> {
        let definition = self.sign(&client.definition)?;
        let nonce = ask(connection, AddClient { definition: definition.clone() })?.nonce;
        let proof = self.sign(&Proof {
            client_ref: client.client_ref().clone(),
            definition_sha256: payload::sha256(&definition),
            nonce: nonce.try_into().map_err(|_| NotVouched::Nonce)?,
            evidence: vec![Evidence::Runtime(client.runtime.clone())],
        })?;
        Ok(ask(connection, ProveClient { proof })?.identity)
    }

    fn share_next(&mut self, connection: &mut Connection) -> Result<(), NotVouched> {
        let chance = instance::random()?[0];
        // Until the share is acknowledged: if it is lost, another one is made.
        self.is_shared = false;
        let next = self.trustor.prepare(clock::now(), chance)?;
        let message = self.trustor.announce(&next);
        ask(connection, message)?;
        self.trustor.adopt(next);
        self.is_shared = true;
        Ok(())
    }

    fn share_newest(&mut self, connection: &mut Connection) -> Result<(), NotVouched> {
        match self.trustor.newest() {
            Some(newest) => Ok(ask(connection, newest).map(drop)?),
            None => self.share_next(connection),
        }
    }

    fn sign<C: Content>(&mut self, content: &C) -> Result<String, NotVouched> {
        let issued_at = clock::now().unix;
        let envelope = Envelope {
            sender: self.trustor.instance(),
            // Everything is told to the one that was asked last.
            receiver: self.receiver.ok_or(NotSigned)?,
            issued_at,
            expires_at: issued_at + PAYLOAD_SECONDS,
            sequence: self.trustor.next_sequence(),
        };
        Ok(payload::sign(self.trustor.signer().ok_or(NotSigned)?, &envelope, content)?)
    }
}

fn ask<R: Request>(connection: &mut Connection, request: R) -> Result<R::Result, Error> {
    let frame = RequestFrame::new(request, ProviderNumber::CORE, &Credential::None)?;
    connection.exchange(&frame, Deadline::after(ASK_TIMEOUT))?.decode::<R>()
}
