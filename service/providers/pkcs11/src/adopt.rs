//! Keys that others made in the token.

use cryptoki::object::{Attribute, AttributeType, KeyType as CkKeyType, ObjectHandle};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_provider::{Adopting, Created, NewKey, ProviderError};

use crate::error::CallError;
use crate::limits::MAX_ID_BYTES;
use crate::objects::{self, Class};
use crate::sealing;
use crate::session::Session;
use crate::template::token_type;
use crate::token::{Repeat, Token};
use crate::vault::public;

impl Adopting for Token {
    fn adopt(&self, key: NewKey<'_>, id: &[u8]) -> Result<Created, ProviderError> {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(ProviderError::invalid_argument("a CKA_ID has 1 to 255 bytes"));
        }
        if id == sealing::ID {
            // Whoever destroyed it would destroy the whole store.
            return Err(ProviderError::invalid_argument("the key that seals the store is nobody else's"));
        }
        self.with_session(Repeat::Always, |session| {
            let _unchanged = session.looking();
            adopt(session, key.attributes, id)
        })
    }
}

fn adopt(session: &Session, attributes: &KeyAttributes, id: &[u8]) -> Result<Created, CallError> {
    let [private, public, secret] =
        [Class::Private, Class::Public, Class::Secret].map(|class| session.search(id, Some(class)));
    let (private, public, secret) = (private?, public?, secret?);
    session.check_login()?;
    if private.is_empty() && public.is_empty() && secret.is_empty() {
        return Err(CallError::KeyGone);
    }
    let key_type = attributes.key_type();
    match (private.as_slice(), public.as_slice(), secret.as_slice()) {
        ([private], [public], []) if key_type.is_key_pair() => {
            check(session, *private, attributes, Class::Private)?;
            check(session, *public, attributes, Class::Public)?;
            with_public(session, *public, attributes, id)
        }
        ([], [public], []) if key_type.is_public() => {
            check(session, *public, attributes, Class::Public)?;
            with_public(session, *public, attributes, id)
        }
        ([], [], [secret]) if !key_type.is_asymmetric() => {
            check(session, *secret, attributes, Class::Secret)?;
            let bits = secret_bits(session, *secret, attributes)?;
            Ok(Created { handle: objects::handle(id, &[])?, bits })
        }
        _ => Err(refused("the CKA_ID is that of several keys, or of one of another kind")),
    }
}

fn with_public(
    session: &Session,
    object: ObjectHandle,
    attributes: &KeyAttributes,
    id: &[u8],
) -> Result<Created, CallError> {
    let (bytes, bits) = public::read(session, object, attributes)?;
    Ok(Created { handle: objects::handle(id, &bytes)?, bits })
}

/// Whether the object is of the type, and can do what the policy lets it do.
fn check(session: &Session, object: ObjectHandle, attributes: &KeyAttributes, class: Class) -> Result<(), CallError> {
    let needed = needed(attributes, class);
    let mut asked: Vec<AttributeType> = needed.iter().map(Attribute::attribute_type).collect();
    asked.push(AttributeType::KeyType);
    let has = session.get_attributes(object, &asked)?;
    let is_type = |attribute: &Attribute| match attribute {
        Attribute::KeyType(found) => is_type(*found, attributes.key_type()),
        _ => false,
    };
    if !has.iter().any(is_type) {
        return Err(refused("the token's key is of another type"));
    }
    if needed.iter().any(|needed| !has.contains(needed)) {
        return Err(refused("the token's key may not be used as its policy says"));
    }
    Ok(())
}

/// What the object must say of itself.
fn needed(attributes: &KeyAttributes, class: Class) -> Vec<Attribute> {
    let usage = attributes.usage();
    let signs = usage.intersects(Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE));
    let verifies = usage.intersects(Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE));
    let encrypts = usage.contains(Usage::ENCRYPT);
    let decrypts = usage.contains(Usage::DECRYPT);
    let exports = class != Class::Public && usage.contains(Usage::EXPORT);
    let wanted = match class {
        Class::Private => vec![
            (signs, Attribute::Sign(true)),
            (decrypts, Attribute::Decrypt(true)),
            (usage.contains(Usage::DERIVE), Attribute::Derive(true)),
        ],
        // Whoever has the public key can verify and encrypt, whatever the object says.
        Class::Public => Vec::new(),
        Class::Secret => vec![
            (signs || verifies, Attribute::Sign(true)),
            (encrypts, Attribute::Encrypt(true)),
            (decrypts, Attribute::Decrypt(true)),
        ],
    };
    let wanted = wanted.into_iter().chain([(exports, Attribute::Extractable(true))]);
    wanted.filter(|(wanted, _)| *wanted).map(|(_, attribute)| attribute).collect()
}

/// HMAC keys have a type of their own in some tokens, for each hash, and are generic secrets in others.
fn is_type(found: CkKeyType, wanted: KeyType) -> bool {
    const HMAC: [CkKeyType; 5] = [
        CkKeyType::SHA_1_HMAC,
        CkKeyType::SHA224_HMAC,
        CkKeyType::SHA256_HMAC,
        CkKeyType::SHA384_HMAC,
        CkKeyType::SHA512_HMAC,
    ];
    token_type(wanted) == Some(found) || (wanted == KeyType::Hmac && HMAC.contains(&found))
}

fn secret_bits(session: &Session, object: ObjectHandle, attributes: &KeyAttributes) -> Result<u32, CallError> {
    let has = session.get_attributes(object, &[AttributeType::ValueLen])?;
    let bytes = has.iter().find_map(|attribute| match attribute {
        Attribute::ValueLen(length) => u32::try_from(**length).ok(),
        _ => None,
    });
    let bits = bytes.and_then(|bytes| bytes.checked_mul(8)).ok_or_else(|| refused("the token's key has no length"))?;
    if (attributes.bits() != 0 && attributes.bits() != bits) || !attributes.key_type().has_size(bits) {
        return Err(refused("the token's key is of another size"));
    }
    Ok(bits)
}

fn refused(why: &'static str) -> CallError {
    CallError::Own(ProviderError::invalid_argument(why))
}
