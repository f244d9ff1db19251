"""Requests as bytes to send, and the headers of answers: the 36 bytes before every message (wire contract 1.1)."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple, Optional

from .errors import Refused, ResponseError, UsageError
from .limits import MAX_ANSWER_BYTES, MAX_AUTH_BYTES, MAX_BODY_BYTES
from .operations import Operation
from .secret import Buffer, Secret, field_head
from .status import Status

HEADER_LEN = 36
MAGIC = 0x5EC0_A710
# The number of header bytes after the field that holds this.
HDR_SIZE = 30
KEEP_ALIVE = 0x0001
EXTENDED = 0x0002

# magic, hdr_size, version (major, minor), flags, provider, session, content_type, accept_type, auth_type, body_len,
# auth_len, opcode, status, reserved (two bytes)
_HEADER = struct.Struct("<IHBBHBQBBBIHIHH")


class Request:
    """One encoded request. It can be sent more than once; it holds no copy of the caller's secret."""

    __slots__ = ("operation", "provider", "flags", "auth_type", "auth", "_body", "_secret")

    def __init__(
        self,
        operation: Operation[Any, Any],
        body: bytes,
        *,
        provider: int = 0,
        auth_type: int = 0,
        auth: Buffer = b"",
        secret: Optional[Buffer] = None,
        flags: int = KEEP_ALIVE | EXTENDED,
    ) -> None:
        self.operation = operation
        self.provider = provider
        # By default both of Keystead's: Parsec ignores the whole field (wire contract 6.1).
        self.flags = flags
        self.auth_type = auth_type
        # Another may be put in its place before the request is sent again.
        self.auth = auth
        self._body = body
        self._secret: Buffer = b""
        # An empty field is left out, as every encoder does.
        if secret is not None and len(secret):
            self._secret = memoryview(secret).cast("B")
            self._body += field_head(operation.secret_field, len(self._secret))

    def encode(self, session: int) -> Secret:
        """The whole request; `session` is a number that the answer repeats."""
        body, secret, auth = self._body, self._secret, self.auth
        body_len = len(body) + len(secret)
        if body_len > MAX_BODY_BYTES or len(auth) > MAX_AUTH_BYTES:
            raise UsageError("the request is too long")
        # Made in its full length, so that no copy of a secret is left in memory that was outgrown.
        frame = Secret(HEADER_LEN + body_len + len(auth))
        _HEADER.pack_into(
            frame, 0, MAGIC, HDR_SIZE, 1, 0, self.flags, self.provider, session, 0, 0, self.auth_type,
            body_len, len(auth), self.operation.opcode, 0, 0,
        )  # fmt: skip
        end = HEADER_LEN + len(body)
        frame[HEADER_LEN:end] = body
        if secret:
            frame[end : HEADER_LEN + body_len] = secret
        if auth:
            frame[HEADER_LEN + body_len :] = auth
        return frame


class AnswerHeader(NamedTuple):
    """What the header of an answer says."""

    flags: int
    session: int
    body_len: int
    opcode: int
    status: int

    @staticmethod
    def parse(head: Buffer) -> AnswerHeader:
        """Reads the header at the beginning of the bytes. The length that it announces is within the limit."""
        (
            magic, hdr_size, major, minor, flags, _, session, content_type, _, _,
            body_len, _, opcode, status, reserved,
        ) = _HEADER.unpack_from(head)  # fmt: skip
        if magic != MAGIC or hdr_size != HDR_SIZE:
            raise ResponseError("the answer does not begin with a header of this protocol")
        if major != 1 or minor != 0:
            raise ResponseError(f"the answer is of version {major}.{minor}, and only 1.0 exists")
        if content_type or reserved:
            raise ResponseError("the answer's header holds a value that no answer has")
        if body_len > MAX_ANSWER_BYTES:
            raise ResponseError(f"a body of {body_len} bytes is too long")
        return AnswerHeader(flags, session, body_len, opcode, status)


class Answer(NamedTuple):
    """An answer as it came: its header is one of this protocol, and nothing else was checked."""

    header: AnswerHeader
    body: Secret

    @property
    def is_auth_stale(self) -> bool:
        """Whether the service does not take the token that the request carried, any more or yet. Nothing was done
        then."""
        return self.header.status == Status.AuthStale

    def expect(self, operation: Operation[Any, Any]) -> Secret:
        """Takes it as the answer to this operation: the body. The status is looked at first: a refusal of a request
        that could not be read names another operation."""
        header = self.header
        if header.status:
            raise Refused.of(operation.name, Status(header.status))
        if header.opcode != operation.opcode:
            raise ResponseError(f"the answer belongs to operation {header.opcode:#06x}")
        return self.body
