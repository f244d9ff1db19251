//! Every limit of the client, with its unit and reason.

use std::time::Duration;

/// How long a call may take in all, from looking for a connection to the last byte of its answer. Slow tokens make
/// RSA keys for tens of seconds; Parsec's Rust client waits as long.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the client looks for a key whose creation ran out of time, beyond the call's own time: one short question
/// to the service's records, which no token slows down.
pub const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an unused connection is kept. The service closes after 30 s; before that it is closed here, so that a
/// request rarely meets a connection that has just gone.
pub const MAX_IDLE: Duration = Duration::from_secs(25);

/// A connection unused for longer than this is looked at before a request is put on it.
pub const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// Unused connections kept by a client: more calls at once than that are rare, and the service counts connections by
/// uid.
pub const MAX_KEPT_CONNECTIONS: usize = 32;

/// Calls of an asynchronous client that are under way at once, each on a connection of its own; further ones wait for
/// their turn. More of them keep no service busier, and tasks are cheap: without this thousands might connect at
/// once, of which the service refuses those beyond what it has for a uid (4,000 by default).
pub const MAX_CALLS_AT_ONCE: usize = 64;

/// Longest body of an answer in bytes. The service sends 1 MiB and a little by default; an operator may raise that.
pub const MAX_ANSWER_BYTES: u32 = 16 * 1024 * 1024;

/// Requests sent ahead of their answers. The service takes in 32 at most (wire contract 1.6) and then stops reading.
pub const MAX_IN_FLIGHT: usize = 32;

/// Bytes of requests sent ahead of their answers. A socket buffer holds more than that by default (212,992 bytes), so
/// that client and service cannot both wait for the other to read.
pub const MAX_BYTES_IN_FLIGHT: usize = 64 * 1024;

/// Bytes read from the socket at once: most answers, several of them when they are pipelined.
pub const INBOX_BYTES: usize = 8 * 1024;

/// The first pause before something that may soon be possible is tried again (a token that is not there yet, or that
/// the service does not know yet). An identity provider that was restarted is believed again within about 100 ms.
pub const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Pauses double up to this, so that nobody waits much longer than for what it waits.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long an identity provider whose socket nobody serves is waited for: long enough for its restart, short enough for
/// whoever named a wrong socket.
pub const ABSENT_PROVIDER_PATIENCE: Duration = Duration::from_secs(5);

/// How long the renewal of a token that is still good may hold up the call that happens to begin it.
pub const RENEWAL_TIMEOUT: Duration = Duration::from_secs(1);

/// How long after a renewal that failed the next is tried, while the token is still good.
pub const RENEWAL_RETRY: Duration = Duration::from_secs(5);

/// No token is kept for longer, whatever it says: the ceiling of the service too.
pub const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(3_600);
