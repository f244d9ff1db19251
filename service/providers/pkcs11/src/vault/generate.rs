//! Keys that the token makes.

use cryptoki::mechanism::{Mechanism, MechanismType, vendor_defined::VendorDefinedMechanism};
use cryptoki::object::Attribute;
use keystead_interface::attributes::KeyType;
use keystead_provider::{Created, NewKey, ProviderError};

use super::{make, public};
use crate::error::CallError;
use crate::objects::{self, Class};
use crate::session::Session;
use crate::template::{Template, curve};
use crate::token::Token;

/// The exponent of all RSA keys that are made here: 65537 (wire contract 4.2).
const EXPONENT: [u8; 3] = [1, 0, 1];

pub(super) fn generate(token: &Token, key: NewKey<'_>) -> Result<Created, ProviderError> {
    make(token, key.tag, |session| match key.attributes.key_type() {
        KeyType::RsaKeyPair => {
            let size = [
                Attribute::ModulusBits(u64::from(key.attributes.bits()).into()),
                Attribute::PublicExponent(EXPONENT.to_vec()),
            ];
            pair(session, &key, &Mechanism::RsaPkcsKeyPairGen, &size)
        }
        KeyType::EccKeyPair(_) => {
            let parameters = curve(key.attributes)?.parameters.to_vec();
            pair(session, &key, &Mechanism::EccKeyPairGen, &[Attribute::EcParams(parameters)])
        }
        KeyType::Aes => secret(session, &key, &Mechanism::AesKeyGen),
        KeyType::Hmac => {
            let generic = VendorDefinedMechanism::new::<()>(MechanismType::GENERIC_SECRET_KEY_GEN, None);
            secret(session, &key, &Mechanism::VendorDefined(generic))
        }
        _ => Err(ProviderError::not_supported("no such keys can be made here").into()),
    })
}

fn pair(
    session: &Session,
    key: &NewKey<'_>,
    mechanism: &Mechanism<'_>,
    size: &[Attribute],
) -> Result<Created, CallError> {
    let public = Template::lasting(key, Class::Public).with(size.iter().cloned());
    let private = Template::lasting(key, Class::Private);
    let (public, _) = session.generate_key_pair(mechanism, &public, &private)?;
    let (bytes, bits) = public::read(session, public, key.attributes)?;
    Ok(Created { handle: objects::handle(&key.tag.0, &bytes)?, bits })
}

fn secret(session: &Session, key: &NewKey<'_>, mechanism: &Mechanism<'_>) -> Result<Created, CallError> {
    let bits = key.attributes.bits();
    let length = Attribute::ValueLen(u64::from(bits / 8).into());
    session.generate_key(mechanism, &Template::lasting(key, Class::Secret).with([length]))?;
    Ok(Created { handle: objects::handle(&key.tag.0, &[])?, bits })
}
