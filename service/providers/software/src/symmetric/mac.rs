//! Message authentication codes: HMAC, and CMAC and CBC-MAC over AES and Camellia.
//!
//! CBC-MAC has no padding here, so its input must be whole blocks, and at least one: the MAC of nothing would be known
//! to everybody. Both are `InvalidArgument`.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use keystead_interface::algorithm::{FullLengthMac, Mac as MacAlgorithm};
use keystead_interface::arguments;
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, Mac, ProviderError};

use crate::aws_lc::digest::Digest;
use crate::stack::cleared;
use crate::symmetric::block::BlockKey;
use crate::symmetric::hmac::Hmac;
use crate::symmetric::{Symmetric, accepts};

impl Mac for Symmetric {
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool {
        let fits = match (alg.full_length(), key.key_type) {
            (FullLengthMac::Hmac(hash), KeyType::Hmac) => Digest::of(hash).is_some() && accepts(key),
            (FullLengthMac::CbcMac | FullLengthMac::Cmac, KeyType::Aes | KeyType::Camellia) => {
                matches!(key.bits, 0 | 128 | 192 | 256)
            }
            _ => false,
        };
        fits && arguments::mac_length(alg, key).is_ok()
    }

    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let length =
            arguments::mac_length(alg, key.attributes.shape()).map_err(|why| ProviderError::invalid_argument(why.0))?;
        if !Mac::supports(self, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the key is not one for this MAC"));
        }
        let mut mac = match alg.full_length() {
            FullLengthMac::Hmac(hash) => Hmac::of(key, hash)?.compute(input)?,
            FullLengthMac::Cmac => cleared(|| BlockKey::of(key).map(|key| key.cmac(input).to_vec()))?,
            FullLengthMac::CbcMac => cleared(|| cbc_mac(key, input))?,
        };
        mac.truncate(length);
        Ok(mac)
    }

    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError> {
        // Secret: whoever sent a wrong MAC must not find the right one anywhere.
        let expected = SecretBytes::new(self.compute(key, alg, input)?);
        verify_slices_are_equal(expected.expose(), mac).map_err(|_| ProviderError::invalid_signature())
    }
}

fn cbc_mac(key: Key<'_>, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
    if input.is_empty() {
        return Err(ProviderError::invalid_argument("CBC-MAC takes no empty input"));
    }
    let mac = BlockKey::of(key)?.cbc_mac(input);
    mac.map(|mac| mac.to_vec()).map_err(|_| ProviderError::invalid_argument("CBC-MAC takes whole blocks"))
}

#[cfg(test)]
#[path = "mac_tests.rs"]
mod tests;
