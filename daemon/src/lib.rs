//! What Keystead's smaller daemons have in common: the language of their configuration, their log, the hardening of their
//! process, and sockets on which the wire protocol is answered.
//!
//! The service has its own event loops; these daemons have few clients, and a thread for each connection.

pub mod clock;
pub mod config;
pub mod connection;
pub mod hardening;
pub mod instance;
pub mod limits;
pub mod listener;
pub mod logging;
pub mod places;
