//! Making something malformed of something good.

use super::random::Random;

/// The same with a small change, which may be one of its length.
pub(crate) fn mutated(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let choice = if bytes.is_empty() { 0 } else { random.below(8) };
    match choice {
        0 => bytes.push(random.number() as u8),
        1 => bytes.truncate(random.below(good.len())),
        2 => bytes.fill(0),
        3 => bytes.fill(0xff),
        4 => bytes = random.bytes(good.len()),
        _ => flip(&mut bytes, random),
    }
    if bytes == good {
        flip(&mut bytes, random);
    }
    bytes
}

/// The same, as long, with a bit changed.
pub(crate) fn flipped(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good.to_vec();
    flip(&mut bytes, random);
    bytes
}

fn flip(bytes: &mut [u8], random: &mut Random) {
    let at = random.below(bytes.len());
    bytes[at] ^= 1 << random.below(8);
}
