//! Keystead's contract with its clients: what goes over the socket, and the PSA vocabulary in which it is said.
//!
//! The crate has no I/O, no clock and no threads: bytes in, values out. In reading order:
//!
//! 1. [`header`], [`frame`] and [`request`]: how a request lies in the stream, and the first checks on it.
//! 2. [`operations`]: the table of all operations, and one module for each family of them.
//! 3. [`algorithm`], [`attributes`], [`policy`], [`arguments`] and [`names`]: what keys are, and what may be done with them.
//! 4. [`status`] and [`error`]: how a request can fail.
//! 5. [`secret`]: how key material and plaintext are held.

pub mod algorithm;
pub mod arguments;
pub mod attributes;
pub mod codes;
mod encoding;
pub mod error;
pub mod frame;
pub mod header;
pub mod names;
mod numbered;
pub mod operations;
pub mod policy;
pub mod request;
pub mod secret;
pub mod status;

/// The messages as prost generates them from `proto/*.proto`; only [`encoding`] and [`operations`] see them.
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod proto {
    include!(concat!(env!("OUT_DIR"), "/keystead.v1.rs"));
}
