//! Bringing secret keys into the token, and out of it, under a wrapping key that lives for that moment.
//!
//! There are two ways, of which tokens offer one, both or none: a wrapping key made here, with the wrapping of RFC 5649
//! done here; and a wrapping key made by the token, which enciphers and unwraps the same bytes.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, KeyType, ObjectHandle};
use cryptoki_sys::*;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError};

use crate::error::{CallError, Remedy};
use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::session::Session;
use crate::template::Template;

/// Length of a wrapping key in bytes.
const KEY_BYTES: usize = 32;

/// What wrapping adds at most, in bytes (RFC 5649, section 4.1).
const OVERHEAD: usize = 16;

/// Brings a key in. None if the token has no way that works: modules say that they unwrap, and then some keys only.
pub(super) fn bring(
    session: &Session,
    mechanisms: &Mechanisms,
    plain: &[u8],
    template: &Template,
) -> Result<Option<ObjectHandle>, CallError> {
    if mechanisms.offers(CKM_AES_KEY_WRAP_PAD, CKF_UNWRAP)
        && let Some(object) = unless_refused(bring_wrapped_here(session, plain, template))?
    {
        return Ok(Some(object));
    }
    if mechanisms.offers(CKM_AES_CBC_PAD, CKF_UNWRAP | CKF_ENCRYPT) && makes_keys(mechanisms) {
        return unless_refused(bring_wrapped_there(session, plain, template));
    }
    Ok(None)
}

/// Gives a key away. None if the token has no way that works.
pub(super) fn take(
    session: &Session,
    mechanisms: &Mechanisms,
    object: ObjectHandle,
) -> Result<Option<SecretBytes>, CallError> {
    if mechanisms.offers(CKM_AES_KEY_WRAP_PAD, CKF_WRAP)
        && let Some(plain) = unless_refused(take_wrapped_here(session, object))?
    {
        return Ok(Some(plain));
    }
    if mechanisms.offers(CKM_AES_CBC_PAD, CKF_WRAP | CKF_DECRYPT) && makes_keys(mechanisms) {
        return unless_refused(take_wrapped_there(session, object));
    }
    Ok(None)
}

fn makes_keys(mechanisms: &Mechanisms) -> bool {
    mechanisms.offers_key(CKM_AES_KEY_GEN, CKF_GENERATE, 8 * KEY_BYTES as u32)
}

/// A way that the token refuses is none; a token that is lost is an error.
fn unless_refused<T>(done: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if matches!(error.remedy(), Remedy::None | Remedy::Doubt) => {
            log::debug!("a way to wrap keys is not taken: {}", ProviderError::from(error));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn bring_wrapped_here(session: &Session, plain: &[u8], template: &Template) -> Result<ObjectHandle, CallError> {
    let key = random_key()?;
    let mut wrapped = vec![0; plain.len() + OVERHEAD];
    let wrapped = kek(&key)?.wrap_with_padding(plain, &mut wrapped).map_err(|_| broken())?;
    let wrapping = put(session, key, Attribute::Unwrap(true))?;
    let brought = session.unwrap_key(&Mechanism::AesKeyWrapPad, wrapping, wrapped, template);
    session.destroy_object(wrapping)?;
    Ok(brought?)
}

fn take_wrapped_here(session: &Session, object: ObjectHandle) -> Result<SecretBytes, CallError> {
    let key = random_key()?;
    let kek = kek(&key)?;
    let wrapping = put(session, key, Attribute::Wrap(true))?;
    let taken = session.wrap_key(&Mechanism::AesKeyWrapPad, wrapping, object);
    session.destroy_object(wrapping)?;
    let taken = taken?;
    let mut plain = SecretBytes::new(vec![0; taken.len()]);
    let length = kek.unwrap_with_padding(&taken, plain.expose_mut()).map_err(|_| broken())?.len();
    plain.expose_mut().truncate(length);
    Ok(plain)
}

fn bring_wrapped_there(session: &Session, plain: &[u8], template: &Template) -> Result<ObjectHandle, CallError> {
    let wrapping = make(session, [Attribute::Encrypt(true), Attribute::Unwrap(true)])?;
    let mechanism = Mechanism::AesCbcPad(random()?);
    let brought = session
        .encrypt(&mechanism, wrapping, plain, plain.len() + OVERHEAD)
        .and_then(|wrapped| Ok(session.unwrap_key(&mechanism, wrapping, &wrapped, template)?));
    session.destroy_object(wrapping)?;
    brought
}

fn take_wrapped_there(session: &Session, object: ObjectHandle) -> Result<SecretBytes, CallError> {
    let wrapping = make(session, [Attribute::Decrypt(true), Attribute::Wrap(true)])?;
    let mechanism = Mechanism::AesCbcPad(random()?);
    let taken = session.wrap_key(&mechanism, wrapping, object).map_err(CallError::from);
    let plain = taken.and_then(|wrapped| session.decrypt(&mechanism, wrapping, &wrapped, wrapped.len()));
    session.destroy_object(wrapping)?;
    plain
}

/// Gives the token a wrapping key that was made here.
fn put(session: &Session, mut key: SecretBytes, purpose: Attribute) -> Result<ObjectHandle, CallError> {
    let value = Attribute::Value(std::mem::take(key.expose_mut()));
    let template = Template::passing().of(Class::Secret, KeyType::AES).with([value, purpose]);
    Ok(session.create_object(&template)?)
}

/// Has the token make a wrapping key.
fn make(session: &Session, purposes: [Attribute; 2]) -> Result<ObjectHandle, CallError> {
    let length = Attribute::ValueLen((KEY_BYTES as u64).into());
    let template = Template::passing().with([length, Attribute::Extractable(false)]).with(purposes);
    Ok(session.generate_key(&Mechanism::AesKeyGen, &template)?)
}

fn random_key() -> Result<SecretBytes, CallError> {
    let mut key = SecretBytes::new(vec![0; KEY_BYTES]);
    aws_lc_rs::rand::fill(key.expose_mut()).map_err(|_| no_entropy())?;
    Ok(key)
}

/// Random bytes of the host's, for what is not secret.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], CallError> {
    let mut bytes = [0; LENGTH];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| no_entropy())?;
    Ok(bytes)
}

fn kek(key: &SecretBytes) -> Result<AesKek, CallError> {
    AesKek::new(&AES_256, key.expose()).map_err(|_| broken())
}

fn no_entropy() -> CallError {
    CallError::Own(ProviderError::new(ErrorKind::InsufficientEntropy, "the host has no randomness"))
}

fn broken() -> CallError {
    CallError::Own(ProviderError::generic("a wrapped key that is not one"))
}
