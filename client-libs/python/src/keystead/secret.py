"""Bytes that are cleared when nobody uses them any more, and their place in messages.

The protobuf runtime makes copies that nobody can clear, so the secret fields of a message do not go through it: they
are put behind its other fields, and taken out of the buffer into which it was received."""

from __future__ import annotations

from types import TracebackType
from typing import Iterator, NoReturn, Optional, Sequence, Union

from .errors import ResponseError

# What the library takes as bytes.
Buffer = Union[bytes, bytearray, memoryview]


class Secret(bytearray):
    """A plaintext, a shared secret, an exported key, random bytes or a token: a `bytearray` that is not shown by `repr`
    or `str`, and cleared when it is freed, by `wipe`, or at the end of a `with` block. `bytes(secret)` makes a copy
    that nobody can clear."""

    def wipe(self) -> None:
        """Overwrites it with zeros."""
        self[:] = bytes(len(self))

    def __enter__(self) -> Secret:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.wipe()

    def __del__(self) -> None:
        self.wipe()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not copied or pickled by accident")

    def __repr__(self) -> str:
        return f"<Secret of {len(self)} bytes>"

    __str__ = __repr__


def field_head(number: int, length: int) -> bytes:
    """What stands before the bytes of a field: its number, the wire type 2, its length."""
    return _varint(number << 3 | 2) + _varint(length)


def secret_in(body: memoryview, path: Sequence[int]) -> Secret:
    """The bytes of a field: its number, or the numbers of the messages around it before that. Empty if it is missing;
    of several the last one counts."""
    for wanted in path:
        found = body[:0]
        for number, value in _fields(body):
            if number == wanted:
                if isinstance(value, int):
                    raise ResponseError(f"field {number} of the answer holds a number and not bytes")
                found = value
        body = found
    return Secret(body)


def number_in(body: memoryview, wanted: int) -> int:
    """The number in a field; 0 if it is missing."""
    found = 0
    for number, value in _fields(body):
        if number == wanted:
            if not isinstance(value, int):
                raise ResponseError(f"field {number} of the answer holds bytes and not a number")
            found = value
    return found


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _fields(message: memoryview) -> Iterator[tuple[int, Union[int, memoryview]]]:
    """The fields of a message: their numbers, with the number or the bytes that they hold."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = _read_varint(message, at)
            yield number, value
            continue
        if wire_type == 2:
            length, at = _read_varint(message, at)
        elif wire_type in _FIXED:
            length = _FIXED[wire_type]
        else:
            raise ResponseError(f"the answer holds a field of wire type {wire_type}")
        if length > len(message) - at:
            raise ResponseError("a field of the answer is cut off")
        yield number, message[at : at + length]
        at += length


# Wire types of a fixed length, with that in bytes.
_FIXED = {1: 8, 5: 4}


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ResponseError("a number in the answer is cut off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ResponseError("a number in the answer is too long")
