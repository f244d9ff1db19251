//! The token: found, logged in to, and found again when it was lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cryptoki::context::Function;
use cryptoki::error::RvError;
use keystead_provider::{ErrorKind, ProviderError, TokenIdentity};
use parking_lot::{Mutex, RwLock};

use crate::connection::Connection;
use crate::error::{CallError, Remedy};
use crate::limits::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::mechanisms::Mechanisms;
use crate::search::{find, is_in};
use crate::session::Session;
use crate::settings::Settings;

/// A token of a module, there or not. It implements all of the provider's traits.
pub struct Token {
    pub(crate) settings: Settings,
    state: RwLock<State>,
    attempts: Mutex<Attempts>,
    pub(crate) logins: AtomicU64,
}

/// Whether work that failed because its session was lost may be done once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice does no harm.
    Always,
    /// It changes the token: only if the module has surely not begun with it.
    IfRefused,
}

/// What is known of the token. Locked for moments only.
#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    /// The token that was last given to whoever called [`Token::connect`].
    accepted: Option<TokenIdentity>,
    mechanisms: Option<Arc<Mechanisms>>,
    /// The token that they were learned of.
    learned_of: Option<TokenIdentity>,
    failure: Option<ProviderError>,
}

/// Locked while somebody looks for the token.
#[derive(Default)]
struct Attempts {
    pause: Option<Duration>,
    next: Option<Instant>,
    /// The token that refused the PIN: each further attempt would count towards its lock.
    refused: Option<TokenIdentity>,
}

/// How often work is tried, if its session is lost each time.
const MOST_ATTEMPTS: usize = 2;

impl Token {
    /// A token that was not looked for yet.
    pub fn new(settings: Settings) -> Self {
        Token { settings, state: RwLock::default(), attempts: Mutex::default(), logins: AtomicU64::new(1) }
    }

    /// What the token offers: as it was last seen, so also while it is away. None if it was never there.
    pub fn mechanisms(&self) -> Option<Arc<Mechanisms>> {
        self.state.read().mechanisms.clone()
    }

    /// Takes over what another process found that the token offers: for a token that is spoken to there alone.
    pub fn learn(&self, mechanisms: Mechanisms) {
        self.state.write().mechanisms = Some(Arc::new(mechanisms));
    }

    /// What this token is known to offer, if it was there before.
    pub(crate) fn learned(&self, identity: &TokenIdentity) -> Option<Arc<Mechanisms>> {
        let state = self.state.read();
        if state.learned_of.as_ref() == Some(identity) { state.mechanisms.clone() } else { None }
    }

    /// Does work in a session. Work must end what it begins, and must not call this again. If the session turns out to be
    /// lost, the token is found again, and the work done again as `repeat` allows.
    pub fn with_session<T>(
        &self,
        repeat: Repeat,
        mut work: impl FnMut(&Session) -> Result<T, CallError>,
    ) -> Result<T, ProviderError> {
        let mut attempts = 0;
        loop {
            let connection = self.connection()?;
            let error = match self.attempt(&connection, &mut work, attempts > 0) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            attempts += 1;
            let again = match error.remedy() {
                Remedy::None => return Err(error.into()),
                Remedy::Login => true,
                Remedy::Reconnect => repeat == Repeat::Always,
                Remedy::Doubt if self.is_present(&connection) => {
                    if attempts < MOST_ATTEMPTS && repeat == Repeat::Always && error.may_pass() {
                        continue;
                    }
                    return Err(error.into());
                }
                Remedy::Doubt => repeat == Repeat::Always,
            };
            self.lost(&connection, &error);
            if !again || attempts == MOST_ATTEMPTS {
                // What happens again after a fresh login is as the module says; else the token is not there.
                let is_told = attempts > 1 && error.remedy() != Remedy::Doubt;
                return Err(if is_told { error.into() } else { gone(&error) });
            }
        }
    }

    fn attempt<T>(
        &self,
        connection: &Connection,
        work: &mut impl FnMut(&Session) -> Result<T, CallError>,
        again: bool,
    ) -> Result<T, CallError> {
        let module = self.settings.library.enter();
        if module.start != connection.start {
            // Another token of this module had it started again.
            return Err(CallError::Module {
                code: RvError::CryptokiNotInitialized,
                function: Function::GetSessionInfo,
            });
        }
        let session = connection.take(!again)?;
        let done = work(&session);
        session.give_back(done.is_ok());
        done
    }

    /// The token's connection, made again if it was lost; to the same token, or not at all.
    fn connection(&self) -> Result<Arc<Connection>, ProviderError> {
        if let Some(connection) = self.state.read().connection.clone() {
            return Ok(connection);
        }
        let mut attempts = self.attempts.lock();
        let state = self.state.read();
        if let Some(connection) = state.connection.clone() {
            return Ok(connection);
        }
        let Some(expected) = state.accepted.clone() else { return Err(reason(&state)) };
        drop(state);
        self.establish(&mut attempts, Some(&expected))
    }

    /// Gives up a connection, unless that was done before.
    fn lost(&self, connection: &Arc<Connection>, error: &CallError) {
        let mut state = self.state.write();
        if !state.connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, connection)) {
            return;
        }
        state.connection = None;
        let why = describe(error);
        log::info!("the token's sessions are opened again: {why}");
        state.failure = Some(ProviderError::new(ErrorKind::CommunicationFailure, why));
        drop(state);
        self.leave(connection);
    }

    /// Closes a connection's sessions, if they are not void already.
    fn leave(&self, connection: &Connection) {
        let library = &self.settings.library;
        library.logins.fetch_sub(1, Ordering::Relaxed);
        let module = library.enter();
        if module.start == connection.start && module.loaded().is_some() {
            connection.close();
        }
    }

    /// Whether the token is still in its slot, and the user logged in. It is asked after errors only.
    fn is_present(&self, connection: &Connection) -> bool {
        let module = self.settings.library.enter();
        module.start == connection.start
            && is_in(&module, connection.slot(), &connection.identity)
            && connection.check_login().is_ok()
    }

    /// Makes the token ready, whichever it is now.
    pub(crate) fn connect(&self) -> Result<TokenIdentity, ProviderError> {
        let mut attempts = self.attempts.lock();
        let connection = self.state.read().connection.clone();
        if let Some(connection) = connection {
            // One that nobody is allowed to use would not be missed by anybody else.
            if self.is_present(&connection) {
                self.state.write().accepted = Some(connection.identity.clone());
                return Ok(connection.identity.clone());
            }
            self.lost(&connection, &not_there());
        }
        let connection = self.establish(&mut attempts, None)?;
        self.state.write().accepted = Some(connection.identity.clone());
        Ok(connection.identity.clone())
    }

    /// Whether the token is there, as far as is known.
    pub(crate) fn health(&self) -> Result<(), ProviderError> {
        let state = self.state.read();
        if state.connection.is_some() { Ok(()) } else { Err(reason(&state)) }
    }

    /// Looks for the token, unless the last failed attempt was just now.
    fn establish(
        &self,
        attempts: &mut Attempts,
        expected: Option<&TokenIdentity>,
    ) -> Result<Arc<Connection>, ProviderError> {
        if attempts.next.is_some_and(|next| Instant::now() < next) {
            return Err(reason(&self.state.read()));
        }
        match self.try_connect(attempts, expected) {
            Ok(connection) => {
                *attempts = Attempts::default();
                let connection = Arc::new(connection);
                self.settings.library.logins.fetch_add(1, Ordering::Relaxed);
                let mut state = self.state.write();
                state.mechanisms = Some(Arc::clone(&connection.mechanisms));
                state.learned_of = Some(connection.identity.clone());
                state.connection = Some(Arc::clone(&connection));
                state.failure = None;
                Ok(connection)
            }
            Err(error) => {
                let pause = attempts.pause.map_or(FIRST_PAUSE, |pause| (2 * pause).min(LONGEST_PAUSE));
                attempts.pause = Some(pause);
                attempts.next = Some(Instant::now() + pause);
                let error = gone(&error);
                let mut state = self.state.write();
                if state.failure.as_ref() != Some(&error) {
                    log::warn!("the token cannot be used: {}", error.detail);
                }
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Finds the token and logs in; the module is started again if that may help.
    fn try_connect(&self, attempts: &mut Attempts, expected: Option<&TokenIdentity>) -> Result<Connection, CallError> {
        let library = &self.settings.library;
        let mut fresh = library.start()?;
        loop {
            let module = library.enter();
            let start = module.start;
            let error = match find(&module, &self.settings.token) {
                Ok((_, identity)) if attempts.refused.as_ref() == Some(&identity) => return Err(refused()),
                Ok((_, identity)) if expected.is_some_and(|expected| *expected != identity) => {
                    return Err(other_token());
                }
                Ok((slot, identity)) => match self.log_in(&module, slot, identity.clone()) {
                    Ok(connection) => return Ok(connection),
                    Err(error) => {
                        if let Some(
                            RvError::PinIncorrect
                            | RvError::PinInvalid
                            | RvError::PinLenRange
                            | RvError::PinLocked
                            | RvError::PinExpired,
                        ) = error.code()
                        {
                            attempts.refused = Some(identity);
                            return Err(error);
                        }
                        error
                    }
                },
                Err(error) => error,
            };
            drop(module);
            if fresh || !library.restart(start)? {
                return Err(error);
            }
            fresh = true;
        }
    }
}

impl Drop for Token {
    /// Nobody is logged out: another token of the same settings, from a configuration read again, may be logged in.
    fn drop(&mut self) {
        if let Some(connection) = self.state.get_mut().connection.take() {
            self.leave(&connection);
        }
    }
}

fn reason(state: &State) -> ProviderError {
    state
        .failure
        .clone()
        .unwrap_or_else(|| ProviderError::new(ErrorKind::CommunicationFailure, "the token was not looked for yet"))
}

/// What is answered if the token is gone, whatever the module says.
fn gone(error: &CallError) -> ProviderError {
    ProviderError::new(ErrorKind::CommunicationFailure, describe(error))
}

fn describe(error: &CallError) -> String {
    match error {
        CallError::Module { code, function } => format!("{} from C_{function:?}", crate::error::name(*code)),
        CallError::KeyGone => "an object is gone".to_owned(),
        CallError::Own(error) => error.detail.to_string(),
    }
}

fn refused() -> CallError {
    let detail = "the token refused the PIN, which is not tried again until the configuration is read again";
    CallError::Own(ProviderError::new(ErrorKind::CommunicationFailure, detail))
}

fn not_there() -> CallError {
    CallError::Own(ProviderError::new(ErrorKind::CommunicationFailure, "the token is not in its slot any more"))
}

fn other_token() -> CallError {
    CallError::Own(ProviderError::new(ErrorKind::CommunicationFailure, "another token is in its place"))
}
