//! Keys that are brought to the token. They are checked here: tokens take what is no key.

use cryptoki::object::{Attribute, ObjectHandle};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::{RsaPrivateKey, RsaPublicKey};
use keystead_provider::{Created, KeyVault, NewKey, ProviderError};

use super::{make, wrapping};
use crate::error::CallError;
use crate::host;
use crate::named_curves::{CURVES, NamedCurve};
use crate::objects::{self, Class};
use crate::pkcs8;
use crate::session::Session;
use crate::template::{Template, token_type};
use crate::token::Token;

/// A key as it was checked.
struct Checked {
    bits: u32,
    /// In the format of wire contract 4.2; empty if there is none.
    public: Vec<u8>,
    /// The public object's attributes, if there is to be one.
    public_attributes: Vec<Attribute>,
    secret: Option<Half>,
}

/// A secret key, or the private half of a pair.
struct Half {
    class: Class,
    /// As it is wrapped: PKCS#8, or the bytes.
    plain: SecretBytes,
    /// As it is given to a token that does not unwrap it.
    attributes: Box<dyn Fn() -> Vec<Attribute>>,
}

pub(super) fn import(token: &Token, key: NewKey<'_>, material: &[u8]) -> Result<Created, ProviderError> {
    let shape = key.attributes.shape();
    let checked = match shape.key_type {
        KeyType::RsaPublicKey => rsa_public(material)?,
        KeyType::RsaKeyPair => rsa_pair(token, shape, material)?,
        KeyType::EccPublicKey(family) => point(family, shape.bits, material)?,
        KeyType::EccKeyPair(family) => scalar(family, shape.bits, material)?,
        KeyType::Aes | KeyType::Hmac => symmetric(material),
        _ => return Err(ProviderError::not_supported("no such keys can be brought here")),
    };
    check_size(token, shape, checked.bits)?;
    let attributes = key.attributes.with_bits(checked.bits);
    let key = NewKey { attributes: &attributes, ..key };
    make(token, key.tag, |session| create(token, session, &key, &checked))
}

/// Makes the objects, the private one first: without it the public one is of no use.
fn create(token: &Token, session: &Session, key: &NewKey<'_>, checked: &Checked) -> Result<Created, CallError> {
    let handle = objects::handle(&key.tag.0, &checked.public)?;
    if let Some(half) = &checked.secret {
        put(token, session, key, half)?;
    }
    if !checked.public.is_empty() {
        session.create_object(&of(key, Class::Public)?.with(checked.public_attributes.iter().cloned()))?;
    }
    Ok(Created { handle, bits: checked.bits })
}

fn put(token: &Token, session: &Session, key: &NewKey<'_>, half: &Half) -> Result<ObjectHandle, CallError> {
    let mechanisms = token.mechanisms().unwrap_or_default();
    let template = of(key, half.class)?;
    if let Some(object) = wrapping::bring(session, &mechanisms, half.plain.expose(), &template)? {
        return Ok(object);
    }
    Ok(session.create_object(&template.with((half.attributes)()))?)
}

fn of(key: &NewKey<'_>, class: Class) -> Result<Template, ProviderError> {
    let key_type = token_type(key.attributes.key_type());
    let key_type = key_type.ok_or_else(|| ProviderError::not_supported("no such keys can be brought here"))?;
    Ok(Template::lasting(key, class).of(class, key_type))
}

fn check_size(token: &Token, key: KeyShape, bits: u32) -> Result<(), ProviderError> {
    if (key.bits != 0 && key.bits != bits) || !key.key_type.has_size(bits) {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    if !token.imports(KeyShape { bits, ..key }) {
        return Err(ProviderError::not_supported("the token has no keys of this size"));
    }
    Ok(())
}

fn rsa_public(material: &[u8]) -> Result<Checked, ProviderError> {
    let key = RsaPublicKey::from_der(material)?;
    let public_attributes = rsa_attributes(&key);
    Ok(Checked { bits: key.bits(), public: material.to_vec(), public_attributes, secret: None })
}

fn rsa_attributes(key: &RsaPublicKey) -> Vec<Attribute> {
    vec![Attribute::Modulus(key.modulus.clone()), Attribute::PublicExponent(key.exponent.clone())]
}

fn rsa_pair(token: &Token, shape: KeyShape, material: &[u8]) -> Result<Checked, ProviderError> {
    let key = RsaPrivateKey::from_der(material)?;
    let bits = key.public.bits();
    // Before its numbers, because the check of them has limits of its own.
    check_size(token, shape, bits)?;
    if !host::is_rsa_pair(material) {
        return Err(ProviderError::invalid_argument("the numbers of the pair do not belong together"));
    }
    let public = key.public.to_der()?;
    let public_attributes = rsa_attributes(&key.public);
    let attributes = move || {
        let bytes = |secret: &SecretBytes| secret.expose().clone();
        let mut attributes = rsa_attributes(&key.public);
        attributes.extend([
            Attribute::PrivateExponent(bytes(&key.exponent)),
            Attribute::Prime1(bytes(&key.primes[0])),
            Attribute::Prime2(bytes(&key.primes[1])),
            Attribute::Exponent1(bytes(&key.exponents[0])),
            Attribute::Exponent2(bytes(&key.exponents[1])),
            Attribute::Coefficient(bytes(&key.coefficient)),
        ]);
        attributes
    };
    let plain = pkcs8::from_rsa(material);
    let secret = Some(Half { class: Class::Private, plain, attributes: Box::new(attributes) });
    Ok(Checked { bits, public, public_attributes, secret })
}

/// The curve of a family whose keys have this length. The length of no curve is no key.
fn curve(
    family: EccFamily,
    bits: u32,
    length: impl Fn(&NamedCurve) -> usize,
    material: &[u8],
) -> Result<&'static NamedCurve, ProviderError> {
    let mut curves = CURVES.iter().filter(|curve| curve.family == family && (bits == 0 || curve.bits == bits));
    let found = curves.find(|curve| length(curve) == material.len());
    found.ok_or_else(|| ProviderError::invalid_argument("no key on a curve of this family and size has this length"))
}

fn point(family: EccFamily, bits: u32, material: &[u8]) -> Result<Checked, ProviderError> {
    let curve = curve(family, bits, |curve| 1 + 2 * curve.length(), material)?;
    // On a curve that is not known here, the token says whether it takes the point.
    if !host::is_point(curve, material) {
        return Err(ProviderError::invalid_argument("it is no point of its curve"));
    }
    let public_attributes = point_attributes(curve, material);
    Ok(Checked { bits: curve.bits, public: material.to_vec(), public_attributes, secret: None })
}

fn point_attributes(curve: &NamedCurve, point: &[u8]) -> Vec<Attribute> {
    let parameters = Attribute::EcParams(curve.parameters.to_vec());
    vec![parameters, Attribute::EcPoint(pkcs8::octet_string(point))]
}

fn scalar(family: EccFamily, bits: u32, material: &[u8]) -> Result<Checked, ProviderError> {
    let curve = curve(family, bits, NamedCurve::length, material)?;
    let public = host::public_point(curve, material)
        .ok_or_else(|| ProviderError::invalid_argument("it is no private key of its curve"))?;
    let public_attributes = point_attributes(curve, &public);
    let plain = pkcs8::from_scalar(curve.parameters, material);
    let scalar = SecretBytes::new(material.to_vec());
    let attributes =
        move || vec![Attribute::EcParams(curve.parameters.to_vec()), Attribute::Value(scalar.expose().clone())];
    let secret = Some(Half { class: Class::Private, plain, attributes: Box::new(attributes) });
    Ok(Checked { bits: curve.bits, public, public_attributes, secret })
}

fn symmetric(material: &[u8]) -> Checked {
    // A length that does not fit is no size of any key.
    let bits = u32::try_from(material.len()).ok().and_then(|bytes| bytes.checked_mul(8)).unwrap_or(0);
    let plain = SecretBytes::new(material.to_vec());
    let value = SecretBytes::new(material.to_vec());
    let attributes = move || vec![Attribute::Value(value.expose().clone())];
    let secret = Some(Half { class: Class::Secret, plain, attributes: Box::new(attributes) });
    Checked { bits, public: Vec::new(), public_attributes: Vec::new(), secret }
}
