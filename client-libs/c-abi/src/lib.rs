//! What our libraries with a C interface share: a call from C, and the caller's memory.
//!
//! What a failure is called, and how long what is given may be, each interface says itself.

mod call;
mod cancellation;
mod memory;

pub use call::call;
pub use memory::{BadPointer, OutputBuffer, bytes, put, value};
