//! As much of DER (X.690) as our clients need: keys in their usual formats, attributes of PKCS#11, certificate requests.

/// The tags that occur (X.680, 8.4), as they are written (X.690, 8.1.2).
pub mod tag {
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OID: u8 = 0x06;
    /// UTF8String.
    pub const UTF8_STRING: u8 = 0x0c;
    /// PrintableString.
    pub const PRINTABLE_STRING: u8 = 0x13;
    /// IA5String.
    pub const IA5_STRING: u8 = 0x16;
    /// SEQUENCE, which is constructed.
    pub const SEQUENCE: u8 = 0x30;
    /// SET, which is constructed.
    pub const SET: u8 = 0x31;
}

/// Writes an element behind what `out` holds: its tag, its length, its contents.
pub fn put(out: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    let length = contents.len().to_be_bytes();
    let significant = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    out.push(tag);
    if contents.len() >= 0x80 {
        // A length takes 8 bytes at most, so the sum is far from overflowing.
        out.push(0x80 + significant.len() as u8);
    }
    out.extend_from_slice(significant);
    out.extend_from_slice(contents);
}

/// An element by itself.
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, tag, contents);
    out
}

/// A sequence of elements.
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(tag::SEQUENCE, &elements.concat())
}

/// A string of whole bytes as bits.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], bytes].concat())
}

/// An unsigned number by itself, from big-endian bytes that may begin with zeros.
pub fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_unsigned(&mut out, bytes);
    out
}

/// Writes an unsigned number, from big-endian bytes that may begin with zeros.
pub fn put_unsigned(out: &mut Vec<u8>, bytes: &[u8]) {
    let digits = without_zeros(bytes);
    // A first bit of 1 would make it negative, and no digits at all would be no number.
    let needs_zero = digits.first().is_none_or(|byte| *byte >= 0x80);
    let length = digits.len() + usize::from(needs_zero);
    let header = element(tag::INTEGER, &vec![0; length]);
    out.extend_from_slice(&header[..header.len() - length]);
    if needs_zero {
        out.push(0);
    }
    out.extend_from_slice(digits);
}

/// Big-endian digits without the zeros before them.
pub fn without_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len())..]
}

/// The size in bits of a number, from big-endian bytes that may begin with zeros; 0 if it is 0.
pub fn bit_length(bytes: &[u8]) -> usize {
    let digits = without_zeros(bytes);
    digits.len() * 8 - digits.first().map_or(0, |first| first.leading_zeros() as usize)
}

/// Reads elements one after the other.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The contents of the next element, if it has this tag and is whole.
    pub fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (first, mut rest) = rest.split_first()?;
        let mut length = usize::from(*first);
        if length >= 0x80 {
            let count = length - 0x80;
            if count == 0 || count > 4 || rest.len() < count {
                return None;
            }
            let (digits, after) = rest.split_at(count);
            length = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            rest = after;
        }
        if *found != tag || rest.len() < length {
            return None;
        }
        let (contents, rest) = rest.split_at(length);
        self.0 = rest;
        Some(contents)
    }

    /// A reader of the next element's contents, if that is a sequence.
    pub fn sequence(&mut self) -> Option<Reader<'a>> {
        self.take(tag::SEQUENCE).map(Reader)
    }

    /// The bytes of the next element, if that is a bit string of whole bytes.
    pub fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.take(tag::BIT_STRING)?.strip_prefix(&[0])
    }

    /// The digits of the next element, an unsigned number, without zeros before them.
    pub fn take_unsigned(&mut self) -> Option<&'a [u8]> {
        let contents = self.take(tag::INTEGER)?;
        let is_negative = contents.first().is_none_or(|byte| *byte >= 0x80);
        (!is_negative).then(|| without_zeros(contents))
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The contents of an element that is all there is.
pub fn whole(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let mut reader = Reader(bytes);
    let contents = reader.take(tag)?;
    reader.is_empty().then_some(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lengths_come_back_as_they_were_written() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let digits = vec![0x81; length];
            let mut out = Vec::new();
            put_unsigned(&mut out, &[&[0, 0], digits.as_slice()].concat());
            assert_eq!(Reader(&out).take_unsigned(), Some(digits.as_slice()));
            let string = element(tag::OCTET_STRING, &digits);
            assert_eq!(whole(&string, tag::OCTET_STRING), Some(digits.as_slice()));
            assert_eq!(whole(&string[..string.len() - 1], tag::OCTET_STRING), None);
        }
        assert_eq!(Reader(&[2, 1, 0x80]).take_unsigned(), None, "a negative number");
        assert_eq!(Reader(&[2, 0]).take_unsigned(), None, "no number");
    }

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        assert_eq!(element(4, &[7; 3]), [4, 3, 7, 7, 7]);
        assert_eq!(element(4, &[7; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(element(4, &[7; 0x100])[..4], [4, 0x82, 1, 0]);
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x10000] {
            let bytes = vec![7; length];
            assert_eq!(Reader(&element(4, &bytes)).take(4), Some(&bytes[..]));
        }
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be_and_never_negative() {
        assert_eq!(unsigned(&[0, 0]), [2, 1, 0]);
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
    }

    #[test]
    fn zeros_before_a_number_do_not_count() {
        assert_eq!(bit_length(&[0, 0x80, 1]), 16);
        assert_eq!(bit_length(&[1]), 1);
        assert_eq!((bit_length(&[0, 0]), bit_length(&[])), (0, 0));
    }
}
