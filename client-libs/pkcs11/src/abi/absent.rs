//! Functions that the service has nothing for. Each says so, as the standard wants it.

use std::ffi::c_void;

use cryptoki_sys::*;
use keystead_c_abi::put;

use super::{answered, opened};
use crate::error::{Result, refuse};

/// Functions that give a value whatever they are given.
macro_rules! absent {
    ($value:ident: $($name:ident($($argument:ty),*);)+) => { $(
        pub(super) unsafe extern "C" fn $name($(_: $argument),*) -> CK_RV {
            answered(|| absent_value($value))
        }
    )+ };
}

fn absent_value(value: CK_RV) -> Result<()> {
    // Before C_Initialize that is what every function says.
    crate::module::module()?;
    refuse(value)
}

type Session = CK_SESSION_HANDLE;
type Mechanism = *mut CK_MECHANISM;
type Key = CK_OBJECT_HANDLE;
type Bytes = *mut CK_BYTE;
type Text = *mut CK_UTF8CHAR;
type Length = CK_ULONG;
type LengthOut = *mut CK_ULONG;
type Parameter = *mut c_void;

absent! {
    CKR_FUNCTION_NOT_SUPPORTED:
    init_token(CK_SLOT_ID, Text, Length, Text);
    init_pin(Session, Text, Length);
    set_pin(Session, Text, Length, Text, Length);
    get_operation_state(Session, Bytes, LengthOut);
    set_operation_state(Session, Bytes, Length, Key, Key);
    digest_key(Session, Key);
    recover_init(Session, Mechanism, Key);
    recover(Session, Bytes, Length, Bytes, LengthOut);
    dual_update(Session, Bytes, Length, Bytes, LengthOut);
    wrap_key(Session, Mechanism, Key, Key, Bytes, LengthOut);
    unwrap_key(Session, Mechanism, Key, Bytes, Length, *mut CK_ATTRIBUTE, Length, *mut CK_OBJECT_HANDLE);
    wait_for_slot_event(CK_FLAGS, *mut CK_SLOT_ID, Parameter);
    message_init(Session, Mechanism, Key);
    message_final(Session);
    convert_message(Session, Parameter, Length, Bytes, Length, Bytes, Length, Bytes, LengthOut);
    convert_message_begin(Session, Parameter, Length, Bytes, Length);
    convert_message_next(Session, Parameter, Length, Bytes, Length, Bytes, LengthOut, CK_FLAGS);
    sign_message(Session, Parameter, Length, Bytes, Length, Bytes, LengthOut);
    sign_message_begin(Session, Parameter, Length);
    verify_message(Session, Parameter, Length, Bytes, Length, Bytes, Length);
}

absent! {
    CKR_FUNCTION_NOT_PARALLEL:
    get_function_status(Session);
    cancel_function(Session);
}

/// Nobody knows how much room an object takes in the service: the standard has a number for that.
pub(super) unsafe extern "C" fn get_object_size(session: Session, object: Key, size: LengthOut) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        module.object(&session, object)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(size, CK_UNAVAILABLE_INFORMATION) }?)
    })
}
