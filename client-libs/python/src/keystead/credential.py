"""How a request says who sends it (wire contract 2.1)."""

from __future__ import annotations

import os
from typing import Optional

from .deadline import Deadline
from .secret import Buffer


class Credential:
    """Who the client says it is. Every request carries it, except those that anybody may send."""

    # The number that stands in the header.
    auth_type: int = 0

    def proof(self, deadline: Deadline) -> Buffer:
        """The authentication part of a request sent now."""
        raise NotImplementedError

    def other_than(self, stale: Buffer, deadline: Deadline) -> Optional[Buffer]:
        """Another proof than this one, which the service no longer takes; None if there is no other."""
        return None


class NoIdentity(Credential):
    """No identity: Ping, the lists of the service, random bytes and hashes are all that can be had."""

    def proof(self, deadline: Deadline) -> Buffer:
        return b""


class PeerCredentials(Credential):
    """The process's effective uid, which the kernel confirms to the service: no secret is needed."""

    auth_type = 3

    def proof(self, deadline: Deadline) -> Buffer:
        # The effective one: a program that was given another user's rights would be refused with its real uid.
        return os.geteuid().to_bytes(4, "little")
