//! When something is asked: what the wall clock says, and how long the machine has run. Both are passed in.

use std::time::Duration;

/// A moment, by two clocks. The wall clock says what others understand, but can be set; the other only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970, UTC (CLOCK_REALTIME).
    pub unix: u64,
    /// Since the machine was started, while it slept too (CLOCK_BOOTTIME).
    pub uptime: Duration,
}

impl Moment {
    /// The moment after `step`, if nobody sets the clock.
    pub fn after(self, step: Duration) -> Moment {
        let before = Duration::from_secs(self.unix) + Duration::from_nanos(self.uptime.subsec_nanos().into());
        Moment { unix: (before + step).as_secs(), uptime: self.uptime + step }
    }
}
