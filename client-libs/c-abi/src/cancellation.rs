//! Threads that another one cancels (pthread_cancel(3)).
//!
//! A cancelled thread's stack is unwound by force from whatever system call it is in, which ends the process where a function
//! catches panics. So it is put off until the call is over.

// This is a C function: nothing in Rust's library has it.
#![allow(unsafe_code)]

use std::ffi::c_int;

/// PTHREAD_CANCEL_DISABLE of glibc and musl.
const DISABLE: c_int = 1;

unsafe extern "C" {
    /// pthread_setcancelstate(3).
    fn pthread_setcancelstate(state: c_int, former: *mut c_int) -> c_int;
}

/// Until this is dropped, its thread is not cancelled.
pub(crate) struct Uncancelled {
    former: c_int,
}

impl Uncancelled {
    /// Begins to put it off.
    pub(crate) fn begin() -> Uncancelled {
        Uncancelled { former: replaced(DISABLE) }
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        replaced(self.former);
    }
}

/// Sets this thread's state, and gives the former one.
fn replaced(state: c_int) -> c_int {
    let mut former = DISABLE;
    // SAFETY: the state is one of the two, and there is room for the former one. It cannot fail then.
    unsafe { pthread_setcancelstate(state, &raw mut former) };
    former
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PTHREAD_CANCEL_ENABLE.
    const ENABLE: c_int = 0;

    /// What the thread's state is.
    fn state() -> c_int {
        let state = replaced(DISABLE);
        replaced(state);
        state
    }

    #[test]
    fn what_the_thread_had_chosen_holds_again_afterwards() {
        for chosen in [ENABLE, DISABLE] {
            replaced(chosen);
            let outer = Uncancelled::begin();
            drop(Uncancelled::begin());
            assert_eq!(state(), DISABLE, "one inside another does not end it");
            drop(outer);
            assert_eq!(state(), chosen);
        }
    }
}
