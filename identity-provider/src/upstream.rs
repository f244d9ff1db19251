//! A service that believes our tokens: certificates are shared with it, again when it was restarted, and anew on a cadence.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use keystead_client::connection::Connection;
use keystead_client::frame::RequestFrame;
use keystead_client::{Credential, Deadline, Endpoint, Error};
use keystead_daemon::{clock, instance};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::InstanceId;
use keystead_interface::operations::Request;
use keystead_interface::operations::identity::{GetInstance, GetInstanceResult, ShareTrustBundle};
use keystead_trust::chain::make::NotMade;
use keystead_trust::jws::SigningKey;
use keystead_trust::slot::trustor::{Generation, Trustor};
use keystead_trust::spiffe_id::SpiffeId;
use parking_lot::{Condvar, Mutex};

use crate::bundle::Bundle;
use crate::limits::{KEEP_ALIVE, RECONNECT_PAUSE, REFUSED_PAUSE, SHARE_TIMEOUT, SHARING_PATIENCE};
use crate::settings::ServiceSettings;

/// One service, and what it believes of us.
pub struct Upstream {
    endpoint: Endpoint,
    audience: SpiffeId,
    /// Held while messages are on their way, one after the other in the order of their numbers.
    sharing: Mutex<()>,
    state: Mutex<State>,
    believed: Condvar,
    /// Where others learn by which keys our tokens are verified, and which of them are this one's.
    bundle: (Arc<Bundle>, usize),
}

struct State {
    trustor: Trustor,
    /// Whether the service is known to believe the trustor's newest intermediate.
    is_believed: bool,
    /// The last second, since 1970, in which that intermediate is good.
    not_after: u64,
    /// The number of the last message that the service took.
    accepted: u64,
}

/// Why a service does not believe us.
#[derive(Debug, thiserror::Error)]
enum NotBelieved {
    #[error("{0}")]
    Call(#[from] Error),
    #[error("{0}")]
    Make(#[from] NotMade),
    #[error("no random bytes: {0}")]
    Random(#[from] std::io::Error),
}

impl Upstream {
    /// A service that knows nothing of us yet. Its keys are published as those with this number.
    pub fn new(
        settings: &ServiceSettings,
        own: InstanceId,
        cadence: Duration,
        bundle: (Arc<Bundle>, usize),
    ) -> Result<Upstream, NotMade> {
        let trustor = Trustor::new(own, cadence)?;
        Ok(Upstream {
            endpoint: Endpoint::at(&settings.admin_socket_path),
            audience: settings.audience.clone(),
            sharing: Mutex::new(()),
            state: Mutex::new(State { trustor, is_believed: false, not_after: 0, accepted: 0 }),
            believed: Condvar::new(),
            bundle,
        })
    }

    /// The audience of its tokens.
    pub fn audience(&self) -> &SpiffeId {
        &self.audience
    }

    /// Keeps the service's trust from now on, in a thread of its own. Errors if no thread can be had.
    pub fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let upstream = Arc::clone(self);
        thread::Builder::new().name("upstream".to_owned()).spawn(move || upstream.keep_up()).map(drop)
    }

    /// Gives the key that the service believes now, and the last second in which it does, to `sign`. Waits a while if
    /// certificates are on their way; none if they do not arrive.
    pub fn sign<T>(&self, sign: impl FnOnce(&SigningKey, u64) -> T) -> Option<T> {
        let until = Instant::now() + SHARING_PATIENCE;
        let mut state = self.state.lock();
        loop {
            if state.is_believed
                && let Some(key) = state.trustor.signer()
            {
                return Some(sign(key, state.not_after));
            }
            if self.believed.wait_until(&mut state, until).timed_out() {
                return None;
            }
        }
    }

    /// Shares a new intermediate at once, which ends every token signed by the former one. If the service cannot be
    /// reached, it gets a new one as soon as it is back.
    pub fn renew(&self) {
        let renewed = self.connect().and_then(|mut connection| {
            let _one_at_a_time = self.sharing.lock();
            self.share_next(&mut connection)
        });
        if let Err(error) = renewed {
            let mut state = self.state.lock();
            (state.is_believed, state.not_after) = (false, 0);
            drop(state);
            self.publish(None);
            log::warn!("a service did not take a new intermediate before its time, and will later: {error}");
        }
    }

    fn keep_up(&self) -> ! {
        let mut told = String::new();
        loop {
            let error = match self.follow(&mut told) {
                Ok(never) => match never {},
                Err(error) => error,
            };
            self.state.lock().is_believed = false;
            // Said once: a service that is away is asked twenty times a second.
            let text = error.to_string();
            if text != told {
                log::warn!(service:% = self.endpoint; "not believed by a service: {text}");
                told = text;
            }
            let refused = matches!(error, NotBelieved::Call(Error::Refused { .. }) | NotBelieved::Make(_));
            thread::sleep(if refused { REFUSED_PAUSE } else { RECONNECT_PAUSE });
        }
    }

    /// Holds a connection to the service, whose end says that the service may have ended, and shares what is due.
    fn follow(&self, told: &mut String) -> Result<std::convert::Infallible, NotBelieved> {
        let mut connection = self.connect()?;
        loop {
            let service = ask(&mut connection, GetInstance {})?;
            self.catch_up(&mut connection, &service)?;
            if !told.is_empty() {
                log::info!(service:% = self.endpoint; "believed again by a service");
                told.clear();
            }
            match connection.is_closed(Deadline::after(self.pause())) {
                Err(Error::Timeout) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Err(Error::Closed.into()),
            }
        }
    }

    /// Until the next intermediate is due, but not so long that the service closes the connection.
    fn pause(&self) -> Duration {
        let next = self.state.lock().trustor.next_at().unwrap_or_default();
        // A moment at least, since a time of 0 would not be waited for at all.
        next.saturating_sub(clock::now().uptime).clamp(Duration::from_millis(1), KEEP_ALIVE)
    }

    /// Shares what the service does not have: it may have been restarted, or a share may have been lost.
    fn catch_up(&self, connection: &mut Connection, service: &GetInstanceResult) -> Result<(), NotBelieved> {
        let _one_at_a_time = self.sharing.lock();
        let (own, accepted, is_due) = {
            let state = self.state.lock();
            (state.trustor.instance(), state.accepted, state.trustor.is_due(clock::now()) || state.not_after == 0)
        };
        let known = service.senders.iter().find(|sender| sender.sender_instance == own);
        if known.is_none() {
            self.state.lock().is_believed = false;
            let root = self.state.lock().trustor.root();
            self.share(connection, root)?;
            log::info!(service:% = self.endpoint; "root shared with a service");
        }
        match known {
            // Its answer may be older than a share of another thread; then it knows less than we do, and is sent more.
            Some(known) if known.sequence >= accepted && accepted != 0 && !is_due => self.now_believed(),
            _ if is_due => self.share_next(connection)?,
            _ => {
                let newest = self.state.lock().trustor.newest();
                match newest {
                    Some(newest) => {
                        self.share(connection, newest)?;
                        self.now_believed();
                    }
                    None => self.share_next(connection)?,
                }
            }
        }
        Ok(())
    }

    /// Makes the next intermediate and shares it. Nothing is signed meanwhile.
    fn share_next(&self, connection: &mut Connection) -> Result<(), NotBelieved> {
        let chance = instance::random()?[0];
        let (generation, message) = {
            let mut state = self.state.lock();
            state.is_believed = false;
            let generation = state.trustor.prepare(clock::now(), chance)?;
            let message = state.trustor.announce(&generation);
            (generation, message)
        };
        // Whoever verifies tokens knows the new key before it signs the first, and the former one while it is good.
        self.publish(Some(&generation));
        // Until the next one is believed, so that one is made again if this share is lost.
        self.state.lock().not_after = 0;
        if let Err(error) = self.share(connection, message) {
            self.publish(None);
            return Err(error);
        }
        let mut state = self.state.lock();
        state.not_after = generation.not_after();
        state.trustor.adopt(generation);
        drop(state);
        self.publish(None);
        self.now_believed();
        log::debug!("intermediate shared with a service");
        Ok(())
    }

    /// Says by which keys tokens for this service are verified now: the newest one, if it is not at its end, and one that
    /// is on its way.
    fn publish(&self, coming: Option<&Generation>) {
        let state = self.state.lock();
        let newest = state.trustor.newest_public_key().filter(|_| state.not_after != 0).map(<[u8]>::to_vec);
        drop(state);
        let coming = coming.map(|coming| coming.public_key().to_vec());
        let (bundle, number) = &self.bundle;
        bundle.publish(*number, newest.into_iter().chain(coming).collect());
    }

    fn share(&self, connection: &mut Connection, message: ShareTrustBundle) -> Result<(), NotBelieved> {
        let sequence = message.sequence;
        ask(connection, message)?;
        self.state.lock().accepted = sequence;
        Ok(())
    }

    fn now_believed(&self) {
        self.state.lock().is_believed = true;
        self.believed.notify_all();
    }

    fn connect(&self) -> Result<Connection, NotBelieved> {
        Ok(Connection::open(&self.endpoint, Deadline::after(SHARE_TIMEOUT))?)
    }
}

fn ask<R: Request>(connection: &mut Connection, request: R) -> Result<R::Result, Error> {
    let frame = RequestFrame::new(request, ProviderNumber::CORE, &Credential::None)?;
    connection.exchange(&frame, Deadline::after(SHARE_TIMEOUT))?.decode::<R>()
}
