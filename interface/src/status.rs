//! The table of statuses (wire contract 2.4 and 6.6).

use crate::numbered::numbered;

numbered! {
    /// How a request ended. Values from 1000 are PSA errors (1000 plus the absolute value), from 2000 Keystead's own.
    pub enum Status {
        /// It was done.
        Success = 0,
        /// The provider is not one that this operation is for.
        WrongProviderId = 1,
        /// The body's encoding is not one of ours.
        ContentTypeNotSupported = 2,
        /// The encoding asked for is not one of ours.
        AcceptTypeNotSupported = 3,
        /// Only 1.0 exists.
        WireProtocolVersionNotSupported = 4,
        /// The number stands for a provider that is not configured.
        ProviderNotRegistered = 5,
        /// The number stands for no provider.
        ProviderDoesNotExist = 6,
        /// The body is not the protobuf message that the opcode asks for.
        DeserializingBodyFailed = 7,
        /// The answer could not be encoded.
        SerializingBodyFailed = 8,
        /// The number stands for no operation.
        OpcodeDoesNotExist = 9,
        /// The answer would be over the limit.
        ResponseTooLarge = 10,
        /// The caller is not who it says.
        AuthenticationError = 11,
        /// The number stands for no authenticator.
        AuthenticatorDoesNotExist = 12,
        /// The authenticator is not configured.
        AuthenticatorNotRegistered = 13,
        /// The service's records of keys failed.
        KeyInfoManagerError = 14,
        /// The request did not arrive whole in time.
        ConnectionError = 15,
        /// A mandatory part is missing, or a number in the body has no meaning.
        InvalidEncoding = 16,
        /// The header is not one of ours.
        InvalidHeader = 17,
        /// The UUID stands for no provider.
        WrongProviderUuid = 18,
        /// The operation needs an identity.
        NotAuthenticated = 19,
        /// The body is over the limit.
        BodySizeExceedsLimit = 20,
        /// The operation needs an administrator.
        AdminOperation = 21,
        /// The key type, size or algorithm is too weak for new keys here.
        DeprecatedPrimitive = 22,
        /// Something went wrong that has no name.
        PsaErrorGenericError = 1132,
        /// The key's policy does not allow it.
        PsaErrorNotPermitted = 1133,
        /// This provider cannot do it.
        PsaErrorNotSupported = 1134,
        /// An argument is not what the operation takes.
        PsaErrorInvalidArgument = 1135,
        /// The key is not one that the provider knows.
        PsaErrorInvalidHandle = 1136,
        /// Not now.
        PsaErrorBadState = 1137,
        /// A buffer is too small.
        PsaErrorBufferTooSmall = 1138,
        /// The name is taken.
        PsaErrorAlreadyExists = 1139,
        /// There is no such key for this caller.
        PsaErrorDoesNotExist = 1140,
        /// Out of memory, or over a quota.
        PsaErrorInsufficientMemory = 1141,
        /// The disk or the token is full.
        PsaErrorInsufficientStorage = 1142,
        /// Not enough data.
        PsaErrorInsufficientData = 1143,
        /// The token cannot be reached now.
        PsaErrorCommunicationFailure = 1145,
        /// The store cannot be read or written.
        PsaErrorStorageFailure = 1146,
        /// The token is broken.
        PsaErrorHardwareFailure = 1147,
        /// No randomness to be had.
        PsaErrorInsufficientEntropy = 1148,
        /// The signature, tag, MAC or hash is wrong.
        PsaErrorInvalidSignature = 1149,
        /// The padding is wrong.
        PsaErrorInvalidPadding = 1150,
        /// Something that must hold does not.
        PsaErrorCorruptionDetected = 1151,
        /// The stored record is damaged.
        PsaErrorDataCorrupt = 1152,
        /// The stored record cannot be understood.
        PsaErrorDataInvalid = 1153,
        /// The credential or the trust bundle is out of date: get a new one and repeat.
        AuthStale = 2001,
        /// A limit of this tenant is reached.
        QuotaExceeded = 2002,
        /// Overloaded now: repeat later.
        Busy = 2003,
        /// Not finished in time.
        DeadlineExceeded = 2004,
    }
}

impl Status {
    /// What a client may be told: those that did not ask for extensions know only Parsec's numbers.
    pub const fn for_client(self, extended: bool) -> Status {
        if extended {
            return self;
        }
        match self {
            Status::AuthStale => Status::AuthenticationError,
            Status::QuotaExceeded => Status::PsaErrorInsufficientMemory,
            Status::Busy => Status::PsaErrorCommunicationFailure,
            Status::DeadlineExceeded => Status::ConnectionError,
            // The Go client does not know 1153.
            Status::PsaErrorDataInvalid => Status::PsaErrorDataCorrupt,
            other => other,
        }
    }

    /// Whether the same request may succeed when it is sent again, without a change.
    pub const fn is_worth_retrying(self) -> bool {
        matches!(
            self,
            Status::AuthStale | Status::Busy | Status::DeadlineExceeded | Status::PsaErrorCommunicationFailure
        )
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?} ({})", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_client_is_never_told_a_number_that_it_does_not_know() {
        for status in Status::ALL {
            let told = status.for_client(false).number();
            assert!(told < 2000 && told != 1153, "{status} becomes {told}");
            assert_eq!(status.for_client(true), *status);
        }
    }
}
