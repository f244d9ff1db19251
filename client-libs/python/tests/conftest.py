"""What several tests use."""

from __future__ import annotations

import itertools
from typing import Iterator

import pytest
import running

import keystead

_numbers = itertools.count()


@pytest.fixture(scope="session")
def service() -> Iterator[running.Service]:
    """The real service. Its absence is a failure, not a reason to leave tests out."""
    assert running.BINARY, "KEYSTEAD_SERVICE_BINARY must name the service's program"
    with running.Service() as service:
        yield service


@pytest.fixture
def client(service: running.Service) -> Iterator[keystead.Client]:
    """A client of the real service."""
    with keystead.Client(service.endpoint, credential=keystead.PeerCredentials()) as client:
        yield client


@pytest.fixture
def name() -> str:
    """A name that no other test's key has."""
    return f"key-{next(_numbers)}"
