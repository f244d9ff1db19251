//! What is left in a token when the module's process dies while it makes a key: an object with nothing of its own.
//!
//! SoftHSM 2.6.1 writes an object's defaults one after the other before it writes what it was asked for, so that such an
//! object has no CKA_ID by which it could be found, and no key in it.

use std::time::Instant;

use cryptoki::error::{Error, RvError};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};

use crate::error::CallError;
use crate::limits::{HUSK_AGE, HUSK_SEARCH, MAX_TOKEN_OBJECTS};
use crate::session::Session;

/// Objects that look like it.
pub(crate) struct Suspects {
    objects: Vec<ObjectHandle>,
    since: Instant,
}

/// Looks for them. To be done before others work with the token: once, when it is logged in to for the first time, since
/// only a process that is no more left any. It takes at most [`HUSK_SEARCH`].
pub(crate) fn find(session: &Session) -> Result<Suspects, CallError> {
    let end = Instant::now() + HUSK_SEARCH;
    let mut objects = Vec::new();
    for object in session.iter_objects(&[])?.take(MAX_TOKEN_OBJECTS) {
        objects.push(object?);
    }
    objects.retain(|object| Instant::now() < end && is_husk(session, *object));
    Ok(Suspects { objects, since: Instant::now() })
}

/// Removes those that still look like it after [`HUSK_AGE`], for which it waits if there are any. Another process may
/// work with the token, and what is a husk for a moment only is a key that it is making.
pub(crate) fn remove(session: &Session, suspects: Suspects) -> Result<(), CallError> {
    let Suspects { mut objects, since } = suspects;
    if objects.is_empty() {
        return Ok(());
    }
    std::thread::sleep(HUSK_AGE.saturating_sub(since.elapsed()));
    objects.retain(|object| is_husk(session, *object));
    for object in &objects {
        session.destroy_object(*object)?;
    }
    log::info!("removed {} objects without an id, a label or a key, which were left half-made", objects.len());
    Ok(())
}

/// Whether an object has no id, no label and no key. CKA_TOKEN tells nothing: it is one of the defaults, and false. One
/// that cannot be asked is none, and so is every kind of object of which it is not known here what would be missing.
fn is_husk(session: &Session, object: ObjectHandle) -> bool {
    let asked = [
        AttributeType::Class,
        AttributeType::KeyType,
        AttributeType::Id,
        AttributeType::Label,
        AttributeType::EcParams,
        AttributeType::Modulus,
        AttributeType::ValueLen,
    ];
    let is_of_husk = |attribute: &Attribute| match attribute {
        Attribute::Class(class) => {
            [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY, ObjectClass::SECRET_KEY].contains(class)
        }
        // Those that are made here: each shows an attribute of the key below.
        Attribute::KeyType(key_type) => {
            [KeyType::EC, KeyType::RSA, KeyType::AES, KeyType::GENERIC_SECRET].contains(key_type)
        }
        Attribute::Id(bytes) | Attribute::Label(bytes) | Attribute::EcParams(bytes) | Attribute::Modulus(bytes) => {
            bytes.is_empty()
        }
        Attribute::ValueLen(length) => u64::from(*length) == 0,
        _ => false,
    };
    match session.get_attributes(object, &asked) {
        Ok(has) => has.iter().all(is_of_husk),
        // Of an object without a class SoftHSM says nothing else, and no module says it of any other (PKCS#11 2.40, 5.7.5).
        Err(Error::Pkcs11(RvError::AttributeValueInvalid, _)) => true,
        Err(_) => false,
    }
}
