//! Keystead's TPM provider: keys as wrapped blobs under a primary of a TPM 2.0. Empty without the feature `tss`.
//!
//! A key is in its handle alone: the blob that only this TPM can load, with the key's authorisation value; the service
//! seals both. In reading order: `settings` is what an operator chooses; `tpm` is the TPM as everything here uses it, with
//! its `connection`, its `primary` and the keys that are `loaded`; `properties` is what it can do; `blob` is what a handle
//! holds; `vault` makes keys, and the other modules use them.
#![cfg(feature = "tss")]

mod agreement;
mod attestation;
mod blob;
mod cipher;
mod connection;
mod encryption;
mod error;
mod generating;
mod importing;
mod limits;
mod loaded;
mod mac;
mod names;
mod primary;
mod properties;
mod provider;
mod public;
mod random;
mod sealing;
mod settings;
mod signing;
mod templates;
mod tpm;
mod vault;
mod watch;
mod wrapping;

pub use crate::provider::TpmProvider;
pub use crate::settings::{Settings, Tcti, UnknownTcti};
