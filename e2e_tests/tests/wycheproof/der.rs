//! A little DER (ITU-T X.690), read strictly: what is not encoded in the one right way is nothing.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// id-ecPublicKey (RFC 5480 2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// Takes an element with this tag: its content, and what follows it.
fn take(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            let is_shortest = digits[0] != 0 && length > 0x7F;
            (if is_shortest { length } else { return None }, rest)
        }
        _ => return None,
    };
    if found == tag { rest.split_at_checked(length) } else { None }
}

/// Takes the only element there is.
fn only(tag: u8, bytes: &[u8]) -> Option<&[u8]> {
    take(tag, bytes).filter(|(_, rest)| rest.is_empty()).map(|(content, _)| content)
}

/// The point in a SubjectPublicKeyInfo (RFC 5480 2) whose curve has this object identifier.
pub fn point<'a>(key: &'a [u8], curve: &[u8]) -> Option<&'a [u8]> {
    let (algorithm, rest) = take(SEQUENCE, only(SEQUENCE, key)?)?;
    let (kind, parameters) = take(OBJECT, algorithm)?;
    if kind != EC_PUBLIC_KEY || only(OBJECT, parameters)? != curve {
        return None;
    }
    only(BIT_STRING, rest)?.strip_prefix(&[0])
}

/// The RSAPrivateKey in a PrivateKeyInfo (RFC 5208).
pub fn private_key(pkcs8: &[u8]) -> Option<&[u8]> {
    let (_version, rest) = take(INTEGER, only(SEQUENCE, pkcs8)?)?;
    let (_algorithm, rest) = take(SEQUENCE, rest)?;
    take(OCTET_STRING, rest).map(|(key, _)| key)
}

/// r ‖ s of an ECDSA signature in DER, each in `length` bytes.
pub fn signature(der: &[u8], length: usize) -> Option<Vec<u8>> {
    let (r, rest) = take(INTEGER, only(SEQUENCE, der)?)?;
    let s = only(INTEGER, rest)?;
    Some([number(r, length)?, number(s, length)?].concat())
}

/// A number that is not negative, in `length` bytes.
fn number(integer: &[u8], length: usize) -> Option<Vec<u8>> {
    let digits = match integer {
        [0, rest @ ..] if rest.first().is_some_and(|first| first & 0x80 != 0) => rest,
        [0] => &[],
        [first, ..] if first & 0x80 == 0 && *first != 0 => integer,
        _ => return None,
    };
    padded(digits, length)
}

/// Digits, big-endian, with as many zeros before them as `length` asks for, or without those that it does not.
pub fn padded(digits: &[u8], length: usize) -> Option<Vec<u8>> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[zeros..];
    let missing = length.checked_sub(digits.len())?;
    Some([vec![0; missing], digits.to_vec()].concat())
}
