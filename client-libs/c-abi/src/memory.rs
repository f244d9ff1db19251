//! The caller's memory, read and written. Nobody promised that values in it are aligned.

// Pointers of a C interface.
#![allow(unsafe_code)]

use std::slice;

/// A pointer that cannot be to what the caller says: it is null, or to more bytes than memory has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPointer;

/// Bytes of the caller's. Null is no bytes, if none are promised.
///
/// # Safety
///
/// The caller promises that as many bytes are there, and stay so for as long as they are used.
pub unsafe fn bytes<'a>(pointer: *const u8, length: impl TryInto<usize>) -> Result<&'a [u8], BadPointer> {
    match in_memory(length)? {
        0 => Ok(&[]),
        _ if pointer.is_null() => Err(BadPointer),
        // SAFETY: it is not null, and the caller promised the bytes.
        length => Ok(unsafe { slice::from_raw_parts(pointer, length) }),
    }
}

/// A value of the caller's.
///
/// # Safety
///
/// The caller promises that the pointer is null or points to a value.
pub unsafe fn value<T: Copy>(pointer: *const T) -> Result<T, BadPointer> {
    if pointer.is_null() {
        return Err(BadPointer);
    }
    // SAFETY: it is not null, and the caller promised a value.
    Ok(unsafe { pointer.read_unaligned() })
}

/// Writes a value where the caller wants it.
///
/// # Safety
///
/// The caller promises that the pointer is null or that there is room for a value.
pub unsafe fn put<T>(pointer: *mut T, value: T) -> Result<(), BadPointer> {
    if pointer.is_null() {
        return Err(BadPointer);
    }
    // SAFETY: it is not null, and the caller promised room.
    unsafe { pointer.write_unaligned(value) };
    Ok(())
}

/// Room for bytes that the caller gives.
#[derive(Debug)]
pub struct OutputBuffer {
    pointer: *mut u8,
    size: usize,
}

impl OutputBuffer {
    /// Room for `size` bytes. Null is no room, if none is promised.
    ///
    /// # Safety
    ///
    /// The caller promises the room, until this is dropped.
    pub unsafe fn new(pointer: *mut u8, size: impl TryInto<usize>) -> Result<OutputBuffer, BadPointer> {
        let size = in_memory(size)?;
        if pointer.is_null() && size > 0 { Err(BadPointer) } else { Ok(OutputBuffer { pointer, size }) }
    }

    /// How many bytes there is room for.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Writes bytes at a place. What there is no room for is left out.
    pub fn write(&mut self, at: usize, bytes: &[u8]) {
        let length = bytes.len().min(self.size.saturating_sub(at));
        if length > 0 {
            // SAFETY: whoever made this promised room for `size` bytes, and `at + length` is not above that.
            unsafe { self.pointer.add(at).copy_from(bytes.as_ptr(), length) };
        }
    }
}

/// A number of bytes that can be in memory: nothing in it is longer than `isize::MAX`.
fn in_memory(length: impl TryInto<usize>) -> Result<usize, BadPointer> {
    length.try_into().ok().filter(|length| isize::try_from(*length).is_ok()).ok_or(BadPointer)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn null_is_nothing() {
        let mut number = 7_u32;
        // SAFETY: the pointers are null, or to a number.
        unsafe {
            assert_eq!(value(ptr::null::<u32>()), Err(BadPointer));
            assert_eq!(put(ptr::null_mut(), 8_u32), Err(BadPointer));
            assert_eq!(put(&raw mut number, 8), Ok(()));
            assert_eq!(value(&raw const number), Ok(8));
        }
    }

    #[test]
    fn lengths_are_those_of_something_in_memory() {
        let mut given = [1, 2, 3];
        // SAFETY: three bytes are there; the other pointers are to nothing that is read or written.
        unsafe {
            assert_eq!(bytes(given.as_ptr(), 2_u64), Ok(&[1, 2][..]));
            assert_eq!(bytes(ptr::null(), 0_u64), Ok(&[][..]));
            assert_eq!(bytes(ptr::null(), 1_u64), Err(BadPointer));
            assert_eq!(bytes(given.as_ptr(), isize::MAX as usize + 1), Err(BadPointer));
            assert_eq!(OutputBuffer::new(ptr::null_mut(), 0_usize).map(|room| room.size()), Ok(0));
            assert!(OutputBuffer::new(ptr::null_mut(), 1_usize).is_err());
            assert!(OutputBuffer::new(given.as_mut_ptr(), usize::MAX).is_err());
        }
    }

    #[test]
    fn nothing_is_written_beyond_the_room() {
        let mut given = [0; 4];
        // SAFETY: there are four bytes, one of which is not named.
        let mut room = unsafe { OutputBuffer::new(given.as_mut_ptr(), 3_usize) }.expect("room");
        room.write(1, &[7; 9]);
        room.write(9, &[8]);
        assert_eq!(given, [0, 7, 7, 0]);
    }
}
