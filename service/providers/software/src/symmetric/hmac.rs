//! HMAC (RFC 2104) with every hash that there is.

use keystead_interface::algorithm::Hash;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Key, ProviderError};

use crate::aws_lc::Failed;
use crate::aws_lc::digest::Digest;
use crate::aws_lc::hmac::HmacKey;

/// Length of a block of MD4 and RIPEMD-160 in bytes.
const OLD_BLOCK: usize = 64;

/// A key ready for use.
pub(super) struct Hmac {
    hash: Hash,
    way: Way,
}

enum Way {
    /// AWS-LC's own HMAC, the key's two blocks hashed once.
    Prepared(HmacKey),
    /// Two hashes each time, for MD4 and RIPEMD-160, which AWS-LC's own HMAC does not know. Longer keys are hashed
    /// already.
    FromHash(SecretBytes),
}

impl Hmac {
    /// The key, made ready at its first use.
    pub(super) fn of<'a>(key: Key<'a>, hash: Hash) -> Result<&'a Self, ProviderError> {
        let hmac = key.prepared(|bytes| Hmac::new(hash, bytes))?;
        // A key's policy names one hash for as long as the key exists.
        if hmac.hash == hash {
            Ok(hmac)
        } else {
            Err(ProviderError::corruption("an HMAC key was used with two hashes"))
        }
    }

    fn new(hash: Hash, key: &[u8]) -> Result<Self, ProviderError> {
        let digest = digest_of(hash)?;
        let way = match hash {
            Hash::Md4 | Hash::Ripemd160 => {
                let key = if key.len() > OLD_BLOCK { digest.compute(key).map_err(failed)? } else { key.to_vec() };
                Way::FromHash(SecretBytes::new(key))
            }
            _ => Way::Prepared(HmacKey::new(digest, key).map_err(failed)?),
        };
        Ok(Hmac { hash, way })
    }

    /// The MAC of a message, as long as the hash.
    pub(super) fn compute(&self, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        match &self.way {
            Way::Prepared(key) => key.compute(message).map_err(failed),
            Way::FromHash(key) => {
                let mac = digest_of(self.hash)?.hmac(key.expose(), message);
                mac.map(|mac| mac.to_vec()).map_err(failed)
            }
        }
    }
}

fn digest_of(hash: Hash) -> Result<Digest, ProviderError> {
    Digest::of(hash).ok_or_else(|| ProviderError::not_supported("there is no such hash here"))
}

fn failed(_: Failed) -> ProviderError {
    ProviderError::new(ErrorKind::InsufficientMemory, "AWS-LC could not compute an HMAC")
}
