//! Requests that are under way, and whom their answers are for.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use parking_lot::Mutex;

use crate::message::{Arrived, Number};

/// Those who wait for answers of one process. None once there are no more.
pub(crate) struct Waiting(Mutex<Option<Expected>>);

#[derive(Default)]
struct Expected {
    last: Number,
    answers: HashMap<Number, SyncSender<Arrived>>,
}

/// An answer without a request.
pub(crate) struct NobodyAsked;

impl Waiting {
    /// Nobody waits yet.
    pub(crate) fn new() -> Waiting {
        Waiting(Mutex::new(Some(Expected::default())))
    }

    /// A number for a request, and where its answer will come; the other side is gone when none comes any more. None if
    /// there are no answers any more.
    pub(crate) fn expect(&self) -> Option<(Number, Receiver<Arrived>)> {
        let (sender, answer) = sync_channel(1);
        let mut expected = self.0.lock();
        let expected = expected.as_mut()?;
        // There are far fewer requests under way than numbers.
        while expected.answers.contains_key(&expected.last) {
            expected.last = expected.last.wrapping_add(1);
        }
        let number = expected.last;
        expected.last = number.wrapping_add(1);
        expected.answers.insert(number, sender);
        Some((number, answer))
    }

    /// Gives an answer to whoever waits for it.
    pub(crate) fn deliver(&self, answer: Arrived) -> Result<(), NobodyAsked> {
        let asked = self.forget(answer.number()).ok_or(NobodyAsked)?;
        // Whoever it was may have lost patience.
        let _ = asked.send(answer);
        Ok(())
    }

    /// Nobody waits for this one any more.
    pub(crate) fn forget(&self, number: Number) -> Option<SyncSender<Arrived>> {
        self.0.lock().as_mut()?.answers.remove(&number)
    }

    /// There are no answers any more.
    pub(crate) fn end(&self) {
        let expected = self.0.lock().take();
        drop(expected);
    }
}
