//! What the service closes before it does anything else, as every daemon does.

#[cfg(test)]
pub(crate) mod child;

pub use keystead_daemon::hardening::{Standing, first, open_file_limit};
