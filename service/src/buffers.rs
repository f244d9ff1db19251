//! The memory into which requests are read and answers are written. Each thread keeps a few buffers for all its
//! connections, so an idle connection holds none. What a buffer held is cleared before anybody else gets it.

use std::cell::{Cell, RefCell};

use keystead_interface::secret::wipe;

use crate::limits::{KEPT_ANSWER_BYTES, KEPT_BUFFERS, MAX_GROWN_BYTES, READ_BUFFER_BYTES};

thread_local! {
    static KEPT: RefCell<Vec<Memory>> = const { RefCell::new(Vec::new()) };
    /// Bytes by which this thread's inputs are larger than they are at first.
    static GROWN: Cell<usize> = const { Cell::new(0) };
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

    /// Gives the memory back while nothing more arrives, and keeps what arrived in as little as it takes.
    /// [`Buffers::resume`] goes on.
    pub fn set_aside(&mut self) -> Vec<u8> {
        let arrived = self.input.unread().to_vec();
        // The old memory is cleared where it is dropped.
        *self = Buffers { input: Input { bytes: Vec::new(), filled: 0, taken: 0 }, answers: Vec::new() };
        arrived
    }

    /// Goes on with what was set aside.
    pub fn resume(&mut self, mut arrived: Vec<u8>) {
        *self = Buffers::take();
        self.input.bytes[..arrived.len()].copy_from_slice(&arrived);
        self.input.filled = arrived.len();
        wipe(&mut arrived);
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

    /// Room for more bytes: at least one, or none if this thread's large requests have all the memory that they may
    /// have. Memory grows with what arrived, never with what a header promises.
    pub fn room(&mut self) -> Option<&mut [u8]> {
        if self.taken > 0 {
            self.bytes.copy_within(self.taken..self.filled, 0);
            let rest = self.filled - self.taken;
            wipe(&mut self.bytes[rest..self.filled]);
            (self.filled, self.taken) = (rest, 0);
        }
        if self.filled == self.bytes.len() {
            let grown = GROWN.get() + self.bytes.len();
            if grown > MAX_GROWN_BYTES {
                return None;
            }
            GROWN.set(grown);
            let mut larger = vec![0; self.bytes.len() * 2];
            larger[..self.filled].copy_from_slice(&self.bytes);
            wipe(&mut self.bytes);
            self.bytes = larger;
        }
        Some(&mut self.bytes[self.filled..])
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
        let grown = self.input.bytes.len().saturating_sub(READ_BUFFER_BYTES);
        // While a thread ends its counts and buffers are gone already.
        let _ = GROWN.try_with(|all| all.set(all.get() - grown));
        let has_usual_size = self.input.bytes.len() == READ_BUFFER_BYTES;
        if !has_usual_size || self.answers.capacity() > KEPT_ANSWER_BYTES {
            return;
        }
        let input = std::mem::take(&mut self.input.bytes);
        let memory = Memory { input, answers: std::mem::take(&mut self.answers) };
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
        input.room().expect("memory")[..6].copy_from_slice(b"secret");
        input.arrived(6);
        input.take_off(4);
        assert_eq!(input.unread(), b"et");
        input.room().expect("memory");
        assert_eq!(&input.bytes[..6], b"et\0\0\0\0");
        input.take_off(2);
        assert!(input.bytes.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn what_was_set_aside_is_there_again() {
        let mut buffers = Buffers::take();
        buffers.input.room().expect("memory")[..6].copy_from_slice(b"secret");
        buffers.input.arrived(6);
        let arrived = buffers.set_aside();
        assert!(buffers.input.unread().is_empty());
        buffers.resume(arrived);
        assert_eq!(buffers.input.unread(), b"secret");
    }

    #[test]
    fn large_requests_of_one_thread_share_a_bounded_memory_and_give_it_back() {
        let mut all = Vec::new();
        let refused = loop {
            let mut buffers = Buffers::take();
            while buffers.input.bytes.len() < 2 * 1024 * 1024 {
                match buffers.input.room().map(|room| room.len()) {
                    Some(length) => buffers.input.arrived(length),
                    None => break,
                }
            }
            if buffers.input.bytes.len() < 2 * 1024 * 1024 {
                break all.len();
            }
            all.push(buffers);
        };
        assert!((10..200).contains(&refused), "{refused} requests of 2 MiB had room");
        all.clear();
        assert_eq!(GROWN.get(), 0);
    }

    #[test]
    fn room_grows_beyond_one_buffer_and_keeps_what_arrived() {
        let mut buffers = Buffers::take();
        let input = &mut buffers.input;
        for _ in 0..3 {
            let room = input.room().expect("memory");
            room.fill(7);
            let length = room.len();
            input.arrived(length);
        }
        assert!(input.unread().len() > READ_BUFFER_BYTES && input.unread().iter().all(|byte| *byte == 7));
    }
}
