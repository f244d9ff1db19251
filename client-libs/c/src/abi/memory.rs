//! Input of the caller's, and room for results, by the rules of the specification.

use keystead_c_abi::{OutputBuffer, put};

use crate::limits::MAX_INPUT_BYTES;
use crate::status::{BUFFER_TOO_SMALL, NOT_SUPPORTED, Result, refuse};

/// Bytes of the caller's. "Too large for the implementation" is what no service takes.
// SAFETY: the caller promises that as many bytes are there, and stay so for the call.
pub(super) unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> Result<&'a [u8]> {
    // SAFETY: as the caller promised.
    let given = unsafe { keystead_c_abi::bytes(pointer, length) }?;
    if given.len() > MAX_INPUT_BYTES { refuse(NOT_SUPPORTED) } else { Ok(given) }
}

/// Room for a result, and for its length.
pub(super) struct Output {
    buffer: OutputBuffer,
    length: *mut usize,
}

impl Output {
    /// The room that a caller gives for a result. Until there is one, its length is 0.
    // SAFETY: the caller promises the room, and that `length` is null or can be written.
    pub(super) unsafe fn new(pointer: *mut u8, size: usize, length: *mut usize) -> Result<Output> {
        // SAFETY: as the caller promised.
        let buffer = unsafe {
            put(length, 0)?;
            OutputBuffer::new(pointer, size)?
        };
        Ok(Output { buffer, length })
    }

    /// How many bytes there is room for.
    pub(super) fn room(&self) -> usize {
        self.buffer.size()
    }

    /// Gives the result, if there is room for it.
    pub(super) fn deliver(mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > self.room() {
            return refuse(BUFFER_TOO_SMALL);
        }
        self.buffer.write(0, bytes);
        // SAFETY: whoever made this promised that it can be written.
        Ok(unsafe { put(self.length, bytes.len()) }?)
    }
}
