//! Objects: keys, of which a pair is two objects, and papers (certificates and data objects).

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::Client;
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::policy;
use keystead_client::interface::secret::SecretBytes;
use parking_lot::Mutex;

use crate::error::{Result, as_object, refuse};
use crate::limits::LEAVING_TIMEOUT;
use crate::owner::Owner;
use crate::policy::usage_of;
use crate::random::digits;
use crate::records::{Notes, Side, session_name};

/// An attribute of ours, kept beside a pair whose public object was destroyed: the key is one, so it cannot go alone.
pub(crate) const CKA_KEYSTEAD_HIDDEN: CK_ATTRIBUTE_TYPE = CKA_VENDOR_DEFINED | 0x4b53_0001;

/// What a handle stands for.
#[derive(Clone)]
pub(crate) enum Object {
    /// One side of a key.
    Key(Arc<Key>, Side),
    /// A certificate or data object.
    Paper(Arc<Paper>),
}

/// A key, whichever of its objects it is seen as.
pub(crate) struct Key {
    /// The provider that has it.
    pub(crate) slot: ProviderNumber,
    /// Where it is.
    pub(crate) residence: Residence,
    /// Type, size and policy.
    pub(crate) attributes: KeyAttributes,
    /// What the service cannot hold of it.
    pub(crate) notes: Mutex<Arc<Notes>>,
    /// The public half, once it was asked for.
    pub(crate) public: Mutex<Option<Arc<Vec<u8>>>>,
    /// The session with which it ends; none for a token object.
    pub(crate) session: Option<CK_SESSION_HANDLE>,
}

/// Where a key is.
pub(crate) enum Residence {
    /// In the service, under this name.
    Stored(String),
    /// The caller brought it for a session. It goes to the service when it is used, once for each algorithm: the caller has
    /// it anyway, so it need not be bound to one before anybody knows which.
    Brought {
        /// In the format of the contract.
        material: SecretBytes,
        /// The names under which it went to the service.
        made: Mutex<Vec<(Algorithm, String)>>,
    },
}

/// A certificate or data object.
pub(crate) struct Paper {
    /// The slot in which it is seen.
    pub(crate) slot: ProviderNumber,
    /// The random digits of its records.
    pub(crate) digits: String,
    /// Its attributes.
    pub(crate) notes: Mutex<Arc<Notes>>,
    /// The session with which it ends; none for a token object.
    pub(crate) session: Option<CK_SESSION_HANDLE>,
}

impl Object {
    /// The slot in which it is seen.
    pub(crate) fn slot(&self) -> ProviderNumber {
        match self {
            Object::Key(key, _) => key.slot,
            Object::Paper(paper) => paper.slot,
        }
    }

    /// The session with which it ends.
    pub(crate) fn session(&self) -> Option<CK_SESSION_HANDLE> {
        match self {
            Object::Key(key, _) => key.session,
            Object::Paper(paper) => paper.session,
        }
    }

    /// Which side of which notes are about it.
    pub(crate) fn notes(&self) -> (Arc<Notes>, Side) {
        match self {
            Object::Key(key, side) => (Arc::clone(&key.notes.lock()), *side),
            Object::Paper(paper) => (Arc::clone(&paper.notes.lock()), Side::Paper),
        }
    }
}

impl Key {
    /// The objects as which a key is seen. None if PKCS#11 has no word for its type.
    pub(crate) fn sides(attributes: &KeyAttributes) -> &'static [Side] {
        match attributes.key_type() {
            KeyType::RsaKeyPair | KeyType::EccKeyPair(_) => &[Side::Private, Side::Public],
            KeyType::RsaPublicKey | KeyType::EccPublicKey(_) => &[Side::Public],
            KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_) => &[],
            _ => &[Side::Secret],
        }
    }

    /// The name in the service, if it has one for good.
    pub(crate) fn stored_name(&self) -> Option<&str> {
        match &self.residence {
            Residence::Stored(name) => Some(name),
            Residence::Brought { .. } => None,
        }
    }

    /// Whether it may be used so. A key that the caller brought may be used as its type can be.
    pub(crate) fn permit(&self, usage: Usage, algorithm: Algorithm) -> Result<()> {
        let key_type = self.attributes.key_type();
        match &self.residence {
            Residence::Stored(_) => Ok(policy::permit(&self.attributes, usage, algorithm)?),
            Residence::Brought { .. } if !policy::fits(algorithm, key_type) => refuse(CKR_KEY_TYPE_INCONSISTENT),
            Residence::Brought { .. } if !usage_of(algorithm, key_type).widened().intersects(usage) => {
                refuse(CKR_KEY_FUNCTION_NOT_PERMITTED)
            }
            Residence::Brought { .. } if self.is_denied(usage) => refuse(CKR_KEY_FUNCTION_NOT_PERMITTED),
            Residence::Brought { .. } => Ok(()),
        }
    }

    /// Whether who brought it said that it is not for this.
    fn is_denied(&self, usage: Usage) -> bool {
        const FLAGS: [(Usage, CK_ATTRIBUTE_TYPE); 5] = [
            (Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE), CKA_SIGN),
            (Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE), CKA_VERIFY),
            (Usage::ENCRYPT, CKA_ENCRYPT),
            (Usage::DECRYPT, CKA_DECRYPT),
            (Usage::DERIVE, CKA_DERIVE),
        ];
        let notes = self.notes.lock();
        let is_off = |flag| notes.values.iter().any(|((_, kind), value)| *kind == flag && value == &[CK_FALSE]);
        FLAGS.iter().any(|(of, flag)| usage.intersects(*of) && is_off(*flag))
    }

    /// The name under which the service has it for this algorithm.
    pub(crate) fn name_for(&self, client: &Client, owner: &Owner, algorithm: Algorithm) -> Result<String> {
        let (material, made) = match &self.residence {
            Residence::Stored(name) => return Ok(name.clone()),
            Residence::Brought { material, made } => (material, made),
        };
        let mut made = made.lock();
        if let Some((_, name)) = made.iter().find(|(of, _)| *of == algorithm) {
            return Ok(name.clone());
        }
        let name = session_name(owner, &digits()?);
        let key_type = self.attributes.key_type();
        let attributes = KeyAttributes::new(key_type, 0, usage_of(algorithm, key_type), algorithm);
        // Before it is there: a call that ran out of time may have made it.
        made.push((algorithm, name.clone()));
        match client.with_provider(self.slot).import(&name, &attributes, material.expose()) {
            Ok(_) => Ok(name),
            Err(error) => {
                if error.status().is_some() {
                    made.pop();
                }
                Err(error.into())
            }
        }
    }

    /// The public half, in the format of the contract.
    pub(crate) fn public_key(&self, client: &Client, owner: &Owner) -> Result<Arc<Vec<u8>>> {
        if let Some(known) = self.public.lock().as_ref() {
            return Ok(Arc::clone(known));
        }
        let bytes = match &self.residence {
            Residence::Brought { material, .. } if self.attributes.key_type().is_public() => material.expose().clone(),
            _ => {
                let name = self.name_for(client, owner, self.attributes.algorithm())?;
                client.with_provider(self.slot).public_key(&name).map_err(|error| as_object(error.into()))?
            }
        };
        let bytes = Arc::new(bytes);
        *self.public.lock() = Some(Arc::clone(&bytes));
        Ok(bytes)
    }

    /// Removes from the service what it has of a session's key. What cannot be removed now is what a crash would leave.
    pub(crate) fn leave_service(&self, client: &Client) {
        let client = client.with_provider(self.slot).with_timeout(LEAVING_TIMEOUT);
        match &self.residence {
            Residence::Stored(name) => drop(client.destroy(name)),
            Residence::Brought { made, .. } => {
                made.lock().drain(..).for_each(|(_, name)| drop(client.destroy(&name)));
            }
        }
    }
}
