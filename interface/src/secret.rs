//! Memory that holds key material, plaintext or anything else that nobody but its user may see.

use zeroize::optimization_barrier;

/// Overwrites memory with zeros, at the speed of memset and so that the compiler cannot leave it out.
pub fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    optimization_barrier(bytes);
}

/// Makes room for `more` bytes. Where the memory must be moved for that, what it held is overwritten.
pub fn reserve(bytes: &mut Vec<u8>, more: usize) {
    let length = bytes.len() + more;
    if length > bytes.capacity() {
        let mut larger = Vec::with_capacity(length.max(2 * bytes.capacity()));
        larger.extend_from_slice(bytes);
        bytes.wipe();
        *bytes = larger;
    }
}

/// What can be cleared.
pub trait Wipe {
    /// Overwrites everything that the value holds or held.
    fn wipe(&mut self);
}

impl Wipe for Vec<u8> {
    /// Also what lies behind its end, where a longer value may have been.
    fn wipe(&mut self) {
        self.clear();
        self.resize(self.capacity(), 0);
        optimization_barrier(self.as_slice());
        self.clear();
    }
}

impl<const LENGTH: usize> Wipe for [u8; LENGTH] {
    fn wipe(&mut self) {
        wipe(self);
    }
}

/// A value that is cleared when it is dropped, and that can be neither printed, cloned nor compared by accident.
///
/// Only [`Secret::expose`] shows what is inside, so a search for that word finds every place that sees a secret.
pub struct Secret<T: Wipe>(T);

impl<T: Wipe> Secret<T> {
    /// Takes the value over. Copies that were made of it before are not cleared.
    pub const fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value, for the moment of its use.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be changed in place.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Wipe + Default> Secret<T> {
    /// Gives the value away, to an owner that clears it.
    pub fn into_exposed(mut self) -> T {
        std::mem::take(&mut self.0)
    }
}

impl<T: Wipe> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Wipe> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret::new(value)
    }
}

impl<T: Wipe + Default> Default for Secret<T> {
    fn default() -> Self {
        Secret::new(T::default())
    }
}

/// Secret bytes, the usual case.
pub type SecretBytes = Secret<Vec<u8>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_cleared_beyond_its_end() {
        let mut bytes = vec![7; 64];
        bytes.truncate(3);
        let start = bytes.as_ptr();
        bytes.wipe();
        bytes.resize(bytes.capacity(), 1);
        assert!(std::ptr::eq(start, bytes.as_ptr()), "it was cleared in place");
        assert!(bytes.capacity() >= 64 && bytes.iter().all(|byte| *byte == 1));
        let mut array = [7; 5];
        array.wipe();
        assert_eq!(array, [0; 5]);
    }
}
