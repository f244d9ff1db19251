//! RSA: signatures and encryption, in the token.

mod encryption;

use cryptoki_sys::{CKF_SIGN, CKF_VERIFY, CKM_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_RSA_X_509};
use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_provider::rsa::{digest_info, pad_signature};
use keystead_provider::{Key, ProviderError};

use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::parameters::{Mechanism, RsaHash};
use crate::refusal;
use crate::token::{Repeat, Token};

pub(crate) use encryption::{decrypt, encrypt, supports_encryption};

/// What PKCS#1 v1.5 adds to a text at least (RFC 8017, 7.2.1 and 9.2).
const V15_OVERHEAD: usize = 11;

/// Whether the token signs so with a private key, or verifies with a public one, of this size.
pub(crate) fn supports_signing(mechanisms: &Mechanisms, key: KeyShape, alg: AsymmetricSignature) -> bool {
    let flag = if key.key_type.is_public() { CKF_VERIFY } else { CKF_SIGN };
    let modulus = modulus_length(key.bits);
    let has_room = |bytes| key.bits == 0 || bytes <= modulus;
    match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)) => {
            v15(mechanisms, key.bits, flag).is_some()
                && has_room(digest_info(hash, &[0; 64][..hash.len()]).len() + V15_OVERHEAD)
        }
        AsymmetricSignature::RsaPkcs1v15SignRaw => v15(mechanisms, key.bits, flag).is_some(),
        AsymmetricSignature::RsaPss(SignHash::Specific(hash)) => {
            mechanisms.offers_key(CKM_RSA_PKCS_PSS, flag, key.bits)
                && mechanisms.trials().pss.contains(&hash)
                && (key.bits == 0 || 2 * hash.len() + 2 <= (key.bits as usize - 1).div_ceil(8))
        }
        _ => false,
    }
}

/// Signs a hash, or what the caller gave instead.
pub(crate) fn sign(
    token: &Token,
    key: Key<'_>,
    alg: AsymmetricSignature,
    hash: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let input = Input::of(token, key, alg, hash, CKF_SIGN)?;
    let length = modulus_length(key.attributes.bits());
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Private)?;
        let signed = session.sign(&input.mechanism, object, &input.data, length);
        let mut signature = signed.map_err(|error| refusal::of_good_data(error, unsuitable))?;
        pad_left(&mut signature, length);
        Ok(signature)
    })
}

/// Verifies a signature.
pub(crate) fn verify(
    token: &Token,
    key: Key<'_>,
    alg: AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    if signature.len() != modulus_length(key.attributes.bits()) {
        return Err(ProviderError::invalid_signature());
    }
    let input = Input::of(token, key, alg, hash, CKF_VERIFY)?;
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Public)?;
        session
            .verify(&input.mechanism, object, &input.data, signature)
            .map_err(|error| refusal::of_signature(session, error))
    })
}

/// What a token is given to sign or to verify.
struct Input {
    mechanism: Mechanism<'static>,
    data: Vec<u8>,
}

impl Input {
    fn of(
        token: &Token,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        flag: u64,
    ) -> Result<Input, ProviderError> {
        let mechanisms = token.mechanisms().unwrap_or_default();
        let bits = key.attributes.bits();
        let info = match alg {
            AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(alg)) => digest_info(alg, hash),
            AsymmetricSignature::RsaPkcs1v15SignRaw => hash.to_vec(),
            AsymmetricSignature::RsaPss(SignHash::Specific(alg)) => {
                let alg = pss(&mechanisms, alg, bits)?;
                return Ok(Input { mechanism: Mechanism::Pss(alg), data: hash.to_vec() });
            }
            _ => return Err(ProviderError::not_supported("no RSA signature of this kind")),
        };
        if info.len() + V15_OVERHEAD > modulus_length(bits) {
            return Err(unsuitable());
        }
        match v15(&mechanisms, bits, flag) {
            Some(V15::Padded) => Ok(Input { mechanism: Mechanism::Plain(CKM_RSA_PKCS), data: info }),
            Some(V15::Raw) => {
                let data = pad_signature(&info, modulus_length(bits))?;
                Ok(Input { mechanism: Mechanism::Plain(CKM_RSA_X_509), data })
            }
            None => Err(ProviderError::not_supported("the token does not make PKCS#1 v1.5 signatures")),
        }
    }
}

/// Who pads.
enum V15 {
    /// The token: CKM_RSA_PKCS, which takes any DigestInfo, and so any hash.
    Padded,
    /// We do: CKM_RSA_X_509.
    Raw,
}

fn v15(mechanisms: &Mechanisms, bits: u32, flag: u64) -> Option<V15> {
    if mechanisms.offers_key(CKM_RSA_PKCS, flag, bits) {
        Some(V15::Padded)
    } else if mechanisms.offers_key(CKM_RSA_X_509, flag, bits) {
        Some(V15::Raw)
    } else {
        None
    }
}

fn pss(mechanisms: &Mechanisms, hash: Hash, bits: u32) -> Result<RsaHash, ProviderError> {
    if 2 * hash.len() + 2 > (bits.saturating_sub(1) as usize).div_ceil(8) {
        return Err(unsuitable());
    }
    RsaHash::of(hash)
        .filter(|_| mechanisms.trials().pss.contains(&hash))
        .ok_or_else(|| ProviderError::not_supported("the token does not make PSS signatures with this hash"))
}

/// Length of a modulus in bytes.
fn modulus_length(bits: u32) -> usize {
    (bits as usize).div_ceil(8)
}

/// Some modules leave leading zeros away.
fn pad_left(number: &mut Vec<u8>, length: usize) {
    if let Some(missing) = length.checked_sub(number.len()) {
        number.splice(..0, std::iter::repeat_n(0, missing));
    }
}

fn unsuitable() -> ProviderError {
    ProviderError::invalid_argument("it is too long for the key")
}
