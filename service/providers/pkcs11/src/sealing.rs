//! Keeping the storage root key: enciphered by a key of our own that never leaves the token.

use cryptoki::mechanism::Mechanism as Safe;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki_sys::*;
use keystead_interface::algorithm::Hash;
use keystead_interface::secret::SecretBytes;
use keystead_provider::hashing::hash;
use keystead_provider::{ProviderError, Sealing};

use crate::error::{CallError, Remedy};
use crate::mechanisms::Mechanisms;
use crate::objects::Class;
use crate::parameters::{Mechanism, Sealed};
use crate::refusal;
use crate::session::Session;
use crate::template::Template;
use crate::token::{Repeat, Token};
use crate::vault::wrapping::random;

/// The CKA_ID of the sealing key. It is longer than a tag, so that it can be no key's that we make.
pub(crate) const ID: &[u8] = b"keystead-storage-root-key";

/// What an operator sees of it.
const LABEL: &[u8] = b"Keystead: seals the storage root key";

/// Bytes of its AES key.
const KEY_BYTES: u64 = 32;

/// The longest secret in bytes, by the contract of [`Sealing`].
const MAX_SECRET: usize = 128;

const NONCE: usize = 12;
const TAG: usize = 16;
const IV: usize = 16;
const CHECK: usize = 32;

/// How a secret is sealed: the first byte of what comes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A nonce, and what AES-GCM makes of the secret.
    Gcm = 1,
    /// An IV, and what AES-CBC makes of the secret with its SHA-256 in front. There is nothing to be had by changing it: the
    /// key is used for nothing else, and what unseals wrongly opens no store.
    Cbc = 2,
}

/// Whether the token can seal.
pub(crate) fn offers(mechanisms: &Mechanisms) -> bool {
    form(mechanisms).is_some()
}

fn form(mechanisms: &Mechanisms) -> Option<Form> {
    let both = CKF_ENCRYPT | CKF_DECRYPT;
    if !mechanisms.offers_key(CKM_AES_KEY_GEN, CKF_GENERATE, 8 * KEY_BYTES as u32) {
        return None;
    }
    [(CKM_AES_GCM, Form::Gcm), (CKM_AES_CBC_PAD, Form::Cbc)]
        .into_iter()
        .find(|(mechanism, _)| mechanisms.offers(*mechanism, both))
        .map(|(_, form)| form)
}

impl Sealing for Token {
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let mechanisms = self.mechanisms().unwrap_or_default();
        let form = form(&mechanisms).ok_or_else(|| ProviderError::not_supported("the token cannot seal"))?;
        let secret = secret.expose();
        if secret.is_empty() || secret.len() > MAX_SECRET {
            return Err(ProviderError::invalid_argument("1 to 128 bytes can be sealed"));
        }
        // The key is made first, so that what follows can be repeated.
        self.with_session(Repeat::IfRefused, |session| match find(session)?.as_slice() {
            [] => make(session),
            _ => Ok(()),
        })?;
        self.with_session(Repeat::Always, |session| {
            let key = find(session)?.first().copied().ok_or(CallError::KeyGone)?;
            match form {
                Form::Gcm => seal_gcm(session, key, secret),
                Form::Cbc => seal_cbc(session, key, secret),
            }
        })
    }

    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError> {
        let foreign = || ProviderError::invalid_argument("this token did not seal it");
        let (first, rest) = sealed.split_first().ok_or_else(foreign)?;
        let form = [Form::Gcm, Form::Cbc].into_iter().find(|form| *form as u8 == *first).ok_or_else(foreign)?;
        let unsealed = self.with_session(Repeat::Always, |session| {
            let keys = find(session)?;
            if keys.is_empty() {
                return Err(CallError::KeyGone);
            }
            for key in keys {
                let unsealed = match form {
                    Form::Gcm => unseal_gcm(session, key, rest)?,
                    Form::Cbc => unseal_cbc(session, key, rest)?,
                };
                if unsealed.is_some() {
                    return Ok(unsealed);
                }
            }
            Ok(None)
        });
        match unsealed {
            Ok(secret) => secret.ok_or_else(foreign),
            // A token that is there, without the key.
            Err(error) if error.kind == keystead_provider::ErrorKind::KeyMissing => Err(foreign()),
            Err(error) => Err(error),
        }
    }
}

/// The sealing keys: one, unless two services made theirs at the same time.
fn find(session: &Session) -> Result<Vec<ObjectHandle>, CallError> {
    let _unchanged = session.looking();
    let found = session.search(ID, Some(Class::Secret))?;
    session.check_login()?;
    Ok(found)
}

fn make(session: &Session) -> Result<(), CallError> {
    let _alone = session.changing();
    let template = Template::new([
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Id(ID.to_vec()),
        Attribute::Label(LABEL.to_vec()),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(KEY_BYTES.into()),
    ]);
    session.generate_key(&Safe::AesKeyGen, &template)?;
    Ok(())
}

fn seal_gcm(session: &Session, key: ObjectHandle, secret: &[u8]) -> Result<Vec<u8>, CallError> {
    let nonce = random::<NONCE>()?;
    let sealed = session.encrypt(&gcm(&nonce), key, secret, secret.len() + TAG)?;
    Ok([&[Form::Gcm as u8], nonce.as_slice(), &sealed].concat())
}

fn unseal_gcm(session: &Session, key: ObjectHandle, sealed: &[u8]) -> Result<Option<SecretBytes>, CallError> {
    let Some((nonce, sealed)) = sealed.split_at_checked(NONCE) else { return Ok(None) };
    refused_is_none(session, session.decrypt(&gcm(nonce), key, sealed, sealed.len()))
}

fn gcm(nonce: &[u8]) -> Mechanism<'_> {
    Mechanism::Gcm(Sealed::new(nonce, b"", TAG))
}

fn seal_cbc(session: &Session, key: ObjectHandle, secret: &[u8]) -> Result<Vec<u8>, CallError> {
    let iv = random::<IV>()?;
    let mut plain = SecretBytes::new(Vec::with_capacity(CHECK + secret.len()));
    plain.expose_mut().extend_from_slice(&check(secret));
    plain.expose_mut().extend_from_slice(secret);
    let sealed = session.encrypt(&Safe::AesCbcPad(iv), key, plain.expose(), CHECK + secret.len() + IV)?;
    Ok([&[Form::Cbc as u8], iv.as_slice(), &sealed].concat())
}

fn unseal_cbc(session: &Session, key: ObjectHandle, sealed: &[u8]) -> Result<Option<SecretBytes>, CallError> {
    let Some((iv, sealed)) = sealed.split_first_chunk::<IV>() else { return Ok(None) };
    let plain = refused_is_none(session, session.decrypt(&Safe::AesCbcPad(*iv), key, sealed, sealed.len()))?;
    Ok(plain.and_then(|plain| {
        let (found, secret) = plain.expose().split_at_checked(CHECK)?;
        (found == check(secret)).then(|| SecretBytes::new(secret.to_vec()))
    }))
}

fn check(secret: &[u8]) -> Vec<u8> {
    // SHA-256 is always there.
    hash(Hash::Sha256, secret).unwrap_or_default()
}

/// What the token does not decipher, it did not seal; unless it is not there any more.
fn refused_is_none(session: &Session, done: Result<SecretBytes, CallError>) -> Result<Option<SecretBytes>, CallError> {
    match done {
        Ok(plain) => Ok(Some(plain)),
        Err(error) if refusal::is_vague(&error) => {
            if refusal::answers(session) {
                Ok(None)
            } else {
                Err(error)
            }
        }
        Err(error) if error.code().is_some() && error.remedy() == Remedy::None => Ok(None),
        Err(error) => Err(error),
    }
}
