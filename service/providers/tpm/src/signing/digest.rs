//! Digests of any length for ECDSA in a TPM, which takes only those of its own hashes.

/// The same digest in a length that the TPM takes, with that length; `None` if there is none.
///
/// ECDSA (FIPS 186-4, 6.4) makes of a digest the number in its first bits, as many as the curve's order has. So zeros
/// before a digest that is shorter than the order, and anything behind its first bits, change nothing: a SHA-224 digest can
/// be signed as a SHA-256 digest that begins with zeros.
///
/// `lengths` are the lengths of the TPM's hashes in bytes, in rising order; `bits` is the size of the curve.
pub(crate) fn fit(digest: &[u8], bits: u32, lengths: &[usize]) -> Option<Vec<u8>> {
    let order = bits.div_ceil(8) as usize;
    // Only whole bytes may be cut off: the order of P-521 begins inside a byte.
    let whole_bytes = bits.is_multiple_of(8);
    let digest = if whole_bytes { &digest[..digest.len().min(order)] } else { digest };
    let inside = lengths.iter().find(|length| (digest.len()..=order).contains(length));
    if let Some(length) = inside {
        return Some(padded(digest, *length));
    }
    let beyond = lengths.iter().find(|length| whole_bytes && **length > order)?;
    let mut fitted = padded(digest, order);
    fitted.resize(*beyond, 0);
    Some(fitted)
}

/// The number in `length` bytes, with zeros before it.
pub(crate) fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let mut padded = vec![0; length.saturating_sub(number.len())];
    padded.extend_from_slice(number);
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: &[usize] = &[20, 32, 48, 64];

    #[test]
    fn a_digest_becomes_the_same_number() {
        let digest: Vec<u8> = (1..=64).collect();
        let zeros = |count, digest: &[u8]| [&vec![0; count][..], digest].concat();
        // SHA-1 … SHA-512 on P-256: as they are, filled up, or cut to 32 bytes.
        assert_eq!(fit(&digest[..20], 256, LENGTHS).unwrap(), &digest[..20]);
        assert_eq!(fit(&digest[..28], 256, LENGTHS).unwrap(), zeros(4, &digest[..28]));
        assert_eq!(fit(&digest[..32], 256, LENGTHS).unwrap(), &digest[..32]);
        assert_eq!(fit(&digest, 256, LENGTHS).unwrap(), &digest[..32]);
        // P-384 and P-521.
        assert_eq!(fit(&digest[..28], 384, LENGTHS).unwrap(), zeros(4, &digest[..28]));
        assert_eq!(fit(&digest, 384, LENGTHS).unwrap(), &digest[..48]);
        assert_eq!(fit(&digest, 521, LENGTHS).unwrap(), digest);
        // P-224 has room for no whole hash of this TPM but SHA-1: the TPM itself cuts the zeros off.
        assert_eq!(fit(&digest[..28], 224, LENGTHS).unwrap(), [&digest[..28], &[0; 4]].concat());
        assert_eq!(fit(&digest[..24], 224, LENGTHS).unwrap(), [&zeros(4, &digest[..24])[..], &[0; 4]].concat());
    }

    #[test]
    fn what_no_hash_of_the_tpm_has_room_for_is_refused() {
        assert_eq!(fit(&[1; 48], 384, &[20, 32]), None, "nothing may be lost");
        assert_eq!(fit(&[1; 64], 521, &[32, 48]), None);
        assert_eq!(fit(&[1; 65], 521, LENGTHS), None, "longer than every hash");
        assert_eq!(fit(&[1; 66], 256, LENGTHS).map(|digest| digest.len()), Some(32));
    }
}
