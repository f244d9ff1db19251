//! Large numbers: `BIGNUM` of AWS-LC.

use std::ptr::{self, NonNull};

use aws_lc_sys as c;

use super::Failed;

/// A number, cleared when it is dropped.
pub(super) struct Number(NonNull<c::BIGNUM>);

impl Number {
    /// From big-endian bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Failed> {
        // SAFETY: `bytes` is readable for its length; a null result makes the function allocate.
        let number = unsafe { c::BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) };
        NonNull::new(number).map(Number).ok_or(Failed)
    }

    /// For functions that only look at it or copy it.
    pub(super) fn as_ptr(&self) -> *const c::BIGNUM {
        self.0.as_ptr()
    }

    /// Gives the number to a C object, which frees it.
    pub(super) fn into_ptr(self) -> *mut c::BIGNUM {
        let number = self.0.as_ptr();
        std::mem::forget(self);
        number
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: we own the number and use it no more.
        unsafe { c::BN_clear_free(self.0.as_ptr()) }
    }
}
