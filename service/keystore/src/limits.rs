//! Every limit of the store, with its unit and its reason.

/// Changes that may wait for the disk. A change holds a few hundred bytes, so a full queue stays below 2 MiB unless
/// names are long; at 5,000 changes a second it is drained in less than a second.
pub const MAX_WAITING_CHANGES: usize = 4096;

/// Changes that share one transaction, and so one fsync. More would gain nothing: by then the fsync is a small part.
pub const MAX_CHANGES_PER_COMMIT: usize = 256;

/// Connections for reading. Reads take some 10 µs, so more than the cores that may read at once would never be used.
pub const MAX_READERS: usize = 8;

/// Page cache of the writing connection in KiB.
pub const WRITER_CACHE_KIB: u32 = 1024;

/// Page cache of each reading connection in KiB: with all readers open, 4 MiB of the 20 MiB of an idle service.
pub const READER_CACHE_KIB: u32 = 512;

/// How far the write-ahead log may grow before it is copied into the database, in pages of 4 KiB.
pub const CHECKPOINT_PAGES: u32 = 1000;

/// What stays allocated of the write-ahead log after it was copied, in bytes: as much as it usually needs.
pub const LOG_KEPT_BYTES: u32 = 4 << 20;

/// How long SQLite waits for a lock of its own, in milliseconds. Only a checkpoint or a recovery can hold one.
pub const LOCK_WAIT_MS: u64 = 5000;

/// Prepared statements that each connection keeps: all that there are.
pub const CACHED_STATEMENTS: usize = 32;

/// Records that are read at once while all are sealed anew: some 100 KiB of them.
pub const RECORDS_PER_READ: usize = 256;

/// Keys in one list: an answer of 1 MiB (wire contract 1.6) holds no more, since each takes 35 bytes at the least.
pub const MAX_LISTED_KEYS: usize = 30_000;

/// Damaged keys whose addresses are remembered: enough to see that it is not one alone, and at most a few MiB if
/// names are as long as they may be.
pub const MAX_DAMAGED_REMEMBERED: usize = 32;
