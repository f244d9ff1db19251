//! Limits that are not settings, each with its unit and reason.

use std::time::Duration;

/// How long the identity provider may take for an answer. It is a few milliseconds of work; one that hangs longer is away.
pub const ASK_TIMEOUT: Duration = Duration::from_secs(2);

/// Pause before an identity provider that cannot be reached is looked for again.
pub const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

/// Pause after it has refused us: its configuration must change first, or another's process end.
pub const REFUSED_PAUSE: Duration = Duration::from_millis(500);

/// How often it is asked for its instance. It closes a connection that is silent for 30 s.
pub const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How long a signed definition or proof is good, in seconds: it is sent at once.
pub const PAYLOAD_SECONDS: u64 = 30;

/// How long a command waits for an identity provider that is being restarted.
pub const VOUCH_PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a line on `orchestrator.sock`: a SPIFFE ID has at most 2048, a name 128.
pub const MAX_LINE_BYTES: usize = 4096;

/// How long a caller of the daemon may take in all to say what it wants.
pub const LINE_PATIENCE: Duration = Duration::from_secs(2);

/// How long the daemon may take in all to answer: it waits for an identity provider that is being restarted.
pub const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// Callers of the daemon at once: each has a thread, for as long as starting a process takes.
pub const MAX_CALLERS: usize = 512;

/// Callers of one uid at once, so that one user cannot keep others out. A host that starts calls as root for all its containers.
pub const MAX_CALLERS_OF_UID: usize = 128;

/// Clients that live at once, each with a thread that waits for its end. The identity provider keeps 16,384 definitions.
pub const MAX_CLIENTS: usize = 8192;

/// Commands of one uid that live at once, so that one user cannot keep others out.
pub const MAX_CLIENTS_OF_UID: usize = 1024;

/// Bytes of the stack of a thread that waits for the end of a client, and then tells of it.
pub const WATCH_STACK_BYTES: usize = 128 * 1024;

/// Bytes of a container's state on standard input: annotations may be long, but not endless.
pub const MAX_STATE_BYTES: u64 = 1024 * 1024;
