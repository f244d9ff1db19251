"""The table of statuses (wire contract 2.4 and 6.6)."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How a request ended, by the contract's name. Values from 1000 are PSA errors (1000 plus the absolute value), from
    2000 Keystead's own. A number of a newer service is a value too: its name is `Unknown` and the number."""

    Success = 0
    WrongProviderId = 1
    ContentTypeNotSupported = 2
    AcceptTypeNotSupported = 3
    WireProtocolVersionNotSupported = 4
    ProviderNotRegistered = 5
    ProviderDoesNotExist = 6
    DeserializingBodyFailed = 7
    SerializingBodyFailed = 8
    OpcodeDoesNotExist = 9
    ResponseTooLarge = 10
    AuthenticationError = 11
    AuthenticatorDoesNotExist = 12
    AuthenticatorNotRegistered = 13
    KeyInfoManagerError = 14
    ConnectionError = 15
    InvalidEncoding = 16
    InvalidHeader = 17
    WrongProviderUuid = 18
    NotAuthenticated = 19
    BodySizeExceedsLimit = 20
    AdminOperation = 21
    DeprecatedPrimitive = 22
    PsaErrorGenericError = 1132
    PsaErrorNotPermitted = 1133
    PsaErrorNotSupported = 1134
    PsaErrorInvalidArgument = 1135
    PsaErrorInvalidHandle = 1136
    PsaErrorBadState = 1137
    PsaErrorBufferTooSmall = 1138
    PsaErrorAlreadyExists = 1139
    PsaErrorDoesNotExist = 1140
    PsaErrorInsufficientMemory = 1141
    PsaErrorInsufficientStorage = 1142
    PsaErrorInsufficientData = 1143
    PsaErrorCommunicationFailure = 1145
    PsaErrorStorageFailure = 1146
    PsaErrorHardwareFailure = 1147
    PsaErrorInsufficientEntropy = 1148
    PsaErrorInvalidSignature = 1149
    PsaErrorInvalidPadding = 1150
    PsaErrorCorruptionDetected = 1151
    PsaErrorDataCorrupt = 1152
    PsaErrorDataInvalid = 1153
    AuthStale = 2001
    QuotaExceeded = 2002
    Busy = 2003
    DeadlineExceeded = 2004

    @classmethod
    def _missing_(cls, value: object) -> Status | None:
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_, unknown._value_ = f"Unknown{value}", value
        return unknown

    @property
    def is_worth_retrying(self) -> bool:
        """Whether the same request may succeed when it is sent again, without a change."""
        return self in _PASSING

    def __str__(self) -> str:
        return f"{self.name} ({self.value})"


_PASSING = frozenset(
    {
        Status.ConnectionError,
        Status.PsaErrorCommunicationFailure,
        Status.AuthStale,
        Status.Busy,
        Status.DeadlineExceeded,
    }
)
