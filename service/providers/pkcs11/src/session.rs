//! A session with the token, in which one piece of work is done at a time.

use std::ops::Deref;
use std::sync::Arc;

use cryptoki::context::Function;
use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki::session::SessionState;
use cryptoki_sys::CK_ATTRIBUTE_TYPE;
use keystead_interface::secret::SecretBytes;
use keystead_provider::TokenIdentity;
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::destroyed::Destroyed;
use crate::error::CallError;
use crate::parameters::InC;
use crate::raw::{First, Functions, Last};
use crate::search::is_of_softhsm;

/// A logged-in read-write session of the pool. It is cryptoki's, and does in two calls what cryptoki does in three.
pub struct Session {
    safe: cryptoki::session::Session,
    raw: Arc<Functions>,
    /// Which login it belongs to: handles of objects are good for one.
    pub(crate) login: u64,
    /// Whether an object is where it was last found.
    pub(crate) trusts_handles: bool,
    /// Whether a user was logged in, as with all but tokens that want none.
    has_user: bool,
    changes: Arc<Changes>,
}

/// What the sessions of a login know of each other's changes. One at a time makes and destroys the token's objects, and
/// others look for objects in between, if the module needs it.
#[derive(Default)]
pub(crate) struct Changes {
    turn: Option<RwLock<()>>,
    destroyed: Destroyed,
}

impl Changes {
    /// Those of a token. SoftHSM 2.6.1 says that several threads may call it, and then loses objects which are made or
    /// looked for while others come and go (CKR_GENERAL_ERROR, or nothing found). The calls that make keys do both, make
    /// them and store them, so that whoever looks for another key waits there for an RSA key to be found. Other modules
    /// are taken at their word: nobody waits.
    pub(crate) fn of(token: &TokenIdentity) -> Self {
        Changes { turn: is_of_softhsm(token).then(RwLock::default), destroyed: Destroyed::default() }
    }
}

impl Session {
    pub(crate) fn new(safe: cryptoki::session::Session, raw: Arc<Functions>, login: u64, has_user: bool) -> Self {
        Session { safe, raw, login, trusts_handles: true, has_user, changes: Arc::default() }
    }

    /// The same, which changes the token's objects in turn with others.
    pub(crate) fn in_turn(self, changes: Arc<Changes>) -> Self {
        Session { changes, ..self }
    }

    /// Waits until no other session changes the token's objects or looks for some, if the module needs it. To be held while
    /// that is done here.
    pub(crate) fn changing(&self) -> Option<RwLockWriteGuard<'_, ()>> {
        self.changes.turn.as_ref().map(RwLock::write)
    }

    /// Waits until no other session changes the token's objects, if the module needs it. To be held while some are looked
    /// for.
    pub(crate) fn looking(&self) -> Option<RwLockReadGuard<'_, ()>> {
        self.changes.turn.as_ref().map(RwLock::read)
    }

    /// Has nobody trust handles of objects with this CKA_ID any more. To be done before they are destroyed.
    pub(crate) fn forget(&self, id: &[u8]) {
        self.changes.destroyed.add(id);
    }

    /// Whether objects with this CKA_ID are where they were last found.
    pub(crate) fn trusts(&self, id: &[u8]) -> bool {
        self.trusts_handles && !self.changes.destroyed.contains(id)
    }

    /// Fails if somebody else in the process has logged the user out: the token then shows no private objects. To be
    /// asked before what was not found is taken as not being there.
    pub(crate) fn check_login(&self) -> Result<(), CallError> {
        match self.safe.get_session_info()?.session_state() {
            SessionState::RwPublic | SessionState::RoPublic if self.has_user => {
                Err(CallError::Module { code: RvError::UserNotLoggedIn, function: Function::GetSessionInfo })
            }
            _ => Ok(()),
        }
    }

    /// Signs, or computes a MAC, in two calls. `room`: how long the result will be, in bytes; if it is longer, that
    /// costs a further call.
    pub fn sign(
        &self,
        mechanism: &impl InC,
        key: ObjectHandle,
        data: &[u8],
        room: usize,
    ) -> Result<Vec<u8>, CallError> {
        self.raw.begin(First::Sign, self.handle(), mechanism, key)?;
        Ok(self.raw.finish(Last::Sign, self.handle(), data, room)?.into_exposed())
    }

    /// Encrypts in two calls.
    pub fn encrypt(
        &self,
        mechanism: &impl InC,
        key: ObjectHandle,
        plaintext: &[u8],
        room: usize,
    ) -> Result<Vec<u8>, CallError> {
        self.raw.begin(First::Encrypt, self.handle(), mechanism, key)?;
        Ok(self.raw.finish(Last::Encrypt, self.handle(), plaintext, room)?.into_exposed())
    }

    /// Decrypts in two calls, into memory that is cleared.
    pub fn decrypt(
        &self,
        mechanism: &impl InC,
        key: ObjectHandle,
        ciphertext: &[u8],
        room: usize,
    ) -> Result<SecretBytes, CallError> {
        self.raw.begin(First::Decrypt, self.handle(), mechanism, key)?;
        self.raw.finish(Last::Decrypt, self.handle(), ciphertext, room)
    }

    /// Verifies in two calls.
    pub fn verify(
        &self,
        mechanism: &impl InC,
        key: ObjectHandle,
        data: &[u8],
        signature: &[u8],
    ) -> Result<(), CallError> {
        self.raw.begin(First::Verify, self.handle(), mechanism, key)?;
        self.raw.verify(self.handle(), data, signature)
    }

    /// Hashes in two calls.
    pub fn digest(&self, mechanism: &Mechanism<'_>, data: &[u8], room: usize) -> Result<Vec<u8>, CallError> {
        self.safe.digest_init(mechanism)?;
        Ok(self.raw.finish(Last::Digest, self.handle(), data, room)?.into_exposed())
    }

    /// An attribute that may be secret, such as the value of a derived key. None if the object does not give it away.
    pub fn secret_attribute(
        &self,
        object: ObjectHandle,
        attribute: CK_ATTRIBUTE_TYPE,
    ) -> Result<Option<SecretBytes>, CallError> {
        self.raw.secret_attribute(self.handle(), object, attribute)
    }

    /// Closes it. Not done by dropping: after the module was started again, the same number may be another session.
    pub(crate) fn close(self) {
        if let Err(error) = self.raw.close(self.handle()) {
            log::debug!("a session did not close: {}", keystead_provider::ProviderError::from(error));
        }
    }
}

impl Deref for Session {
    type Target = cryptoki::session::Session;

    fn deref(&self) -> &Self::Target {
        &self.safe
    }
}
