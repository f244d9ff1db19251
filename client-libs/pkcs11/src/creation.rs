//! Making objects: names for new keys, and what is remembered beside them.
//!
//! A key is made first and its record written afterwards: a crash in between leaves a key that works, with the CKA_ID that
//! keys without a record have.

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::names::RESERVED_PREFIX;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Error};
use parking_lot::Mutex;

use crate::error::{Refusal, Result, about, refuse};
use crate::limits::{MAX_LABEL_BYTES, NAME_ATTEMPTS};
use crate::module::Module;
use crate::object::{Key, Object, Residence};
use crate::random::{digits, hex};
use crate::records::{Notes, Side, Subject, session_name};
use crate::session::Session;
use crate::shelf;
use crate::template::{Template, flag, number};

/// Attributes of keys that are kept as the caller said them.
const KEPT: &[CK_ATTRIBUTE_TYPE] = &[CKA_ID, CKA_LABEL, CKA_SUBJECT, CKA_START_DATE, CKA_END_DATE, CKA_PRIVATE];

/// Attributes of keys that follow from the key and its policy. What a template says of them chose the policy, or changes
/// nothing; they are read as they came to be.
const FOLLOWING: &[CK_ATTRIBUTE_TYPE] = &[
    CKA_CLASS,
    CKA_TOKEN,
    CKA_KEY_TYPE,
    CKA_ALLOWED_MECHANISMS,
    CKA_MODIFIABLE,
    CKA_COPYABLE,
    CKA_DESTROYABLE,
    CKA_TRUSTED,
    CKA_LOCAL,
    CKA_ENCRYPT,
    CKA_DECRYPT,
    CKA_SIGN,
    CKA_VERIFY,
    CKA_SIGN_RECOVER,
    CKA_VERIFY_RECOVER,
    CKA_WRAP,
    CKA_UNWRAP,
    CKA_DERIVE,
    CKA_SENSITIVE,
    CKA_EXTRACTABLE,
    CKA_ALWAYS_AUTHENTICATE,
    CKA_WRAP_WITH_TRUSTED,
    CKA_MODULUS_BITS,
    CKA_MODULUS,
    CKA_PUBLIC_EXPONENT,
    CKA_PRIVATE_EXPONENT,
    CKA_PRIME_1,
    CKA_PRIME_2,
    CKA_EXPONENT_1,
    CKA_EXPONENT_2,
    CKA_COEFFICIENT,
    CKA_EC_PARAMS,
    CKA_EC_POINT,
    CKA_PUBLIC_KEY_INFO,
    CKA_VALUE,
    CKA_VALUE_LEN,
    CKA_CHECK_VALUE,
];

/// A key that is to be made: what is known before it is.
pub(crate) struct Plan<'a> {
    /// Type, size and policy.
    pub(crate) attributes: KeyAttributes,
    /// The templates of its objects.
    pub(crate) sides: &'a [(Side, &'a Template)],
    /// How it was generated; none if the caller brought it.
    pub(crate) mechanism: Option<CK_MECHANISM_TYPE>,
}

impl Plan<'_> {
    /// Whether any of its objects shall outlive the session: then the key does, and all of them with it.
    pub(crate) fn is_token(&self) -> Result<bool> {
        self.sides.iter().try_fold(false, |any, (_, template)| Ok(any | template.is_token()?))
    }

    /// What cannot be read from the key itself.
    pub(crate) fn notes(&self) -> Result<Notes> {
        let mut notes = Notes { of: Some(self.attributes), ..Notes::default() };
        for (side, template) in self.sides {
            for (kind, value) in template.iter() {
                if KEPT.contains(&kind) {
                    if value.len() > MAX_LABEL_BYTES {
                        return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
                    }
                    notes.values.insert((*side, kind), value.to_vec());
                } else if kind == CKA_KEY_TYPE && *side == Side::Secret {
                    notes.values.insert((*side, kind), value.to_vec());
                } else if !FOLLOWING.contains(&kind) {
                    return refuse(CKR_ATTRIBUTE_TYPE_INVALID);
                }
            }
            notes.values.insert((*side, CKA_LOCAL), flag(self.mechanism.is_some()));
            notes.values.extend(self.mechanism.map(|made| ((*side, CKA_KEY_GEN_MECHANISM), number(made))));
        }
        Ok(notes)
    }

    /// What the key would best be called: the label, else something of the CKA_ID. Empty if there is neither.
    fn wish(&self) -> Result<String> {
        for (_, template) in self.sides {
            match template.label()? {
                "" => {}
                // Such a key would not be listed.
                label if label.starts_with(RESERVED_PREFIX) => return Ok(format!("pkcs11-{label}")),
                label => return Ok(label.to_owned()),
            }
        }
        let id = self.sides.iter().find_map(|(_, template)| template.bytes(CKA_ID).filter(|id| !id.is_empty()));
        Ok(id.map(|id| format!("pkcs11-{}", hex(id))).unwrap_or_default())
    }
}

impl Module {
    /// Makes a key in the service and takes its objects in, in the order of the plan's sides. `make` makes it under a name,
    /// and is asked again with another name if that one is taken: PKCS#11 knows no names, and labels may be the same.
    pub(crate) fn make_key(
        &self,
        session: &Session,
        plan: &Plan<'_>,
        make: impl Fn(&Client, &str) -> std::result::Result<(), Error>,
    ) -> Result<Vec<CK_OBJECT_HANDLE>> {
        let mut notes = plan.notes()?;
        let client = self.client.with_provider(session.slot);
        let is_token = plan.is_token()?;
        session.check_write(is_token)?;
        let name = if is_token {
            let name = under_free_name(&plan.wish()?, |name| make(&client, name))?;
            // The name says it already.
            notes.values.retain(|(_, kind), value| *kind != CKA_LABEL || value != name.as_bytes());
            self.remember(session, &name, &notes)?;
            name
        } else {
            let name = session_name(&self.owner, &digits()?);
            make(&client, &name).map_err(about(CKR_ATTRIBUTE_VALUE_INVALID))?;
            name
        };
        Ok(self.take_in(session, plan, Residence::Stored(name), notes, is_token))
    }

    /// Takes in a key of the session's that the caller brought; nothing is asked of the service.
    pub(crate) fn keep_key(
        &self,
        session: &Session,
        plan: &Plan<'_>,
        residence: Residence,
    ) -> Result<Vec<CK_OBJECT_HANDLE>> {
        let mut notes = plan.notes()?;
        // It may be used with several algorithms, but only for what the caller said.
        for (side, template) in plan.sides {
            for kind in [CKA_SIGN, CKA_VERIFY, CKA_ENCRYPT, CKA_DECRYPT, CKA_DERIVE] {
                if let Some(value) = template.flag(kind)? {
                    notes.values.insert((*side, kind), flag(value));
                }
            }
        }
        Ok(self.take_in(session, plan, residence, notes, false))
    }

    /// Writes the record of a new key. A key whose record cannot be written is taken back, unless the record says nothing
    /// that the caller asked for.
    fn remember(&self, session: &Session, name: &str, notes: &Notes) -> Result<()> {
        let subject = Subject::Key(name.to_owned());
        match shelf::replace(&self.client, session.slot, &subject, notes) {
            Err(Refusal(CKR_TOKEN_WRITE_PROTECTED)) if !asks_for_a_record(notes) => Ok(()),
            written => written.inspect_err(|_| {
                // Should this fail too, the key is there with its default attributes.
                let _ = self.client.with_provider(session.slot).destroy(name);
            }),
        }
    }

    fn take_in(
        &self,
        session: &Session,
        plan: &Plan<'_>,
        residence: Residence,
        notes: Notes,
        is_token: bool,
    ) -> Vec<CK_OBJECT_HANDLE> {
        let key = Arc::new(Key {
            slot: session.slot,
            residence,
            attributes: plan.attributes,
            notes: Mutex::new(Arc::new(notes)),
            public: Mutex::new(None),
            session: (!is_token).then_some(session.handle),
        });
        let mut catalogue = self.catalogue.lock();
        plan.sides.iter().map(|(side, _)| catalogue.add_new(Object::Key(Arc::clone(&key), *side))).collect()
    }
}

/// Whether anything would be lost without the record that would be missed.
fn asks_for_a_record(notes: &Notes) -> bool {
    let by_the_caller = [CKA_ID, CKA_LABEL, CKA_SUBJECT, CKA_START_DATE, CKA_END_DATE];
    notes.values.iter().any(|((_, kind), value)| by_the_caller.contains(kind) && !value.is_empty())
}

/// Makes something under the name that was wished for, or that one with something behind it; gives the name.
fn under_free_name(wish: &str, make: impl Fn(&str) -> std::result::Result<(), Error>) -> Result<String> {
    for attempt in 0..NAME_ATTEMPTS {
        let name = match wish {
            "" => format!("pkcs11-{}", digits()?),
            wish if attempt == 0 => wish.to_owned(),
            wish => format!("{wish} ({})", digits()?),
        };
        match make(&name) {
            Ok(()) => return Ok(name),
            Err(error) if error.status() == Some(Status::PsaErrorAlreadyExists) => {}
            Err(error) => return Err(about(CKR_ATTRIBUTE_VALUE_INVALID)(error)),
        }
    }
    refuse(CKR_FUNCTION_FAILED)
}
