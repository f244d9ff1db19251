"""Making and destroying keys where the answer may be lost.

These calls change something, so they are never just sent again. When the connection breaks or time runs out, the key is
looked up first: a create whose key is there was done, a destroy whose key is gone was done. What a look cannot tell,
the caller is told as the error that it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from .attributes import KeyAttributes, KeyType
from .calls import Calls, leaves_doubt
from .deadline import Deadline
from .errors import AlreadyExists, ConnectionFailed, KeysteadError
from .limits import LOOK_UP_TIMEOUT
from .operations import DESTROY_KEY, EXPORT_PUBLIC_KEY, LIST_KEYS, Operation
from .secret import Buffer
from .status import Status


def create(
    calls: Calls,
    operation: Operation[Any, Any],
    name: str,
    attributes: KeyAttributes,
    data: Optional[Buffer] = None,
) -> None:
    """Makes a key (`data` is None) or takes one over."""
    deadline = Deadline(calls._timeout)

    def send() -> None:
        calls._ask(operation, deadline=deadline, key_name=name, attributes=attributes, secret=data)

    try:
        return send()
    except KeysteadError as error:
        if not leaves_doubt(error):
            raise
        found = _look_up(calls, name, error)
        if found is None:
            if not isinstance(error, ConnectionFailed):
                raise
            try:
                return send()
            except KeysteadError as again:
                # The first request may have been carried out after the look.
                if not leaves_doubt(again) and not isinstance(again, AlreadyExists):
                    raise
                found = _look_up(calls, name, again)
                if found is None:
                    raise
        judged = _is_what_was_asked(calls, name, found, attributes, data)
        if judged is None:
            raise
        if not judged:
            raise AlreadyExists(operation.name, Status.PsaErrorAlreadyExists) from error


def destroy(calls: Calls, name: str) -> None:
    """Destroys a key."""
    try:
        calls._ask(DESTROY_KEY, key_name=name)
    except KeysteadError as error:
        if not leaves_doubt(error) or _look_up(calls, name, error) is not None:
            raise


def find(calls: Calls, name: str, deadline: Deadline) -> Optional[KeyAttributes]:
    """The attributes of a key on the client's provider, None if there is none of this name."""
    provider = calls._provider_by(deadline)
    for key in calls._ask(LIST_KEYS, deadline=deadline).keys:
        if key.name == name and key.provider_id == provider:
            return KeyAttributes.decoded(key.attributes)
    return None


def _look_up(calls: Calls, name: str, error: KeysteadError) -> Optional[KeyAttributes]:
    """Asks for a key with time of its own: the call's may be over. If that fails too, the first error is what there is
    to say."""
    try:
        return find(calls, name, Deadline(LOOK_UP_TIMEOUT))
    except KeysteadError:
        raise error from None


def _is_what_was_asked(
    calls: Calls, name: str, found: KeyAttributes, asked: KeyAttributes, data: Optional[Buffer]
) -> Optional[bool]:
    """Whether a key that was found is the one that was to be made; None if nobody can tell."""
    # 0 bits stood for any size, and the service adds flags.
    asked = replace(asked, bits=asked.bits or found.bits, usage=asked.usage.widened())
    if found != asked:
        return False
    if data is None:
        return True
    if not isinstance(asked.type, KeyType) or not asked.type.is_public:
        return None
    try:
        answer = calls._ask(EXPORT_PUBLIC_KEY, deadline=Deadline(LOOK_UP_TIMEOUT), key_name=name)
    except KeysteadError:
        return None
    return answer.data == bytes(data)
