//! What callers are told when something fails: statuses of the specification, and the table from the service's.

use keystead_c_abi::BadPointer;
use keystead_client::Error;
use keystead_client::interface::arguments::InvalidArgument;
use keystead_client::interface::policy::Denied;
use keystead_client::interface::status::Status;

/// A `psa_status_t` (PSA Crypto API 8.2).
pub(crate) type PsaStatus = i32;

pub(crate) const SUCCESS: PsaStatus = 0;
pub(crate) const GENERIC_ERROR: PsaStatus = -132;
pub(crate) const NOT_PERMITTED: PsaStatus = -133;
pub(crate) const NOT_SUPPORTED: PsaStatus = -134;
pub(crate) const INVALID_ARGUMENT: PsaStatus = -135;
pub(crate) const INVALID_HANDLE: PsaStatus = -136;
pub(crate) const BAD_STATE: PsaStatus = -137;
pub(crate) const BUFFER_TOO_SMALL: PsaStatus = -138;
pub(crate) const ALREADY_EXISTS: PsaStatus = -139;
pub(crate) const INSUFFICIENT_MEMORY: PsaStatus = -141;
pub(crate) const COMMUNICATION_FAILURE: PsaStatus = -145;
pub(crate) const STORAGE_FAILURE: PsaStatus = -146;
pub(crate) const INVALID_SIGNATURE: PsaStatus = -149;

/// Why a function did not do what it was asked: a status other than PSA_SUCCESS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) PsaStatus);

/// What functions of this library give.
pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// A refusal as a value of any type.
pub(crate) const fn refuse<T>(status: PsaStatus) -> Result<T> {
    Err(Refusal(status))
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal(match (&error, error.status()) {
            (_, Some(status)) => of_status(status),
            // Longer than the protocol can say.
            (Error::TooLong, _) => NOT_SUPPORTED,
            (Error::Name(_), _) => INVALID_ARGUMENT,
            (Error::NoProvider, _) => NOT_SUPPORTED,
            _ => COMMUNICATION_FAILURE,
        })
    }
}

impl From<BadPointer> for Refusal {
    fn from(_: BadPointer) -> Refusal {
        Refusal(INVALID_ARGUMENT)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Refusal {
        Refusal(match denied {
            Denied::Usage | Denied::Algorithm => NOT_PERMITTED,
            Denied::KeyType => INVALID_ARGUMENT,
        })
    }
}

impl From<InvalidArgument> for Refusal {
    fn from(_: InvalidArgument) -> Refusal {
        Refusal(INVALID_ARGUMENT)
    }
}

/// THE TABLE. The contract's numbers for statuses of the specification are 1000 plus theirs, without the sign.
const fn of_status(status: Status) -> PsaStatus {
    match status {
        // All that there is to miss is keys, and the specification has this word for it in every function.
        Status::PsaErrorDoesNotExist => INVALID_HANDLE,
        // "The implementation does not permit creating a key with the specified attributes".
        Status::DeprecatedPrimitive => NOT_PERMITTED,
        Status::AuthenticationError
        | Status::AuthenticatorDoesNotExist
        | Status::AuthenticatorNotRegistered
        | Status::NotAuthenticated
        | Status::AdminOperation
        | Status::AuthStale => NOT_PERMITTED,
        // A message that is longer than the service takes, and what an older service does not know.
        Status::BodySizeExceedsLimit
        | Status::ResponseTooLarge
        | Status::OpcodeDoesNotExist
        | Status::InvalidEncoding => NOT_SUPPORTED,
        // The location names no provider.
        Status::ProviderNotRegistered | Status::ProviderDoesNotExist => INVALID_ARGUMENT,
        Status::KeyInfoManagerError => STORAGE_FAILURE,
        Status::QuotaExceeded => INSUFFICIENT_MEMORY,
        other => {
            let number = other.number() as PsaStatus;
            match number {
                0 => SUCCESS,
                1132..=1153 => 1000 - number,
                // The request or its answer went wrong on the way, or the service is overloaded.
                _ => COMMUNICATION_FAILURE,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_a_failure_to_the_caller_too() {
        for status in Status::ALL {
            assert_eq!(of_status(*status) == SUCCESS, *status == Status::Success, "{status}");
        }
    }

    #[test]
    fn statuses_of_the_specification_are_its_own_numbers() {
        assert_eq!(of_status(Status::PsaErrorGenericError), GENERIC_ERROR);
        assert_eq!(of_status(Status::PsaErrorAlreadyExists), ALREADY_EXISTS);
        assert_eq!(of_status(Status::PsaErrorInvalidSignature), INVALID_SIGNATURE);
        assert_eq!(of_status(Status::PsaErrorDataInvalid), -153);
        assert_eq!(of_status(Status::Busy), COMMUNICATION_FAILURE);
    }
}
