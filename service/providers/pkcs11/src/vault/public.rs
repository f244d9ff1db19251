//! Public keys: as attributes of objects, and in the format of wire contract 4.2.

use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_provider::ProviderError;
use keystead_provider::rsa::RsaPublicKey;

use crate::error::CallError;
use crate::named_curves::CURVES;
use crate::session::Session;

/// Reads the public key from its object, with its size in bits. `InvalidArgument` if the object is of another type or, where
/// the attributes name one, of another size or on another curve.
pub(crate) fn read(
    session: &Session,
    object: ObjectHandle,
    attributes: &KeyAttributes,
) -> Result<(Vec<u8>, u32), CallError> {
    let (public, bits) = match attributes.key_type() {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => read_rsa(session, object)?,
        _ => read_point(session, object, attributes)?,
    };
    if attributes.bits() != 0 && attributes.bits() != bits {
        return Err(ProviderError::invalid_argument("the token's key is of another size").into());
    }
    Ok((public, bits))
}

fn read_rsa(session: &Session, object: ObjectHandle) -> Result<(Vec<u8>, u32), CallError> {
    let (mut modulus, mut exponent) = (None, None);
    for attribute in session.get_attributes(object, &[AttributeType::Modulus, AttributeType::PublicExponent])? {
        match attribute {
            Attribute::Modulus(bytes) => modulus = Some(without_zeros(bytes)),
            Attribute::PublicExponent(bytes) => exponent = Some(without_zeros(bytes)),
            _ => {}
        }
    }
    let (Some(modulus), Some(exponent)) = (modulus, exponent) else { return Err(not_such_a_key()) };
    let key = RsaPublicKey { modulus, exponent };
    Ok((key.to_der()?, key.bits()))
}

fn read_point(
    session: &Session,
    object: ObjectHandle,
    attributes: &KeyAttributes,
) -> Result<(Vec<u8>, u32), CallError> {
    let (mut parameters, mut point) = (None, None);
    for attribute in session.get_attributes(object, &[AttributeType::EcParams, AttributeType::EcPoint])? {
        match attribute {
            Attribute::EcParams(bytes) => parameters = Some(bytes),
            Attribute::EcPoint(bytes) => point = Some(bytes),
            _ => {}
        }
    }
    let (Some(parameters), Some(point)) = (parameters, point) else { return Err(not_such_a_key()) };
    let family = attributes.key_type().ecc_family();
    let mut curves = CURVES.iter().filter(|curve| Some(curve.family) == family);
    let curve = curves.find(|curve| curve.parameters == parameters).ok_or_else(not_such_a_key)?;
    let point = curve
        .point(&point)
        .ok_or_else(|| CallError::Own(ProviderError::corruption("the token's public key is no point of its curve")))?;
    Ok((point.to_vec(), curve.bits))
}

fn without_zeros(mut number: Vec<u8>) -> Vec<u8> {
    number.drain(..number.iter().take_while(|byte| **byte == 0).count());
    number
}

fn not_such_a_key() -> CallError {
    CallError::Own(ProviderError::invalid_argument("the token's key is of another type"))
}
