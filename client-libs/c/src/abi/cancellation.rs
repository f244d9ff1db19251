//! Threads that another one cancels (pthread_cancel(3)).
//!
//! A cancelled thread's stack is unwound by force from whatever system call it is in, which ends the process where a function
//! catches panics. So it is put off until the call is over.

use std::ffi::c_int;
use std::ptr;

/// PTHREAD_CANCEL_DISABLE of glibc and musl.
const DISABLE: c_int = 1;

unsafe extern "C" {
    /// pthread_setcancelstate(3).
    fn pthread_setcancelstate(state: c_int, former: *mut c_int) -> c_int;
}

/// Until this is dropped, its thread is not cancelled.
pub(super) struct Uncancelled {
    former: c_int,
}

impl Uncancelled {
    /// Begins to put it off.
    pub(super) fn begin() -> Uncancelled {
        let mut former = DISABLE;
        // SAFETY: the state is one of the two, and there is room for the former one. It cannot fail then.
        unsafe { pthread_setcancelstate(DISABLE, &raw mut former) };
        Uncancelled { former }
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        // SAFETY: the state is the one that was; null is no room, for nobody asks.
        unsafe { pthread_setcancelstate(self.former, ptr::null_mut()) };
    }
}
