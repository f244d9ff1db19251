"""What every call goes through: its credential, its provider, its deadline, a connection, and what may be sent
again."""

from __future__ import annotations

import copy
from types import TracebackType
from typing import Any, Optional, TypeVar

from google.protobuf.message import DecodeError, Message

from . import endpoint as endpoints
from .connection import Connection, Pool
from .credential import Credential, PeerCredentials
from .deadline import Backoff, Deadline
from .errors import CallTimeout, ConnectionFailed, KeysteadError, NotSupported, Refused, ResponseError, UsageError
from .frame import Answer, Request
from .limits import DEFAULT_TIMEOUT
from .operations import LIST_PROVIDERS, Operation
from .secret import Buffer, Secret, secret_in
from .status import Status
from .tokens import TokenSource

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)
C = TypeVar("C", bound="Calls")


class _Shared:
    """What a client and its copies share."""

    def __init__(self, endpoint: str, credential: Credential) -> None:
        self.endpoint, self.credential, self.pool = endpoint, credential, Pool()
        # The first of ListProviders, asked once.
        self.first_provider: Optional[int] = None


class Calls:
    """The part of `Client` that knows no operation."""

    def __init__(
        self,
        endpoint: Optional[str] = None,
        *,
        credential: Optional[Credential] = None,
        provider: Optional[int] = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        """A client of the service at `endpoint` (`unix:/path`), by default the one that the environment names. It
        identifies itself by `credential`: by default by tokens if the environment names an identity provider, else by
        the process's effective uid. Cryptographic calls go to the provider with this number, by default to the first
        that the service lists. A call takes `timeout` seconds at most. Nothing is sent before the first call."""
        if endpoint is None:
            endpoint = endpoints.service()
        endpoints.path_of(endpoint)
        if credential is None:
            identity = endpoints.identity()
            credential = PeerCredentials() if identity is None else TokenSource(identity)
        self._shared = _Shared(endpoint, credential)
        self._provider = provider
        self._timeout = timeout

    def with_provider(self: C, provider: int) -> C:
        """The same client, with its calls going to the provider with this number. Connections are shared."""
        other = copy.copy(self)
        other._provider = provider
        return other

    def with_timeout(self: C, seconds: float) -> C:
        """The same client, with another time limit for each of its calls. Connections are shared."""
        other = copy.copy(self)
        other._timeout = seconds
        return other

    @property
    def endpoint(self) -> str:
        """Where the service listens."""
        return self._shared.endpoint

    @property
    def provider(self) -> int:
        """The provider to which cryptographic calls go: the chosen one, else the first that the service lists, asked
        once."""
        return self._provider_by(Deadline(self._timeout))

    def close(self) -> None:
        """Closes the connections that are idle. The client can still be used: it opens others."""
        self._shared.pool.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.endpoint}>"

    def _ask(self, operation: Operation[Q, R], *, deadline: Optional[Deadline] = None, **fields: Any) -> R:
        """Sends a request with these fields and decodes its answer."""
        body = self._answer(operation, fields, deadline or Deadline(self._timeout))
        try:
            return operation.result.FromString(bytes(body))
        except DecodeError as error:
            raise ResponseError(f"the answer to {operation.name} cannot be decoded: {error}") from error

    def _ask_secret(self, operation: Operation[Q, R], **fields: Any) -> Secret:
        """Sends a request with these fields and takes the secret out of its answer."""
        body = self._answer(operation, fields, Deadline(self._timeout))
        with memoryview(body) as view:
            return secret_in(view, operation.secret_path)

    def _can(self, operation: Operation[Q, R], **fields: Any) -> bool:
        """Whether the answer is not NotSupported."""
        try:
            self._ask(operation, **fields)
        except NotSupported:
            return False
        return True

    def _answer(self, operation: Operation[Q, R], fields: dict[str, Any], deadline: Deadline) -> Secret:
        request = self._request(operation, fields, deadline)
        return self._exchange(request, deadline).expect(operation)

    def _request(self, operation: Operation[Q, R], fields: dict[str, Any], deadline: Deadline) -> Request:
        """`fields` are bytes of any kind, what has an encoding of its own, and what the message's constructor takes."""
        secret: Optional[Buffer] = fields.pop("secret", None)
        try:
            for field, value in fields.items():
                if isinstance(value, (bytearray, memoryview)):
                    fields[field] = bytes(value)
                elif hasattr(value, "encoded"):
                    fields[field] = value.encoded()
            body = operation.request(**fields).SerializeToString()
        except ValueError as error:
            raise UsageError(f"{operation.name} cannot be asked so: {error}") from error
        provider = 0 if operation.is_core else self._provider_by(deadline)
        if operation.is_open:
            return Request(operation, body, provider=provider, secret=secret)
        credential = self._shared.credential
        auth = credential.proof(deadline)
        return Request(operation, body, provider=provider, auth_type=credential.auth_type, auth=auth, secret=secret)

    def _provider_by(self, deadline: Deadline) -> int:
        chosen = self._shared.first_provider if self._provider is None else self._provider
        if chosen is not None:
            return chosen
        providers = self._ask(LIST_PROVIDERS, deadline=deadline).providers
        if not providers or providers[0].id == 0:
            raise KeysteadError("the service has no provider of cryptography")
        self._shared.first_provider = first = providers[0].id
        return first

    def _exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again
        with a new one, at first at once, then with pauses, until the deadline."""
        backoff: Optional[Backoff] = None
        while True:
            answer = self._exchange_once(request, deadline)
            if not answer.is_auth_stale:
                return answer
            # A new token may be as stale: the service has not heard of the identity provider's new key yet.
            if backoff is not None and not backoff.pause(deadline):
                return answer
            backoff = backoff or Backoff()
            renewed = self._shared.credential.other_than(request.auth, deadline)
            if renewed is None:
                return answer
            request.auth = renewed

    def _exchange_once(self, request: Request, deadline: Deadline) -> Answer:
        """Sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a
        request that did not leave whole was not executed, and one that changes nothing may be executed twice, so both
        are repeated once, on a fresh connection."""
        pool, changes = self._shared.pool, request.operation.changes
        connection = pool.take(surely=changes)
        if connection is not None:
            try:
                answer = connection.exchange(request, deadline)
            except ConnectionFailed as error:
                if changes and error.sent:
                    raise
            else:
                pool.give_back(connection)
                return answer
        connection = Connection(self._shared.endpoint, deadline)
        answer = connection.exchange(request, deadline)
        pool.give_back(connection)
        return answer


def leaves_doubt(error: KeysteadError) -> bool:
    """Whether the service may have done what the client did not hear of."""
    if isinstance(error, ConnectionFailed):
        return error.sent
    if isinstance(error, Refused):
        return error.status in (Status.DeadlineExceeded, Status.ConnectionError)
    return isinstance(error, CallTimeout)
