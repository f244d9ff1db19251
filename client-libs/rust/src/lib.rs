//! The Rust client of Keystead, the key service of a host; it speaks to Parsec too.
//!
//! A signing key in three lines:
//!
//! ```no_run
//! # fn main() -> keystead_client::Result<()> {
//! let client = keystead_client::Client::new()?;
//! let key = client.generate("signing-key", &keystead_client::presets::ecdsa_p256())?;
//! let signature = key.sign(b"a message")?;
//! # Ok(()) }
//! ```
//!
//! [`Client::new`] finds the service through `KEYSTEAD_SERVICE_ENDPOINT` or `PARSEC_SERVICE_ENDPOINT`, else at
//! `/run/keystead/service.sock`, and identifies the program by its effective uid, which the kernel confirms. Where
//! `KEYSTEAD_IDENTITY_ENDPOINT` names an identity provider, it identifies the program by that one's tokens instead.
//!
//! The client blocks. It is `Send` and `Sync`, cheap to clone, and keeps a connection for each call that is under way
//! at the same time; every call has one time limit for all that it does (60 s by default). With the feature `tokio`,
//! `asynchronous` has the same client for tasks.
//!
//! In reading order: [`Client`] and [`Key`] are what programs use, [`presets`] the usual kinds of keys, [`interface`]
//! the vocabulary. With the feature `rustls`, `tls` lends a key to TLS. [`connection`] and [`frame`] lie below, for
//! pipelining and for tests.
//!
//! Plaintexts, shared secrets, exported keys and random bytes are given as [`interface::secret::SecretBytes`], and
//! every buffer that held one on the way is cleared.

#[cfg(feature = "tokio")]
pub mod asynchronous;
mod backoff;
mod blocking;
mod caller;
pub mod client;
pub mod connection;
pub mod credential;
mod deadline;
pub mod ecdsa;
pub mod endpoint;
pub mod error;
pub mod frame;
mod handle;
mod key;
pub mod limits;
mod link;
mod methods;
mod pool;
pub mod presets;
mod runtime;
mod syscalls;
#[cfg(feature = "rustls")]
pub mod tls;
mod token;

pub use client::Client;
pub use credential::Credential;
pub use deadline::Deadline;
pub use endpoint::Endpoint;
pub use error::{Error, Result};
pub use key::Key;
/// The contract: operations, attributes, algorithms, statuses, secrets.
pub use keystead_interface as interface;
pub use token::{Token, TokenSource};
