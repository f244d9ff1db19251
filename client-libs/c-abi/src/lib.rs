//! What our libraries with a C interface share: a call from C, the caller's memory, and the DER in which programs in C have
//! keys.
//!
//! What a failure is called, and how long what is given may be, each interface says itself.

mod call;
mod cancellation;
pub mod der;
mod memory;

pub use call::call;
pub use memory::{BadPointer, OutputBuffer, bytes, put, value};
