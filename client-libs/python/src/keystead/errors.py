"""How a call can fail, and whose fault it is."""

from __future__ import annotations

import errno
from typing import Optional

from .status import Status


class KeysteadError(Exception):
    """Any failure of a call. A wrong type of argument is a `TypeError` as everywhere."""

    # With what the service or the identity provider refused, if it did.
    status: Optional[Status] = None
    # Whether the same call may succeed when it is made again, without a change. A call that creates or destroys a key
    # and ran out of time may have had its effect: look the key up first.
    is_worth_retrying: bool = False


class Refused(KeysteadError):
    """The service understood the request and refused it; `status` says why. The subclasses are those that programs tell
    apart most often."""

    status: Status

    def __init__(self, operation: str, status: Status) -> None:
        super().__init__(f"{operation} was refused: {status}")
        self.operation = operation
        self.status = status
        self.is_worth_retrying = status.is_worth_retrying

    @staticmethod
    def of(operation: str, status: Status) -> Refused:
        """The refusal with this status."""
        return _BY_STATUS.get(status, Refused)(operation, status)


class NotPermitted(Refused):
    """1133: the key's policy does not allow it."""


class NotSupported(Refused):
    """1134: this provider cannot do it."""


class AlreadyExists(Refused):
    """1139: the name is taken."""


class DoesNotExist(Refused):
    """1140: there is no such key for this caller."""


class InvalidSignature(Refused):
    """1149: the signature, tag, MAC or hash is wrong."""


_BY_STATUS: dict[Status, type[Refused]] = {
    Status.PsaErrorNotPermitted: NotPermitted,
    Status.PsaErrorNotSupported: NotSupported,
    Status.PsaErrorAlreadyExists: AlreadyExists,
    Status.PsaErrorDoesNotExist: DoesNotExist,
    Status.PsaErrorInvalidSignature: InvalidSignature,
}


class UsageError(KeysteadError, ValueError):
    """An argument, an endpoint or a key is not one for this. Nothing was sent."""


class ConnectionFailed(KeysteadError, ConnectionError):
    """Nothing listens at the endpoint, or the connection broke. If the request left and changes something, it may have
    been done."""

    def __init__(self, message: str, *, sent: bool, cause: Optional[OSError] = None) -> None:
        super().__init__(message)
        self.__cause__ = cause
        code = getattr(cause, "errno", None)
        # Whether the whole request had left.
        self.sent = sent
        # Whether nobody serves the socket.
        self.is_absent = code in (errno.ECONNREFUSED, errno.ENOENT)
        self.is_worth_retrying = sent or self.is_absent or code in (errno.EPIPE, errno.ECONNRESET)


class CallTimeout(KeysteadError, TimeoutError):
    """The call took longer than it may. If it changes something, that may still be done."""

    is_worth_retrying = True

    def __init__(self) -> None:
        super().__init__("no answer in time")


class ResponseError(KeysteadError):
    """What came back cannot be understood as the answer."""


class IdentityError(KeysteadError):
    """The identity provider gave no token; `__cause__` says why. The request was not sent, and the client does not
    identify itself in another way instead."""

    def __init__(self, cause: KeysteadError) -> None:
        super().__init__(f"no token from the identity provider: {cause}")
        self.__cause__ = cause
        self.status = cause.status
        self.is_worth_retrying = cause.is_worth_retrying
