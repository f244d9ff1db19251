//! A secret that an operator wrote into the configuration file.

use std::fmt;

use keystead_interface::secret::wipe;
use serde::{Deserialize, Deserializer};

/// A PIN. It is cleared when it is dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Vec<u8>);

impl Pin {
    /// The PIN, for the moment of its use.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Pin(text.into_bytes()))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(not shown)")
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}
