/**
 * The name of a status; undefined for one of a newer service.
 *
 * @param {number} number
 * @returns {string | undefined}
 */
export function statusName(number: number): string | undefined;
/**
 * Whether the same request may succeed when it is sent again, without a change.
 *
 * @param {number} number
 */
export function isWorthRetrying(number: number): boolean;
/**
 * The statuses of the wire contract by name. Values from 1000 are PSA errors (1000 plus the absolute value), from 2000
 * Keystead's own.
 */
export const Status: Readonly<{
    Success: 0;
    WrongProviderId: 1;
    ContentTypeNotSupported: 2;
    AcceptTypeNotSupported: 3;
    WireProtocolVersionNotSupported: 4;
    ProviderNotRegistered: 5;
    ProviderDoesNotExist: 6;
    DeserializingBodyFailed: 7;
    SerializingBodyFailed: 8;
    OpcodeDoesNotExist: 9;
    ResponseTooLarge: 10;
    AuthenticationError: 11;
    AuthenticatorDoesNotExist: 12;
    AuthenticatorNotRegistered: 13;
    KeyInfoManagerError: 14;
    ConnectionError: 15;
    InvalidEncoding: 16;
    InvalidHeader: 17;
    WrongProviderUuid: 18;
    NotAuthenticated: 19;
    BodySizeExceedsLimit: 20;
    AdminOperation: 21;
    DeprecatedPrimitive: 22;
    PsaErrorGenericError: 1132;
    PsaErrorNotPermitted: 1133;
    PsaErrorNotSupported: 1134;
    PsaErrorInvalidArgument: 1135;
    PsaErrorInvalidHandle: 1136;
    PsaErrorBadState: 1137;
    PsaErrorBufferTooSmall: 1138;
    PsaErrorAlreadyExists: 1139;
    PsaErrorDoesNotExist: 1140;
    PsaErrorInsufficientMemory: 1141;
    PsaErrorInsufficientStorage: 1142;
    PsaErrorInsufficientData: 1143;
    PsaErrorCommunicationFailure: 1145;
    PsaErrorStorageFailure: 1146;
    PsaErrorHardwareFailure: 1147;
    PsaErrorInsufficientEntropy: 1148;
    PsaErrorInvalidSignature: 1149;
    PsaErrorInvalidPadding: 1150;
    PsaErrorCorruptionDetected: 1151;
    PsaErrorDataCorrupt: 1152;
    PsaErrorDataInvalid: 1153;
    /** The credential or what the service trusts is out of date: get a new one and repeat. The client does so by itself. */
    AuthStale: 2001;
    QuotaExceeded: 2002;
    /** The service or token is overloaded now: repeat later. */
    Busy: 2003;
    /** The request was not complete, or the operation not finished, in time. */
    DeadlineExceeded: 2004;
}>;
