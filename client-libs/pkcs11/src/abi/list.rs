//! The tables of functions, and the three functions by which programs find them.

use std::ffi::CStr;

use cryptoki_sys::*;
use keystead_c_abi::{put, value};

use super::absent::*;
use super::answered;
use super::general::*;
use super::keys::*;
use super::memory::list;
use super::messages::*;
use super::objects::*;
use super::texts::*;
use crate::error::refuse;

/// A table of functions with those that 2.40 has, and behind them `$more`.
macro_rules! functions {
    ($table:ident, $major:literal, $minor:literal, $($more:tt)*) => {
        $table {
            version: CK_VERSION { major: $major, minor: $minor },
            C_Initialize: Some(initialize),
            C_Finalize: Some(finalize),
            C_GetInfo: Some(get_info),
            C_GetFunctionList: Some(C_GetFunctionList),
            C_GetSlotList: Some(get_slot_list),
            C_GetSlotInfo: Some(get_slot_info),
            C_GetTokenInfo: Some(get_token_info),
            C_GetMechanismList: Some(get_mechanism_list),
            C_GetMechanismInfo: Some(get_mechanism_info),
            C_InitToken: Some(init_token),
            C_InitPIN: Some(init_pin),
            C_SetPIN: Some(set_pin),
            C_OpenSession: Some(open_session),
            C_CloseSession: Some(close_session),
            C_CloseAllSessions: Some(close_all_sessions),
            C_GetSessionInfo: Some(get_session_info),
            C_GetOperationState: Some(get_operation_state),
            C_SetOperationState: Some(set_operation_state),
            C_Login: Some(login),
            C_Logout: Some(logout),
            C_CreateObject: Some(create_object),
            C_CopyObject: Some(copy_object),
            C_DestroyObject: Some(destroy_object),
            C_GetObjectSize: Some(get_object_size),
            C_GetAttributeValue: Some(get_attribute_value),
            C_SetAttributeValue: Some(set_attribute_value),
            C_FindObjectsInit: Some(find_objects_init),
            C_FindObjects: Some(find_objects),
            C_FindObjectsFinal: Some(find_objects_final),
            C_EncryptInit: Some(encrypt_init),
            C_Encrypt: Some(encrypt),
            C_EncryptUpdate: Some(encrypt_update),
            C_EncryptFinal: Some(encrypt_final),
            C_DecryptInit: Some(decrypt_init),
            C_Decrypt: Some(decrypt),
            C_DecryptUpdate: Some(decrypt_update),
            C_DecryptFinal: Some(decrypt_final),
            C_DigestInit: Some(digest_init),
            C_Digest: Some(digest),
            C_DigestUpdate: Some(digest_update),
            C_DigestKey: Some(digest_key),
            C_DigestFinal: Some(digest_final),
            C_SignInit: Some(sign_init),
            C_Sign: Some(sign),
            C_SignUpdate: Some(sign_update),
            C_SignFinal: Some(sign_final),
            C_SignRecoverInit: Some(recover_init),
            C_SignRecover: Some(recover),
            C_VerifyInit: Some(verify_init),
            C_Verify: Some(verify),
            C_VerifyUpdate: Some(verify_update),
            C_VerifyFinal: Some(verify_final),
            C_VerifyRecoverInit: Some(recover_init),
            C_VerifyRecover: Some(recover),
            C_DigestEncryptUpdate: Some(dual_update),
            C_DecryptDigestUpdate: Some(dual_update),
            C_SignEncryptUpdate: Some(dual_update),
            C_DecryptVerifyUpdate: Some(dual_update),
            C_GenerateKey: Some(generate_key),
            C_GenerateKeyPair: Some(generate_key_pair),
            C_WrapKey: Some(wrap_key),
            C_UnwrapKey: Some(unwrap_key),
            C_DeriveKey: Some(derive_key),
            C_SeedRandom: Some(seed_random),
            C_GenerateRandom: Some(generate_random),
            C_GetFunctionStatus: Some(get_function_status),
            C_CancelFunction: Some(cancel_function),
            C_WaitForSlotEvent: Some(wait_for_slot_event),
            $($more)*
        }
    };
}

static FUNCTIONS: CK_FUNCTION_LIST = functions!(CK_FUNCTION_LIST, 2, 40,);

static FUNCTIONS_3_0: CK_FUNCTION_LIST_3_0 = functions!(CK_FUNCTION_LIST_3_0, 3, 0,
    C_GetInterfaceList: Some(C_GetInterfaceList),
    C_GetInterface: Some(C_GetInterface),
    C_LoginUser: Some(login_user),
    C_SessionCancel: Some(session_cancel),
    C_MessageEncryptInit: Some(message_init),
    C_EncryptMessage: Some(convert_message),
    C_EncryptMessageBegin: Some(convert_message_begin),
    C_EncryptMessageNext: Some(convert_message_next),
    C_MessageEncryptFinal: Some(message_final),
    C_MessageDecryptInit: Some(message_init),
    C_DecryptMessage: Some(convert_message),
    C_DecryptMessageBegin: Some(convert_message_begin),
    C_DecryptMessageNext: Some(convert_message_next),
    C_MessageDecryptFinal: Some(message_final),
    C_MessageSignInit: Some(message_init),
    C_SignMessage: Some(sign_message),
    C_SignMessageBegin: Some(sign_message_begin),
    C_SignMessageNext: Some(sign_message),
    C_MessageSignFinal: Some(message_final),
    C_MessageVerifyInit: Some(message_init),
    C_VerifyMessage: Some(verify_message),
    C_VerifyMessageBegin: Some(sign_message_begin),
    C_VerifyMessageNext: Some(verify_message),
    C_MessageVerifyFinal: Some(message_final),
);

/// The name of the standard's own interfaces.
const NAME: &CStr = c"PKCS 11";

/// The interfaces, the newest first: it is the default.
struct Interfaces([CK_INTERFACE; 2]);

// SAFETY: the pointers lead to constants, which nobody writes to.
unsafe impl Sync for Interfaces {}

static INTERFACES: Interfaces =
    Interfaces([interface((&raw const FUNCTIONS_3_0).cast()), interface((&raw const FUNCTIONS).cast())]);

/// Versions of the interfaces, in the same order.
const VERSIONS: [(u8, u8); 2] = [(3, 0), (2, 40)];

const fn interface(functions: *const std::ffi::c_void) -> CK_INTERFACE {
    CK_INTERFACE { pInterfaceName: NAME.as_ptr().cast_mut().cast(), pFunctionList: functions.cast_mut(), flags: 0 }
}

/// The functions of PKCS#11 2.40. It may be called before everything else.
// SAFETY: exported under this name, which no other library of the process may rely on being its own.
#[unsafe(no_mangle)]
#[allow(non_snake_case)]
pub unsafe extern "C" fn C_GetFunctionList(functions: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    // SAFETY: the caller promises room for a pointer.
    answered(|| Ok(unsafe { put(functions, (&raw const FUNCTIONS).cast_mut()) }?))
}

/// The interfaces: 3.0 and 2.40. It may be called before everything else.
// SAFETY: exported under this name, which no other library of the process may rely on being its own.
#[unsafe(no_mangle)]
#[allow(non_snake_case)]
pub unsafe extern "C" fn C_GetInterfaceList(interfaces: *mut CK_INTERFACE, count: *mut CK_ULONG) -> CK_RV {
    // SAFETY: the caller promises room for as many as it says.
    answered(|| unsafe { list(&INTERFACES.0, interfaces, count) })
}

/// The interface of this name and version, or the newest; none promises anything about processes that fork. It may be
/// called before everything else.
// SAFETY: exported under this name, which no other library of the process may rely on being its own.
#[unsafe(no_mangle)]
#[allow(non_snake_case)]
pub unsafe extern "C" fn C_GetInterface(
    name: *mut CK_UTF8CHAR,
    version: *mut CK_VERSION,
    found: *mut *mut CK_INTERFACE,
    flags: CK_FLAGS,
) -> CK_RV {
    answered(|| {
        // SAFETY: the caller promises a text that ends with a zero.
        let is_named = name.is_null() || unsafe { CStr::from_ptr(name.cast()) } == NAME;
        let at = if version.is_null() {
            Some(0)
        } else {
            // SAFETY: the caller promises a version.
            let asked = unsafe { value(version) }?;
            VERSIONS.iter().position(|one| *one == (asked.major, asked.minor))
        };
        let interface = at.filter(|_| is_named && flags == 0).map(|at| (&raw const INTERFACES.0[at]).cast_mut());
        match interface {
            // SAFETY: the caller promises room for a pointer.
            Some(interface) => Ok(unsafe { put(found, interface) }?),
            None => refuse(CKR_FUNCTION_FAILED),
        }
    })
}
