//! Message authentication codes: HMAC and AES-CMAC in the token, in full. They are truncated here, and compared here in
//! constant time: what a module does when it verifies one, nobody knows.

use cryptoki_sys::{
    CK_MECHANISM_TYPE, CKF_SIGN, CKM_AES_CMAC, CKM_MD5_HMAC, CKM_RIPEMD160_HMAC, CKM_SHA_1_HMAC, CKM_SHA3_224_HMAC,
    CKM_SHA3_256_HMAC, CKM_SHA3_384_HMAC, CKM_SHA3_512_HMAC, CKM_SHA224_HMAC, CKM_SHA256_HMAC, CKM_SHA384_HMAC,
    CKM_SHA512_224_HMAC, CKM_SHA512_256_HMAC, CKM_SHA512_HMAC,
};
use keystead_interface::algorithm::{FullLengthMac, Hash, Mac as MacAlgorithm};
use keystead_interface::arguments;
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, Mac, ProviderError};
use subtle::ConstantTimeEq;

use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::parameters::Mechanism;
use crate::refusal;
use crate::token::{Repeat, Token};

impl Mac for Token {
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool {
        let Some(offered) = self.mechanisms() else { return false };
        mechanism(&offered, key, alg.full_length()).is_some() && arguments::mac_length(alg, key).is_ok()
    }

    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        Ok(self.mac(key, alg, input)?.into_exposed())
    }

    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError> {
        let expected = self.mac(key, alg, input)?;
        if bool::from(expected.expose().ct_eq(mac)) { Ok(()) } else { Err(ProviderError::invalid_signature()) }
    }
}

impl Token {
    /// A MAC. Secret: whoever sent a wrong one must not find the right one anywhere.
    fn mac(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<SecretBytes, ProviderError> {
        let shape = key.attributes.shape();
        let length = arguments::mac_length(alg, shape).map_err(|why| ProviderError::invalid_argument(why.0))?;
        let full = match alg.full_length() {
            FullLengthMac::Hmac(hash) => hash.len(),
            FullLengthMac::CbcMac | FullLengthMac::Cmac => arguments::BLOCK,
        };
        let mechanism = self
            .mechanisms()
            .and_then(|offered| mechanism(&offered, shape, alg.full_length()))
            .ok_or_else(|| ProviderError::not_supported("the token does not have this MAC with such a key"))?;
        self.with_session(Repeat::Always, |session| {
            let object = session.object(&key, Class::Secret)?;
            let mac = session.sign(&Mechanism::Plain(mechanism), object, input, full);
            let mut mac = SecretBytes::new(mac.map_err(|error| {
                refusal::of_data(session, error, || {
                    ProviderError::invalid_argument("the token does not take an input like this")
                })
            })?);
            if mac.expose().len() != full {
                return Err(ProviderError::generic("the token gave a MAC of a wrong length").into());
            }
            mac.expose_mut().truncate(length);
            Ok(mac)
        })
    }
}

/// The mechanism, if the token has it for a key of this type and size. 0 bits ask for any size.
fn mechanism(offered: &Mechanisms, key: KeyShape, alg: FullLengthMac) -> Option<CK_MECHANISM_TYPE> {
    let mechanism = match (alg, key.key_type) {
        (FullLengthMac::Hmac(hash), KeyType::Hmac) => {
            let mechanism = hmac(hash)?;
            // A range that begins with the hash's length counts bytes; 512 may then be taken for bits by mistake.
            return offered.offers_bytes(mechanism, CKF_SIGN, key.bits.div_ceil(8)).then_some(mechanism);
        }
        (FullLengthMac::Cmac, KeyType::Aes) if matches!(key.bits, 0 | 128 | 192 | 256) => CKM_AES_CMAC,
        _ => return None,
    };
    offered.offers_key(mechanism, CKF_SIGN, key.bits).then_some(mechanism)
}

const fn hmac(hash: Hash) -> Option<CK_MECHANISM_TYPE> {
    match hash {
        Hash::Md2 | Hash::Md4 => None,
        Hash::Md5 => Some(CKM_MD5_HMAC),
        Hash::Ripemd160 => Some(CKM_RIPEMD160_HMAC),
        Hash::Sha1 => Some(CKM_SHA_1_HMAC),
        Hash::Sha224 => Some(CKM_SHA224_HMAC),
        Hash::Sha256 => Some(CKM_SHA256_HMAC),
        Hash::Sha384 => Some(CKM_SHA384_HMAC),
        Hash::Sha512 => Some(CKM_SHA512_HMAC),
        Hash::Sha512_224 => Some(CKM_SHA512_224_HMAC),
        Hash::Sha512_256 => Some(CKM_SHA512_256_HMAC),
        Hash::Sha3_224 => Some(CKM_SHA3_224_HMAC),
        Hash::Sha3_256 => Some(CKM_SHA3_256_HMAC),
        Hash::Sha3_384 => Some(CKM_SHA3_384_HMAC),
        Hash::Sha3_512 => Some(CKM_SHA3_512_HMAC),
    }
}
