//! A secret that an operator wrote into the configuration file.

use std::fmt;

use keystead_interface::secret::wipe;
use serde::de::Error;
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
        // serde's words would show what stands there, such as a PIN without its quotation marks.
        let text =
            String::deserialize(deserializer).map_err(|_| D::Error::custom("must be text in quotation marks"))?;
        Ok(Pin(text.into_bytes()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Config {
        user_pin: Pin,
    }

    #[test]
    fn a_pin_is_not_shown_even_where_it_is_no_text() {
        let good: Config = toml::from_str("user_pin = \"4711\"").expect("text");
        assert_eq!((good.user_pin.expose(), format!("{good:?}").contains("4711")), (&b"4711"[..], false));
        let refused = toml::from_str::<Config>("user_pin = 4711").expect_err("a number");
        assert!(!refused.message().contains("4711"), "{}", refused.message());
    }
}
