//! The one time limit of a whole call.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// A moment by which a call must be done, whatever it consists of.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment `timeout` from now. What lies beyond the clock's range is as good as a century.
    pub fn after(timeout: Duration) -> Deadline {
        const CENTURY: Duration = Duration::from_secs(100 * 366 * 86_400);
        Deadline(Instant::now() + timeout.min(CENTURY))
    }

    /// Whichever of the two comes first.
    pub(crate) fn sooner(self, other: Deadline) -> Deadline {
        Deadline(self.0.min(other.0))
    }

    /// The moment.
    #[cfg(feature = "tokio")]
    pub(crate) fn instant(self) -> Instant {
        self.0
    }

    /// How long it is until then. Errors if it has passed.
    pub(crate) fn remaining(self) -> Result<Duration> {
        let remaining = self.0.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(Error::Timeout) } else { Ok(remaining) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_passes_and_an_endless_one_is_no_panic() {
        assert!(matches!(Deadline::after(Duration::ZERO).remaining(), Err(Error::Timeout)));
        assert!(Deadline::after(Duration::MAX).remaining().unwrap() > Duration::from_secs(3600));
    }
}
