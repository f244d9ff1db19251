//! The caller's memory, read and written.

use std::slice;

use crate::limits::MAX_INPUT_BYTES;
use crate::status::{BUFFER_TOO_SMALL, INVALID_ARGUMENT, NOT_SUPPORTED, Result, refuse};

/// Bytes of the caller's. Null is no bytes, if none are promised. "Too large for the implementation" is what no service takes.
// SAFETY: the caller promises that as many bytes are there, and stay so for the call.
pub(super) unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() || isize::try_from(length).is_err() {
        return refuse(INVALID_ARGUMENT);
    }
    if length > MAX_INPUT_BYTES {
        return refuse(NOT_SUPPORTED);
    }
    // SAFETY: it is not null, and the caller promised the bytes.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// A value of the caller's.
// SAFETY: the caller promises that the pointer is null or points to a value.
pub(super) unsafe fn value<T: Copy>(pointer: *const T) -> Result<T> {
    if pointer.is_null() {
        return refuse(INVALID_ARGUMENT);
    }
    // SAFETY: it is not null, and the caller promised a value, though nobody promised that it is aligned.
    Ok(unsafe { pointer.read_unaligned() })
}

/// Writes a value where the caller wants it.
// SAFETY: the caller promises that the pointer is null or that there is room for a value.
pub(super) unsafe fn put<T>(pointer: *mut T, value: T) -> Result<()> {
    if pointer.is_null() {
        return refuse(INVALID_ARGUMENT);
    }
    // SAFETY: it is not null, and the caller promised room.
    unsafe { pointer.write_unaligned(value) };
    Ok(())
}

/// Room that the caller gives.
pub(super) struct OutputBuffer {
    pointer: *mut u8,
    size: usize,
}

impl OutputBuffer {
    /// Room for `size` bytes. Null is no room, if none is promised.
    // SAFETY: the caller promises the room, until this is dropped.
    pub(super) unsafe fn new(pointer: *mut u8, size: usize) -> Result<OutputBuffer> {
        if pointer.is_null() && size > 0 || isize::try_from(size).is_err() {
            return refuse(INVALID_ARGUMENT);
        }
        Ok(OutputBuffer { pointer, size })
    }

    /// How many bytes there is room for.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Writes bytes at a place. What there is no room for is left out.
    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        let length = bytes.len().min(self.size.saturating_sub(at));
        if length > 0 {
            // SAFETY: whoever made this promised room for `size` bytes, and `at + length` is not above that.
            unsafe { self.pointer.add(at).copy_from(bytes.as_ptr(), length) };
        }
    }
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
        unsafe { put(self.length, bytes.len()) }
    }
}
