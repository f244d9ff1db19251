//! Logging in to a token that was found, and learning what it offers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cryptoki::slot::Slot;
use keystead_provider::TokenIdentity;

use crate::connection::{Connection, not_started};
use crate::error::CallError;
use crate::library::Module;
use crate::mechanisms::Mechanisms;
use crate::token::Token;

impl Token {
    /// Logs in to the token in this slot.
    pub(crate) fn log_in(&self, module: &Module, slot: Slot, identity: TokenIdentity) -> Result<Connection, CallError> {
        let loaded = module.loaded().ok_or_else(not_started)?;
        let random = loaded.safe.get_token_info(slot)?.rng();
        let mechanisms = Mechanisms::ask(&loaded.raw, slot.id(), random)?;
        let login = self.logins.fetch_add(1, Ordering::Relaxed);
        let pin = self.settings.user_pin.as_ref();
        Connection::open(module, slot, identity, Arc::new(mechanisms), pin, login, self.settings.sessions)
    }
}
