//! Every limit of the command's own servers, with its unit and reason.

use std::time::Duration;

/// Connections that a door serves at a time. Programs ask an SSH agent for moments; more than this is a leak in one of
/// them, and every connection costs a thread.
pub(crate) const MAX_CONNECTIONS: usize = 64;

/// How long a connection may say nothing. OpenSSH holds the one to its agent while its user types a password.
pub(crate) const MAX_SILENCE: Duration = Duration::from_secs(600);

/// How long a message to the SSH agent may take from its first byte to its last, and an answer to be taken.
pub(crate) const MAX_TRANSFER: Duration = Duration::from_secs(10);

/// How long accepting pauses when it fails, as it does while the process has no descriptor left.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Longest message of the SSH agent's protocol in bytes, either way: as OpenSSH has it (AGENT_MAX_LEN in its
/// `authfd.c`).
pub(crate) const MAX_AGENT_MESSAGE: usize = 256 * 1024;

/// Keys that the SSH agent shows. Of RSA-4096 and with the longest comments, they fit into a message. Servers let nobody
/// try more than a few.
pub(crate) const MAX_AGENT_KEYS: usize = 256;

/// Characters of a key's name that are shown as its comment: names may be longer than a message.
pub(crate) const MAX_COMMENT: usize = 100;

/// How long a connection to the TLS server may take in all.
pub(crate) const MAX_TLS_CONNECTION: Duration = Duration::from_secs(30);

/// Longest line that the TLS server reads, in bytes.
pub(crate) const MAX_TLS_LINE: u64 = 4096;

/// Largest file of certificates in bytes: chains have a few, of some kilobytes each.
pub(crate) const MAX_CERTIFICATES: u64 = 1024 * 1024;
