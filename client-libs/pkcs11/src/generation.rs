//! Generating keys and pairs.

use cryptoki_sys::*;
use keystead_client::interface::attributes::{KeyAttributes, KeyType};
use keystead_client::interface::operations::core::CheckType;
use keystead_der::without_zeros;

use crate::creation::Plan;
use crate::curves::Curve;
use crate::error::{Refusal, Result, refuse};
use crate::module::Module;
use crate::policy::Purpose;
use crate::records::Side;
use crate::session::Session;
use crate::template::Template;

/// The one public exponent of keys that the service makes (wire contract 4.2): 65537.
const EXPONENT: &[u8] = &[1, 0, 1];

impl Module {
    /// C_GenerateKeyPair: the handles of the public and the private object.
    pub(crate) fn generate_pair(
        &self,
        session: &Session,
        mechanism: CK_MECHANISM_TYPE,
        public: &Template,
        private: &Template,
    ) -> Result<[CK_OBJECT_HANDLE; 2]> {
        check_class(public, CKO_PUBLIC_KEY)?;
        check_class(private, CKO_PRIVATE_KEY)?;
        let (key_type, bits) = match mechanism {
            CKM_RSA_PKCS_KEY_PAIR_GEN => rsa(public)?,
            CKM_EC_KEY_PAIR_GEN | CKM_EC_MONTGOMERY_KEY_PAIR_GEN => curve(mechanism, public)?,
            _ => return refuse(CKR_MECHANISM_INVALID),
        };
        let attributes = Purpose::of_pair(private, public)?.attributes(key_type, bits)?;
        let sides = [(Side::Private, private), (Side::Public, public)];
        let plan = Plan { attributes, sides: &sides, mechanism: Some(mechanism) };
        let handles = self.make_key(session, &plan, |client, name| client.generate(name, &attributes).map(drop))?;
        match handles[..] {
            [private, public] => Ok([public, private]),
            _ => refuse(CKR_GENERAL_ERROR),
        }
    }

    /// C_GenerateKey.
    pub(crate) fn generate_secret(
        &self,
        session: &Session,
        mechanism: CK_MECHANISM_TYPE,
        template: &Template,
    ) -> Result<CK_OBJECT_HANDLE> {
        check_class(template, CKO_SECRET_KEY)?;
        let key_type = match mechanism {
            CKM_AES_KEY_GEN => KeyType::Aes,
            CKM_GENERIC_SECRET_KEY_GEN => KeyType::Hmac,
            _ => return refuse(CKR_MECHANISM_INVALID),
        };
        let length = template.number(CKA_VALUE_LEN)?.ok_or(Refusal(CKR_TEMPLATE_INCOMPLETE))?;
        let bits = bits_of(length)?;
        let purpose = Purpose::of(template)?;
        let attributes = self.with_a_mode(session, &purpose, purpose.attributes(key_type, bits)?)?;
        let plan = Plan { attributes, sides: &[(Side::Secret, template)], mechanism: Some(mechanism) };
        let handles = self.make_key(session, &plan, |client, name| client.generate(name, &attributes).map(drop))?;
        handles.first().copied().ok_or(Refusal(CKR_GENERAL_ERROR))
    }

    /// The attributes with a mode that the provider has, where the caller left it to us.
    pub(crate) fn with_a_mode(
        &self,
        session: &Session,
        purpose: &Purpose,
        attributes: KeyAttributes,
    ) -> Result<KeyAttributes> {
        let Some(instead) = purpose.without_gcm(&attributes) else { return Ok(attributes) };
        let can = self.client.with_provider(session.slot).can_do(CheckType::Use, &attributes)?;
        Ok(if can { attributes } else { instead })
    }
}

/// A length in bytes, as bits.
pub(crate) fn bits_of(bytes: CK_ULONG) -> Result<u32> {
    let bits = u32::try_from(bytes).ok().and_then(|bytes| bytes.checked_mul(8)).filter(|bits| *bits > 0);
    bits.ok_or(Refusal(CKR_KEY_SIZE_RANGE))
}

fn check_class(template: &Template, class: CK_OBJECT_CLASS) -> Result<()> {
    match template.number(CKA_CLASS)? {
        Some(other) if other != class => refuse(CKR_TEMPLATE_INCONSISTENT),
        _ => Ok(()),
    }
}

fn rsa(public: &Template) -> Result<(KeyType, u32)> {
    let bits = public.number(CKA_MODULUS_BITS)?.ok_or(Refusal(CKR_TEMPLATE_INCOMPLETE))?;
    if public.bytes(CKA_PUBLIC_EXPONENT).is_some_and(|exponent| without_zeros(exponent) != EXPONENT) {
        return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
    }
    Ok((KeyType::RsaKeyPair, u32::try_from(bits).map_err(|_| Refusal(CKR_KEY_SIZE_RANGE))?))
}

fn curve(mechanism: CK_MECHANISM_TYPE, public: &Template) -> Result<(KeyType, u32)> {
    let curve = Curve::named(public.required(CKA_EC_PARAMS)?).ok_or(Refusal(CKR_CURVE_NOT_SUPPORTED))?;
    // Programs older than 3.0 have one mechanism for all curves.
    if curve.is_weierstrass() && mechanism == CKM_EC_MONTGOMERY_KEY_PAIR_GEN {
        return refuse(CKR_CURVE_NOT_SUPPORTED);
    }
    Ok((KeyType::EccKeyPair(curve.family), curve.bits))
}
