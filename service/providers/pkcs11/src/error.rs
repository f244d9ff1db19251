//! What a module's answers mean.

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use keystead_provider::{ErrorKind, ProviderError};

/// Why work with a session failed.
#[derive(Debug)]
pub enum CallError {
    /// The module answered a function with this code.
    Module {
        /// The code.
        code: RvError,
        /// The function.
        function: Function,
    },
    /// The key's object is not in the token. It becomes `KeyMissing` once it is known that the token is there.
    KeyGone,
    /// Something else, found on this side.
    Own(ProviderError),
}

/// What is to be done after an error, besides answering the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing: the request is at fault, or the key.
    None,
    /// All sessions are to be opened and logged in again; the module has not begun with the work.
    Login,
    /// The same, but the work may have been done.
    Reconnect,
    /// The token is to be looked for: many modules say so little about any failure, also of a request's making.
    Doubt,
}

impl CallError {
    /// The module's code, if it was the module.
    pub fn code(&self) -> Option<RvError> {
        match self {
            CallError::Module { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether it may not happen again, although the token is there: an object's handle may be what was wrong, in a call
    /// that takes a key; and C_Sign fails so at data that are known to be right only.
    pub(crate) fn may_pass(&self) -> bool {
        use Function::{DecryptInit, DeriveKey, EncryptInit, Sign, SignInit, VerifyInit, WrapKey};
        let CallError::Module { code, function } = self else { return false };
        matches!(code, RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid)
            || matches!(function, Sign | SignInit | VerifyInit | EncryptInit | DecryptInit | DeriveKey | WrapKey)
    }

    /// What is to be done after it.
    pub(crate) fn remedy(&self) -> Remedy {
        if matches!(self, CallError::KeyGone) {
            // Modules show a token that was pulled as one that is empty.
            return Remedy::Doubt;
        }
        match self.code() {
            Some(
                RvError::UserNotLoggedIn
                | RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::SlotIdInvalid
                | RvError::CryptokiNotInitialized,
            ) => Remedy::Login,
            Some(
                RvError::DeviceError | RvError::DeviceRemoved | RvError::TokenNotPresent | RvError::TokenNotRecognized,
            ) => Remedy::Reconnect,
            Some(RvError::GeneralError | RvError::FunctionFailed) => Remedy::Doubt,
            // Somebody logged the user out, or destroyed the object: the latter is no reason to log everybody in again.
            Some(RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid) => Remedy::Doubt,
            _ => Remedy::None,
        }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        match error {
            Error::Pkcs11(code, function) => CallError::Module { code, function },
            Error::NullFunctionPointer => {
                CallError::Own(ProviderError::not_supported("the module lacks a function that this takes"))
            }
            other => CallError::Own(ProviderError::generic(format!("the module: {other}"))),
        }
    }
}

impl From<ProviderError> for CallError {
    fn from(error: ProviderError) -> Self {
        CallError::Own(error)
    }
}

impl From<CallError> for ProviderError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Module { code, function } => {
                ProviderError::new(kind(code), format!("{} from C_{function:?}", name(code)))
            }
            CallError::KeyGone => ProviderError::new(ErrorKind::KeyMissing, "the token has no such object"),
            CallError::Own(error) => error,
        }
    }
}

/// What a client is told about a code (PKCS#11 3.1, section 5.1.6). What only a defect of this provider could bring
/// about is `Generic`; a key that cannot do what its token offers is `NotSupported`.
fn kind(code: RvError) -> ErrorKind {
    use RvError as Code;
    match code {
        Code::FunctionNotSupported
        | Code::MechanismInvalid
        | Code::MechanismParamInvalid
        | Code::CurveNotSupported
        | Code::KeySizeRange
        | Code::KeyTypeInconsistent
        | Code::KeyFunctionNotPermitted
        | Code::KeyNotWrappable
        | Code::KeyUnextractable
        | Code::AttributeSensitive
        | Code::AttributeTypeInvalid
        | Code::ActionProhibited
        | Code::TemplateInconsistent
        | Code::TemplateIncomplete
        | Code::AttributeReadOnly
        | Code::FunctionNotParallel
        | Code::SavedStateInvalid
        | Code::StateUnsaveable
        | Code::KeyIndigestible => ErrorKind::NotSupported,
        Code::ArgumentsBad
        | Code::DataInvalid
        | Code::DataLenRange
        | Code::EncryptedDataLenRange
        | Code::AttributeValueInvalid
        | Code::WrappedKeyInvalid
        | Code::WrappedKeyLenRange
        | Code::DomainParamsInvalid
        | Code::PublicKeyInvalid => ErrorKind::InvalidArgument,
        Code::SignatureInvalid | Code::SignatureLenRange => ErrorKind::InvalidSignature,
        Code::EncryptedDataInvalid => ErrorKind::InvalidPadding,
        Code::KeyHandleInvalid | Code::ObjectHandleInvalid | Code::KeyChanged => ErrorKind::KeyMissing,
        Code::HostMemory => ErrorKind::InsufficientMemory,
        Code::DeviceMemory => ErrorKind::InsufficientStorage,
        Code::RandomNoRng | Code::RandomSeedNotSupported => ErrorKind::InsufficientEntropy,
        Code::DeviceRemoved
        | Code::TokenNotPresent
        | Code::TokenNotRecognized
        | Code::SlotIdInvalid
        | Code::SessionClosed
        | Code::SessionHandleInvalid
        | Code::UserNotLoggedIn
        | Code::CryptokiNotInitialized
        | Code::PinIncorrect
        | Code::PinInvalid
        | Code::PinLenRange
        | Code::PinExpired
        | Code::PinLocked
        | Code::UserPinNotInitialized
        | Code::UserTypeInvalid
        | Code::TokenWriteProtected
        | Code::SessionReadOnly => ErrorKind::CommunicationFailure,
        Code::DeviceError
        | Code::GeneralError
        | Code::FunctionFailed
        | Code::FipsSelfTestFailed
        | Code::LibraryLoadFailed => ErrorKind::HardwareFailure,
        Code::SessionCount
        | Code::FunctionCanceled
        | Code::Cancel
        | Code::OperationActive
        | Code::CantLock
        | Code::MutexBad
        | Code::MutexNotLocked => ErrorKind::Busy,
        _ => ErrorKind::Generic,
    }
}

/// A code as the standard writes it.
pub(crate) fn name(code: RvError) -> String {
    let mut name = String::from("CKR");
    for letter in format!("{code:?}").chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_code_and_function_as_the_standard_does() {
        let error = CallError::from(Error::Pkcs11(RvError::SessionReadWriteSoExists, Function::SignInit));
        let error = ProviderError::from(error);
        assert_eq!(error.detail, "CKR_SESSION_READ_WRITE_SO_EXISTS from C_SignInit");
    }
}
