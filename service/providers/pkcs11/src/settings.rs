//! What an operator can choose about a token.

use std::sync::Arc;

use keystead_interface::secret::SecretBytes;

use crate::library::Library;

/// How a token is recognised, in whatever slot it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenChoice {
    /// By its serial number, without the blanks around it.
    Serial(String),
    /// By its label, without the blanks at its end. Two tokens of one label are an error.
    Label(String),
    /// By the number of its slot. Modules may number slots anew at each start.
    Slot(u64),
}

/// One token of one module.
pub struct Settings {
    /// The module, from [`crate::Libraries`].
    pub library: Arc<Library>,
    /// The token.
    pub token: TokenChoice,
    /// The user's PIN: any bytes. None if the token wants none, or has a keypad of its own.
    pub user_pin: Option<SecretBytes>,
    /// What clients are shown; it tells several tokens apart.
    pub description: String,
    /// How many sessions are kept open, at least 1: as many as the provider has workers.
    pub sessions: usize,
    /// Whether keys may be made whose policy lets them be exported.
    pub allow_export: bool,
    /// Whether the token may remove PKCS#1 v1.5 padding itself where it does not offer raw RSA. How long it takes, and
    /// what it answers, may tell an attacker the plaintext (wire contract 4.10).
    pub token_unpadding: bool,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted
    /// ([`keystead_provider::rsa::RejectionSecret`]).
    pub implicit_rejection: bool,
}
