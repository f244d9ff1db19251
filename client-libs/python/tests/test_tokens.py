"""The client between a service and an identity provider that follow scripts: when a token is fetched, and what happens
while there is none."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest
from scripted import PATIENCE, PONG, Scripted, Step, auth_of, body_of, hangs_up, refuses, says, says_nothing

import keystead
from keystead import DoesNotExist, IdentityError, Refused, TokenSource
from keystead import messages_pb2 as pb
from keystead import tokens as tokens_module

# Longer than any test takes, in seconds.
LONG = 300
STALE, BUSY = 2001, 2003
NO_KEYS = says(pb.ListKeysResult())


def token(text: str, seconds: float = LONG) -> Step:
    """A token that lives for so many seconds from now."""
    return says(pb.GetTokenResult(token=text, expires_at=int(time.time() + seconds)))


def provider(*answers: Step) -> Scripted:
    """An identity provider; each answer on a connection of its own, as it is asked rarely."""
    return Scripted(*([answer] for answer in answers))


def shown(service: Scripted) -> list[str]:
    """The tokens of the requests that came."""
    proofs = [auth_of(request) for seen in service.finish() for request in seen]
    assert all(kind == 2 for kind, _ in proofs)
    return [text.decode() for _, text in proofs]


def test_a_token_is_fetched_once_without_a_credential_and_shown_in_every_request() -> None:
    with Scripted([NO_KEYS, NO_KEYS]) as service, provider(token("a.b.c")) as identity:
        source = TokenSource(identity.endpoint, identity="spiffe://x/app", audience="spiffe://x/service")
        client = service.client(credential=source)
        client.list_keys()
        client.with_timeout(PATIENCE).list_keys()
        assert shown(service) == ["a.b.c", "a.b.c"]
        question = identity.finish()[0][0]
        assert auth_of(question) == (0, b"")
        asked = pb.GetToken.FromString(body_of(question))
        assert (asked.identity, asked.audience) == ("spiffe://x/app", "spiffe://x/service")


def test_the_environment_chooses_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted([NO_KEYS]) as service, provider(token("a.b.c")) as identity:
        monkeypatch.setenv("KEYSTEAD_SERVICE_ENDPOINT", service.endpoint)
        monkeypatch.setenv("KEYSTEAD_IDENTITY_ENDPOINT", identity.endpoint)
        keystead.Client().list_keys()
        assert shown(service) == ["a.b.c"]
        identity.finish()


def test_what_anybody_may_ask_needs_no_token() -> None:
    with Scripted([PONG]) as service:
        service.client(credential=TokenSource("unix:/nonexistent/identity.sock")).ping()
        assert auth_of(service.finish()[0][0]) == (0, b"")


def test_a_stale_token_is_fetched_again_until_the_service_takes_one() -> None:
    answers = [refuses(STALE), refuses(STALE), NO_KEYS, NO_KEYS]
    with Scripted(answers) as service, provider(token("first"), token("second, longer"), token("3rd")) as identity:
        client = service.client(credential=TokenSource(identity.endpoint))
        client.list_keys()
        client.list_keys()
        assert shown(service) == ["first", "second, longer", "3rd", "3rd"]
        identity.finish()


def test_a_create_that_was_refused_for_its_token_is_sent_again() -> None:
    with Scripted([refuses(STALE), says()]) as service, provider(token("old"), token("new")) as identity:
        service.client(credential=TokenSource(identity.endpoint)).generate("k")
        assert shown(service) == ["old", "new"]


def test_a_token_that_stays_stale_is_the_services_refusal_when_time_is_over() -> None:
    with Scripted([refuses(STALE)] * 100) as service, provider(*[token("t")] * 100) as identity:
        with pytest.raises(Refused) as refused:
            service.client(credential=TokenSource(identity.endpoint), timeout=0.5).list_keys()
        assert refused.value.status == STALE
        assert 2 <= len(service.seen[0]) <= 15, "the pauses are doubled"


def test_with_another_credential_a_stale_one_is_simply_refused() -> None:
    with Scripted([refuses(STALE)]) as service:
        with pytest.raises(Refused):
            service.client().list_keys()
        service.finish()


def test_an_identity_provider_that_is_busy_or_breaks_off_is_asked_again() -> None:
    with Scripted([NO_KEYS]) as service, provider(refuses(BUSY), hangs_up, refuses(BUSY), token("late")) as identity:
        service.client(credential=TokenSource(identity.endpoint)).list_keys()
        assert shown(service) == ["late"]
        identity.finish()


def test_an_identity_provider_that_does_not_listen_yet_is_waited_for() -> None:
    with Scripted([NO_KEYS]) as service, provider(token("late")) as identity:
        there = identity.endpoint[len("unix:") :]
        os.rename(there, there + "-later")
        starting = threading.Timer(0.1, os.rename, (there + "-later", there))
        starting.start()
        service.client(credential=TokenSource(identity.endpoint)).list_keys()
        assert shown(service) == ["late"]
        starting.join()


@pytest.mark.parametrize("status", [11, 1133, 1135])
def test_no_token_is_an_error_and_no_reason_to_try_another_credential(status: int) -> None:
    with Scripted() as service, provider(refuses(status)) as identity:
        with pytest.raises(IdentityError) as failed:
            service.client(credential=TokenSource(identity.endpoint)).list_keys()
        assert failed.value.status == status and not failed.value.is_worth_retrying
        assert service.finish() == []


def test_an_absent_identity_provider_is_waited_for_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "ABSENT_PROVIDER_PATIENCE", 0.1)
    start = time.monotonic()
    with pytest.raises(IdentityError) as failed:
        TokenSource("unix:/nonexistent/identity.sock").token(PATIENCE)
    assert time.monotonic() - start < PATIENCE / 2
    assert failed.value.is_worth_retrying


def test_a_silent_identity_provider_is_waited_for_until_the_deadline() -> None:
    with provider(says_nothing) as identity, pytest.raises(IdentityError) as failed:
        TokenSource(identity.endpoint).token(0.2)
    assert isinstance(failed.value.__cause__, keystead.CallTimeout)


def test_an_empty_token_is_none() -> None:
    with provider(says(b"")) as identity, pytest.raises(IdentityError) as failed:
        TokenSource(identity.endpoint).token(PATIENCE)
    assert isinstance(failed.value.__cause__, keystead.ResponseError)


def test_a_token_is_renewed_after_three_quarters_of_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    with provider(token("first", 400), token("second", 400)) as identity:
        source = TokenSource(identity.endpoint)

        def at(seconds: float) -> str:
            # Only of what is kept: deadlines go by the true clock.
            monkeypatch.setattr(tokens_module, "time", Clock(now + seconds))
            return bytes(source.token(PATIENCE).text).decode()

        assert [at(1), at(295), at(305), at(500)] == ["first", "first", "second", "second"]
        identity.finish()


def test_a_renewal_that_fails_does_not_hurt_while_the_token_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    with provider(token("first", 400), refuses(11), refuses(11), refuses(11)) as identity:
        source = TokenSource(identity.endpoint)

        def at(seconds: float) -> str:
            monkeypatch.setattr(tokens_module, "time", Clock(now + seconds))
            return bytes(source.token(PATIENCE).text).decode()

        assert [at(1), at(305), at(306), at(312)] == ["first"] * 4
        assert len(identity.seen) == 3, "the next attempt is five seconds later"
        with pytest.raises(IdentityError):
            at(405)
        identity.finish()


def test_nobody_keeps_a_token_for_longer_than_it_may_live(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    with provider(token("endless", 1e9), token("next")) as identity:
        source = TokenSource(identity.endpoint)
        assert source.token().text == b"endless"
        monkeypatch.setattr(tokens_module, "time", Clock(now + 3_700))
        assert source.token().text == b"next"


def test_threads_that_need_a_token_at_once_ask_once() -> None:
    asked = threading.Event()

    def slowly(sock: socket.socket, request: bytes) -> None:
        asked.wait(PATIENCE)
        token("one")(sock, request)

    with provider(slowly) as identity:
        source, got = TokenSource(identity.endpoint), []
        threads = [threading.Thread(target=lambda: got.append(source.token(PATIENCE))) for _ in range(8)]
        for thread in threads:
            thread.start()
        asked.set()
        for thread in threads:
            thread.join()
        assert len(got) == 8 and len(set(map(id, got))) == 1
        identity.finish()


def test_a_process_that_was_forked_fetches_its_own_token_whatever_its_parent_does() -> None:
    """Also where another thread of the parent holds the lock."""
    with provider(token("parent"), token("child")) as identity:
        source = TokenSource(identity.endpoint)
        assert source.token().text == b"parent"
        with source._kept.changed:
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if source.token(PATIENCE).text == b"child" else 1)
                finally:
                    os._exit(2)
            assert os.waitpid(child, 0)[1] == 0
        assert source.token().text == b"parent"


def test_a_token_is_not_used_after_the_process_became_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider(token("one"), token("two")) as identity:
        source = TokenSource(identity.endpoint)
        assert source.token().text == b"one"
        monkeypatch.setattr("os.geteuid", lambda: 4711)
        assert source.token().text == b"two"


def test_the_refusals_of_the_service_itself_are_its_own() -> None:
    with Scripted([refuses(1140)]) as service, provider(token("a.b.c")) as identity:
        with pytest.raises(DoesNotExist):
            service.client(credential=TokenSource(identity.endpoint)).export_public_key("k")


class Clock:
    """A clock that stands still at a moment of the monotonic one."""

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def monotonic(self) -> float:
        return self._moment

    @staticmethod
    def time() -> float:
        return time.time()
