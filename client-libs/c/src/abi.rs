//! The C side: pointers become values, values become what C functions give, and no panic goes through.
//!
//! Everything unsafe is in here, but for what all our C interfaces share (keystead-c-abi). What each function is given, the
//! caller promises by the specification; what can be checked of it (null pointers, lengths) is. Buffers that are given for
//! input are read before any is written that is given for output, so that they may be the same.

// Pointers of a C interface, and names that programs link with: see above.
#![allow(unsafe_code)]

mod absent;
mod aeads;
mod asymmetric;
mod ciphers;
mod hashes;
mod key_management;
mod macs;
mod memory;
mod parts;

use keystead_c_abi::{OutputBuffer, call};

use crate::library;
use crate::status::{GENERIC_ERROR, PsaStatus, Refusal, Result, SUCCESS, refuse};

pub use absent::*;
pub use aeads::*;
pub use asymmetric::*;
pub use ciphers::*;
pub use hashes::*;
pub use key_management::*;
pub use macs::*;

/// Does something, and gives its result as C has it.
fn answered(what: impl FnOnce() -> Result<()>) -> PsaStatus {
    match call(what, refuse(GENERIC_ERROR)) {
        Ok(()) => SUCCESS,
        Err(Refusal(status)) => status,
    }
}

/// Initialises the library (PSA Crypto API, psa_crypto_init).
#[unsafe(no_mangle)]
pub extern "C" fn psa_crypto_init() -> PsaStatus {
    answered(library::initialize)
}

/// Gives random bytes (PSA Crypto API, psa_generate_random).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_generate_random(output: *mut u8, output_size: usize) -> PsaStatus {
    answered(|| {
        let library = library::library()?;
        // SAFETY: the caller promises the room that it says.
        let mut output = unsafe { OutputBuffer::new(output, output_size) }?;
        library.random(output_size, |at, bytes| output.write(at, bytes.expose()))
    })
}
