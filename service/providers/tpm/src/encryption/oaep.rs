//! The padding of RSAES-OAEP (RFC 8017 7.1), done here and not in the TPM: a TPM takes no label that does not end in a zero
//! byte, and no hash that it does not have itself.

use keystead_interface::algorithm::Hash;
use keystead_interface::secret::{SecretBytes, wipe};
use keystead_provider::ProviderError;
use keystead_provider::hashing::hash;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The longest text that a modulus of `modulus` bytes can take; `None` if it is too short for this hash.
pub(crate) const fn longest_text(alg: Hash, modulus: usize) -> Option<usize> {
    modulus.checked_sub(2 * alg.len() + 2)
}

/// Pads `text` to `modulus` bytes with a `seed` as long as the hash, which must never be used again.
pub(crate) fn pad(
    alg: Hash,
    label: &[u8],
    text: &[u8],
    seed: &[u8],
    modulus: usize,
) -> Result<SecretBytes, ProviderError> {
    let size = alg.len();
    let space = longest_text(alg, modulus)
        .and_then(|longest| longest.checked_sub(text.len()))
        .ok_or_else(|| ProviderError::invalid_argument("the text is too long for OAEP"))?;
    if seed.len() != size {
        return Err(ProviderError::corruption("a seed of OAEP has the wrong length"));
    }
    let mut padded = SecretBytes::new(Vec::with_capacity(modulus));
    let bytes = padded.expose_mut();
    bytes.push(0);
    bytes.extend_from_slice(seed);
    bytes.extend_from_slice(&hashed(alg, label)?);
    bytes.resize(bytes.len() + space, 0);
    bytes.push(1);
    bytes.extend_from_slice(text);
    hide(alg, bytes)?;
    Ok(padded)
}

/// The text inside `padded`, as long as the modulus; `InvalidPadding` for whatever is wrong with it, in a time that does not
/// depend on what it is: whoever could tell the causes apart could decrypt (Manger 2001).
pub(crate) fn unpad(alg: Hash, label: &[u8], mut padded: SecretBytes) -> Result<SecretBytes, ProviderError> {
    let size = alg.len();
    if longest_text(alg, padded.expose().len()).is_none() {
        return Err(ProviderError::not_supported("the modulus is too short for OAEP with this hash"));
    }
    let label_hash = hashed(alg, label)?;
    let (first, rest) = padded.expose_mut().split_at_mut(1);
    let (seed, data) = rest.split_at_mut(size);
    mask(alg, data, seed)?;
    mask(alg, seed, data)?;

    let mut good = first[0].ct_eq(&0) & data[..size].ct_eq(&label_hash);
    // After the hash come zeros and a one, and after these the text.
    let mut found = Choice::from(0);
    let mut start = 0_u32;
    for (place, byte) in (1_u32..).zip(&data[size..]) {
        let is_one = byte.ct_eq(&1);
        good &= found | is_one | byte.ct_eq(&0);
        start.conditional_assign(&place, is_one & !found);
        found |= is_one;
    }
    // The text's room is copied whole in both cases.
    let mut text = SecretBytes::new(data[size..].to_vec());
    if bool::from(good & found) {
        text.expose_mut().drain(..start as usize);
        Ok(text)
    } else {
        Err(ProviderError::invalid_padding())
    }
}

/// Masks the data with the seed, and the seed with what came of that.
fn hide(alg: Hash, padded: &mut [u8]) -> Result<(), ProviderError> {
    let (seed, data) = padded[1..].split_at_mut(alg.len());
    mask(alg, seed, data)?;
    mask(alg, data, seed)
}

/// Changes `target` by the mask that MGF1 (RFC 8017 B.2.1) makes of `seed`.
pub(crate) fn mask(alg: Hash, seed: &[u8], target: &mut [u8]) -> Result<(), ProviderError> {
    let mut input = SecretBytes::new(Vec::with_capacity(seed.len() + 4));
    for (counter, block) in (0_u32..).zip(target.chunks_mut(alg.len())) {
        let input = input.expose_mut();
        input.clear();
        input.extend_from_slice(seed);
        input.extend_from_slice(&counter.to_be_bytes());
        let mut hashed = hashed(alg, input)?;
        for (byte, mask) in block.iter_mut().zip(&hashed) {
            *byte ^= mask;
        }
        wipe(&mut hashed);
    }
    Ok(())
}

/// A hash that this library must know for OAEP to be supported with it.
fn hashed(alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
    hash(alg, input).ok_or_else(|| ProviderError::not_supported("this hash is unknown"))
}

#[cfg(test)]
mod tests {
    use keystead_provider::ErrorKind;

    use super::*;

    const ALG: Hash = Hash::Sha256;
    const MODULUS: usize = 128;

    /// A block that was spoilt before it was masked: zero, seed (32), hash of the label (32), zeros, one, text.
    fn spoilt(spoil: impl FnOnce(&mut [u8])) -> SecretBytes {
        let mut block = vec![0];
        block.extend_from_slice(&[7; 32]);
        block.extend_from_slice(&hash(ALG, b"label").unwrap());
        block.resize(MODULUS - 5, 0);
        block.extend_from_slice(b"\x01text");
        spoil(&mut block);
        hide(ALG, &mut block).unwrap();
        SecretBytes::new(block)
    }

    fn unpadded(block: SecretBytes) -> Result<Vec<u8>, ErrorKind> {
        unpad(ALG, b"label", block).map(SecretBytes::into_exposed).map_err(|error| error.kind)
    }

    #[test]
    fn every_length_comes_back_and_one_more_is_refused() {
        let longest = longest_text(ALG, MODULUS).unwrap();
        assert_eq!(longest, 62);
        for length in 0..=longest {
            let text = vec![0x01; length];
            let padded = pad(ALG, b"x", &text, &[3; 32], MODULUS).unwrap();
            assert_eq!(padded.expose().len(), MODULUS);
            assert_eq!(*unpad(ALG, b"x", padded).unwrap().expose(), text);
        }
        let error = pad(ALG, b"x", &[0; 63], &[3; 32], MODULUS).map(|_| ()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
    }

    #[test]
    fn whatever_is_wrong_is_wrong_padding() {
        assert_eq!(unpadded(spoilt(|_| ())).unwrap(), b"text");
        assert_eq!(unpadded(spoilt(|block| block[1..33].fill(0x55))).unwrap(), b"text", "any seed");
        assert_eq!(unpadded(spoilt(|block| block[65] = 1)).unwrap().len(), MODULUS - 66, "an earlier one");
        for place in [0, 33, 64] {
            assert_eq!(unpadded(spoilt(|block| block[place] ^= 0x80)), Err(ErrorKind::InvalidPadding), "{place}");
        }
        for byte in 2..=0xff {
            assert_eq!(unpadded(spoilt(|block| block[65] = byte)), Err(ErrorKind::InvalidPadding), "{byte}");
            assert_eq!(unpadded(spoilt(|block| block[122] = byte)), Err(ErrorKind::InvalidPadding), "{byte}");
        }
        assert_eq!(unpadded(spoilt(|block| block[65..].fill(0))), Err(ErrorKind::InvalidPadding), "no one at all");
    }
}
