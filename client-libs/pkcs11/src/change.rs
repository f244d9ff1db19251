//! C_DestroyObject and C_SetAttributeValue.

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::status::Status;

use crate::attributes;
use crate::error::{Result, as_object, refuse};
use crate::limits::MAX_LABEL_BYTES;
use crate::module::Module;
use crate::object::{CKA_KEYSTEAD_HIDDEN, Key, Object};
use crate::records::{Notes, Side, Subject};
use crate::session::Session;
use crate::shelf;
use crate::template::{Template, flag};

/// Attributes of keys that can be changed: the service knows none of them.
const CHANGEABLE: &[CK_ATTRIBUTE_TYPE] = &[CKA_LABEL, CKA_ID, CKA_SUBJECT, CKA_START_DATE, CKA_END_DATE];

/// Attributes of papers that cannot.
const FIXED: &[CK_ATTRIBUTE_TYPE] = &[CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_CERTIFICATE_TYPE, CKA_MODIFIABLE];

impl Module {
    /// C_DestroyObject. The two objects of a pair are one key: the private one takes the key and so the public one with it,
    /// and the public one alone is no longer shown.
    pub(crate) fn destroy_object(&self, session: &Session, handle: CK_OBJECT_HANDLE) -> Result<()> {
        if self.catalogue.lock().went_before(handle) {
            return Ok(());
        }
        let object = self.object(session, handle)?;
        session.check_write(object.session().is_none())?;
        match &object {
            Object::Paper(paper) if paper.session.is_none() => {
                shelf::forget(&self.client, paper.slot, &Subject::Paper(paper.digits.clone()))?;
            }
            Object::Paper(_) => {}
            Object::Key(key, Side::Public) if key.attributes.key_type().is_key_pair() => {
                if key.session.is_none() {
                    let mut notes = Notes::clone(&key.notes.lock());
                    notes.values.insert((Side::Public, CKA_KEYSTEAD_HIDDEN), flag(true));
                    self.remember_of_key(key, notes)?;
                }
                self.catalogue.lock().remove(handle, false);
                return Ok(());
            }
            Object::Key(key, _) => self.destroy_key(key)?,
        }
        self.catalogue.lock().remove(handle, true);
        Ok(())
    }

    /// C_SetAttributeValue: all of the changes or none.
    pub(crate) fn set_attributes(&self, session: &Session, handle: CK_OBJECT_HANDLE, changes: &Template) -> Result<()> {
        let object = self.object(session, handle)?;
        session.check_write(object.session().is_none())?;
        if object.session().is_none() {
            // What others changed meanwhile stays.
            self.refresh(session.slot)?;
        }
        let (notes, side) = object.notes();
        let mut notes = Notes::clone(&notes);
        for (kind, value) in changes.iter() {
            let is_free = match &object {
                Object::Key(..) => CHANGEABLE.contains(&kind) && value.len() <= MAX_LABEL_BYTES,
                Object::Paper(_) => !FIXED.contains(&kind),
            };
            if is_free {
                notes.values.insert((side, kind), value.to_vec());
                continue;
            }
            // Saying what is so already changes nothing.
            match attributes::read(&self.client, &self.owner, &object, kind) {
                Ok(known) if known.expose() == value => {}
                Ok(_) => return refuse(CKR_ATTRIBUTE_READ_ONLY),
                Err(refusal) => return Err(refusal),
            }
        }
        match &object {
            Object::Key(key, _) => self.remember_of_key(key, notes),
            Object::Paper(paper) => {
                if paper.session.is_none() {
                    shelf::replace(&self.client, paper.slot, &Subject::Paper(paper.digits.clone()), &notes)?;
                }
                let mut catalogue = self.catalogue.lock();
                catalogue.changes += 1;
                *paper.notes.lock() = Arc::new(notes);
                Ok(())
            }
        }
    }

    /// The object behind a handle, if it is one of the session's slot.
    pub(crate) fn object(&self, session: &Session, handle: CK_OBJECT_HANDLE) -> Result<Object> {
        let object = self.catalogue.lock().object(handle)?;
        if object.slot() == session.slot { Ok(object) } else { refuse(CKR_OBJECT_HANDLE_INVALID) }
    }

    fn remember_of_key(&self, key: &Arc<Key>, mut notes: Notes) -> Result<()> {
        if let (None, Some(name)) = (key.session, key.stored_name()) {
            notes.of = Some(key.attributes);
            shelf::replace(&self.client, key.slot, &Subject::Key(name.to_owned()), &notes)?;
        }
        let mut catalogue = self.catalogue.lock();
        catalogue.changes += 1;
        *key.notes.lock() = Arc::new(notes);
        Ok(())
    }

    /// The record goes first: a key without one is still a key, and a record without its key might meet another.
    fn destroy_key(&self, key: &Key) -> Result<()> {
        let (None, Some(name)) = (key.session, key.stored_name()) else {
            key.leave_service(&self.client);
            return Ok(());
        };
        if key.notes.lock().of.is_some() {
            shelf::forget(&self.client, key.slot, &Subject::Key(name.to_owned()))?;
        }
        match self.client.with_provider(key.slot).destroy(name) {
            Err(error) if error.status() != Some(Status::PsaErrorDoesNotExist) => Err(as_object(error.into())),
            _ => Ok(()),
        }
    }
}
