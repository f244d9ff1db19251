//! The calls that begin a piece of work, with mechanisms that cryptoki may not know; and C_Verify, which has no result.

use cryptoki::context::Function;
use cryptoki::object::ObjectHandle;
use cryptoki_sys::{CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG};

use super::{Functions, check, lacking};
use crate::error::CallError;
use crate::parameters::InC;

/// The first call of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// `C_SignInit`
    Sign,
    /// `C_VerifyInit`
    Verify,
    /// `C_EncryptInit`
    Encrypt,
    /// `C_DecryptInit`
    Decrypt,
}

type Init = unsafe extern "C" fn(CK_SESSION_HANDLE, *mut CK_MECHANISM, CK_OBJECT_HANDLE) -> CK_RV;

impl Functions {
    /// Begins a piece of work. If it fails, none is under way.
    pub(crate) fn begin(
        &self,
        first: First,
        session: CK_SESSION_HANDLE,
        mechanism: &impl InC,
        key: ObjectHandle,
    ) -> Result<(), CallError> {
        let (function, name): (Option<Init>, Function) = match first {
            First::Sign => (self.list.C_SignInit, Function::SignInit),
            First::Verify => (self.list.C_VerifyInit, Function::VerifyInit),
            First::Encrypt => (self.list.C_EncryptInit, Function::EncryptInit),
            First::Decrypt => (self.list.C_DecryptInit, Function::DecryptInit),
        };
        let function = function.ok_or_else(lacking)?;
        let code = mechanism.in_c(|mechanism| {
            // SAFETY: the mechanism is valid, with all that its parameter points to, until this returns; the caller may
            // free it as soon as the module has returned (PKCS#11 3.1, section 5.2).
            unsafe { function(session, mechanism, key.handle()) }
        });
        check(code, name)
    }

    /// Ends a verification.
    pub(crate) fn verify(&self, session: CK_SESSION_HANDLE, data: &[u8], signature: &[u8]) -> Result<(), CallError> {
        let function = self.list.C_Verify.ok_or_else(lacking)?;
        let lengths = (data.len() as CK_ULONG, signature.len() as CK_ULONG);
        // SAFETY: both are as long as their lengths say, and C_Verify only reads them.
        let code =
            unsafe { function(session, data.as_ptr().cast_mut(), lengths.0, signature.as_ptr().cast_mut(), lengths.1) };
        check(code, Function::Verify)
    }
}
