//! The encoding of RSASSA-PSS (RFC 8017, 9.1), for what a TPM cannot do itself, and to see what it did.

use keystead_interface::algorithm::Hash;
use keystead_provider::ProviderError;
use keystead_provider::hashing::hash;

use crate::encryption::oaep::mask;

/// The last byte of every block.
const TRAILER: u8 = 0xbc;

/// Encodes a digest in a block as long as a modulus of `bits` bits, which is a multiple of 8. The salt is random and as long
/// as the hash.
pub(crate) fn encode(alg: Hash, digest: &[u8], salt: &[u8], bits: u32) -> Result<Vec<u8>, ProviderError> {
    let mut block = vec![0; bits as usize / 8];
    let data_length = block
        .len()
        .checked_sub(alg.len() + 1)
        .filter(|length| *length > salt.len())
        .ok_or_else(|| ProviderError::not_supported("the modulus is too short for PSS with this hash"))?;
    let (data, rest) = block.split_at_mut(data_length);
    let seed = salted(alg, digest, salt)?;
    rest[..alg.len()].copy_from_slice(&seed);
    rest[alg.len()] = TRAILER;
    let salt_start = data_length - salt.len();
    data[salt_start - 1] = 1;
    data[salt_start..].copy_from_slice(salt);
    mask(alg, &seed, data)?;
    // The modulus has all its bits, the block one less.
    data[0] &= 0x7f;
    Ok(block)
}

/// Whether a block, as long as the modulus, encodes this digest with a salt as long as the hash.
pub(crate) fn encodes(alg: Hash, digest: &[u8], block: &[u8]) -> Result<bool, ProviderError> {
    let Some(data_length) = block.len().checked_sub(alg.len() + 1).filter(|length| *length > alg.len()) else {
        return Ok(false);
    };
    let (data, rest) = block.split_at(data_length);
    let (seed, trailer) = rest.split_at(alg.len());
    if trailer != [TRAILER] || data[0] & 0x80 != 0 {
        return Ok(false);
    }
    let mut data = data.to_vec();
    mask(alg, seed, &mut data)?;
    data[0] &= 0x7f;
    let (padding, salt) = data.split_at(data_length - alg.len());
    let is_padded = padding.split_last().is_some_and(|(one, zeros)| *one == 1 && zeros.iter().all(|zero| *zero == 0));
    Ok(is_padded && salted(alg, digest, salt)? == seed)
}

/// The hash of eight zeros, the digest and the salt.
fn salted(alg: Hash, digest: &[u8], salt: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let input = [&[0; 8], digest, salt].concat();
    hash(alg, &input).ok_or_else(|| ProviderError::not_supported("this hash is unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALG: Hash = Hash::Sha256;

    #[test]
    fn what_is_encoded_is_recognised_and_nothing_else() {
        let digest = [5; 32];
        let block = encode(ALG, &digest, &[9; 32], 1024).unwrap();
        assert_eq!(block.len(), 128);
        assert!(encodes(ALG, &digest, &block).unwrap());
        assert!(!encodes(ALG, &[6; 32], &block).unwrap());
        assert!(!encodes(Hash::Sha384, &[5; 48], &block).unwrap());
        for place in 0..block.len() {
            let mut other = block.clone();
            other[place] ^= 0x80;
            assert!(!encodes(ALG, &digest, &other).unwrap(), "{place}");
        }
        assert!(!encodes(ALG, &digest, &block[1..]).unwrap());
        assert!(!encodes(ALG, &digest, &[]).unwrap());
    }

    #[test]
    fn a_salt_of_another_length_is_recognised_as_such() {
        for length in [0, 20, 31, 33, 94] {
            let block = encode(ALG, &[5; 32], &vec![9; length], 1024).unwrap();
            assert!(!encodes(ALG, &[5; 32], &block).unwrap(), "{length}");
        }
        assert!(encode(ALG, &[5; 32], &[9; 95], 1024).is_err(), "no room for it");
    }
}
