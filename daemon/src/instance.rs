//! Who this run of a daemon is.

use keystead_interface::names::InstanceId;
use rustix::rand::{GetRandomFlags, getrandom};

/// An id for the process that starts. Errors if the kernel gives no random bytes.
pub fn fresh() -> std::io::Result<InstanceId> {
    random().map(InstanceId::new)
}

/// 16 random bytes of the kernel.
pub fn random() -> std::io::Result<[u8; 16]> {
    let mut random = [0; 16];
    match getrandom(&mut random, GetRandomFlags::empty())? {
        16 => Ok(random),
        _ => Err(std::io::Error::other("the kernel gives too few random bytes")),
    }
}
