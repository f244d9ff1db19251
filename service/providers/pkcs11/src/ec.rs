//! ECDSA in the token: the hash goes in, r ‖ s comes out, each as long as the order of the group.

use cryptoki_sys::{CKF_SIGN, CKF_VERIFY, CKM_ECDSA};
use keystead_interface::algorithm::{AsymmetricSignature, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_provider::{Key, ProviderError};

use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::parameters::Mechanism;
use crate::refusal;
use crate::token::{Repeat, Token};

/// Whether the token signs so with a private key, or verifies with a public one, of this size. A deterministic signature is
/// verified like any other, but no token makes one on demand.
pub(crate) fn supports_signing(mechanisms: &Mechanisms, key: KeyShape, alg: AsymmetricSignature) -> bool {
    let Some(family) = key.key_type.ecc_family() else { return false };
    let flag = if key.key_type.is_public() { CKF_VERIFY } else { CKF_SIGN };
    let kind = match alg {
        AsymmetricSignature::Ecdsa(SignHash::Specific(_)) | AsymmetricSignature::EcdsaAny => true,
        AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(_)) => key.key_type.is_public(),
        _ => false,
    };
    kind && mechanisms.offers_key(CKM_ECDSA, flag, key.bits) && mechanisms.offers_curve(family, key.bits)
}

/// Signs a hash; `is_hash`: it is known to be as long as one.
pub(crate) fn sign(token: &Token, key: Key<'_>, hash: &[u8], is_hash: bool) -> Result<Vec<u8>, ProviderError> {
    let order = order_length(key);
    let hash = leftmost(hash, order);
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Private)?;
        let signed = session.sign(&Mechanism::Plain(CKM_ECDSA), object, hash, 2 * order);
        let signed = signed.map_err(|error| {
            let unsuitable = || ProviderError::invalid_argument("the token does not sign a hash of this length");
            if is_hash {
                refusal::of_good_data(error, unsuitable)
            } else {
                refusal::of_data(session, error, unsuitable)
            }
        })?;
        pad_halves(signed, order).map_err(Into::into)
    })
}

/// Verifies r ‖ s.
pub(crate) fn verify(token: &Token, key: Key<'_>, hash: &[u8], signature: &[u8]) -> Result<(), ProviderError> {
    let order = order_length(key);
    if signature.len() != 2 * order {
        return Err(ProviderError::invalid_signature());
    }
    let hash = leftmost(hash, order);
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Public)?;
        session
            .verify(&Mechanism::Plain(CKM_ECDSA), object, hash, signature)
            .map_err(|error| refusal::of_signature(session, error))
    })
}

/// Length of the group's order in bytes: on all of these curves it has as many bits as the key.
fn order_length(key: Key<'_>) -> usize {
    (key.attributes.bits() as usize).div_ceil(8)
}

/// The bytes of a hash that count: ECDSA takes as many of its leftmost bits as the order has (FIPS 186-5, 6.4.1). PKCS#11
/// says that tokens do it, but of more bytes than that some take none. Whole bytes are right: where the order's bits are no
/// multiple of 8, which is on P-521 alone, the token still sees that there are too many.
fn leftmost(hash: &[u8], order: usize) -> &[u8] {
    &hash[..hash.len().min(order)]
}

/// Some modules leave the leading zeros of both halves away.
fn pad_halves(signature: Vec<u8>, order: usize) -> Result<Vec<u8>, ProviderError> {
    if signature.len() == 2 * order {
        return Ok(signature);
    }
    if signature.len() > 2 * order || !signature.len().is_multiple_of(2) {
        return Err(ProviderError::generic("the token gave a signature of a wrong length"));
    }
    let (r, s) = signature.split_at(signature.len() / 2);
    let mut padded = vec![0; 2 * order];
    padded[order - r.len()..order].copy_from_slice(r);
    padded[2 * order - s.len()..].copy_from_slice(s);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_that_came_too_short_get_their_zeros_back() {
        assert_eq!(pad_halves(vec![1, 2], 2).expect("padded"), [0, 1, 0, 2]);
        assert_eq!(pad_halves(vec![1, 2, 3, 4], 2).expect("whole"), [1, 2, 3, 4]);
        assert!(pad_halves(vec![1, 2, 3], 2).is_err() && pad_halves(vec![0; 6], 2).is_err());
    }

    #[test]
    fn no_more_of_a_hash_counts_than_the_order_has() {
        assert_eq!(leftmost(&[1, 2, 3], 2), [1, 2]);
        assert_eq!(leftmost(&[1], 2), [1]);
    }
}
