//! The paddings of PKCS#1 v1.5, for tokens that do RSA without one.

use keystead_interface::algorithm::Hash;
use keystead_interface::secret::SecretBytes;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

use crate::error::ProviderError;

/// Bytes of a padding that are neither text nor random: 00, the kind, and the 00 before the text.
pub(super) const FIXED_BYTES: usize = 3;
/// The least number of bytes between the kind and the text (RFC 8017, 7.2.1 and 9.2).
pub(super) const MIN_FILL_BYTES: usize = 8;

/// The longest text, in bytes, for a modulus of so many bytes.
const fn longest_text(modulus_bytes: usize) -> usize {
    modulus_bytes.saturating_sub(FIXED_BYTES + MIN_FILL_BYTES)
}

/// A number in so many bytes, with zeros before it (I2OSP, RFC 8017, 4.1); none if it has more.
pub fn left_padded(number: &[u8], length: usize) -> Option<SecretBytes> {
    let zeros = length.checked_sub(number.len())?;
    let mut padded = SecretBytes::new(vec![0; length]);
    padded.expose_mut()[zeros..].copy_from_slice(number);
    Some(padded)
}

/// Takes the padding of a decrypted block away (RFC 8017, 7.2.2, from step 3). `block` is as long as the modulus.
///
/// Whatever is wrong, the answer is the same `InvalidPadding`, after the same work: which byte it was, and where the text
/// would have begun, cannot be told from the time. That the padding is wrong can be told from the answer (wire contract
/// 4.10).
pub fn unpad_encryption(block: &SecretBytes) -> Result<SecretBytes, ProviderError> {
    let block = block.expose();
    if block.len() < FIXED_BYTES + MIN_FILL_BYTES {
        return Err(ProviderError::invalid_padding());
    }
    let (good, end_of_fill) = end_of_fill(block);
    // The block is copied whole in both cases.
    let mut text = block.clone();
    if bool::from(good) {
        text.drain(..=end_of_fill as usize);
        Ok(SecretBytes::new(text))
    } else {
        drop(SecretBytes::new(text));
        Err(ProviderError::invalid_padding())
    }
}

/// Whether a decrypted block has the padding of a text, and if so which byte is the last before the text. Every byte is looked
/// at. `block` has at least as many as a padding.
pub(super) fn end_of_fill(block: &[u8]) -> (Choice, u32) {
    let mut good = block[0].ct_eq(&0) & block[1].ct_eq(&2);
    let mut found = Choice::from(0);
    let mut end_of_fill = 0_u32;
    for (index, byte) in (0_u32..).zip(block).skip(2) {
        let ends_here = byte.ct_eq(&0) & !found;
        end_of_fill.conditional_assign(&index, ends_here);
        found |= ends_here;
    }
    let shortest = u32::try_from(1 + MIN_FILL_BYTES).unwrap_or(u32::MAX);
    good &= found & end_of_fill.ct_gt(&shortest);
    (good, end_of_fill)
}

/// Puts a text into a block as long as the modulus (RFC 8017, 7.2.1, step 2). `random` fills memory with random bytes.
/// `InvalidArgument` if the text is too long.
pub fn pad_encryption(
    text: &SecretBytes,
    modulus_bytes: usize,
    mut random: impl FnMut(&mut [u8]) -> Result<(), ProviderError>,
) -> Result<SecretBytes, ProviderError> {
    let text = text.expose();
    if text.len() > longest_text(modulus_bytes) {
        return Err(ProviderError::invalid_argument("the text is too long for the key"));
    }
    let mut block = SecretBytes::new(vec![0; modulus_bytes]);
    let bytes = block.expose_mut();
    let start = modulus_bytes - text.len();
    bytes[1] = 2;
    random(&mut bytes[2..start - 1])?;
    for byte in &mut bytes[2..start - 1] {
        while *byte == 0 {
            random(std::slice::from_mut(byte))?;
        }
    }
    bytes[start..].copy_from_slice(text);
    Ok(block)
}

/// Puts a DigestInfo, or whatever a caller wants to be signed as it is, into a block as long as the modulus (RFC 8017, 9.2,
/// steps 3 to 5). `InvalidArgument` if it is too long.
pub fn pad_signature(info: &[u8], modulus_bytes: usize) -> Result<Vec<u8>, ProviderError> {
    if info.len() > longest_text(modulus_bytes) {
        return Err(ProviderError::invalid_argument("what is to be signed is too long for the key"));
    }
    let mut block = vec![0xFF; modulus_bytes];
    let start = modulus_bytes - info.len();
    (block[0], block[1], block[start - 1]) = (0, 1, 0);
    block[start..].copy_from_slice(info);
    Ok(block)
}

/// The DigestInfo of a hash (RFC 8017, 9.2, note 1): which algorithm, and its output.
pub fn digest_info(alg: Hash, digest: &[u8]) -> Vec<u8> {
    let identifier: &[u8] = match alg {
        Hash::Md2 => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 2],
        Hash::Md4 => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 4],
        Hash::Md5 => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5],
        Hash::Ripemd160 => &[0x2B, 0x24, 3, 2, 1],
        Hash::Sha1 => &[0x2B, 0x0E, 3, 2, 0x1A],
        Hash::Sha256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        Hash::Sha384 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        Hash::Sha512 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
        Hash::Sha224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4],
        Hash::Sha512_224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 5],
        Hash::Sha512_256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 6],
        Hash::Sha3_224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 7],
        Hash::Sha3_256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8],
        Hash::Sha3_384 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9],
        Hash::Sha3_512 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10],
    };
    // SEQUENCE { SEQUENCE { OBJECT IDENTIFIER, NULL }, OCTET STRING }; every length is below 128.
    let short = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    let algorithm = [&[0x06, short(identifier.len())], identifier, &[5, 0]].concat();
    let inside = [&[0x30, short(algorithm.len())], &algorithm[..], &[4, short(digest.len())], digest].concat();
    [&[0x30, short(inside.len())], &inside[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// Every byte 5: random enough for a test, and never 0.
    fn fives(out: &mut [u8]) -> Result<(), ProviderError> {
        out.fill(5);
        Ok(())
    }

    #[test]
    fn a_number_gets_zeros_before_it_or_does_not_fit() {
        let padded = |number: &[u8], length| left_padded(number, length).map(SecretBytes::into_exposed);
        assert_eq!(padded(&[1, 2], 4), Some(vec![0, 0, 1, 2]));
        assert_eq!(padded(&[1, 2], 2), Some(vec![1, 2]));
        assert_eq!(padded(&[], 2), Some(vec![0, 0]));
        assert_eq!(padded(&[0, 1, 2], 2), None);
    }

    #[test]
    fn every_text_that_fits_comes_back() {
        for length in 0..=21 {
            let text = SecretBytes::new(vec![0; length]);
            let block = pad_encryption(&text, 32, fives).expect("a block");
            assert_eq!(block.expose().len(), 32);
            assert_eq!(unpad_encryption(&block).expect("a text").expose(), text.expose());
        }
        let long = pad_encryption(&SecretBytes::new(vec![0; 22]), 32, fives);
        assert_eq!(long.map(drop).expect_err("too long").kind, ErrorKind::InvalidArgument);
    }

    #[test]
    fn every_fault_of_a_padding_is_the_same_error() {
        let good = pad_encryption(&SecretBytes::new(b"text".to_vec()), 32, fives).expect("a block");
        let mut bad = vec![Vec::new(), vec![0; 10]];
        // The first byte, the kind, and an end before eight bytes of filling.
        for (index, value) in [(0, 1), (1, 1), (1, 0)].into_iter().chain((2..10).map(|index| (index, 0))) {
            let mut block = good.expose().clone();
            block[index] = value;
            bad.push(block);
        }
        let mut endless = good.expose().clone();
        endless[27] = 5;
        bad.push(endless);
        for block in bad {
            let error = unpad_encryption(&SecretBytes::new(block)).map(drop).expect_err("a bad padding");
            assert_eq!(error, ProviderError::invalid_padding());
        }
    }

    #[test]
    fn a_signature_block_is_as_rfc_8017_says() {
        let info = digest_info(Hash::Sha256, &[7; 32]);
        // RFC 8017, 9.2, note 1.
        assert_eq!(info[..19], [0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20]);
        let sha1 = digest_info(Hash::Sha1, &[7; 20]);
        assert_eq!(sha1[..15], [0x30, 0x21, 0x30, 9, 6, 5, 0x2B, 0x0E, 3, 2, 0x1A, 5, 0, 4, 0x14]);
        let block = pad_signature(&info, 64).expect("a block");
        assert_eq!((&block[..2], block[12], &block[13..]), (&[0, 1][..], 0, &info[..]));
        assert!(block[2..12].iter().all(|byte| *byte == 0xFF));
        assert!(pad_signature(&info, 61).is_err());
    }
}
