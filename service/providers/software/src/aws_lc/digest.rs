//! The table of hash functions that AWS-LC has.

use std::ptr;

use aws_lc_sys as c;
use keystead_interface::algorithm::Hash;
use zeroize::Zeroizing;

use super::{Failed, succeed};

/// A hash function of AWS-LC.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    md: *const c::EVP_MD,
    hash: Hash,
}

impl Digest {
    /// AWS-LC's implementation of a hash, `None` if it has none. Nothing else says which hashes there are.
    pub(crate) fn of(hash: Hash) -> Option<Digest> {
        let constructor: unsafe extern "C" fn() -> *const c::EVP_MD = match hash {
            Hash::Md2 => return None,
            Hash::Md4 => c::EVP_md4,
            Hash::Md5 => c::EVP_md5,
            Hash::Ripemd160 => c::EVP_ripemd160,
            Hash::Sha1 => c::EVP_sha1,
            Hash::Sha224 => c::EVP_sha224,
            Hash::Sha256 => c::EVP_sha256,
            Hash::Sha384 => c::EVP_sha384,
            Hash::Sha512 => c::EVP_sha512,
            Hash::Sha512_224 => c::EVP_sha512_224,
            Hash::Sha512_256 => c::EVP_sha512_256,
            Hash::Sha3_224 => c::EVP_sha3_224,
            Hash::Sha3_256 => c::EVP_sha3_256,
            Hash::Sha3_384 => c::EVP_sha3_384,
            Hash::Sha3_512 => c::EVP_sha3_512,
        };
        // SAFETY: these functions take nothing and return a pointer to a constant of the library, or null.
        let md = unsafe { constructor() };
        if md.is_null() { None } else { Some(Digest { md, hash }) }
    }

    /// Length of the hash in bytes.
    pub(crate) fn len(self) -> usize {
        self.hash.len()
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
