//! A login at a token, with its sessions.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::RawAuthPin;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError, TokenIdentity};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::error::CallError;
use crate::library::{Loaded, Module};
use crate::limits::{GRANT_PAUSE, SESSION_PATIENCE};
use crate::mechanisms::Mechanisms;
use crate::session::{Changes, Session};

/// A login: the sessions that share it, and what the token was when it began.
pub(crate) struct Connection {
    module: Loaded,
    slot: Slot,
    /// The module's start in which it was made.
    pub(crate) start: u64,
    /// Its number: handles of objects are good for one login.
    pub(crate) login: u64,
    /// Which token it is.
    pub(crate) identity: TokenIdentity,
    /// What the token offers.
    pub(crate) mechanisms: Arc<Mechanisms>,
    has_user: bool,
    /// Never worked with, so that the user stays logged in however many other sessions are closed.
    anchor: Mutex<Option<Session>>,
    pool: Mutex<Pool>,
    returned: Condvar,
    changes: Arc<Changes>,
}

struct Pool {
    idle: Vec<Session>,
    open: usize,
    wanted: usize,
    /// How many may be open: less than is wanted if the token grants less.
    most: usize,
    /// When the token may be asked for more, if it granted less.
    ask_again: Instant,
    closed: bool,
}

impl Pool {
    fn new(wanted: usize) -> Self {
        Pool { idle: Vec::new(), open: 0, wanted, most: wanted, ask_again: Instant::now(), closed: false }
    }

    fn may_open(&self) -> bool {
        self.open < self.most || (self.open < self.wanted && Instant::now() >= self.ask_again)
    }

    /// The token did not grant the last one.
    fn refused(&mut self) {
        self.open -= 1;
        self.ask_again = Instant::now() + GRANT_PAUSE;
        if self.open < self.most {
            log::warn!("the token grants {} sessions only", self.open);
        }
        self.most = self.open;
    }
}

/// A session for one piece of work. It goes back when it is dropped, and is closed if nobody said that it worked: after a
/// panic, as after an error, work may be under way in it.
pub(crate) struct Lent<'a> {
    connection: &'a Connection,
    session: Option<Session>,
    worked: bool,
}

impl Lent<'_> {
    /// Gives it back; one in which work failed may have work under way in it, and is closed.
    pub(crate) fn give_back(mut self, worked: bool) {
        self.worked = worked;
    }
}

impl Deref for Lent<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_ref().expect("it is taken out when this is dropped, and not before")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.connection.take_back(session, self.worked);
        }
    }
}

impl Connection {
    /// Opens the first session and logs in.
    pub(crate) fn open(
        module: &Module,
        slot: Slot,
        identity: TokenIdentity,
        mechanisms: Arc<Mechanisms>,
        pin: Option<&SecretBytes>,
        login: u64,
        most: usize,
    ) -> Result<Self, CallError> {
        let loaded = module.loaded().ok_or_else(not_started)?.clone();
        let session = loaded.safe.open_rw_session_no_drop(slot)?;
        let has_user = match log_in(&loaded.safe, slot, &session, pin) {
            Ok(has_user) => has_user,
            Err(error) => {
                Session::new(session, loaded.raw, login, false).close();
                return Err(error);
            }
        };
        let anchor = Session::new(session, Arc::clone(&loaded.raw), login, has_user);
        let changes = Arc::new(Changes::of(&identity));
        Ok(Connection {
            module: loaded,
            slot,
            start: module.start,
            login,
            identity,
            mechanisms,
            has_user,
            anchor: Mutex::new(Some(anchor)),
            pool: Mutex::new(Pool::new(most.max(1))),
            returned: Condvar::new(),
            changes,
        })
    }

    /// With more that was learned of the token.
    pub(crate) fn with_mechanisms(self, mechanisms: Arc<Mechanisms>) -> Self {
        Connection { mechanisms, ..self }
    }

    /// Which slot the token is in.
    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Whether the user is logged in still.
    pub(crate) fn check_login(&self) -> Result<(), CallError> {
        self.anchor.lock().as_ref().map_or(Ok(()), Session::check_login)
    }

    /// A session for one piece of work; `trusts_handles`: whether an object is where it was last found.
    pub(crate) fn take(&self, trusts_handles: bool) -> Result<Lent<'_>, CallError> {
        let mut session = self.take_out()?;
        session.trusts_handles = trusts_handles;
        Ok(Lent { connection: self, session: Some(session), worked: false })
    }

    fn take_out(&self) -> Result<Session, CallError> {
        let deadline = Instant::now() + SESSION_PATIENCE;
        let mut pool = self.pool.lock();
        loop {
            if let Some(session) = pool.idle.pop() {
                return Ok(session);
            }
            if pool.may_open() {
                pool.open += 1;
                let opened = MutexGuard::unlocked(&mut pool, || self.module.safe.open_rw_session_no_drop(self.slot));
                match opened {
                    Ok(session) => {
                        pool.most = pool.most.max(pool.open);
                        let session = Session::new(session, Arc::clone(&self.module.raw), self.login, self.has_user);
                        return Ok(session.in_turn(Arc::clone(&self.changes)));
                    }
                    Err(Error::Pkcs11(RvError::SessionCount, _)) if pool.open > 1 => {
                        pool.refused();
                    }
                    Err(error) => {
                        pool.open -= 1;
                        self.returned.notify_one();
                        return Err(error.into());
                    }
                }
            } else if self.returned.wait_until(&mut pool, deadline).timed_out() {
                return Err(ProviderError::new(ErrorKind::Busy, "all sessions are in use").into());
            }
        }
    }

    fn take_back(&self, session: Session, worked: bool) {
        let mut pool = self.pool.lock();
        if worked && !pool.closed {
            pool.idle.push(session);
        } else {
            pool.open -= 1;
            drop(pool);
            session.close();
        }
        self.returned.notify_one();
    }

    /// Closes all sessions that are not at work; those that are follow when they are given back. The module must be
    /// entered, in the start of this connection.
    pub(crate) fn close(&self) {
        let mut pool = self.pool.lock();
        pool.closed = true;
        pool.open -= pool.idle.len();
        let idle = std::mem::take(&mut pool.idle);
        drop(pool);
        idle.into_iter().chain(self.anchor.lock().take()).for_each(Session::close);
    }
}

/// Logs the user in, for all sessions, unless the token wants none. What the PIN is made of is its own business: any bytes.
fn log_in(
    module: &Pkcs11,
    slot: Slot,
    session: &cryptoki::session::Session,
    pin: Option<&SecretBytes>,
) -> Result<bool, CallError> {
    let done = match pin {
        Some(pin) => session.login_with_raw(UserType::User, &RawAuthPin::new(Box::new(pin.expose().clone()))),
        None => {
            let token = module.get_token_info(slot)?;
            if !token.login_required() {
                return Ok(false);
            }
            if !token.protected_authentication_path() {
                let detail = "the token wants a PIN, and none is configured";
                return Err(ProviderError::new(ErrorKind::CommunicationFailure, detail).into());
            }
            session.login(UserType::User, None)
        }
    };
    match done {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn not_started() -> CallError {
    CallError::Own(ProviderError::new(ErrorKind::CommunicationFailure, "the module is not loaded"))
}
