//! ECDSA signatures in the two forms in which they go about: r ‖ s, as the service has them, and DER, as TLS,
//! certificates and OpenSSL have them (ECDSA-Sig-Value, RFC 3279 2.2.3).

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// Lengths below this are one byte (X.690 8.1.3.4); the next 128 have this byte with a 1 in its last place before them.
const LONG: usize = 0x80;

/// A signature r ‖ s, of up to 2 × 120 bytes, in DER.
pub fn to_der(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    element(SEQUENCE, &[unsigned(r), unsigned(s)].concat())
}

/// The reverse; `half` is the length of r and of s in bytes, that of the curve's order. `None` if it is no signature in
/// DER, or not one for this curve.
pub fn from_der(der: &[u8], half: usize) -> Option<Vec<u8>> {
    let (inner, rest) = take(SEQUENCE, der)?;
    let (r, inner) = take(INTEGER, inner)?;
    let (s, inner) = take(INTEGER, inner)?;
    let whole = rest.is_empty() && inner.is_empty();
    whole.then_some([padded(r, half)?, padded(s, half)?].concat())
}

/// One element of fewer than 256 bytes: P-521, the longest curve, needs 139.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len() as u8;
    let head: &[u8] = if contents.len() < LONG { &[tag, length] } else { &[tag, 0x81, length] };
    [head, contents].concat()
}

/// An integer from its big-endian bytes: no zeros in front, but for one where the first bit would make it negative.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len())..];
    let pad: &[u8] = if digits.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[pad, digits].concat())
}

/// The contents of the first element, if it has this tag and is whole, and what follows it.
fn take(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0x81 => rest.split_first().filter(|(length, _)| usize::from(**length) >= LONG)?,
        short if usize::from(*short) < LONG => (short, rest),
        _ => return None,
    };
    if *found != tag { None } else { rest.split_at_checked((*length).into()) }
}

/// An integer's digits, as an unsigned number in `length` bytes.
fn padded(digits: &[u8], length: usize) -> Option<Vec<u8>> {
    if digits.first().is_none_or(|byte| *byte >= 0x80) {
        return None;
    }
    let digits = &digits[digits.iter().position(|byte| *byte != 0).unwrap_or(digits.len())..];
    Some([&vec![0; length.checked_sub(digits.len())?], digits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_loses_leading_zeros_in_der_and_gets_them_back() {
        let raw = [[0, 0x80, 1, 2], [0, 0, 0, 3]].concat();
        let der = to_der(&raw);
        assert_eq!(der, [0x30, 9, 2, 4, 0, 0x80, 1, 2, 2, 1, 3]);
        assert_eq!(from_der(&der, 4), Some(raw));
        assert_eq!(from_der(&der, 2), None);
        assert_eq!(from_der(&[&der[..], &[0]].concat(), 4), None);
    }

    #[test]
    fn signatures_of_every_curve_come_back_and_none_that_is_cut_short_does() {
        for half in [20, 32, 48, 64, 66] {
            let raw = vec![0xff; 2 * half];
            let der = to_der(&raw);
            assert_eq!(from_der(&der, half), Some(raw));
            assert!((0..der.len()).all(|length| from_der(&der[..length], half).is_none()));
        }
    }

    #[test]
    fn zero_is_a_number_and_a_negative_one_is_none_of_ours() {
        assert_eq!(to_der(&[0, 0]), [0x30, 6, 2, 1, 0, 2, 1, 0]);
        assert_eq!(from_der(&[0x30, 6, 2, 1, 0, 2, 1, 0], 1), Some(vec![0, 0]));
        assert_eq!(from_der(&[0x30, 6, 2, 1, 0x80, 2, 1, 0], 1), None);
        assert_eq!(from_der(&[0x30, 5, 2, 0, 2, 1, 0], 1), None);
    }
}
