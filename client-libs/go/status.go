// The table of statuses (wire contract 2.4 and 6.6).

package keystead

import "fmt"

// Status is how the service ended a request. Values from 1000 are errors of the PSA Crypto API (1000 plus the absolute
// value), from 2000 Keystead's own. A status is an error that errors.Is finds in what a call gives:
//
//	if errors.Is(err, keystead.PsaErrorDoesNotExist) { … }
//
// Numbers that are not in this list are those of a newer service.
type Status uint16

const (
	StatusSuccess                         Status = 0    // it was done
	StatusWrongProviderId                 Status = 1    // the provider is not one that this operation is for
	StatusContentTypeNotSupported         Status = 2    // the body's encoding is not one of ours
	StatusAcceptTypeNotSupported          Status = 3    // the encoding asked for is not one of ours
	StatusWireProtocolVersionNotSupported Status = 4    // only 1.0 exists
	StatusProviderNotRegistered           Status = 5    // the number stands for a provider that is not configured
	StatusProviderDoesNotExist            Status = 6    // the number stands for no provider
	StatusDeserializingBodyFailed         Status = 7    // the body is not the protobuf message that the opcode asks for
	StatusSerializingBodyFailed           Status = 8    // the answer could not be encoded
	StatusOpcodeDoesNotExist              Status = 9    // the number stands for no operation
	StatusResponseTooLarge                Status = 10   // the answer would be over the limit
	StatusAuthenticationError             Status = 11   // the caller is not who it says
	StatusAuthenticatorDoesNotExist       Status = 12   // the number stands for no authenticator
	StatusAuthenticatorNotRegistered      Status = 13   // the authenticator is not configured
	StatusKeyInfoManagerError             Status = 14   // the service's records of keys failed
	StatusConnectionError                 Status = 15   // the request did not arrive whole in time
	StatusInvalidEncoding                 Status = 16   // a mandatory part is missing, or a number in the body has no meaning
	StatusInvalidHeader                   Status = 17   // the header is not one of ours
	StatusWrongProviderUuid               Status = 18   // the UUID stands for no provider
	StatusNotAuthenticated                Status = 19   // the operation needs an identity
	StatusBodySizeExceedsLimit            Status = 20   // the body is over the limit
	StatusAdminOperation                  Status = 21   // the operation needs an administrator
	StatusDeprecatedPrimitive             Status = 22   // the key type, size or algorithm is too weak for new keys here
	PsaErrorGenericError                  Status = 1132 // something went wrong that has no name
	PsaErrorNotPermitted                  Status = 1133 // the key's policy does not allow it
	PsaErrorNotSupported                  Status = 1134 // this provider cannot do it
	PsaErrorInvalidArgument               Status = 1135 // an argument is not what the operation takes
	PsaErrorInvalidHandle                 Status = 1136 // the key is not one that the provider knows
	PsaErrorBadState                      Status = 1137 // not now
	PsaErrorBufferTooSmall                Status = 1138 // a buffer is too small
	PsaErrorAlreadyExists                 Status = 1139 // the name is taken
	PsaErrorDoesNotExist                  Status = 1140 // there is no such key for this caller
	PsaErrorInsufficientMemory            Status = 1141 // out of memory, or over a quota
	PsaErrorInsufficientStorage           Status = 1142 // the disk or the token is full
	PsaErrorInsufficientData              Status = 1143 // not enough data
	PsaErrorCommunicationFailure          Status = 1145 // the token cannot be reached now
	PsaErrorStorageFailure                Status = 1146 // the store cannot be read or written
	PsaErrorHardwareFailure               Status = 1147 // the token is broken
	PsaErrorInsufficientEntropy           Status = 1148 // no randomness to be had
	PsaErrorInvalidSignature              Status = 1149 // the signature, tag, MAC or hash is wrong
	PsaErrorInvalidPadding                Status = 1150 // the padding is wrong
	PsaErrorCorruptionDetected            Status = 1151 // something that must hold does not
	PsaErrorDataCorrupt                   Status = 1152 // the stored record is damaged
	PsaErrorDataInvalid                   Status = 1153 // the stored record cannot be understood
	StatusAuthStale                       Status = 2001 // the credential or the trust bundle is out of date: get a new one and repeat
	StatusQuotaExceeded                   Status = 2002 // a limit of this tenant is reached
	StatusBusy                            Status = 2003 // overloaded now: repeat later
	StatusDeadlineExceeded                Status = 2004 // not finished in time
)

var statusNames = map[Status]string{
	StatusSuccess:                         "Success",
	StatusWrongProviderId:                 "WrongProviderId",
	StatusContentTypeNotSupported:         "ContentTypeNotSupported",
	StatusAcceptTypeNotSupported:          "AcceptTypeNotSupported",
	StatusWireProtocolVersionNotSupported: "WireProtocolVersionNotSupported",
	StatusProviderNotRegistered:           "ProviderNotRegistered",
	StatusProviderDoesNotExist:            "ProviderDoesNotExist",
	StatusDeserializingBodyFailed:         "DeserializingBodyFailed",
	StatusSerializingBodyFailed:           "SerializingBodyFailed",
	StatusOpcodeDoesNotExist:              "OpcodeDoesNotExist",
	StatusResponseTooLarge:                "ResponseTooLarge",
	StatusAuthenticationError:             "AuthenticationError",
	StatusAuthenticatorDoesNotExist:       "AuthenticatorDoesNotExist",
	StatusAuthenticatorNotRegistered:      "AuthenticatorNotRegistered",
	StatusKeyInfoManagerError:             "KeyInfoManagerError",
	StatusConnectionError:                 "ConnectionError",
	StatusInvalidEncoding:                 "InvalidEncoding",
	StatusInvalidHeader:                   "InvalidHeader",
	StatusWrongProviderUuid:               "WrongProviderUuid",
	StatusNotAuthenticated:                "NotAuthenticated",
	StatusBodySizeExceedsLimit:            "BodySizeExceedsLimit",
	StatusAdminOperation:                  "AdminOperation",
	StatusDeprecatedPrimitive:             "DeprecatedPrimitive",
	PsaErrorGenericError:                  "PsaErrorGenericError",
	PsaErrorNotPermitted:                  "PsaErrorNotPermitted",
	PsaErrorNotSupported:                  "PsaErrorNotSupported",
	PsaErrorInvalidArgument:               "PsaErrorInvalidArgument",
	PsaErrorInvalidHandle:                 "PsaErrorInvalidHandle",
	PsaErrorBadState:                      "PsaErrorBadState",
	PsaErrorBufferTooSmall:                "PsaErrorBufferTooSmall",
	PsaErrorAlreadyExists:                 "PsaErrorAlreadyExists",
	PsaErrorDoesNotExist:                  "PsaErrorDoesNotExist",
	PsaErrorInsufficientMemory:            "PsaErrorInsufficientMemory",
	PsaErrorInsufficientStorage:           "PsaErrorInsufficientStorage",
	PsaErrorInsufficientData:              "PsaErrorInsufficientData",
	PsaErrorCommunicationFailure:          "PsaErrorCommunicationFailure",
	PsaErrorStorageFailure:                "PsaErrorStorageFailure",
	PsaErrorHardwareFailure:               "PsaErrorHardwareFailure",
	PsaErrorInsufficientEntropy:           "PsaErrorInsufficientEntropy",
	PsaErrorInvalidSignature:              "PsaErrorInvalidSignature",
	PsaErrorInvalidPadding:                "PsaErrorInvalidPadding",
	PsaErrorCorruptionDetected:            "PsaErrorCorruptionDetected",
	PsaErrorDataCorrupt:                   "PsaErrorDataCorrupt",
	PsaErrorDataInvalid:                   "PsaErrorDataInvalid",
	StatusAuthStale:                       "AuthStale",
	StatusQuotaExceeded:                   "QuotaExceeded",
	StatusBusy:                            "Busy",
	StatusDeadlineExceeded:                "DeadlineExceeded",
}

// IsKnown tells whether this library has a name for it.
func (s Status) IsKnown() bool {
	_, known := statusNames[s]
	return known
}

// Error is the status's name in the contract and its number.
func (s Status) Error() string {
	if name, known := statusNames[s]; known {
		return fmt.Sprintf("%s (%d)", name, uint16(s))
	}
	return fmt.Sprintf("the unknown status %d", uint16(s))
}

// IsWorthRetrying tells whether the same request may succeed when it is sent again, without a change.
func (s Status) IsWorthRetrying() bool {
	switch s {
	case StatusAuthStale, StatusBusy, StatusDeadlineExceeded, StatusConnectionError, PsaErrorCommunicationFailure:
		return true
	}
	return false
}
