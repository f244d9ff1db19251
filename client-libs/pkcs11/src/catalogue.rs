//! Which handle stands for which object. Handles are this process's own, and never used again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cryptoki_sys::{CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CKR_OBJECT_HANDLE_INVALID};
use keystead_client::interface::codes::ProviderNumber;

use crate::error::{Refusal, Result};
use crate::object::{CKA_KEYSTEAD_HIDDEN, Key, Object, Paper, Residence};
use crate::records::{Notes, Side};

/// What makes a token object the same object when it is seen again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Identity {
    slot: u8,
    side: Side,
    /// The key's name, or a paper's digits.
    name: String,
}

/// The objects that this process has seen or made.
#[derive(Default)]
pub(crate) struct Catalogue {
    last: CK_OBJECT_HANDLE,
    objects: BTreeMap<CK_OBJECT_HANDLE, Object>,
    /// Of token objects.
    handles: HashMap<Identity, CK_OBJECT_HANDLE>,
    /// Counts what this process itself made, changed and destroyed: a list that is older than the last of it is not to be
    /// believed.
    pub(crate) changes: u64,
    /// Objects that went with another one of the same key: destroying them too is no mistake.
    gone: Vec<CK_OBJECT_HANDLE>,
    /// Records that were read, by their names: they never change.
    pub(crate) records: HashMap<String, Arc<Notes>>,
}

impl Catalogue {
    /// The object behind a handle.
    pub(crate) fn object(&self, handle: CK_OBJECT_HANDLE) -> Result<Object> {
        self.objects.get(&handle).cloned().ok_or(Refusal(CKR_OBJECT_HANDLE_INVALID))
    }

    /// Every object of a slot, the oldest handle first.
    pub(crate) fn objects(&self, slot: ProviderNumber) -> Vec<(CK_OBJECT_HANDLE, Object)> {
        let of_slot = self.objects.iter().filter(|(_, object)| object.slot() == slot);
        of_slot.map(|(handle, object)| (*handle, object.clone())).collect()
    }

    /// Takes an object in, and gives its handle: the one that it has, if it is known.
    fn add(&mut self, object: Object) -> CK_OBJECT_HANDLE {
        let identity = identity(&object);
        if let Some(known) = identity.as_ref().and_then(|identity| self.handles.get(identity)) {
            self.objects.insert(*known, object);
            return *known;
        }
        self.last += 1;
        if let Some(identity) = identity {
            self.handles.insert(identity, self.last);
        }
        self.objects.insert(self.last, object);
        self.last
    }

    /// The key of this name, if it was seen.
    pub(crate) fn key(&self, slot: ProviderNumber, name: &str) -> Option<Arc<Key>> {
        [Side::Private, Side::Public, Side::Secret].into_iter().find_map(|side| {
            let identity = Identity { slot: slot.0, side, name: name.to_owned() };
            match self.objects.get(self.handles.get(&identity)?)? {
                Object::Key(key, _) => Some(Arc::clone(key)),
                Object::Paper(_) => None,
            }
        })
    }

    /// The paper with these digits, if it was seen.
    pub(crate) fn paper(&self, slot: ProviderNumber, digits: &str) -> Option<Arc<Paper>> {
        let identity = Identity { slot: slot.0, side: Side::Paper, name: digits.to_owned() };
        match self.objects.get(self.handles.get(&identity)?)? {
            Object::Paper(paper) => Some(Arc::clone(paper)),
            Object::Key(..) => None,
        }
    }

    /// Takes in an object that this process has just made.
    pub(crate) fn add_new(&mut self, object: Object) -> CK_OBJECT_HANDLE {
        self.changes += 1;
        self.add(object)
    }

    /// Leaves of a slot's token objects exactly these.
    pub(crate) fn keep_only(&mut self, slot: ProviderNumber, there: Vec<Object>) {
        let kept: HashSet<CK_OBJECT_HANDLE> = there.into_iter().map(|object| self.add(object)).collect();
        let leave = |handle: &CK_OBJECT_HANDLE, object: &Object| {
            object.slot() != slot || object.session().is_some() || kept.contains(handle)
        };
        let gone = &mut self.gone;
        self.objects.retain(|handle, object| {
            let stays = leave(handle, object);
            // Perhaps another thread is just destroying the pair, and its public object next.
            gone.extend((!stays && is_public_half(object)).then_some(*handle));
            stays
        });
        let objects = &self.objects;
        self.handles.retain(|_, handle| objects.contains_key(handle));
    }

    /// Forgets an object, and the other one of the same key with it, if the key goes.
    pub(crate) fn remove(&mut self, handle: CK_OBJECT_HANDLE, with_its_key: bool) {
        self.changes += 1;
        let Some(object) = self.objects.remove(&handle) else { return };
        if let Some(identity) = identity(&object) {
            self.handles.remove(&identity);
        }
        let Object::Key(key, _) = object else { return };
        if with_its_key {
            let is_other = |other: &Object| matches!(other, Object::Key(of, _) if Arc::ptr_eq(of, &key));
            let others: Vec<_> = self.objects.iter().filter(|(_, other)| is_other(other)).map(|(h, _)| *h).collect();
            for other in others {
                self.remove(other, false);
                self.gone.push(other);
            }
        }
    }

    /// Whether the object went with another one, which this call makes known.
    pub(crate) fn went_before(&mut self, handle: CK_OBJECT_HANDLE) -> bool {
        let at = self.gone.iter().position(|gone| *gone == handle);
        at.map(|at| self.gone.swap_remove(at)).is_some()
    }

    /// Takes out the objects that end with a session.
    pub(crate) fn take_of_session(&mut self, session: CK_SESSION_HANDLE) -> Vec<Object> {
        let ends = |object: &Object| object.session() == Some(session);
        let handles: Vec<_> = self.objects.iter().filter(|(_, object)| ends(object)).map(|(h, _)| *h).collect();
        handles.iter().filter_map(|handle| self.objects.remove(handle)).collect()
    }

    /// Takes out every object that ends with some session.
    pub(crate) fn take_of_sessions(&mut self) -> Vec<Object> {
        let sessions: Vec<_> = self.objects.values().filter_map(Object::session).collect();
        sessions.into_iter().flat_map(|session| self.take_of_session(session)).collect()
    }
}

fn is_public_half(object: &Object) -> bool {
    matches!(object, Object::Key(key, Side::Public) if key.attributes.key_type().is_key_pair())
}

/// Whether the public object of a pair is to be seen.
pub(crate) fn is_shown(side: Side, notes: &Notes) -> bool {
    side != Side::Public || notes.get(side, CKA_KEYSTEAD_HIDDEN).is_none()
}

fn identity(object: &Object) -> Option<Identity> {
    let (side, name) = match object {
        Object::Key(key, side) => match &key.residence {
            Residence::Stored(name) => (*side, name),
            Residence::Brought { .. } => return None,
        },
        Object::Paper(paper) => (Side::Paper, &paper.digits),
    };
    object.session().is_none().then(|| Identity { slot: object.slot().0, side, name: name.clone() })
}
