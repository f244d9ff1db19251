//! The memory into which requests are read and answers are written. Each thread keeps a few buffers for all its
//! connections, so an idle connection holds none. What a buffer held is cleared before anybody else gets it.

use std::cell::RefCell;

use keystead_interface::secret::wipe;

use crate::limits::{KEPT_ANSWER_BYTES, KEPT_BUFFERS, READ_BUFFER_BYTES};

thread_local! {
    static KEPT: RefCell<Vec<Memory>> = const { RefCell::new(Vec::new()) };
}

struct Memory {
    input: Vec<u8>,
    answers: Vec<u8>,
}

/// A thread's memory in the hands of one connection.
pub struct Buffers {
    /// What the client sent.
    pub input: Input,
    /// Answers that are not sent yet.
    pub answers: Vec<u8>,
}

/// Bytes that arrived: all of the memory is initialised, `filled` bytes are the client's, `taken` of them are done with.
pub struct Input {
    bytes: Vec<u8>,
    filled: usize,
    taken: usize,
}

/// Overwrites and cuts off everything from `start`.
pub fn clear_from(bytes: &mut Vec<u8>, start: usize) {
    wipe(&mut bytes[start..]);
    bytes.truncate(start);
}

impl Buffers {
    /// A buffer of this thread's, empty.
    pub fn take() -> Buffers {
        let kept = KEPT.with_borrow_mut(Vec::pop);
        let memory = kept.unwrap_or_else(|| Memory { input: vec![0; READ_BUFFER_BYTES], answers: Vec::new() });
        Buffers { input: Input { bytes: memory.input, filled: 0, taken: 0 }, answers: memory.answers }
    }

    /// The answers were sent.
    pub fn answers_sent(&mut self) {
        clear_from(&mut self.answers, 0);
    }
}

impl Input {
    /// What arrived and is not done with.
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.taken..self.filled]
    }

    /// Marks bytes as done with.
    pub fn take_off(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.taken == self.filled {
            wipe(&mut self.bytes[..self.filled]);
            (self.filled, self.taken) = (0, 0);
        }
    }

    /// Room for more bytes: at least one. Memory grows with what arrived, never with what a header promises.
    pub fn room(&mut self) -> &mut [u8] {
        if self.taken > 0 {
            self.bytes.copy_within(self.taken..self.filled, 0);
            let rest = self.filled - self.taken;
            wipe(&mut self.bytes[rest..self.filled]);
            (self.filled, self.taken) = (rest, 0);
        }
        if self.filled == self.bytes.len() {
            let mut larger = vec![0; self.bytes.len() * 2];
            larger[..self.filled].copy_from_slice(&self.bytes);
            wipe(&mut self.bytes);
            self.bytes = larger;
        }
        &mut self.bytes[self.filled..]
    }

    /// Marks bytes of the room as filled.
    pub fn arrived(&mut self, bytes: usize) {
        self.filled += bytes;
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        wipe(&mut self.input.bytes[..self.input.filled]);
        clear_from(&mut self.answers, 0);
        if self.input.bytes.len() > READ_BUFFER_BYTES || self.answers.capacity() > KEPT_ANSWER_BYTES {
            return;
        }
        let input = std::mem::take(&mut self.input.bytes);
        let memory = Memory { input, answers: std::mem::take(&mut self.answers) };
        // While a thread ends its buffers are gone already.
        let _ = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            if kept.len() < KEPT_BUFFERS {
                kept.push(memory);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_were_taken_off_are_overwritten_and_those_that_follow_stay() {
        let mut buffers = Buffers::take();
        let input = &mut buffers.input;
        input.room()[..6].copy_from_slice(b"secret");
        input.arrived(6);
        input.take_off(4);
        assert_eq!(input.unread(), b"et");
        input.room();
        assert_eq!(&input.bytes[..6], b"et\0\0\0\0");
        input.take_off(2);
        assert!(input.bytes.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn room_grows_beyond_one_buffer_and_keeps_what_arrived() {
        let mut buffers = Buffers::take();
        let input = &mut buffers.input;
        for _ in 0..3 {
            let room = input.room();
            room.fill(7);
            let length = room.len();
            input.arrived(length);
        }
        assert!(input.unread().len() > READ_BUFFER_BYTES && input.unread().iter().all(|byte| *byte == 7));
    }
}
