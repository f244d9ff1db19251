//! What lies on the stack after a cipher has worked. Ciphers in Rust pass their key schedules, which hold the key, by value:
//! each move leaves a copy that nobody owns, and that stays until something else is written over it.

use std::hint::black_box;

/// Bytes of the stack that are cleared, some times as many as a cipher uses: some 300 ns. Without optimisation ciphers use more.
const DEPTH: usize = if cfg!(debug_assertions) { 128 } else { 16 } * 1024;

/// Does something, and clears the stack that it used.
pub(crate) fn cleared<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    clear();
    result
}

/// A call that is one: what it puts on the stack lies below that of its caller.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Lies where [`apart`] lay.
#[inline(never)]
fn clear() {
    black_box(&mut [0_u8; DEPTH]);
}
