//! The limits of isolation, each with its unit and reason.

use std::time::Duration;

/// The longest message in bytes: twice the longest body of a request that can be configured, 64 MiB.
pub(crate) const MAX_MESSAGE_BYTES: usize = 128 * 1024 * 1024;

/// Bytes that are read at once, and kept for that: a request of the usual size fits many times.
pub(crate) const BUFFER_BYTES: usize = 16 * 1024;

/// Keys that stay prepared on the other side, about a kilobyte each. A key that is not among them is looked up again.
pub(crate) const OPEN_KEYS: usize = 4096;

/// The first pause between two starts of a process that keeps ending; each further one doubles it. A process that ended
/// for the first time is back for the next request but one.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause between two starts. A process that lasted longer than this ended for a new reason.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a process that is not needed any more may take to end, before it ends itself by force: long enough for a
/// module to log out of a slow token.
pub(crate) const FAREWELL: Duration = Duration::from_secs(5);
