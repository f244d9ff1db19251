"""Where the service listens (wire contract 6.8)."""

from __future__ import annotations

import os
from typing import Mapping, Optional

from .errors import UsageError

# Asked first and second for the service, and for the identity provider. Whoever sets the last wants tokens.
KEYSTEAD_VARIABLE = "KEYSTEAD_SERVICE_ENDPOINT"
PARSEC_VARIABLE = "PARSEC_SERVICE_ENDPOINT"
IDENTITY_VARIABLE = "KEYSTEAD_IDENTITY_ENDPOINT"
# The endpoints of daemons that were told nothing else.
DEFAULT_ENDPOINT = "unix:/run/keystead/service.sock"
DEFAULT_IDENTITY_ENDPOINT = "unix:/run/keystead/identity.sock"


def path_of(uri: str) -> str:
    """The socket's path in `unix:/path` or `unix:///path`, taken as it stands, without percent-decoding."""
    scheme, colon, rest = uri.partition(":")
    if scheme != "unix" or not colon:
        raise UsageError(f"{uri!r} is not an endpoint: it must begin with unix:")
    if rest.startswith("//"):
        rest = rest[2:]
        if not rest.startswith("/"):
            raise UsageError(f"{uri!r} is not an endpoint: it names a host, and a Unix socket has none")
    if not rest.startswith("/"):
        raise UsageError(f"{uri!r} is not an endpoint: the path after unix: must be absolute")
    if "\0" in rest or not rest.isprintable():
        raise UsageError(f"{uri!r} is not an endpoint: its path is not readable text")
    return rest


def service(environment: Optional[Mapping[str, str]] = None) -> str:
    """The service's endpoint that the environment names, else the default one. An empty variable counts as unset; a
    wrong one is an error and no reason to try the next."""
    variables = _trusted(environment)
    uri = variables.get(KEYSTEAD_VARIABLE) or variables.get(PARSEC_VARIABLE) or DEFAULT_ENDPOINT
    path_of(uri)
    return uri


def identity(environment: Optional[Mapping[str, str]] = None) -> Optional[str]:
    """The identity provider's endpoint, if the environment names one."""
    uri = _trusted(environment).get(IDENTITY_VARIABLE) or None
    if uri is not None:
        path_of(uri)
    return uri


def _trusted(environment: Optional[Mapping[str, str]]) -> Mapping[str, str]:
    """A program with another user's or group's rights than its caller's (set-uid, set-gid) does not believe the
    environment: the caller, who made it, must not choose to whom the program's secrets go."""
    if os.getuid() != os.geteuid() or os.getgid() != os.getegid():
        return {}
    return os.environ if environment is None else environment
