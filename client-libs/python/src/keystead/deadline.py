"""The one time limit of a whole call, and pauses within it."""

from __future__ import annotations

import time

from .errors import CallTimeout
from .limits import FIRST_PAUSE, LONGEST_PAUSE

# What lies beyond is as good as never, and longer limits are more than a socket can take.
_LONGEST = 365 * 86_400.0


class Deadline:
    """A moment by which a call must be done, whatever it consists of."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + min(seconds, _LONGEST)

    def remaining(self) -> float:
        """Seconds until then, more than 0; raises `CallTimeout` if it has passed."""
        remaining = self._at - time.monotonic()
        if remaining <= 0:
            raise CallTimeout()
        return remaining

    def sooner(self, seconds: float) -> Deadline:
        """Whichever comes first: this one, or one so many seconds from now."""
        other = Deadline(seconds)
        return other if other._at < self._at else self


class Backoff:
    """Pauses between attempts at what may soon be possible; each is twice as long as the one before."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def pause(self, deadline: Deadline) -> bool:
        """Waits, for half of the time that is left at most, so that the next attempt has the other half. Gives False,
        and does not wait, if the time is as good as over."""
        try:
            remaining = deadline.remaining()
        except CallTimeout:
            return False
        if remaining < FIRST_PAUSE:
            return False
        time.sleep(min(self._next, remaining / 2))
        self._next = min(self._next * 2, LONGEST_PAUSE)
        return True
