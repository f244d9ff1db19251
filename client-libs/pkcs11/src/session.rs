//! A session: its slot, and the operations that are under way in it.

use std::collections::VecDeque;

use cryptoki_sys::*;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::secret::SecretBytes;
use parking_lot::Mutex;

use crate::ciphering::Ciphering;
use crate::error::{Result, refuse};
use crate::hashes::Hasher;
use crate::module::Module;
use crate::signing::Signing;

/// A session. Its operations are behind a lock of its own, so that those of others go on while one waits for the service.
pub(crate) struct Session {
    /// Its handle.
    pub(crate) handle: CK_SESSION_HANDLE,
    /// Its slot.
    pub(crate) slot: ProviderNumber,
    /// What it was opened with.
    pub(crate) flags: CK_FLAGS,
    /// What is under way.
    pub(crate) state: Mutex<State>,
}

/// One operation of each kind may be under way.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) found: Option<VecDeque<CK_OBJECT_HANDLE>>,
    pub(crate) digest: Option<Hasher>,
    pub(crate) sign: Option<Signing>,
    pub(crate) verify: Option<Signing>,
    pub(crate) encrypt: Option<Ciphering>,
    pub(crate) decrypt: Option<Ciphering>,
}

/// The bytes that a caller has room for; none if it only wants to know how many there will be.
pub(crate) type Room = Option<usize>;

/// What a function gives that writes into the caller's memory.
pub(crate) enum Output {
    /// There will be as many bytes, or a few less.
    Length(usize),
    /// They do not fit: there are as many.
    TooSmall(usize),
    /// Here they are.
    Bytes(SecretBytes),
}

impl Session {
    /// A session in which nothing is under way.
    pub(crate) fn new(handle: CK_SESSION_HANDLE, slot: ProviderNumber, flags: CK_FLAGS) -> Session {
        Session { handle, slot, flags, state: Mutex::default() }
    }

    /// Its slot, as PKCS#11 numbers it.
    pub(crate) fn slot_id(&self) -> CK_SLOT_ID {
        self.slot.0.into()
    }

    /// Whether it may make and destroy token objects.
    pub(crate) fn may_write(&self) -> bool {
        self.flags & CKF_RW_SESSION != 0
    }

    /// Errors if the session is for reading and the object would outlive it.
    pub(crate) fn check_write(&self, is_token: bool) -> Result<()> {
        if is_token && !self.may_write() { refuse(CKR_SESSION_READ_ONLY) } else { Ok(()) }
    }

    /// What C_GetSessionInfo tells.
    pub(crate) fn info(&self, module: &Module) -> CK_SESSION_INFO {
        let state = match (self.may_write(), module.is_logged_in(self.slot_id())) {
            (true, true) => CKS_RW_USER_FUNCTIONS,
            (true, false) => CKS_RW_PUBLIC_SESSION,
            (false, true) => CKS_RO_USER_FUNCTIONS,
            (false, false) => CKS_RO_PUBLIC_SESSION,
        };
        CK_SESSION_INFO { slotID: self.slot_id(), state, flags: self.flags, ulDeviceError: 0 }
    }

    /// C_SessionCancel: ends the operations that the flags name.
    pub(crate) fn cancel(&self, flags: CK_FLAGS) {
        let mut state = self.state.lock();
        let is_named = |flag: CK_FLAGS| flags & flag != 0;
        state.found.take_if(|_| is_named(CKF_FIND_OBJECTS));
        state.digest.take_if(|_| is_named(CKF_DIGEST));
        state.sign.take_if(|_| is_named(CKF_SIGN));
        state.verify.take_if(|_| is_named(CKF_VERIFY));
        state.encrypt.take_if(|_| is_named(CKF_ENCRYPT));
        state.decrypt.take_if(|_| is_named(CKF_DECRYPT));
    }

    /// The result of the hash that is under way.
    pub(crate) fn digest(&self, more: Option<&[u8]>, room: Room) -> Result<Output> {
        let mut state = self.state.lock();
        let Some(hasher) = state.digest.as_ref() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
        if let Some(early) = early(hasher.len(), room) {
            return Ok(early);
        }
        let Some(mut hasher) = state.digest.take() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
        hasher.update(more.unwrap_or_default());
        Ok(Output::Bytes(hasher.finish().into()))
    }
}

/// What can be answered before there is a result of this length.
pub(crate) fn early(length: usize, room: Room) -> Option<Output> {
    match room {
        None => Some(Output::Length(length)),
        Some(room) if room < length => Some(Output::TooSmall(length)),
        Some(_) => None,
    }
}
