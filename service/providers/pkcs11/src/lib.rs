//! Keystead's PKCS#11 provider: keys in a token, by any module.
//!
//! In reading order: `settings`; `library` is a module, `token` finds a token among its slots (`search`), logs in
//! (`login`, `connection`) and finds it again when it is lost; `session` is what work is done in, with the key's `objects`;
//! `mechanisms` is what the token offers, as data, some of it found out by trial (`curve_trials`, `trials`).
//!
//! `vault` makes keys, `adopt` takes over those that others made, `sealing` keeps the storage root key. `template`,
//! `named_curves` and `pkcs8` are how tokens are told of keys; `host` is what is computed here. Each family of operations
//! is a trait of `keystead-provider`, implemented for [`Token`] in a file of its own, with its question to the
//! `mechanisms` beside it. `raw` is the only place that sees a module's C.

mod adopt;
mod aead;
mod agreement;
mod capabilities;
mod cipher;
mod connection;
mod curve_trials;
mod destroyed;
mod ec;
mod encryption;
mod error;
mod hashing;
mod host;
mod library;
mod limits;
mod login;
mod mac;
mod mechanisms;
mod named_curves;
mod objects;
mod parameters;
mod pkcs8;
mod provider;
mod random;
mod raw;
mod refusal;
mod rsa;
mod sealing;
mod search;
mod session;
mod settings;
mod signing;
mod template;
mod token;
mod transfer;
mod trials;
mod vault;

pub use crate::error::CallError;
pub use crate::library::{Libraries, Library};
pub use crate::mechanisms::{Mechanisms, Offer};
pub use crate::objects::{Class, Prepared};
pub use crate::parameters::InC;
pub use crate::provider::Pkcs11Provider;
pub use crate::session::Session;
pub use crate::settings::{Settings, TokenChoice};
pub use crate::token::{Repeat, Token};
pub use crate::trials::Trials;
