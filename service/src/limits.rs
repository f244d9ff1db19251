//! Limits that are not settings, each with its unit and reason. Those that an operator may change are in `settings`.

use std::time::Duration;

/// Bytes read from a socket at once. A whole request of the usual size fits many times, and a thread keeps few of them.
pub const READ_BUFFER_BYTES: usize = 64 * 1024;

/// Bytes by which the inputs of one thread may be larger than [`READ_BUFFER_BYTES`] in all: room for about 60 requests
/// of the largest size at the same time. Further ones are told to come back.
pub const MAX_GROWN_BYTES: usize = 128 * 1024 * 1024;

/// How often a new connection is read again, others having had their turn, before the event loop watches it: that
/// costs as much as a few reads.
pub const EAGER_READS: usize = 3;

/// What has arrived of a request is moved out of the thread's buffer while more is waited for, up to this many bytes;
/// above, moving it costs more than the buffer.
pub const SET_ASIDE_BYTES: usize = 4096;

/// Buffers that a thread keeps for its next requests. More are needed only while slow operations are waited for.
pub const KEPT_BUFFERS: usize = 16;

/// An answer's buffer is given back to the allocator above this size, so that one large answer does not stay in memory.
pub const KEPT_ANSWER_BYTES: usize = 256 * 1024;

/// Keys with longer names are not kept open: names are up to 64 KiB long, and the cache is bounded by their number.
pub const MAX_KEPT_NAME_BYTES: usize = 1024;

/// Refused connections of one thread that are waited for, so that their clients read the refusal, and for how long.
/// Further ones are closed at once.
pub const REFUSALS_WAITED_FOR: usize = 64;
/// See [`REFUSALS_WAITED_FOR`].
pub const REFUSAL_PATIENCE: Duration = Duration::from_millis(200);

/// Requests of one connection that are answered before the others of its thread get their turn: of P-256 signatures
/// about 70 µs, so that a client with many requests under way does not double the time of one with few.
pub const REQUESTS_PER_TURN: usize = 4;

/// Connections that are accepted before those that are open get their turn.
pub const ACCEPTS_PER_TURN: usize = 16;

/// Pause after an accept that failed for want of descriptors or memory: without it the thread would spin.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Random bytes in one answer (wire contract 1.6).
pub const MAX_RANDOM_BYTES: u64 = 1_048_576;

/// Bytes of the body of an answer: what a result of [`MAX_RANDOM_BYTES`] takes with its protobuf framing, a byte for its
/// field and three for its length.
pub const MAX_ANSWER_BODY_BYTES: usize = 1_048_576 + 4;

/// A job that took less than this is quick: to wake whoever waits for it costs a noticeable part of that.
pub const QUICK_JOB: Duration = Duration::from_micros(100);

/// Answers of quick jobs that leave together: the first has waited for three more jobs of its kind, so for about three times
/// [`QUICK_JOB`] at most.
pub const MAX_ANSWERS_TOGETHER: usize = 4;

/// How long an operation may take, its time in the queue included. A client waits 60 s by default; RSA-4096
/// generation and a slow TPM end well before.
pub const OPERATION_LIMIT: Duration = Duration::from_secs(55);

/// How long a PKCS#11 module in a process of its own may take for one operation before it is taken for hung and killed.
/// RSA-4096 generation takes some seconds, on smart cards up to twenty; and those who waited behind the operation are to
/// have an answer of the next process within [`OPERATION_LIMIT`].
pub const ISOLATED_PATIENCE: Duration = Duration::from_secs(30);

/// Threads of an event loop that make lists: one tenant's long list does not wait for another's.
pub const LISTING_THREADS: usize = 2;

/// Descriptors beside those of connections: the store's files, listeners, event loops, some to spare, and one for each
/// process that has volatile keys.
pub const DESCRIPTORS_FOR_OURSELVES: u64 = 64 + ADMIN_PLACES as u64 + MAX_VOLATILE_KEYS as u64;

/// Volatile keys of one process, as whichever tenants it has them: a PSA library in a device has room for 32, a server
/// needs one or two for each handshake that is under way.
pub const MAX_VOLATILE_KEYS_OF_PROCESS: usize = 256;

/// Volatile keys of one tenant: no application takes all places by starting processes.
pub const MAX_VOLATILE_KEYS_OF_TENANT: usize = 1024;

/// Volatile keys of all: with [`MAX_VOLATILE_KEY_BYTES`] at most 64 MiB, and what their providers make of them. If each has a
/// process of its own, as many descriptors.
pub const MAX_VOLATILE_KEYS: usize = 4096;

/// Bytes of a volatile key's name and handle together: a pair of RSA-4096 takes 2.4 KiB, the longest key 8 KiB, and a name
/// could take 64 KiB.
pub const MAX_VOLATILE_KEY_BYTES: usize = 16 * 1024;

/// Connections for which the admin socket has places when all others are taken: the identity provider needs one, operators
/// a few.
pub const ADMIN_PLACES: usize = 32;

/// Verified tokens that are kept for further connections, by their digest: more than there are connections by default, and
/// some MiB, at a KiB for each.
pub const MAX_KNOWN_TOKENS: usize = 16_384;

/// Backlog of connections that the kernel keeps for us.
pub const LISTEN_BACKLOG: i32 = 4096;

/// Bytes of the file with the host's accounts: more users than a file is kept for, and no device is read for ever.
pub const MAX_ACCOUNTS_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// How long the start waits for providers to become ready. A PKCS#11 token or a TPM takes some 100 ms; one that hangs must
/// not keep the others from serving.
pub const START_PATIENCE: Duration = Duration::from_secs(5);

/// How long a SPIFFE Workload API may take to accept us, to begin a stream, and to send its first bundle: milliseconds of
/// work on this host. Afterwards it says something only when keys change.
pub const WORKLOAD_API_PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of a Workload API's answer: the bundles of all trust domains that the issuer knows, of which one is ours.
pub const MAX_BUNDLES_BYTES: usize = 4 * 1024 * 1024;

/// Pause before a Workload API that was lost is looked for again: doubled from the first to the last of these.
pub const WORKLOAD_API_PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How long the start, or a reload, waits for a first bundle, so that whoever has a token need not wait afterwards; an API
/// that is not there is not waited for.
pub const FIRST_BUNDLE_PATIENCE: Duration = Duration::from_secs(1);
