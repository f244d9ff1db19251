//! Values in stories: text, bytes, and what an earlier step gave.
//!
//! A string is text, whose UTF-8 it stands for; `0x` before it makes it hexadecimal, `$` the name of what a step saved. A
//! table changes what was saved: `{ of = "signature", flip = true }` has its last bit wrong, `first = 8` and `skip = 16` cut;
//! `{ repeat = "a", times = 1000 }` is long.

use std::collections::HashMap;

use toml::Value;

/// What steps saved.
#[derive(Default)]
pub struct Saved(HashMap<String, Vec<u8>>);

impl Saved {
    /// Keeps bytes under a name.
    pub fn keep(&mut self, name: &str, bytes: Vec<u8>) {
        self.0.insert(name.to_owned(), bytes);
    }

    /// The bytes that a value stands for; none if they are of a step that gave nothing.
    pub fn bytes(&self, value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some(name) => self.0.get(name).cloned(),
                None => Some(literal(text)),
            },
            Value::Table(change) => {
                let number = |name: &str| change.get(name).map(|value| value.as_integer().expect("a number") as usize);
                if let Some(text) = change.get("repeat") {
                    return Some(literal(text.as_str().expect("a text")).repeat(number("times").expect("times")));
                }
                let mut bytes = self.0.get(change["of"].as_str().expect("a name"))?.clone();
                if let Some(last) = bytes.last_mut().filter(|_| change.contains_key("flip")) {
                    *last ^= 1;
                }
                bytes.truncate(number("first").unwrap_or(usize::MAX));
                Some(bytes.split_off(number("skip").unwrap_or(0)))
            }
            other => panic!("{other:?} stands for no bytes"),
        }
    }
}

fn literal(text: &str) -> Vec<u8> {
    match text.strip_prefix("0x") {
        Some(digits) => from_hex(digits).unwrap_or_else(|| panic!("{text} is no hexadecimal")),
        None => text.as_bytes().to_vec(),
    }
}

/// Bytes as the runners write them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that a runner wrote: lower-case, whole, nothing else.
pub fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pair = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?);
    digits.as_bytes().chunks(2).map(pair).collect()
}
