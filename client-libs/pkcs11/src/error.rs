//! What callers are told when something fails: return values of PKCS#11, and the table from the service's statuses.

use cryptoki_sys::*;
use keystead_c_abi::BadPointer;
use keystead_client::Error;
use keystead_client::interface::policy::Denied;
use keystead_client::interface::status::Status;

/// Why a function did not do what it was asked: a CKR_ value other than CKR_OK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) CK_RV);

/// What functions of this module give.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// A refusal as a value of any type.
pub(crate) const fn refuse<T>(value: CK_RV) -> Result<T> {
    Err(Refusal(value))
}

/// The variable that has every failure of the service told on standard error: return values say little.
const LOG_VARIABLE: &str = "KEYSTEAD_PKCS11_LOG";

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        if std::env::var_os(LOG_VARIABLE).is_some_and(|value| !value.is_empty()) {
            eprintln!("keystead-pkcs11: {error}");
        }
        let value = match (&error, error.status()) {
            (_, Some(status)) => of_status(status),
            (Error::Timeout, _) => CKR_FUNCTION_FAILED,
            (Error::Connect { .. } | Error::Io(_) | Error::Closed | Error::Broken, _) => CKR_DEVICE_REMOVED,
            (Error::TooLong, _) => CKR_DATA_LEN_RANGE,
            (Error::Name(_), _) => CKR_ATTRIBUTE_VALUE_INVALID,
            (Error::Endpoint(_), _) => CKR_GENERAL_ERROR,
            _ => CKR_DEVICE_ERROR,
        };
        Refusal(value)
    }
}

impl From<BadPointer> for Refusal {
    fn from(_: BadPointer) -> Refusal {
        Refusal(CKR_ARGUMENTS_BAD)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Refusal {
        Refusal(match denied {
            Denied::Usage => CKR_KEY_FUNCTION_NOT_PERMITTED,
            // What is not among its CKA_ALLOWED_MECHANISMS; other modules say so too.
            Denied::Algorithm => CKR_MECHANISM_INVALID,
            Denied::KeyType => CKR_KEY_TYPE_INCONSISTENT,
        })
    }
}

/// THE TABLE. What an operation knows better (a signature that is wrong, a length) it says itself before or after.
const fn of_status(status: Status) -> CK_RV {
    match status {
        Status::Success => CKR_OK,
        Status::PsaErrorNotPermitted => CKR_KEY_FUNCTION_NOT_PERMITTED,
        Status::PsaErrorNotSupported => CKR_MECHANISM_INVALID,
        Status::PsaErrorInvalidArgument => CKR_ARGUMENTS_BAD,
        Status::PsaErrorDoesNotExist | Status::PsaErrorInvalidHandle => CKR_KEY_HANDLE_INVALID,
        Status::PsaErrorAlreadyExists => CKR_ATTRIBUTE_VALUE_INVALID,
        Status::PsaErrorInvalidSignature => CKR_SIGNATURE_INVALID,
        Status::PsaErrorInvalidPadding => CKR_ENCRYPTED_DATA_INVALID,
        Status::PsaErrorInsufficientMemory | Status::PsaErrorInsufficientStorage | Status::QuotaExceeded => {
            CKR_DEVICE_MEMORY
        }
        Status::PsaErrorInsufficientEntropy => CKR_RANDOM_NO_RNG,
        Status::PsaErrorBufferTooSmall | Status::ResponseTooLarge | Status::BodySizeExceedsLimit => CKR_DATA_LEN_RANGE,
        Status::DeprecatedPrimitive => CKR_KEY_SIZE_RANGE,
        Status::AuthenticationError | Status::NotAuthenticated | Status::AuthStale | Status::AdminOperation => {
            CKR_USER_NOT_LOGGED_IN
        }
        Status::ProviderNotRegistered | Status::ProviderDoesNotExist => CKR_SLOT_ID_INVALID,
        Status::PsaErrorCommunicationFailure => CKR_DEVICE_REMOVED,
        Status::Busy | Status::DeadlineExceeded | Status::ConnectionError | Status::PsaErrorBadState => {
            CKR_FUNCTION_FAILED
        }
        _ => CKR_DEVICE_ERROR,
    }
}

/// Says of a lost key what is right for objects: PKCS#11 has a value for keys and another for objects.
pub(crate) fn as_object(refusal: Refusal) -> Refusal {
    if refusal.0 == CKR_KEY_HANDLE_INVALID { Refusal(CKR_OBJECT_HANDLE_INVALID) } else { refusal }
}

/// Says of a lost object what is right for keys.
pub(crate) fn as_key(refusal: Refusal) -> Refusal {
    if refusal.0 == CKR_OBJECT_HANDLE_INVALID { Refusal(CKR_KEY_HANDLE_INVALID) } else { refusal }
}

/// Says of an argument that the service refused what it was: the only one left to be wrong at this place.
pub(crate) fn about(value: CK_RV) -> impl Fn(Error) -> Refusal {
    move |error| match Refusal::from(error) {
        Refusal(CKR_ARGUMENTS_BAD) => Refusal(value),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_a_failure_to_the_caller_too() {
        for status in Status::ALL {
            assert_eq!(of_status(*status) == CKR_OK, *status == Status::Success, "{status}");
        }
    }
}
