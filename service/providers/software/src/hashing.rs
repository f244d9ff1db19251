//! Hashes, all by AWS-LC.

use keystead_interface::algorithm::Hash;
use keystead_provider::{ErrorKind, Hashing, ProviderError};

use crate::aws_lc::digest::Digest;

/// Every hash of the contract but MD2, which AWS-LC has not and nobody misses.
pub(crate) struct Hashes;

impl Hashing for Hashes {
    fn supports(&self, alg: Hash) -> bool {
        Digest::of(alg).is_some()
    }

    fn compute(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let digest = Digest::of(alg).ok_or_else(|| ProviderError::not_supported("there is no such hash here"))?;
        digest
            .compute(input)
            .map_err(|_| ProviderError::new(ErrorKind::InsufficientMemory, "AWS-LC could not compute a hash"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetric::test_vectors::hex;

    /// The message "abc". MD4, MD5: RFC 1320 and 1321 A.5. RIPEMD-160: its authors' paper, appendix B. The SHA family:
    /// the examples with FIPS 180-4 and FIPS 202 of the NIST Cryptographic Standards and Guidelines.
    const ABC: &[(Hash, &str)] = &[
        (Hash::Md4, "a448017aaf21d8525fc10ae87aa6729d"),
        (Hash::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (Hash::Ripemd160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
        (Hash::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Hash::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (Hash::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Hash::Sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            Hash::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd\
             454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (Hash::Sha512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"),
        (Hash::Sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"),
        (Hash::Sha3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"),
        (Hash::Sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        (
            Hash::Sha3_384,
            "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
        ),
        (
            Hash::Sha3_512,
            "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e39340\
             57340b4cf408d5a56592f8274eec53f0",
        ),
    ];

    #[test]
    fn every_hash_that_is_claimed_gives_the_published_value_of_abc() {
        for (alg, expected) in ABC {
            assert!(Hashes.supports(*alg), "{alg:?}");
            assert_eq!(Hashes.compute(*alg, b"abc").as_deref(), Ok(&*hex(expected)), "{alg:?}");
        }
        let claimed = Hash::ALL.iter().filter(|alg| Hashes.supports(**alg)).count();
        assert_eq!(claimed, ABC.len());
    }

    #[test]
    fn the_empty_message_has_a_hash() {
        let expected = hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Hashes.compute(Hash::Sha256, b""), Ok(expected));
    }

    #[test]
    fn md2_is_not_supported() {
        assert_eq!(Hashes.compute(Hash::Md2, b"abc").map_err(|error| error.kind), Err(ErrorKind::NotSupported));
    }
}
