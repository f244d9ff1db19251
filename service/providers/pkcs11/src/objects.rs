//! Handles of keys, and the token's objects behind them.

use std::sync::OnceLock;

use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::RejectionSecret;
use keystead_provider::{ErrorKind, Key, KeyHandle, ProviderError};
use parking_lot::Mutex;

use crate::error::CallError;
use crate::limits::MAX_OBJECTS;
use crate::session::Session;

/// Which object of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The private half of a pair.
    Private,
    /// The public half of a pair, or a public key.
    Public,
    /// A symmetric key.
    Secret,
}

/// What a key's handle says, and where its objects were last found.
pub struct Prepared {
    id: Vec<u8>,
    public: Vec<u8>,
    found: Mutex<[Option<Found>; 3]>,
    rejection: OnceLock<RejectionSecret>,
}

#[derive(Clone, Copy)]
struct Found {
    login: u64,
    object: ObjectHandle,
}

/// The first byte of a handle: what follows is the length of the CKA_ID in a byte, the CKA_ID, and the public key, which
/// is empty if the key has none.
const VERSION: u8 = 1;

/// A handle for the key that is known by this CKA_ID, with its public key in the format of wire contract 4.2.
pub(crate) fn handle(id: &[u8], public: &[u8]) -> Result<KeyHandle, ProviderError> {
    let length = u8::try_from(id.len()).map_err(|_| ProviderError::invalid_argument("the CKA_ID is too long"))?;
    let bytes = [&[VERSION, length], id, public].concat();
    Ok(KeyHandle(SecretBytes::new(bytes)))
}

impl Prepared {
    /// What is known about the key. This is what [`Key::prepared`] of every key of this provider holds.
    pub fn of<'a>(key: &Key<'a>) -> Result<&'a Prepared, ProviderError> {
        key.prepared(Prepared::parse)
    }

    /// Reads a handle.
    pub(crate) fn parse(handle: &[u8]) -> Result<Prepared, ProviderError> {
        let unreadable = || ProviderError::new(ErrorKind::DataCorrupt, "the handle cannot be read");
        let [VERSION, length, rest @ ..] = handle else { return Err(unreadable()) };
        let (id, public) = rest.split_at_checked(usize::from(*length)).ok_or_else(unreadable)?;
        Ok(Prepared {
            id: id.to_vec(),
            public: public.to_vec(),
            found: Mutex::new([None; 3]),
            rejection: OnceLock::new(),
        })
    }

    /// The CKA_ID of the key's objects.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The public key in the format of wire contract 4.2, if the key has one.
    pub fn public(&self) -> Option<&[u8]> {
        (!self.public.is_empty()).then_some(self.public.as_slice())
    }
}

impl Prepared {
    /// What texts that stand in for those of wrong padding are made of: `make` asks the token for it once.
    pub(crate) fn rejection_secret(
        &self,
        make: impl FnOnce() -> Result<RejectionSecret, ProviderError>,
    ) -> Result<&RejectionSecret, ProviderError> {
        if let Some(secret) = self.rejection.get() {
            return Ok(secret);
        }
        // Whoever comes at the same time makes the same.
        let secret = make()?;
        Ok(self.rejection.get_or_init(|| secret))
    }
}

impl Session {
    /// The key's object. It is looked up at its first use after each login, so that a use costs no search.
    pub fn object(&self, key: &Key<'_>, class: Class) -> Result<ObjectHandle, CallError> {
        let prepared = Prepared::of(key)?;
        if let Some(found) = prepared.found.lock()[class as usize]
            && found.login == self.login
            && self.trusts(&prepared.id)
        {
            return Ok(found.object);
        }
        let _unchanged = self.looking();
        let object = self.search(&prepared.id, Some(class))?.first().copied().ok_or(CallError::KeyGone)?;
        prepared.found.lock()[class as usize] = Some(Found { login: self.login, object });
        Ok(object)
    }

    /// The token's objects with this CKA_ID, of one class or of all.
    pub(crate) fn search(&self, id: &[u8], class: Option<Class>) -> Result<Vec<ObjectHandle>, CallError> {
        let mut template = vec![Attribute::Token(true), Attribute::Id(id.to_vec())];
        template.extend(class.map(|class| Attribute::Class(class.into())));
        let mut objects = Vec::new();
        for object in self.iter_objects(&template)?.take(MAX_OBJECTS) {
            objects.push(object?);
        }
        Ok(objects)
    }
}

impl From<Class> for ObjectClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Private => ObjectClass::PRIVATE_KEY,
            Class::Public => ObjectClass::PUBLIC_KEY,
            Class::Secret => ObjectClass::SECRET_KEY,
        }
    }
}
