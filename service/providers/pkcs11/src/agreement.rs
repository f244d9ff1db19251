//! Key agreement on elliptic curves: the token multiplies, and gives the shared secret as an object of the session, which is
//! read and destroyed.

use cryptoki::context::Function;
use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, KeyType as ObjectType, ObjectClass, ObjectHandle};
use cryptoki_sys::{CKA_VALUE, CKF_DERIVE, CKM_ECDH1_DERIVE};
use keystead_interface::algorithm::RawKeyAgreement;
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, KeyAgreeing, ProviderError};

use crate::error::CallError;
use crate::host;
use crate::named_curves::NamedCurve;
use crate::objects::Class;
use crate::refusal;
use crate::session::Session;
use crate::token::{Repeat, Token};

impl KeyAgreeing for Token {
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool {
        let KeyType::EccKeyPair(family) = key.key_type else { return false };
        let sizes = family.sizes().iter().filter(|bits| key.bits == 0 || **bits == key.bits);
        let Some(offered) = self.mechanisms() else { return false };
        alg == RawKeyAgreement::Ecdh
            && sizes.copied().any(|bits| {
                host::computes_on(family, bits)
                    && offered.offers_key(CKM_ECDH1_DERIVE, CKF_DERIVE, bits)
                    && offered.offers_curve(family, bits)
            })
    }

    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
        let shape = key.attributes.shape();
        let curve = shape.key_type.ecc_family().and_then(|family| NamedCurve::of(family, shape.bits));
        let Some(curve) = curve.filter(|_| KeyAgreeing::supports(self, shape, alg)) else {
            return Err(ProviderError::not_supported("no key agreement with such a key"));
        };
        if !host::is_point(curve, peer_key) {
            return Err(ProviderError::invalid_argument("the peer's key is not on the curve"));
        }
        self.with_session(Repeat::Always, |session| {
            let own = session.object(&key, Class::Private)?;
            let shared = derive(session, own, peer_key, curve.length())?;
            let secret = session.secret_attribute(shared, CKA_VALUE);
            // Whatever came of reading it. If it cannot be destroyed, it ends with the session, which an error closes.
            session.destroy_object(shared)?;
            let secret =
                secret?.ok_or_else(|| ProviderError::not_supported("the token keeps shared secrets to itself"))?;
            whole(secret, curve.length()).map_err(Into::into)
        })
    }
}

fn derive(session: &Session, own: ObjectHandle, peer: &[u8], length: usize) -> Result<ObjectHandle, CallError> {
    let length = length.try_into().map_err(|_| ProviderError::corruption("a coordinate that is too long"))?;
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(ObjectType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(length),
    ];
    let derive = |point: &[u8]| {
        let params = Ecdh1DeriveParams::new(EcKdf::null(), point);
        session.derive_key(&Mechanism::Ecdh1Derive(params), own, &template).map_err(CallError::from)
    };
    match derive(peer) {
        // Every token must take the bytes of the point, but old ones only know CKA_EC_POINT's form, an OCTET STRING.
        Err(error) if is_about_the_point(&error) => derive(&octet_string(peer)).map_err(refusal::of_mechanism),
        result => result,
    }
}

/// Whether a module may have misunderstood the point; wrong it is not, which was checked.
fn is_about_the_point(error: &CallError) -> bool {
    use RvError::{
        ArgumentsBad, DataInvalid, DomainParamsInvalid, GeneralError, MechanismParamInvalid, PublicKeyInvalid,
    };
    matches!(
        error,
        CallError::Module {
            code: ArgumentsBad
                | DataInvalid
                | DomainParamsInvalid
                | GeneralError
                | MechanismParamInvalid
                | PublicKeyInvalid,
            function: Function::DeriveKey
        }
    )
}

/// DER (X.690, 8.1.3): points have at most 133 bytes, so their lengths take one byte or two.
fn octet_string(point: &[u8]) -> Vec<u8> {
    let length = u8::try_from(point.len()).unwrap_or(u8::MAX);
    let header: &[u8] = if length < 0x80 { &[4, length] } else { &[4, 0x81, length] };
    [header, point].concat()
}

/// The x coordinate in full, with leading zeros that a module may have left away.
fn whole(secret: SecretBytes, length: usize) -> Result<SecretBytes, ProviderError> {
    let Some(missing) = length.checked_sub(secret.expose().len()) else {
        return Err(ProviderError::generic("the token gave a shared secret that is too long"));
    };
    let mut whole = SecretBytes::new(vec![0; length]);
    whole.expose_mut()[missing..].copy_from_slice(secret.expose());
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octet_string_has_the_length_of_its_point() {
        assert_eq!(octet_string(&[7; 2]), [4, 2, 7, 7]);
        assert_eq!(octet_string(&[7; 133])[..4], [4, 0x81, 133, 7]);
    }

    #[test]
    fn a_short_secret_gets_its_leading_zeros_back() {
        let whole = |bytes: &[u8]| whole(SecretBytes::new(bytes.to_vec()), 3).map(SecretBytes::into_exposed);
        assert_eq!(whole(&[1]).expect("padded"), [0, 0, 1]);
        assert_eq!(whole(&[1, 2, 3]).expect("whole"), [1, 2, 3]);
        assert!(whole(&[0; 4]).is_err());
    }
}
