//! SSH's encoding of data (RFC 4251 5): numbers of 4 bytes, and strings with their length before them.

/// Reads one thing after the other; `None` if what is left is too short.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// A number of one byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// A number of 4 bytes.
    pub(super) fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*bytes))
    }

    /// A string of any bytes.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (string, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(string)
    }

    /// Whether everything was read.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends a string.
pub(super) fn put_string(out: &mut Vec<u8>, string: &[u8]) {
    let length = u32::try_from(string.len()).expect("messages have limits far below 4 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(string);
}

/// Appends a number that is not negative, from its big-endian bytes, as the shortest `mpint`.
pub(super) fn put_unsigned(out: &mut Vec<u8>, bytes: &[u8]) {
    let digits = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len())..];
    // A first bit of 1 would make it negative; zero has no bytes at all.
    let pad: &[u8] = if digits.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
    put_string(out, &[pad, digits].concat());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_shows() {
        // The examples of RFC 4251 5, and a zero in front.
        for (number, written) in [
            (&[][..], &[0, 0, 0, 0][..]),
            (&[0, 0], &[0, 0, 0, 0]),
            (&[0x09, 0xa3, 0x78], &[0, 0, 0, 3, 0x09, 0xa3, 0x78]),
            (&[0, 0x80], &[0, 0, 0, 2, 0, 0x80]),
        ] {
            let mut out = Vec::new();
            put_unsigned(&mut out, number);
            assert_eq!(out, written);
        }
    }

    #[test]
    fn a_string_is_read_whole_or_not_at_all() {
        let mut bytes = Vec::new();
        put_string(&mut bytes, b"abc");
        assert_eq!(Reader(&bytes).string(), Some(&b"abc"[..]));
        for length in 0..bytes.len() {
            assert_eq!(Reader(&bytes[..length]).string(), None);
        }
        assert_eq!(Reader(&[0xff; 8]).string(), None, "a length beyond everything");
    }
}
