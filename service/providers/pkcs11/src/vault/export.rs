//! Keys that leave the token, because their policy and the configuration allow it.

use cryptoki::object::ObjectHandle;
use cryptoki_sys::CKA_VALUE;
use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError};

use super::wrapping;
use crate::error::CallError;
use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::pkcs8;
use crate::session::Session;
use crate::template::curve;
use crate::token::{Repeat, Token};

/// The private or secret key in the format of wire contract 4.2.
pub(super) fn export(token: &Token, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
    if !token.settings.allow_export {
        return Err(ProviderError::not_supported("the configuration keeps all keys in the token"));
    }
    let mechanisms = token.mechanisms().unwrap_or_default();
    let class = if key.attributes.key_type().is_key_pair() { Class::Private } else { Class::Secret };
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, class)?;
        take(session, &mechanisms, object, key.attributes)
    })
}

fn take(
    session: &Session,
    mechanisms: &Mechanisms,
    object: ObjectHandle,
    attributes: &KeyAttributes,
) -> Result<SecretBytes, CallError> {
    if let Some(plain) = wrapping::take(session, mechanisms, object)? {
        return Ok(unpacked(plain, attributes)?);
    }
    let value = session.secret_attribute(object, CKA_VALUE)?.filter(|_| attributes.key_type() != KeyType::RsaKeyPair);
    let value = value.ok_or_else(|| ProviderError::not_supported("the token does not give the key away"))?;
    Ok(match attributes.key_type() {
        KeyType::EccKeyPair(_) => padded(value.expose(), curve(attributes)?.length())?,
        _ => value,
    })
}

/// The key as it was wrapped, in our format.
fn unpacked(plain: SecretBytes, attributes: &KeyAttributes) -> Result<SecretBytes, ProviderError> {
    let key = match attributes.key_type() {
        KeyType::RsaKeyPair => pkcs8::to_rsa(plain.expose()),
        KeyType::EccKeyPair(_) => pkcs8::to_scalar(plain.expose(), curve(attributes)?.length()),
        _ => truncated(plain, attributes.bits()),
    };
    key.ok_or_else(|| ProviderError::corruption("the token wrapped something else than its key"))
}

/// SoftHSM2 fills the wrapped key with zeros up to a multiple of eight bytes.
fn truncated(mut key: SecretBytes, bits: u32) -> Option<SecretBytes> {
    let length = bits as usize / 8;
    let is_filled = key.expose().get(length..)?.iter().all(|byte| *byte == 0);
    key.expose_mut().truncate(length);
    is_filled.then_some(key)
}

fn padded(number: &[u8], length: usize) -> Result<SecretBytes, ProviderError> {
    let mut padded = SecretBytes::new(vec![0; length]);
    length
        .checked_sub(number.len())
        .and_then(|start| padded.expose_mut().get_mut(start..))
        .ok_or_else(|| ProviderError::corruption("the token's key is longer than its curve"))?
        .copy_from_slice(number);
    Ok(padded)
}
