//! The C side: pointers become values, values become what C functions give, and no panic goes through.
//!
//! Everything unsafe is in here. What each function is given, the caller promises by the standard (PKCS#11 3.0, section 5);
//! what can be checked of it (null pointers, lengths) is.

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

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cryptoki_sys::*;

use crate::error::{Refusal, Result};
use crate::module::{Module, module};
use crate::session::Session;

pub use list::{C_GetFunctionList, C_GetInterface, C_GetInterfaceList};

/// Does something, and gives its result as C has it. A panic is a defect, which must not end the caller's process.
fn answered(what: impl FnOnce() -> Result<()>) -> CK_RV {
    match catch_unwind(AssertUnwindSafe(what)) {
        Ok(Ok(())) => CKR_OK,
        Ok(Err(Refusal(value))) => value,
        Err(_) => CKR_GENERAL_ERROR,
    }
}

/// The module and one of its sessions.
fn opened(handle: CK_SESSION_HANDLE) -> Result<(Arc<Module>, Arc<Session>)> {
    let module = module()?;
    let session = module.session(handle)?;
    Ok((module, session))
}
