//! Any provider in a process of its own: one that aborts, crashes or hangs costs the requests that it was serving, and
//! is started again.
//!
//! In reading order: `message` is what goes over the socket, `request` and `answer` what it says. On the service's side,
//! `process` starts the other one and listens to it, `waiting` knows whose each answer is, `provider` and `operations` are
//! the [`Provider`] that asks it. On the other side, `serve` answers with any [`Provider`], whose keys stay prepared in
//! `open_keys`.
//!
//! [`Provider`]: keystead_provider::Provider

mod answer;
mod limits;
mod message;
mod open_keys;
mod operations;
mod perform;
mod process;
mod provider;
mod request;
mod serve;
mod vault;
mod waiting;

pub use crate::provider::{Face, IsolatedProvider, Learn, Settings};
pub use crate::serve::{Served, serve};
