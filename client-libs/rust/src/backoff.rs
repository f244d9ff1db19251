//! Pauses between attempts at what may soon be possible.

use std::time::Duration;

use crate::deadline::Deadline;
use crate::limits::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::runtime::Runtime;

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
    pub(crate) async fn pause<R: Runtime>(&mut self, deadline: Deadline) -> bool {
        let next = deadline.remaining().ok().and_then(|remaining| self.next(remaining));
        let Some(length) = next else { return false };
        R::pause(length).await;
        true
    }

    fn next(&mut self, remaining: Duration) -> Option<Duration> {
        if remaining < FIRST_PAUSE {
            return None;
        }
        let pause = self.0.min(remaining / 2);
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{Blocking, now};

    #[test]
    fn pauses_double_and_end_before_the_deadline() {
        let (mut backoff, mut remaining) = (Backoff::default(), LONGEST_PAUSE * 8);
        let mut pauses = Vec::new();
        while let Some(pause) = backoff.next(remaining) {
            remaining -= pause;
            pauses.push(pause);
        }
        assert_eq!(pauses[..3], [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]);
        assert!(pauses.contains(&LONGEST_PAUSE) && pauses.iter().all(|pause| *pause <= LONGEST_PAUSE), "{pauses:?}");
        assert!(!remaining.is_zero() && remaining < FIRST_PAUSE);
    }

    #[test]
    fn who_has_no_time_left_does_not_wait() {
        assert!(!now(Backoff::default().pause::<Blocking>(Deadline::after(Duration::ZERO))));
    }
}
