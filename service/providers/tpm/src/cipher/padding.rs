//! PKCS#7 padding (RFC 5652, 6.3): as many bytes as are missing to a block, at least one, each with their number.

use keystead_interface::arguments::BLOCK;
use subtle::{ConstantTimeEq, ConstantTimeGreater};

/// Fills a text up to whole blocks.
pub(super) fn add(text: &mut Vec<u8>) {
    let count = BLOCK - text.len() % BLOCK;
    // At most 16, so that nothing is cut off.
    text.resize(text.len() + count, count as u8);
}

/// Length of the text without its padding, `None` if that is wrong. The time does not depend on where or how: whoever could
/// see that could decrypt.
pub(super) fn text_length(padded: &[u8]) -> Option<usize> {
    let block: &[u8; BLOCK] = padded.last_chunk()?;
    let count = block[BLOCK - 1];
    let mut good = !count.ct_eq(&0) & !count.ct_gt(&(BLOCK as u8));
    for (place, byte) in (0_u8..).zip(block.iter().rev()) {
        let is_padding = count.ct_gt(&place);
        good &= !is_padding | byte.ct_eq(&count);
    }
    bool::from(good).then(|| padded.len() - usize::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_padding_of_every_length_is_found_again() {
        for length in 0..64 {
            let mut text = vec![0xee; length];
            add(&mut text);
            assert!(text.len() > length && text.len().is_multiple_of(BLOCK));
            assert_eq!(text_length(&text), Some(length));
        }
    }

    #[test]
    fn only_the_right_bytes_are_padding() {
        assert_eq!(text_length(&[]), None);
        for count in 0..=u8::MAX {
            let expected = (1..=16).contains(&count).then(|| BLOCK - usize::from(count));
            assert_eq!(text_length(&[count; BLOCK]), expected, "{count}");
        }
        for count in 2..=16_u8 {
            for wrong in 2..=usize::from(count) {
                let mut block = [count; BLOCK];
                block[BLOCK - wrong] ^= 1;
                assert_eq!(text_length(&block), None, "{count}, {wrong} from the end");
            }
        }
    }
}
