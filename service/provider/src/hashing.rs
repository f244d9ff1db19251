//! Hashing on the host: a message is no secret, and no token hashes as fast as the processor that holds the message.

use keystead_interface::algorithm::Hash;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

/// Whether [`hash`] can compute it.
pub const fn can_hash(alg: Hash) -> bool {
    !matches!(alg, Hash::Md2 | Hash::Md4 | Hash::Md5 | Hash::Ripemd160)
}

/// The hash of a message (FIPS 180-4, FIPS 202). `None` for the algorithms that nobody should sign with any more, which
/// [`can_hash`] names.
pub fn hash(alg: Hash, message: &[u8]) -> Option<Vec<u8>> {
    Some(match alg {
        Hash::Md2 | Hash::Md4 | Hash::Md5 | Hash::Ripemd160 => return None,
        Hash::Sha1 => Sha1::digest(message).to_vec(),
        Hash::Sha224 => Sha224::digest(message).to_vec(),
        Hash::Sha256 => Sha256::digest(message).to_vec(),
        Hash::Sha384 => Sha384::digest(message).to_vec(),
        Hash::Sha512 => Sha512::digest(message).to_vec(),
        Hash::Sha512_224 => Sha512_224::digest(message).to_vec(),
        Hash::Sha512_256 => Sha512_256::digest(message).to_vec(),
        Hash::Sha3_224 => Sha3_224::digest(message).to_vec(),
        Hash::Sha3_256 => Sha3_256::digest(message).to_vec(),
        Hash::Sha3_384 => Sha3_384::digest(message).to_vec(),
        Hash::Sha3_512 => Sha3_512::digest(message).to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_abc_is_as_fips_180_4_and_202_say() {
        let hex =
            |alg| hash(alg, b"abc").map(|hash| hash.iter().take(4).map(|b| format!("{b:02x}")).collect::<String>());
        let known = [
            (Hash::Sha1, "a9993e36"),
            (Hash::Sha224, "23097d22"),
            (Hash::Sha256, "ba7816bf"),
            (Hash::Sha384, "cb00753f"),
            (Hash::Sha512, "ddaf35a1"),
            (Hash::Sha512_224, "4634270f"),
            (Hash::Sha512_256, "53048e26"),
            (Hash::Sha3_224, "e642824c"),
            (Hash::Sha3_256, "3a985da7"),
            (Hash::Sha3_384, "ec014982"),
            (Hash::Sha3_512, "b751850b"),
        ];
        for (alg, start) in known {
            assert!(can_hash(alg));
            assert_eq!(hex(alg).as_deref(), Some(start), "{alg:?}");
            assert_eq!(hash(alg, b"").map(|hash| hash.len()), Some(alg.len()));
        }
        assert!(hash(Hash::Md5, b"").is_none() && !can_hash(Hash::Md5));
    }
}
