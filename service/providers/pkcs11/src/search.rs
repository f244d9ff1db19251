//! Looking for a token among the slots of a module.

use cryptoki::slot::{Slot, TokenInfo};
use keystead_provider::{ErrorKind, ProviderError, TokenIdentity};

use crate::connection::not_started;
use crate::error::CallError;
use crate::library::Module;
use crate::settings::TokenChoice;

/// The slot that holds the chosen token, and which token it is. The module must be entered.
pub(crate) fn find(module: &Module, choice: &TokenChoice) -> Result<(Slot, TokenIdentity), CallError> {
    let loaded = module.loaded().ok_or_else(not_started)?;
    let mut found = Vec::new();
    for slot in loaded.safe.get_slots_with_token()? {
        // A slot that does not answer holds no token of ours; one of its neighbours may.
        let Ok(token) = loaded.safe.get_token_info(slot) else { continue };
        if token.token_initialized() && matches(choice, slot, &token) {
            found.push((slot, identity(&token)));
        }
    }
    match found.len() {
        0 => Err(unreachable("no slot of the module holds the token")),
        1 => Ok(found.remove(0)),
        _ => Err(unreachable("several tokens are called so; choose one by its serial number")),
    }
}

/// Whether this token is in this slot.
pub(crate) fn is_in(module: &Module, slot: Slot, token: &TokenIdentity) -> bool {
    module.loaded().is_some_and(|loaded| {
        loaded.safe.get_token_info(slot).is_ok_and(|found| found.token_initialized() && identity(&found) == *token)
    })
}

/// Whether it is one of SoftHSM's tokens, whose module loses objects where others do not.
pub(crate) fn is_of_softhsm(token: &TokenIdentity) -> bool {
    token.0.starts_with("SoftHSM project/")
}

fn matches(choice: &TokenChoice, slot: Slot, token: &TokenInfo) -> bool {
    match choice {
        TokenChoice::Serial(serial) => trim(token.serial_number()) == trim(serial),
        TokenChoice::Label(label) => trim(token.label()) == trim(label),
        TokenChoice::Slot(number) => slot.id() == *number,
    }
}

/// Who made the token, what it is, and its number, which each is free text in which `/` is left alone: nobody parses it.
fn identity(token: &TokenInfo) -> TokenIdentity {
    let parts = [token.manufacturer_id(), token.model(), token.serial_number()];
    let text = parts.map(trim).join("/");
    TokenIdentity(text.chars().map(|char| if matches!(char, ' '..='~') { char } else { '?' }).collect())
}

/// Without the padding: blanks by the standard, zeros by some modules.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\0'])
}

fn unreachable(detail: &'static str) -> CallError {
    CallError::Own(ProviderError::new(ErrorKind::CommunicationFailure, detail))
}
