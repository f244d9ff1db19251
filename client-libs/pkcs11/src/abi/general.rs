//! The library, its slots, sessions and logins.

use std::ffi::c_void;

use cryptoki_sys::*;
use keystead_c_abi::{put, value};

use super::memory::list;
use super::{answered, opened};
use crate::error::refuse;
use crate::module::{self, module};
use crate::slot::{MANUFACTURER, padded};

pub(super) unsafe extern "C" fn initialize(arguments: *mut c_void) -> CK_RV {
    answered(|| {
        if !arguments.is_null() {
            // SAFETY: by the standard it points to a CK_C_INITIALIZE_ARGS.
            let given: CK_C_INITIALIZE_ARGS = unsafe { value(arguments.cast_const().cast()) }?;
            let functions = [
                given.CreateMutex.is_some(),
                given.DestroyMutex.is_some(),
                given.LockMutex.is_some(),
                given.UnlockMutex.is_some(),
            ];
            let (any, all) = (functions.contains(&true), !functions.contains(&false));
            if !given.pReserved.is_null() || any != all {
                return refuse(CKR_ARGUMENTS_BAD);
            }
            // Only the system's own locks are used here.
            if all && given.flags & CKF_OS_LOCKING_OK == 0 {
                return refuse(CKR_CANT_LOCK);
            }
        }
        module::initialize()
    })
}

pub(super) unsafe extern "C" fn finalize(reserved: *mut c_void) -> CK_RV {
    answered(|| if reserved.is_null() { module::finalize() } else { refuse(CKR_ARGUMENTS_BAD) })
}

pub(super) unsafe extern "C" fn get_info(info: *mut CK_INFO) -> CK_RV {
    answered(|| {
        module()?;
        let version = |part: &str| part.parse().unwrap_or_default();
        let told = CK_INFO {
            cryptokiVersion: CK_VERSION { major: 3, minor: 0 },
            manufacturerID: padded(MANUFACTURER),
            flags: 0,
            libraryDescription: padded("Keystead, the host's key service"),
            libraryVersion: CK_VERSION {
                major: version(env!("CARGO_PKG_VERSION_MAJOR")),
                minor: version(env!("CARGO_PKG_VERSION_MINOR")),
            },
        };
        // SAFETY: the caller promises room.
        Ok(unsafe { put(info, told) }?)
    })
}

pub(super) unsafe extern "C" fn get_slot_list(_: CK_BBOOL, slots: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    answered(|| {
        // A token that is away shows in what fails: nobody can tell before it is used.
        let all: Vec<_> = module()?.providers()?.iter().map(|info| CK_SLOT_ID::from(info.id.0)).collect();
        // SAFETY: the caller promises room for as many as it says.
        unsafe { list(&all, slots, count) }
    })
}

pub(super) unsafe extern "C" fn get_slot_info(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    answered(|| {
        let told = module()?.slot_info(slot)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(info, told) }?)
    })
}

pub(super) unsafe extern "C" fn get_token_info(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    answered(|| {
        let told = module()?.token_info(slot)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(info, told) }?)
    })
}

pub(super) unsafe extern "C" fn get_mechanism_list(
    slot: CK_SLOT_ID,
    mechanisms: *mut CK_MECHANISM_TYPE,
    count: *mut CK_ULONG,
) -> CK_RV {
    answered(|| {
        let all: Vec<_> = module()?.mechanisms(slot)?.iter().map(|(mechanism, _)| *mechanism).collect();
        // SAFETY: the caller promises room for as many as it says.
        unsafe { list(&all, mechanisms, count) }
    })
}

pub(super) unsafe extern "C" fn get_mechanism_info(
    slot: CK_SLOT_ID,
    mechanism: CK_MECHANISM_TYPE,
    info: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    answered(|| {
        let told = module()?.mechanism_info(slot, mechanism)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(info, told) }?)
    })
}

pub(super) unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    _: *mut c_void,
    _: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    answered(|| {
        if session.is_null() {
            return refuse(CKR_ARGUMENTS_BAD);
        }
        let handle = module()?.open_session(slot, flags)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(session, handle) }?)
    })
}

pub(super) unsafe extern "C" fn close_session(session: CK_SESSION_HANDLE) -> CK_RV {
    answered(|| module()?.close_session(session))
}

pub(super) unsafe extern "C" fn close_all_sessions(slot: CK_SLOT_ID) -> CK_RV {
    answered(|| module()?.close_all_sessions(slot))
}

pub(super) unsafe extern "C" fn get_session_info(session: CK_SESSION_HANDLE, info: *mut CK_SESSION_INFO) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(info, session.info(&module)) }?)
    })
}

pub(super) unsafe extern "C" fn session_cancel(session: CK_SESSION_HANDLE, flags: CK_FLAGS) -> CK_RV {
    answered(|| {
        opened(session)?.1.cancel(flags);
        Ok(())
    })
}

pub(super) unsafe extern "C" fn login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    _: *mut CK_UTF8CHAR,
    _: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        match user {
            CKU_USER => module.log_in(&session),
            // No key asks for a login of its own (CKA_ALWAYS_AUTHENTICATE).
            CKU_CONTEXT_SPECIFIC => refuse(CKR_OPERATION_NOT_INITIALIZED),
            // There is nothing that a security officer could do here.
            _ => refuse(CKR_USER_TYPE_INVALID),
        }
    })
}

pub(super) unsafe extern "C" fn login_user(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
    _: *mut CK_UTF8CHAR,
    _: CK_ULONG,
) -> CK_RV {
    // SAFETY: nothing is read of what the pointers point to.
    unsafe { login(session, user, pin, length) }
}

pub(super) unsafe extern "C" fn logout(session: CK_SESSION_HANDLE) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        module.log_out(&session)
    })
}
