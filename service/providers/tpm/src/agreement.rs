//! Key agreement: ECDH in the TPM.

use keystead_interface::algorithm::RawKeyAgreement;
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, KeyAgreeing, ProviderError};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Code;
use tss_esapi::constants::{AlgorithmIdentifier, CommandCode};
use tss_esapi::structures::{EccParameter, EccPoint};

use crate::error;
use crate::tpm::Tpm;

/// What an uncompressed point begins with (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

impl KeyAgreeing for Tpm {
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool {
        let is_pair = matches!(key.key_type, KeyType::EccKeyPair(_));
        let can = self.properties().is_some_and(|properties| {
            properties.holds(key)
                && properties.has(AlgorithmIdentifier::EcDh)
                && properties.has_command(CommandCode::EcdhZGen)
        });
        alg == RawKeyAgreement::Ecdh && is_pair && can
    }

    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
        if !KeyAgreeing::supports(self, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the TPM does not agree with such a key"));
        }
        let not_a_point = || ProviderError::invalid_argument("the peer's key is no point of the curve");
        let length = key.attributes.bits().div_ceil(8) as usize;
        let (x, y) = match peer_key.split_first() {
            Some((&UNCOMPRESSED, point)) if point.len() == 2 * length => point.split_at(length),
            _ => return Err(not_a_point()),
        };
        let agreed = self.with_key("TPM2_ECDH_ZGen", &key, |context, handle| {
            let peer = EccPoint::new(EccParameter::try_from(x)?, EccParameter::try_from(y)?);
            match context.ecdh_z_gen(handle, peer) {
                Ok(point) => Ok(Some(point)),
                // The key is well-formed, so only the peer's can be wrong.
                Err(fault) if is_about_the_point(error::kind(fault)) => Ok(None),
                Err(fault) => Err(fault),
            }
        })?;
        let point = agreed.ok_or_else(not_a_point)?;
        let shared = point.x();
        // A TPM may leave out leading zeros.
        let mut secret = SecretBytes::new(vec![0; length]);
        let start = length
            .checked_sub(shared.len())
            .ok_or_else(|| ProviderError::corruption("TPM2_ECDH_ZGen gave more than a coordinate"))?;
        secret.expose_mut()[start..].copy_from_slice(shared);
        Ok(secret)
    }
}

fn is_about_the_point(code: Option<Code>) -> bool {
    matches!(code, Some(Code::EccPoint | Code::Value | Code::Range | Code::Size | Code::NoResult))
}
