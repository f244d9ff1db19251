//! PKCS#7 padding (RFC 5652 6.3): as many bytes as are missing to a block, at least one, each with their number.

use crate::symmetric::block::Block;

/// Bytes of a block.
const BLOCK: usize = size_of::<Block>();

/// How many bytes of padding a text of this length gets, 1 to 16; each byte has this value.
pub(super) const fn for_length(text: usize) -> u8 {
    // At most 16, so that nothing is cut off.
    (BLOCK - text % BLOCK) as u8
}

/// How many bytes of a last block are padding, `None` if it is padded wrongly.
///
/// The time does not depend on where or how the padding is wrong: whoever could see that could decrypt.
pub(super) fn of_last_block(block: &Block) -> Option<usize> {
    let count = block[BLOCK - 1];
    let mut wrong = is_below(count, 1) | is_below(BLOCK as u8, count);
    for (place, byte) in (0..).zip(block.iter().rev()) {
        wrong |= is_below(place, count) & (byte ^ count);
    }
    if std::hint::black_box(wrong) == 0 { Some(usize::from(count)) } else { None }
}

/// All bits if `a < b`, none otherwise, without a branch.
fn is_below(a: u8, b: u8) -> u8 {
    let borrow = u16::from(a).wrapping_sub(u16::from(b)) >> 8;
    std::hint::black_box(borrow as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_padding_of_every_length_is_found_again() {
        for length in 0..64 {
            let count = for_length(length);
            let mut block = [0xee; BLOCK];
            block[BLOCK - usize::from(count)..].fill(count);
            assert_eq!(of_last_block(&block), Some(usize::from(count)), "{length}");
        }
    }

    #[test]
    fn only_the_right_bytes_are_padding() {
        for count in 0..=u8::MAX {
            let block = [count; BLOCK];
            let expected = (1..=16).contains(&count).then_some(usize::from(count));
            assert_eq!(of_last_block(&block), expected, "{count}");
        }
        for count in 2..=16_u8 {
            for wrong in 2..=usize::from(count) {
                let mut block = [count; BLOCK];
                block[BLOCK - wrong] ^= 1;
                assert_eq!(of_last_block(&block), None, "{count}, {wrong} from the end");
            }
        }
    }
}
