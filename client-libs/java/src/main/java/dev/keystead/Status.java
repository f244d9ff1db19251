// The table of statuses (wire contract 2.4 and 6.6).
package dev.keystead;

/** How a request ended. Numbers from 1000 are PSA errors (1000 plus the absolute value), from 2000 Keystead's own. */
public enum Status {
    /** It was done. */
    SUCCESS(0, "Success"),
    /** The provider is not one that this operation is for. */
    WRONG_PROVIDER_ID(1, "WrongProviderId"),
    /** The body's encoding is not one of ours. */
    CONTENT_TYPE_NOT_SUPPORTED(2, "ContentTypeNotSupported"),
    /** The encoding asked for is not one of ours. */
    ACCEPT_TYPE_NOT_SUPPORTED(3, "AcceptTypeNotSupported"),
    /** Only 1.0 exists. */
    WIRE_PROTOCOL_VERSION_NOT_SUPPORTED(4, "WireProtocolVersionNotSupported"),
    /** The number stands for a provider that is not configured. */
    PROVIDER_NOT_REGISTERED(5, "ProviderNotRegistered"),
    /** The number stands for no provider. */
    PROVIDER_DOES_NOT_EXIST(6, "ProviderDoesNotExist"),
    /** The body is not the protobuf message that the opcode asks for. */
    DESERIALIZING_BODY_FAILED(7, "DeserializingBodyFailed"),
    /** The answer could not be encoded. */
    SERIALIZING_BODY_FAILED(8, "SerializingBodyFailed"),
    /** The number stands for no operation. */
    OPCODE_DOES_NOT_EXIST(9, "OpcodeDoesNotExist"),
    /** The answer would be over the limit. */
    RESPONSE_TOO_LARGE(10, "ResponseTooLarge"),
    /** The caller is not who it says. */
    AUTHENTICATION_ERROR(11, "AuthenticationError"),
    /** The number stands for no authenticator. */
    AUTHENTICATOR_DOES_NOT_EXIST(12, "AuthenticatorDoesNotExist"),
    /** The authenticator is not configured. */
    AUTHENTICATOR_NOT_REGISTERED(13, "AuthenticatorNotRegistered"),
    /** The service's records of keys failed. */
    KEY_INFO_MANAGER_ERROR(14, "KeyInfoManagerError"),
    /** The request did not arrive whole in time. */
    CONNECTION_ERROR(15, "ConnectionError"),
    /** A mandatory part is missing, or a number in the body has no meaning. */
    INVALID_ENCODING(16, "InvalidEncoding"),
    /** The header is not one of ours. */
    INVALID_HEADER(17, "InvalidHeader"),
    /** The UUID stands for no provider. */
    WRONG_PROVIDER_UUID(18, "WrongProviderUuid"),
    /** The operation needs an identity. */
    NOT_AUTHENTICATED(19, "NotAuthenticated"),
    /** The body is over the limit. */
    BODY_SIZE_EXCEEDS_LIMIT(20, "BodySizeExceedsLimit"),
    /** The operation needs an administrator. */
    ADMIN_OPERATION(21, "AdminOperation"),
    /** The key type, size or algorithm is too weak for new keys here. */
    DEPRECATED_PRIMITIVE(22, "DeprecatedPrimitive"),
    /** Something went wrong that has no name. */
    PSA_ERROR_GENERIC_ERROR(1132, "PsaErrorGenericError"),
    /** The key's policy does not allow it. */
    PSA_ERROR_NOT_PERMITTED(1133, "PsaErrorNotPermitted"),
    /** This provider cannot do it. */
    PSA_ERROR_NOT_SUPPORTED(1134, "PsaErrorNotSupported"),
    /** An argument is not what the operation takes. */
    PSA_ERROR_INVALID_ARGUMENT(1135, "PsaErrorInvalidArgument"),
    /** The key is not one that the provider knows. */
    PSA_ERROR_INVALID_HANDLE(1136, "PsaErrorInvalidHandle"),
    /** Not now. */
    PSA_ERROR_BAD_STATE(1137, "PsaErrorBadState"),
    /** A buffer is too small. */
    PSA_ERROR_BUFFER_TOO_SMALL(1138, "PsaErrorBufferTooSmall"),
    /** The name is taken. */
    PSA_ERROR_ALREADY_EXISTS(1139, "PsaErrorAlreadyExists"),
    /** There is no such key for this caller. */
    PSA_ERROR_DOES_NOT_EXIST(1140, "PsaErrorDoesNotExist"),
    /** Out of memory, or over a quota. */
    PSA_ERROR_INSUFFICIENT_MEMORY(1141, "PsaErrorInsufficientMemory"),
    /** The disk or the token is full. */
    PSA_ERROR_INSUFFICIENT_STORAGE(1142, "PsaErrorInsufficientStorage"),
    /** Not enough data. */
    PSA_ERROR_INSUFFICIENT_DATA(1143, "PsaErrorInsufficientData"),
    /** The token cannot be reached now. */
    PSA_ERROR_COMMUNICATION_FAILURE(1145, "PsaErrorCommunicationFailure"),
    /** The store cannot be read or written. */
    PSA_ERROR_STORAGE_FAILURE(1146, "PsaErrorStorageFailure"),
    /** The token is broken. */
    PSA_ERROR_HARDWARE_FAILURE(1147, "PsaErrorHardwareFailure"),
    /** No randomness to be had. */
    PSA_ERROR_INSUFFICIENT_ENTROPY(1148, "PsaErrorInsufficientEntropy"),
    /** The signature, tag, MAC or hash is wrong. */
    PSA_ERROR_INVALID_SIGNATURE(1149, "PsaErrorInvalidSignature"),
    /** The padding is wrong. */
    PSA_ERROR_INVALID_PADDING(1150, "PsaErrorInvalidPadding"),
    /** Something that must hold does not. */
    PSA_ERROR_CORRUPTION_DETECTED(1151, "PsaErrorCorruptionDetected"),
    /** The stored record is damaged. */
    PSA_ERROR_DATA_CORRUPT(1152, "PsaErrorDataCorrupt"),
    /** The stored record cannot be understood. */
    PSA_ERROR_DATA_INVALID(1153, "PsaErrorDataInvalid"),
    /** The credential or the trust bundle is out of date: get a new one and repeat. */
    AUTH_STALE(2001, "AuthStale"),
    /** A limit of this tenant is reached. */
    QUOTA_EXCEEDED(2002, "QuotaExceeded"),
    /** Overloaded now: repeat later. */
    BUSY(2003, "Busy"),
    /** Not finished in time. */
    DEADLINE_EXCEEDED(2004, "DeadlineExceeded"),
    /** A number that this library does not know: the service is newer. */
    UNKNOWN(-1, "unknown status");

    private final int number;
    private final String text;

    Status(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The status with this number, else {@link #UNKNOWN}. */
    public static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /** The number in the header; -1 for {@link #UNKNOWN}. */
    public int number() {
        return number;
    }

    /** Its name, as the contract has it. */
    public String text() {
        return text;
    }

    /** Whether the same request may succeed later, without a change. */
    public boolean isWorthRetrying() {
        return switch (this) {
            case AUTH_STALE, BUSY, DEADLINE_EXCEEDED, CONNECTION_ERROR, PSA_ERROR_COMMUNICATION_FAILURE -> true;
            default -> false;
        };
    }
}
