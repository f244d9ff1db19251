//! What a module means when it refuses a piece of work after the key was found and our own checks were passed.
//!
//! The codes alone do not say: SoftHSM2 answers CKR_GENERAL_ERROR to a wrong tag and to a wrong padding, and
//! CKR_ARGUMENTS_BAD to a hash that it does not have; Kryoptic answers CKR_DEVICE_ERROR to a wrong padding. Which call it
//! was does: an Init refuses the mechanism, and the call after it, for which the key was already taken out, refuses the
//! data. Else every forged message would look like a lost token.

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki_sys::CKR_AEAD_DECRYPT_FAILED;
use keystead_provider::ProviderError;

use crate::error::CallError;
use crate::session::Session;

/// A refused mechanism, whose parameters were as the wire contract allows, is one that the token does not have.
pub(crate) fn of_mechanism(error: CallError) -> CallError {
    use Function::{DecryptInit, DeriveKey, EncryptInit, SignInit, VerifyInit};
    use RvError::{ArgumentsBad, DataLenRange, DomainParamsInvalid, MechanismInvalid, MechanismParamInvalid};
    match error {
        CallError::Module {
            code: ArgumentsBad | DataLenRange | DomainParamsInvalid | MechanismInvalid | MechanismParamInvalid,
            function: function @ (SignInit | VerifyInit | EncryptInit | DecryptInit | DeriveKey),
        } => ProviderError::not_supported(format!("the token refuses the mechanism's parameters in C_{function:?}"))
            .into(),
        other => other,
    }
}

/// Refused data are answered with `meaning`; a refused mechanism as by [`of_mechanism`].
///
/// The codes that may also mean that the device is gone count as a refusal only if it still answers.
pub(crate) fn of_data(session: &Session, error: CallError, meaning: impl FnOnce() -> ProviderError) -> CallError {
    use Function::{Decrypt, Encrypt, Sign, Verify};
    match error {
        CallError::Module { function: Decrypt | Encrypt | Sign | Verify, .. }
            if is_vague(&error) && answers(session) =>
        {
            meaning().into()
        }
        other => of_good_data(other, meaning),
    }
}

/// The same for data that were checked here, such as a hash of the right length: a module that says no more than that it
/// failed is not refusing them. It is asked once more, in another session, and then it is what is broken.
pub(crate) fn of_good_data(error: CallError, meaning: impl FnOnce() -> ProviderError) -> CallError {
    use Function::{Decrypt, Encrypt, Sign, Verify};
    use RvError::{
        ArgumentsBad, DataInvalid, DataLenRange, EncryptedDataInvalid, EncryptedDataLenRange, SignatureInvalid,
        SignatureLenRange, UnknownErrorCode,
    };
    match error {
        CallError::Module {
            code:
                ArgumentsBad
                | DataInvalid
                | DataLenRange
                | EncryptedDataInvalid
                | EncryptedDataLenRange
                | SignatureInvalid
                | SignatureLenRange
                | UnknownErrorCode(CKR_AEAD_DECRYPT_FAILED),
            function: Decrypt | Encrypt | Sign | Verify,
        } => meaning().into(),
        other => of_mechanism(other),
    }
}

/// A signature that the token does not take.
pub(crate) fn of_signature(session: &Session, error: CallError) -> CallError {
    of_data(session, error, ProviderError::invalid_signature)
}

/// Whether the code says no more than that it failed: it may be the data, or the device.
pub(crate) fn is_vague(error: &CallError) -> bool {
    use RvError::{DeviceError, FunctionFailed, GeneralError};
    matches!(error.code(), Some(DeviceError | FunctionFailed | GeneralError))
}

/// Whether the device answers: not only the module's memory of it, but something that it alone can give.
pub(crate) fn answers(session: &Session) -> bool {
    use RvError::{FunctionNotSupported, RandomNoRng};
    match session.generate_random_slice(&mut [0]) {
        Ok(()) | Err(Error::Pkcs11(FunctionNotSupported | RandomNoRng, _)) => session.get_session_info().is_ok(),
        Err(_) => false,
    }
}
