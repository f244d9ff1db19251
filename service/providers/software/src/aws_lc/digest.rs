//! The table of hash functions that AWS-LC has.

use std::ptr;

use aws_lc_sys as c;
use keystead_interface::algorithm::Hash;
use zeroize::Zeroizing;

use super::{Failed, succeed};

/// A hash function of AWS-LC.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    md: &'static c::EVP_MD,
    hash: Hash,
    /// DER content of its object identifier.
    oid: &'static [u8],
}

/// 2.16.840.1.101.3.4.2.n: where NIST keeps its hashes.
macro_rules! nist {
    ($n:literal) => {
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, $n]
    };
}

impl Digest {
    /// AWS-LC's implementation of a hash, `None` if it has none. Nothing else says which hashes there are.
    pub(crate) fn of(hash: Hash) -> Option<Digest> {
        let (constructor, oid): (unsafe extern "C" fn() -> *const c::EVP_MD, &'static [u8]) = match hash {
            Hash::Md2 => return None,
            Hash::Md4 => (c::EVP_md4, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x04]),
            Hash::Md5 => (c::EVP_md5, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05]),
            Hash::Ripemd160 => (c::EVP_ripemd160, &[0x2b, 0x24, 0x03, 0x02, 0x01]),
            Hash::Sha1 => (c::EVP_sha1, &[0x2b, 0x0e, 0x03, 0x02, 0x1a]),
            Hash::Sha224 => (c::EVP_sha224, &nist!(4)),
            Hash::Sha256 => (c::EVP_sha256, &nist!(1)),
            Hash::Sha384 => (c::EVP_sha384, &nist!(2)),
            Hash::Sha512 => (c::EVP_sha512, &nist!(3)),
            Hash::Sha512_224 => (c::EVP_sha512_224, &nist!(5)),
            Hash::Sha512_256 => (c::EVP_sha512_256, &nist!(6)),
            Hash::Sha3_224 => (c::EVP_sha3_224, &nist!(7)),
            Hash::Sha3_256 => (c::EVP_sha3_256, &nist!(8)),
            Hash::Sha3_384 => (c::EVP_sha3_384, &nist!(9)),
            Hash::Sha3_512 => (c::EVP_sha3_512, &nist!(10)),
        };
        // SAFETY: these functions take nothing and return a pointer to a constant of the library, or null.
        let md = unsafe { constructor().as_ref() };
        md.map(|md| Digest { md, hash, oid })
    }

    /// Length of the hash in bytes.
    pub(crate) fn len(self) -> usize {
        self.hash.len()
    }

    /// The DigestInfo of a hash (RFC 8017 9.2): DER of SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }.
    pub(crate) fn info(self, hash: &[u8]) -> Vec<u8> {
        const TAG_AND_LENGTH: usize = 2;
        // No length reaches 128, so each is one byte.
        let algorithm = TAG_AND_LENGTH + self.oid.len() + TAG_AND_LENGTH;
        let all = TAG_AND_LENGTH + algorithm + TAG_AND_LENGTH + hash.len();
        let mut info = vec![0x30, all as u8, 0x30, algorithm as u8, 0x06, self.oid.len() as u8];
        info.extend_from_slice(self.oid);
        info.extend_from_slice(&[0x05, 0x00, 0x04, hash.len() as u8]);
        info.extend_from_slice(hash);
        info
    }

    /// For calls into the library: it points to a constant.
    pub(super) fn as_ptr(self) -> *const c::EVP_MD {
        self.md
    }

    /// Hashes a message.
    pub(crate) fn compute(self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut hash = vec![0; self.len()];
        let mut length = 0;
        // SAFETY: `message` is readable for its length; `hash` is as long as this function's output.
        succeed(unsafe {
            c::EVP_Digest(
                message.as_ptr().cast(),
                message.len(),
                hash.as_mut_ptr(),
                &raw mut length,
                self.md,
                ptr::null_mut(),
            )
        })?;
        if length as usize == hash.len() { Ok(hash) } else { Err(Failed) }
    }

    /// HMAC (RFC 2104) with a key no longer than the hash, from the hash alone: the library's own HMAC knows fewer hashes.
    pub(crate) fn hmac(self, key: &[u8], message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        // SAFETY: the pointer is one to a constant.
        let block = unsafe { c::EVP_MD_block_size(self.md) };
        let padded = |pad: u8, rest: &[u8]| {
            let mut input = Zeroizing::new(Vec::with_capacity(block + rest.len()));
            input.extend(key.iter().chain(std::iter::repeat(&0)).take(block).map(|byte| byte ^ pad));
            input.extend_from_slice(rest);
            input
        };
        let inner = Zeroizing::new(self.compute(&padded(0x36, message))?);
        self.compute(&padded(0x5c, &inner)).map(Zeroizing::new)
    }
}
