//! Logging in to a token that was found, and learning what it offers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cryptoki::slot::Slot;
use keystead_provider::{ProviderError, TokenIdentity};

use crate::connection::{Connection, not_started};
use crate::error::CallError;
use crate::library::Module;
use crate::mechanisms::Mechanisms;
use crate::search::is_of_softhsm;
use crate::session::Session;
use crate::token::Token;
use crate::vault::husks;
use crate::{curve_trials, trials};

impl Token {
    /// Logs in to the token in this slot. What the token offers is learned once, since it takes some keys to be made.
    pub(crate) fn log_in(&self, module: &Module, slot: Slot, identity: TokenIdentity) -> Result<Connection, CallError> {
        let loaded = module.loaded().ok_or_else(not_started)?;
        let known = self.learned(&identity);
        let offered = match &known {
            Some(known) => Arc::clone(known),
            None => {
                let random = loaded.safe.get_token_info(slot)?.rng();
                Arc::new(Mechanisms::ask(&loaded.raw, slot.id(), random)?)
            }
        };
        let login = self.logins.fetch_add(1, Ordering::Relaxed);
        let pin = self.settings.user_pin.as_ref();
        let connection = Connection::open(module, slot, identity, offered, pin, login, self.settings.sessions)?;
        if known.is_some() { Ok(connection) } else { learn(connection) }
    }
}

/// Learns by trial what the token does not say, and removes what was left in it half-made.
fn learn(connection: Connection) -> Result<Connection, CallError> {
    let offered = Arc::clone(&connection.mechanisms);
    let session = connection.take(true).inspect_err(|_| connection.close())?;
    // Before the trials, in which the time passes that shows whether they are being made.
    let suspects = suspects(&connection, &session);
    let curves = curve_trials::of_token(&session, &offered);
    let trials = trials::of_token(&session, &offered);
    if let Some(Err(error)) = suspects.map(|suspects| husks::remove(&session, suspects)) {
        log::warn!("objects that were left half-made stay: {}", ProviderError::from(error));
    }
    // What failed because the token was lost is not what it cannot do.
    let curves = session.check_login().and(curves);
    // A trial that was refused may have left work under way in the session: it is not used any more.
    session.give_back(false);
    match curves {
        Ok(curves) => {
            let learned = Mechanisms::clone(&offered).with_curves(curves).with_trials(trials);
            Ok(connection.with_mechanisms(Arc::new(learned)))
        }
        Err(error) => {
            connection.close();
            Err(error)
        }
    }
}

/// What looks half-made; of SoftHSM's tokens only, because in others an object that shows nothing of itself may be
/// somebody's key.
fn suspects(connection: &Connection, session: &Session) -> Option<husks::Suspects> {
    if !is_of_softhsm(&connection.identity) {
        return None;
    }
    let found = husks::find(session);
    found.inspect_err(|_| log::debug!("it cannot be told whether objects were left half-made")).ok()
}
