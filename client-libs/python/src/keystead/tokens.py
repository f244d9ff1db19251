"""Tokens from the identity provider: fetched when first needed, kept, and renewed before they end."""

from __future__ import annotations

import os
import threading
import time
from typing import Optional

from . import endpoint as endpoints
from . import messages_pb2 as pb
from .connection import Connection
from .credential import Credential
from .deadline import Backoff, Deadline
from .errors import ConnectionFailed, IdentityError, KeysteadError, ResponseError
from .frame import Request
from .limits import (
    ABSENT_PROVIDER_PATIENCE,
    DEFAULT_TIMEOUT,
    MAX_TOKEN_LIFETIME,
    RENEWAL_RETRY,
    RENEWAL_TIMEOUT,
)
from .operations import GET_TOKEN
from .secret import Buffer, Secret, number_in, secret_in


class TokenSource(Credential):
    """Where this program's tokens come from: the identity provider's socket. It looks at the process that asks, so the
    program shows nothing.

    `identity` (a SPIFFE ID) says which one is meant in a process that houses applications of several identities;
    `audience` (a SPIFFE ID) for whom the tokens are, the key service by default. An instance can be shared by clients
    and threads."""

    auth_type = 2

    def __init__(self, endpoint: Optional[str] = None, *, identity: str = "", audience: str = "") -> None:
        self.endpoint = endpoint or endpoints.identity() or endpoints.DEFAULT_IDENTITY_ENDPOINT
        endpoints.path_of(self.endpoint)
        self._question = pb.GetToken(audience=audience, identity=identity).SerializeToString()
        self._kept = _Kept()

    def token(self, timeout: float = DEFAULT_TIMEOUT) -> Token:
        """The token that is kept, else a new one, for programs that show it themselves. An identity provider that has
        to be waited for (it does not know yet who this process is, or is being restarted) is asked again until the time
        is over; one whose socket nobody serves, for `ABSENT_PROVIDER_PATIENCE`. Every failure is an `IdentityError`."""
        return self._token(None, Deadline(timeout))

    def proof(self, deadline: Deadline) -> Buffer:
        return self._token(None, deadline).text

    def other_than(self, stale: Buffer, deadline: Deadline) -> Optional[Buffer]:
        return self._token(stale, deadline).text

    def _token(self, stale: Optional[Buffer], deadline: Deadline) -> Token:
        backoff, patience = Backoff(), time.monotonic() + ABSENT_PROVIDER_PATIENCE
        while True:
            try:
                return self._kept_or_fetched(stale, deadline)
            except KeysteadError as error:
                is_absent = isinstance(error, ConnectionFailed) and error.is_absent
                may_pass = error.is_worth_retrying and (not is_absent or time.monotonic() < patience)
                if not may_pass or not backoff.pause(deadline):
                    raise IdentityError(error) from error

    def _kept_or_fetched(self, stale: Optional[Buffer], deadline: Deadline) -> Token:
        """One look, and at most one question. One thread asks at a time: the others wait for what it gets, or go on
        with the kept token while that is good."""
        kept = self._kept_by(os.getpid())
        with kept.changed:
            while True:
                good = kept.good(stale)
                if good is not None and (kept.is_being_fetched or not kept.is_renewed_now(good)):
                    return good
                if not kept.is_being_fetched:
                    break
                kept.changed.wait(deadline.remaining())
            kept.is_being_fetched = True
        try:
            kept.token = self._fetch(deadline if good is None else deadline.sooner(RENEWAL_TIMEOUT))
            return kept.token
        except KeysteadError:
            if good is None:
                raise
            kept.no_renewal_before = time.monotonic() + RENEWAL_RETRY
            return good
        finally:
            with kept.changed:
                kept.is_being_fetched = False
                kept.changed.notify_all()

    def _fetch(self, deadline: Deadline) -> Token:
        asked, bearer = time.monotonic(), os.geteuid()
        connection = Connection(self.endpoint, deadline)
        try:
            body = connection.exchange(Request(GET_TOKEN, self._question), deadline).expect(GET_TOKEN)
        finally:
            connection.close()
        with memoryview(body) as view:
            text = secret_in(view, GET_TOKEN.secret_path)
            expires_at = number_in(view, 2)
        if not text:
            raise ResponseError("the identity provider's answer holds no token")
        return Token(text, expires_at, asked, bearer)

    def _kept_by(self, process: int) -> _Kept:
        """What this process keeps. One that was forked starts anew: a token is bound to its process, and a thread of
        the parent may have held the lock."""
        kept = self._kept
        if kept.process != process:
            kept = self._kept = _Kept()
        return kept


class Token:
    """A token as it was given: a JWT in its compact form, to be shown to nobody but its audience."""

    __slots__ = ("text", "expires_at", "_due", "_end", "_bearer")

    def __init__(self, text: Secret, expires_at: int, asked: float, bearer: int) -> None:
        """`asked` is the moment before it was asked for, so that it is never taken for good too long."""
        self.text = text
        # When it ends, in seconds since 1970.
        self.expires_at = expires_at
        lifetime = min(max(expires_at - time.time(), 0.0), MAX_TOKEN_LIFETIME)
        # From then on another is fetched, while this one is still good.
        self._due = asked + lifetime * 3 / 4
        # From then on it is not used.
        self._end = asked + lifetime
        # The user for whom it was given.
        self._bearer = bearer


class _Kept:
    """What a process keeps."""

    def __init__(self) -> None:
        self.process = os.getpid()
        # Told whenever a fetch ends.
        self.changed = threading.Condition()
        self.token: Optional[Token] = None
        self.is_being_fetched = False
        # A renewal failed: none is tried before this moment while the kept token is good.
        self.no_renewal_before = 0.0

    def good(self, stale: Optional[Buffer]) -> Optional[Token]:
        """The kept token, if it may be used."""
        token = self.token
        if token is None or token.text is stale or token._bearer != os.geteuid() or time.monotonic() >= token._end:
            return None
        return token

    def is_renewed_now(self, token: Token) -> bool:
        return time.monotonic() >= max(token._due, self.no_renewal_before)
