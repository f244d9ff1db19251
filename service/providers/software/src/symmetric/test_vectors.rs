//! For tests: keys without a service, and hexadecimal as the standards print it.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_provider::{Key, KeyHandle, KeyTag, Prepared};

/// Bytes from hexadecimal digits; spaces between them do not count.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    let value = |digit: u8| char::from(digit).to_digit(16).expect("a hexadecimal digit") as u8;
    assert!(digits.len().is_multiple_of(2), "an odd number of digits");
    digits.chunks(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect()
}

/// A key as the service would open it.
pub(crate) struct TestKey {
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

impl TestKey {
    pub(crate) fn new(key_type: KeyType, bytes: &[u8]) -> Self {
        let bits = u32::try_from(bytes.len() * 8).unwrap();
        TestKey {
            attributes: KeyAttributes::new(key_type, bits, Usage::NONE, Algorithm::None),
            handle: KeyHandle::new(bytes.to_vec()),
            prepared: Prepared::default(),
        }
    }

    pub(crate) fn open(&self) -> Key<'_> {
        let TestKey { attributes, handle, prepared } = self;
        Key { tag: KeyTag([0; 16]), attributes, handle, prepared }
    }
}
