//! Private keys as tokens wrap and unwrap them: PrivateKeyInfo of RFC 5208 in DER.

use keystead_interface::secret::SecretBytes;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const OCTET_STRING: u8 = 4;

/// rsaEncryption with its NULL, as in an AlgorithmIdentifier.
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

/// id-ecPublicKey.
const EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";

/// An RSA pair from its RSAPrivateKey.
pub(crate) fn from_rsa(key: &[u8]) -> SecretBytes {
    info(&[RSA], key)
}

/// A private key on a curve, from CKA_EC_PARAMS and the number; inside it is an ECPrivateKey of RFC 5915. The number
/// is as long as the curve's order.
pub(crate) fn from_scalar(parameters: &[u8], scalar: &[u8]) -> SecretBytes {
    let number = tagged(OCTET_STRING, &[scalar]);
    let key = tagged(SEQUENCE, &[&[INTEGER, 1, 1], number.expose()]);
    info(&[EC, parameters], key.expose())
}

/// An OCTET STRING, as CKA_EC_POINT is one.
pub(crate) fn octet_string(content: &[u8]) -> Vec<u8> {
    tagged(OCTET_STRING, &[content]).into_exposed()
}

fn info(algorithm: &[&[u8]], key: &[u8]) -> SecretBytes {
    let algorithm = tagged(SEQUENCE, algorithm);
    let key = tagged(OCTET_STRING, &[key]);
    tagged(SEQUENCE, &[&[INTEGER, 1, 0], algorithm.expose(), key.expose()])
}

/// The RSAPrivateKey or ECPrivateKey inside. None if the key is not in this form.
fn inside(info: &[u8]) -> Option<&[u8]> {
    let (content, _) = take(SEQUENCE, info)?;
    let (_version, rest) = take(INTEGER, content)?;
    let (_algorithm, rest) = take(SEQUENCE, rest)?;
    Some(take(OCTET_STRING, rest)?.0)
}

/// The RSAPrivateKey of an RSA pair.
pub(crate) fn to_rsa(info: &[u8]) -> Option<SecretBytes> {
    inside(info).map(|key| SecretBytes::new(key.to_vec()))
}

/// The number that is the private key, `length` bytes long.
pub(crate) fn to_scalar(info: &[u8], length: usize) -> Option<SecretBytes> {
    let (content, _) = take(SEQUENCE, inside(info)?)?;
    let (_version, rest) = take(INTEGER, content)?;
    let (number, _) = take(OCTET_STRING, rest)?;
    // Some modules write it as long as it is, some with a zero in front.
    let number = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    let mut scalar = SecretBytes::new(vec![0; length]);
    scalar.expose_mut().get_mut(length.checked_sub(number.len())?..)?.copy_from_slice(number);
    Some(scalar)
}

/// Tag, length and content.
fn tagged(tag: u8, parts: &[&[u8]]) -> SecretBytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = SecretBytes::new(Vec::with_capacity(length + 4));
    let out = bytes.expose_mut();
    out.push(tag);
    let digits = length.to_be_bytes();
    let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    if length >= 0x80 {
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    } else {
        out.push(length as u8);
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    bytes
}

/// The content of the first element, which must have this tag, and what follows it.
fn take(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let [first, length, rest @ ..] = der else { return None };
    if *first != tag {
        return None;
    }
    if *length < 0x80 {
        return rest.split_at_checked(usize::from(*length));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7F)).filter(|(digits, _)| digits.len() <= 4)?;
    let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-256 as a token names it.
    const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

    #[test]
    fn a_private_number_comes_back_padded() {
        let mut scalar = [7; 32];
        scalar[0] = 0;
        let info = from_scalar(P256, &scalar);
        assert_eq!(to_scalar(info.expose(), 32).expect("a key").expose().as_slice(), scalar);
        assert!(to_scalar(info.expose(), 30).is_none(), "it is longer");
        let short = from_scalar(P256, &scalar[1..]);
        assert_eq!(to_scalar(short.expose(), 32).expect("a key").expose().as_slice(), scalar);
    }

    #[test]
    fn a_pair_comes_back_and_a_truncated_one_does_not() {
        let info = from_rsa(&[9; 700]);
        assert_eq!(to_rsa(info.expose()).expect("a key").expose().as_slice(), [9; 700]);
        assert!((0..info.expose().len()).all(|length| to_rsa(&info.expose()[..length]).is_none()));
    }
}
