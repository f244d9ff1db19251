//! The C side: pointers become values, values become what C functions give, and no panic goes through.
//!
//! Everything unsafe is in here, but for what all our C interfaces share (keystead-c-abi). What each function is given, the
//! caller promises by the standard (PKCS#11 3.0, section 5); what can be checked of it (null pointers, lengths) is.

// Pointers of a C interface: see above.
#![allow(unsafe_code)]

mod absent;
mod beginning;
mod general;
mod keys;
mod list;
mod memory;
mod messages;
mod objects;
mod texts;

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_c_abi::call;

use crate::error::{Refusal, Result, refuse};
use crate::module::{Module, module};
use crate::session::Session;

pub use list::{C_GetFunctionList, C_GetInterface, C_GetInterfaceList};

/// Does something, and gives its result as C has it.
fn answered(what: impl FnOnce() -> Result<()>) -> CK_RV {
    match call(what, refuse(CKR_GENERAL_ERROR)) {
        Ok(()) => CKR_OK,
        Err(Refusal(value)) => value,
    }
}

/// The module and one of its sessions.
fn opened(handle: CK_SESSION_HANDLE) -> Result<(Arc<Module>, Arc<Session>)> {
    let module = module()?;
    let session = module.session(handle)?;
    Ok((module, session))
}
