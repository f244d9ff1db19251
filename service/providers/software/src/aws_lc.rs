//! The fence around AWS-LC's C library: every call into it that has no safe interface is made below this module, each
//! C object in a type of its own that frees it.

#![allow(unsafe_code)] // C functions can be called in no other way.

pub(crate) mod aead;
pub(crate) mod chacha20;
pub(crate) mod digest;
pub(crate) mod ec;
pub(crate) mod hmac;
mod number;
pub(crate) mod rsa;
pub(crate) mod x25519;

use aws_lc_sys as c;

/// A function of the library failed. Why is not kept: what the caller asked for tells what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// The result of a C function that returns 1 for success.
fn succeed(returned: std::os::raw::c_int) -> Result<(), Failed> {
    if returned == 1 {
        return Ok(());
    }
    clear_errors();
    Err(Failed)
}

/// Empties the thread's queue of errors: nobody reads it, and it would keep memory.
fn clear_errors() {
    // SAFETY: takes nothing, and touches this thread's queue alone.
    unsafe { c::ERR_clear_error() }
}
