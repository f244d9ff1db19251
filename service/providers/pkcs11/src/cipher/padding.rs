//! PKCS#7 padding (RFC 5652, 6.3) of AES's blocks: as many bytes as are missing to a block, at least one, each with their
//! number.

use keystead_interface::arguments::BLOCK;
use keystead_interface::secret::SecretBytes;
use keystead_provider::ProviderError;
use subtle::{Choice, ConstantTimeEq, ConstantTimeGreater};

/// The text with its padding.
pub(super) fn pad(text: &[u8]) -> SecretBytes {
    let missing = BLOCK - text.len() % BLOCK;
    let mut padded = Vec::with_capacity(text.len() + missing);
    padded.extend_from_slice(text);
    // At most 16.
    padded.resize(text.len() + missing, missing as u8);
    SecretBytes::new(padded)
}

/// Takes the padding away. Where and how it is wrong cannot be told from the time.
pub(super) fn remove(text: &mut Vec<u8>) -> Result<(), ProviderError> {
    let block: &[u8; BLOCK] = text.last_chunk().ok_or_else(ProviderError::invalid_padding)?;
    let count = block[BLOCK - 1];
    let mut good = !count.ct_eq(&0) & !count.ct_gt(&(BLOCK as u8));
    for (place, byte) in (0_u8..).zip(block.iter().rev()) {
        let is_padding: Choice = count.ct_gt(&place);
        good &= !is_padding | byte.ct_eq(&count);
    }
    if bool::from(good) {
        text.truncate(text.len().saturating_sub(usize::from(count)));
        Ok(())
    } else {
        Err(ProviderError::invalid_padding())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_every_length_comes_back() {
        for length in 0..64 {
            let text = vec![16; length];
            let mut padded = pad(&text).into_exposed();
            assert!(padded.len() > length && padded.len().is_multiple_of(BLOCK), "{length}");
            assert_eq!(remove(&mut padded), Ok(()));
            assert_eq!(padded, text, "{length}");
        }
    }

    #[test]
    fn every_wrong_byte_of_a_padding_is_the_same_error() {
        for count in 0..=u8::MAX {
            let is_good = remove(&mut vec![count; BLOCK]).is_ok();
            assert_eq!(is_good, (1..=16).contains(&count), "{count}");
        }
        for count in 1..=BLOCK {
            for wrong in 1..=count {
                let mut block = vec![0xee; BLOCK - count];
                block.resize(BLOCK, count as u8);
                block[BLOCK - wrong] ^= 0x40;
                assert_eq!(remove(&mut block), Err(ProviderError::invalid_padding()), "{count}, {wrong} from the end");
            }
        }
        assert!(remove(&mut Vec::new()).is_err());
    }
}
