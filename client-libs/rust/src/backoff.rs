//! Pauses between attempts at what may soon be possible.

use std::time::Duration;

use crate::deadline::Deadline;
use crate::limits::{FIRST_PAUSE, LONGEST_PAUSE};

/// Each pause is twice as long as the one before.
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Backoff(FIRST_PAUSE)
    }
}

impl Backoff {
    /// Waits, for half of the time that is left at most, so that the next attempt has the other half. Gives false, and
    /// does not wait, if the time is as good as over.
    pub(crate) fn pause(&mut self, deadline: Deadline) -> bool {
        let Ok(remaining) = deadline.remaining() else { return false };
        if remaining < FIRST_PAUSE {
            return false;
        }
        std::thread::sleep(self.0.min(remaining / 2));
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn pauses_double_and_end_before_the_deadline() {
        let (start, deadline) = (Instant::now(), Deadline::after(Duration::from_millis(300)));
        let mut backoff = Backoff::default();
        assert!(backoff.pause(deadline) && backoff.pause(deadline));
        assert!(start.elapsed() >= FIRST_PAUSE * 3);
        while backoff.pause(deadline) {}
        assert!(start.elapsed() < Duration::from_millis(300));
        assert!(backoff.0 > FIRST_PAUSE * 4 && backoff.0 <= LONGEST_PAUSE);
    }
}
