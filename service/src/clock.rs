//! What time it is: what judges by it is told.

use std::time::{Duration, SystemTime};

use keystead_trust::moment::Moment;
use rustix::time::{ClockId, clock_gettime};

/// Now, by both clocks. A wall clock before 1970 reads as 1970.
pub fn now() -> Moment {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let uptime = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(uptime.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(uptime.tv_nsec).unwrap_or_default();
    Moment { unix: since_1970.as_secs(), uptime: Duration::new(seconds, nanos) }
}
