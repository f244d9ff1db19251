//! Memory that holds key material, plaintext or anything else that nobody but its user may see.

use zeroize::Zeroize;

/// A value that is cleared when it is dropped, and that can be neither printed, cloned nor compared by accident.
///
/// Only [`Secret::expose`] shows what is inside, so a search for that word finds every place that sees a secret.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
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

impl<T: Zeroize + Default> Secret<T> {
    /// Gives the value away, to an owner that clears it.
    pub fn into_exposed(mut self) -> T {
        std::mem::take(&mut self.0)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret::new(value)
    }
}

impl<T: Zeroize + Default> Default for Secret<T> {
    fn default() -> Self {
        Secret::new(T::default())
    }
}

/// Secret bytes, the usual case.
pub type SecretBytes = Secret<Vec<u8>>;
