//! Random digits for names that nobody else has.

use cryptoki_sys::CKR_RANDOM_NO_RNG;
use rustix::rand::{GetRandomFlags, getrandom};

use crate::error::{Refusal, Result};

/// Sixteen hexadecimal digits from the kernel.
pub(crate) fn digits() -> Result<String> {
    let mut bytes = [0; 8];
    match getrandom(&mut bytes, GetRandomFlags::empty()) {
        Ok(8) => Ok(hex(&bytes)),
        _ => Err(Refusal(CKR_RANDOM_NO_RNG)),
    }
}

/// Bytes as hexadecimal digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
