//! The module's own functions, for what the safe interface lacks: results in one call, and mechanisms it has not heard of.
//!
//! cryptoki asks for the length of each result before it asks for the result, which is one more round trip to the token
//! for each signature; and it leaves out mechanisms that it has no name for.
#![allow(unsafe_code)] // A C interface.

mod first;

use std::path::Path;

use cryptoki::context::Function;
use cryptoki::error::{Rv, RvError};
use cryptoki::object::ObjectHandle;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_BYTE, CK_FUNCTION_LIST, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_RV,
    CK_SESSION_HANDLE, CK_SLOT_ID, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
};
use keystead_interface::secret::SecretBytes;
use keystead_provider::ProviderError;

use crate::error::CallError;

pub(crate) use first::First;

/// The functions of a loaded module (PKCS#11 3.1, section 5.2).
pub(crate) struct Functions {
    list: CK_FUNCTION_LIST,
    // Keeps the module in memory for as long as its functions are known.
    _module: cryptoki_sys::Pkcs11,
}

/// The last call of a piece of work that began with the matching Init: bytes in, bytes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// `C_Sign`
    Sign,
    /// `C_Encrypt`
    Encrypt,
    /// `C_Decrypt`
    Decrypt,
    /// `C_Digest`
    Digest,
}

type OneShot = unsafe extern "C" fn(CK_SESSION_HANDLE, *mut CK_BYTE, CK_ULONG, *mut CK_BYTE, *mut CK_ULONG) -> CK_RV;

impl Functions {
    /// Loads the module. If it is loaded already, these are the functions of the same one.
    pub(crate) fn load(path: &Path) -> Result<Self, CallError> {
        let unusable =
            |what: String| CallError::Own(ProviderError::generic(format!("the module cannot be loaded: {what}")));
        // SAFETY: the operator names the module; to load it is to run its code, which is what is wanted.
        let module = unsafe { cryptoki_sys::Pkcs11::new(path) }.map_err(|error| unusable(error.to_string()))?;
        if module.C_GetFunctionList.is_err() {
            return Err(unusable("it has no C_GetFunctionList".to_owned()));
        }
        let mut list: *mut CK_FUNCTION_LIST = std::ptr::null_mut();
        // SAFETY: the function may be called before C_Initialize, and stores one pointer.
        check(unsafe { module.C_GetFunctionList(&mut list) }, Function::GetFunctionList)?;
        if list.is_null() {
            return Err(unusable("it has no functions".to_owned()));
        }
        // SAFETY: the module says that its list is there, and it is loaded for as long as this value lives.
        let list = unsafe { *list };
        Ok(Functions { list, _module: module })
    }

    /// Ends a piece of work, with `room` bytes for its result; if that is too little, with as many as it takes.
    pub(crate) fn finish(
        &self,
        last: Last,
        session: CK_SESSION_HANDLE,
        input: &[u8],
        room: usize,
    ) -> Result<SecretBytes, CallError> {
        let (function, name): (Option<OneShot>, Function) = match last {
            Last::Sign => (self.list.C_Sign, Function::Sign),
            Last::Encrypt => (self.list.C_Encrypt, Function::Encrypt),
            Last::Decrypt => (self.list.C_Decrypt, Function::Decrypt),
            Last::Digest => (self.list.C_Digest, Function::Digest),
        };
        let function = function.ok_or_else(lacking)?;
        // At least one byte, because no room at all would ask for the length.
        let mut output = SecretBytes::new(vec![0; room.max(1)]);
        loop {
            let bytes = output.expose_mut();
            let mut length = bytes.len() as CK_ULONG;
            // SAFETY: input and output are as long as their lengths say; C_Sign and its like only read their input.
            let code = unsafe {
                function(session, input.as_ptr().cast_mut(), input.len() as CK_ULONG, bytes.as_mut_ptr(), &mut length)
            };
            let needed = length as usize;
            match check(code, name) {
                Ok(()) => {
                    bytes.truncate(needed);
                    return Ok(output);
                }
                // The work is still under way, and the module has said how much it takes.
                Err(CallError::Module { code: RvError::BufferTooSmall, .. }) if needed > bytes.len() => {
                    output = SecretBytes::new(vec![0; needed]);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// All mechanisms of a slot, by number.
    pub(crate) fn mechanisms(&self, slot: u64) -> Result<Vec<CK_MECHANISM_TYPE>, CallError> {
        let function = self.list.C_GetMechanismList.ok_or_else(lacking)?;
        let mut count: CK_ULONG = 0;
        // SAFETY: without a list, only the count is stored.
        let code = unsafe { function(slot as CK_SLOT_ID, std::ptr::null_mut(), &mut count) };
        check(code, Function::GetMechanismList)?;
        let mut list: Vec<CK_MECHANISM_TYPE> = vec![0; count as usize];
        // SAFETY: the list has room for as many as the count says.
        let code = unsafe { function(slot as CK_SLOT_ID, list.as_mut_ptr(), &mut count) };
        check(code, Function::GetMechanismList)?;
        list.truncate(count as usize);
        Ok(list)
    }

    /// What a slot says about one mechanism.
    pub(crate) fn mechanism(&self, slot: u64, mechanism: CK_MECHANISM_TYPE) -> Result<CK_MECHANISM_INFO, CallError> {
        let function = self.list.C_GetMechanismInfo.ok_or_else(lacking)?;
        let mut info = CK_MECHANISM_INFO::default();
        // SAFETY: the module fills the structure that it is given.
        let code = unsafe { function(slot as CK_SLOT_ID, mechanism, &mut info) };
        check(code, Function::GetMechanismInfo)?;
        Ok(info)
    }

    /// An attribute that may be secret, in memory that is cleared. None if the object does not have it, or does not
    /// give it away.
    pub(crate) fn secret_attribute(
        &self,
        session: CK_SESSION_HANDLE,
        object: ObjectHandle,
        attribute: CK_ATTRIBUTE_TYPE,
    ) -> Result<Option<SecretBytes>, CallError> {
        let function = self.list.C_GetAttributeValue.ok_or_else(lacking)?;
        let mut template = CK_ATTRIBUTE { type_: attribute, pValue: std::ptr::null_mut(), ulValueLen: 0 };
        // SAFETY: a template of one attribute; without room for the value, only its length is stored.
        let code = unsafe { function(session, object.handle(), &mut template, 1) };
        let mut value = match check(code, Function::GetAttributeValue) {
            Ok(()) if template.ulValueLen != CK_UNAVAILABLE_INFORMATION => {
                SecretBytes::new(vec![0; template.ulValueLen as usize])
            }
            Ok(()) => return Ok(None),
            Err(CallError::Module { code: RvError::AttributeSensitive | RvError::AttributeTypeInvalid, .. }) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        template.pValue = value.expose_mut().as_mut_ptr().cast();
        // SAFETY: the value has the room that the module asked for.
        let code = unsafe { function(session, object.handle(), &mut template, 1) };
        check(code, Function::GetAttributeValue)?;
        value.expose_mut().truncate(template.ulValueLen as usize);
        Ok(Some(value))
    }

    /// Closes a session. Its handle must not be used again.
    pub(crate) fn close(&self, session: CK_SESSION_HANDLE) -> Result<(), CallError> {
        let function = self.list.C_CloseSession.ok_or_else(lacking)?;
        // SAFETY: a number; one that is no session is refused.
        check(unsafe { function(session) }, Function::CloseSession)
    }
}

fn check(code: CK_RV, function: Function) -> Result<(), CallError> {
    match Rv::from(code) {
        Rv::Ok => Ok(()),
        Rv::Error(code) => Err(CallError::Module { code, function }),
    }
}

fn lacking() -> CallError {
    CallError::Own(ProviderError::not_supported("the module lacks a function that this takes"))
}
