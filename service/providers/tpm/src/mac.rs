//! Message authentication codes: HMAC in the TPM, of inputs that fit into one command.

use keystead_interface::algorithm::{FullLengthMac, Mac as MacAlgorithm};
use keystead_interface::arguments::mac_length;
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{Key, Mac, ProviderError};
use subtle::ConstantTimeEq;
use tss_esapi::structures::MaxBuffer;

use crate::names;
use crate::tpm::Tpm;

impl Mac for Tpm {
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool {
        let FullLengthMac::Hmac(hash) = alg.full_length() else { return false };
        let can = self.properties().is_some_and(|properties| properties.holds(key) && properties.has_hash(hash));
        key.key_type == KeyType::Hmac && can && mac_length(alg, key).is_ok()
    }

    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let shape = key.attributes.shape();
        let no_such = || ProviderError::not_supported("the TPM has no such MAC");
        if !Mac::supports(self, shape, alg) {
            return Err(no_such());
        }
        let FullLengthMac::Hmac(hash) = alg.full_length() else { return Err(no_such()) };
        let name = names::hashing_algorithm(hash).ok_or_else(no_such)?;
        let length = mac_length(alg, shape).map_err(|why| ProviderError::invalid_argument(why.0))?;
        let longest = self.properties().map_or(0, |properties| properties.input_bytes).min(MaxBuffer::MAX_SIZE);
        if input.len() > longest {
            return Err(ProviderError::not_supported("the input is longer than one command of the TPM takes"));
        }
        let mac = self.with_key("TPM2_HMAC", &key, |context, handle| {
            context.hmac(handle.into(), MaxBuffer::try_from(input)?, name)
        })?;
        mac.get(..length)
            .map(<[u8]>::to_vec)
            .ok_or_else(|| ProviderError::corruption("TPM2_HMAC gave less than the hash has"))
    }

    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError> {
        let expected = self.compute(key, alg, input)?;
        // Another length is unequal too; lengths are no secret.
        if bool::from(expected.ct_eq(mac)) { Ok(()) } else { Err(ProviderError::invalid_signature()) }
    }
}
