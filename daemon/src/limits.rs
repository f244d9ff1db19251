//! Limits of every daemon that has a thread for each connection, each with its unit and reason.

use std::time::Duration;

/// From accept, or the first byte of a further request, to the last byte of a request (wire contract 1.5).
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(2);

/// How long a client may take to accept its answer.
pub const ANSWER_DEADLINE: Duration = Duration::from_secs(2);

/// How long a kept connection may stay silent between two requests.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of a request's body. The longest are signed definitions, of at most 16 KiB.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Bytes read from a socket at once: nearly every request.
pub const READ_BYTES: usize = 8 * 1024;

/// Backlog of connections that the kernel keeps.
pub const LISTEN_BACKLOG: i32 = 1024;

/// Connections of one socket, each with a thread: a client needs one for some milliseconds, every few minutes.
pub const MAX_CONNECTIONS: usize = 512;

/// Connections of one uid on one socket, so that one user cannot keep others out.
pub const MAX_CONNECTIONS_PER_UID: usize = 128;

/// Bytes of a connection's stack: what it calls is shallow, JSON is read to a depth of 128.
pub const STACK_BYTES: usize = 512 * 1024;

/// Pause after an accept that failed for want of descriptors or memory: without it the thread would spin.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
