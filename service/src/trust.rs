//! Who this run of the service is, to those that vouch for applications, and what it believes from them.

use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::GetInstanceResult;
use rustix::rand::{GetRandomFlags, getrandom};

/// The trust of one run of the service; it outlives reloads.
pub struct Trust {
    instance: InstanceId,
}

impl Trust {
    /// Trusts nobody yet. Errors if the kernel gives no random bytes.
    pub fn new() -> std::io::Result<Trust> {
        let mut random = [0; InstanceId::BYTES];
        match getrandom(&mut random, GetRandomFlags::empty())? {
            InstanceId::BYTES => Ok(Trust { instance: InstanceId::new(random) }),
            _ => Err(std::io::Error::other("the kernel gives too few random bytes")),
        }
    }

    /// What everybody may know.
    pub fn describe(&self) -> GetInstanceResult {
        GetInstanceResult {
            instance_id: self.instance,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            trust_epoch: 0,
            senders: Vec::new(),
        }
    }
}
