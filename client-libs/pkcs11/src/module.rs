//! The module as one process has it: a client of the service, slots, sessions, objects.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use cryptoki_sys::*;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::operations::core::ProviderInfo;
use keystead_client::{Client, Credential, Endpoint, Error};
use parking_lot::Mutex;

use crate::catalogue::Catalogue;
use crate::error::{Refusal, Result, refuse};
use crate::limits::MAX_SESSIONS;
use crate::object::Object;
use crate::owner::Owner;
use crate::records::Side;
use crate::session::Session;

/// The mechanisms of a slot.
pub(crate) type Mechanisms = Arc<Vec<(CK_MECHANISM_TYPE, CK_MECHANISM_INFO)>>;

/// Everything between C_Initialize and C_Finalize.
pub(crate) struct Module {
    /// Whom all is asked of.
    pub(crate) client: Client,
    /// Who this is to the service.
    pub(crate) credential: Credential,
    /// This process, in the names of its session objects.
    pub(crate) owner: Owner,
    /// The objects that it knows.
    pub(crate) catalogue: Mutex<Catalogue>,
    /// What each slot can do, once it was asked.
    pub(crate) offers: Mutex<HashMap<u8, Mechanisms>>,
    process: u32,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    last: CK_SESSION_HANDLE,
    open: HashMap<CK_SESSION_HANDLE, Arc<Session>>,
    /// Slots in which somebody logged in, which changes nothing but what is told.
    logged_in: HashSet<CK_SLOT_ID>,
}

/// The module of this process. It is swapped, not locked: a process that is forked while another thread holds a lock
/// would find it locked for ever.
static MODULE: ArcSwapOption<Module> = ArcSwapOption::const_empty();

/// The module, if this very process has initialised it: a child must do so itself.
pub(crate) fn module() -> Result<Arc<Module>> {
    let module = MODULE.load_full().filter(|module| module.process == std::process::id());
    module.ok_or(Refusal(CKR_CRYPTOKI_NOT_INITIALIZED))
}

/// Begins. What a process inherited from its parent is left as it is: it is the parent's.
pub(crate) fn initialize() -> Result<()> {
    if module().is_ok() {
        return refuse(CKR_CRYPTOKI_ALREADY_INITIALIZED);
    }
    let new = Arc::new(Module::new()?);
    let inherited = MODULE.load_full().filter(|old| old.process != std::process::id());
    let previous = MODULE.compare_and_swap(&inherited, Some(new));
    let is_ours = match (&*previous, &inherited) {
        (None, None) => true,
        (Some(previous), Some(inherited)) => Arc::ptr_eq(previous, inherited),
        _ => false,
    };
    if !is_ours {
        return refuse(CKR_CRYPTOKI_ALREADY_INITIALIZED);
    }
    // Its locks may be held by threads that do not exist here.
    std::mem::forget(inherited);
    Ok(())
}

/// Ends: every session is closed.
pub(crate) fn finalize() -> Result<()> {
    let ending = module()?;
    let previous = MODULE.compare_and_swap(&Some(Arc::clone(&ending)), None);
    if !previous.as_ref().is_some_and(|previous| Arc::ptr_eq(previous, &ending)) {
        return refuse(CKR_CRYPTOKI_NOT_INITIALIZED);
    }
    ending.end_all_sessions();
    Ok(())
}

impl Module {
    fn new() -> Result<Module> {
        let credential = Credential::from_environment()?;
        Ok(Module {
            client: Client::at(Endpoint::from_environment().map_err(Error::from)?, credential.clone()),
            credential,
            owner: Owner::this(),
            catalogue: Mutex::default(),
            offers: Mutex::default(),
            process: std::process::id(),
            sessions: Mutex::default(),
        })
    }

    /// The service's providers of cryptography, which are the slots.
    pub(crate) fn providers(&self) -> Result<Vec<ProviderInfo>> {
        let mut providers = self.client.list_providers()?;
        providers.retain(|info| !info.id.is_core());
        Ok(providers)
    }

    /// The provider behind a slot.
    pub(crate) fn slot(&self, slot: CK_SLOT_ID) -> Result<ProviderInfo> {
        let found = self.providers()?.into_iter().find(|info| CK_SLOT_ID::from(info.id.0) == slot);
        found.ok_or(Refusal(CKR_SLOT_ID_INVALID))
    }

    /// Opens a session.
    pub(crate) fn open_session(&self, slot: CK_SLOT_ID, flags: CK_FLAGS) -> Result<CK_SESSION_HANDLE> {
        if flags & CKF_SERIAL_SESSION == 0 {
            return refuse(CKR_SESSION_PARALLEL_NOT_SUPPORTED);
        }
        let provider: ProviderNumber = self.slot(slot)?.id;
        let mut sessions = self.sessions.lock();
        if sessions.open.len() >= MAX_SESSIONS {
            return refuse(CKR_SESSION_COUNT);
        }
        sessions.last += 1;
        let handle = sessions.last;
        sessions.open.insert(handle, Arc::new(Session::new(handle, provider, flags)));
        Ok(handle)
    }

    /// The session behind a handle.
    pub(crate) fn session(&self, handle: CK_SESSION_HANDLE) -> Result<Arc<Session>> {
        self.sessions.lock().open.get(&handle).cloned().ok_or(Refusal(CKR_SESSION_HANDLE_INVALID))
    }

    /// Closes a session and ends its objects.
    pub(crate) fn close_session(&self, handle: CK_SESSION_HANDLE) -> Result<()> {
        let mut sessions = self.sessions.lock();
        let Some(session) = sessions.open.remove(&handle) else { return refuse(CKR_SESSION_HANDLE_INVALID) };
        // "When a token's last session is closed, the login state returns to public."
        if !sessions.open.values().any(|other| other.slot == session.slot) {
            sessions.logged_in.remove(&session.slot_id());
        }
        drop(sessions);
        let ended = self.catalogue.lock().take_of_session(handle);
        self.end(ended);
        Ok(())
    }

    /// Closes every session of a slot. Whether there is such a slot is not asked: the service may be away.
    pub(crate) fn close_all_sessions(&self, slot: CK_SLOT_ID) -> Result<()> {
        let all: Vec<_> = self.sessions.lock().open.values().filter(|one| one.slot_id() == slot).cloned().collect();
        for session in all {
            // Another thread may have closed it.
            let _ = self.close_session(session.handle);
        }
        Ok(())
    }

    /// How many sessions a slot has: all, and those that may write.
    pub(crate) fn count_sessions(&self, slot: CK_SLOT_ID) -> (CK_ULONG, CK_ULONG) {
        let sessions = self.sessions.lock();
        let of_slot = || sessions.open.values().filter(|session| session.slot_id() == slot);
        (of_slot().count() as CK_ULONG, of_slot().filter(|session| session.may_write()).count() as CK_ULONG)
    }

    /// Whether somebody logged in to the slot.
    pub(crate) fn is_logged_in(&self, slot: CK_SLOT_ID) -> bool {
        self.sessions.lock().logged_in.contains(&slot)
    }

    /// Logs in. Nobody has a PIN: the kernel or a token says who this is, so any is taken.
    pub(crate) fn log_in(&self, session: &Session) -> Result<()> {
        let is_new = self.sessions.lock().logged_in.insert(session.slot_id());
        if is_new { Ok(()) } else { refuse(CKR_USER_ALREADY_LOGGED_IN) }
    }

    /// Logs out, which takes nothing away.
    pub(crate) fn log_out(&self, session: &Session) -> Result<()> {
        let was_there = self.sessions.lock().logged_in.remove(&session.slot_id());
        if was_there { Ok(()) } else { refuse(CKR_USER_NOT_LOGGED_IN) }
    }

    fn end_all_sessions(&self) {
        self.sessions.lock().open.clear();
        let ended = self.catalogue.lock().take_of_sessions();
        self.end(ended);
    }

    fn end(&self, objects: Vec<Object>) {
        for object in objects {
            // Both sides of a pair are one key.
            match object {
                Object::Key(key, Side::Public) if key.attributes.key_type().is_key_pair() => {}
                Object::Key(key, _) => key.leave_service(&self.client),
                Object::Paper(_) => {}
            }
        }
    }
}
