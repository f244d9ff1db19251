"""The client against a service that follows a script: what goes over the socket, and what happens when it breaks."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from typing import Callable

import contract
import pytest
from scripted import CLOSE, KEEP, PATIENCE, PONG, Scripted, hangs_up, header, refuses, says, says_nothing, sends

import keystead
from keystead import CallTimeout, ConnectionFailed, Refused, ResponseError
from keystead import messages_pb2 as pb
from keystead.connection import Connection
from keystead.limits import MAX_ANSWER_BYTES


def test_a_ping_is_vector_v1_with_both_flags_and_the_next_on_its_connection_has_another_number() -> None:
    with Scripted([PONG, PONG]) as service:
        client = service.client()
        assert client.ping() == client.ping() == (1, 0)
        first = bytearray(contract.vector("V1"))
        first[8] = 3
        second = bytearray(first)
        second[11] = 1
        assert service.finish() == [[first, second]]


def test_a_service_that_closes_after_each_answer_gets_a_connection_for_each_call() -> None:
    pong = says(b"\x08\x01", flags=CLOSE)
    with Scripted([pong], [pong], [pong]) as service:
        client = service.client()
        assert [client.ping() for _ in range(3)] == [(1, 0)] * 3
        assert [len(seen) for seen in service.finish()] == [1, 1, 1]


@pytest.mark.parametrize("extra", [[], [hangs_up]])
def test_a_kept_connection_that_the_service_closed_is_not_noticed_by_the_caller(extra: list) -> None:
    """Whether it closed before the request or instead of answering it."""
    with Scripted([PONG, *extra], [PONG]) as service:
        client = service.client()
        assert client.ping() == client.ping() == (1, 0)
        service.finish()


def test_an_answer_may_come_in_small_pieces() -> None:
    def drips(sock: socket.socket, request: bytes) -> None:
        for byte in header(request, body_len=2) + b"\x08\x01":
            sock.sendall(bytes([byte]))

    with Scripted([drips, PONG]) as service:
        client = service.client()
        assert client.ping() == client.ping() == (1, 0)
        assert len(service.finish()) == 1


def test_a_long_answer_and_a_long_request_come_whole() -> None:
    content = os.urandom(1_048_576)
    long = pb.PsaHashComputeResult(hash=content)
    with Scripted([says(long), PONG]) as service:
        client = service.client()
        assert client.hash_compute(keystead.Hash.SHA_256, content) == content
        client.ping()
        seen = service.finish()
        assert seen[0][0][36:] == pb.PsaHashCompute(alg=pb.HASH_SHA_256, input=content).SerializeToString()


def replaced(at: int, *values: int) -> Callable[[bytes], bytes]:
    return lambda answer: answer[:at] + bytes(values) + answer[at + len(values) :]


WRONG = {
    "magic": replaced(0, 0x11),
    "header size": replaced(4, 31),
    "version": replaced(6, 2),
    "minor version": replaced(7, 1),
    "another request's": replaced(11, 9),
    "content type": replaced(19, 1),
    "body length": replaced(22, *struct.pack("<I", MAX_ANSWER_BYTES + 1)),
    "endless body": replaced(22, 0xFF, 0xFF, 0xFF, 0xFF),
    "operation": replaced(28, 8),
    "reserved": replaced(34, 1),
    "body": replaced(36, 0x0F, 0x0F),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_answer_is_an_error_and_ends_the_connection(kind: str) -> None:
    connections = [[sends(WRONG[kind])], [PONG]]
    if kind in ("operation", "body"):
        # These can be understood, but for what they hold: the connection is still good.
        connections = [[sends(WRONG[kind]), PONG]]
    with Scripted(*connections) as service:
        client = service.client()
        with pytest.raises(ResponseError):
            client.ping()
        assert client.ping() == (1, 0)
        service.finish()


@pytest.mark.parametrize("length", [1, 20, 35, 36, 37])
def test_an_answer_that_is_cut_off_is_a_broken_connection(length: int) -> None:
    # A harmless request is repeated once where the connection was a kept one, and this is the first.
    with Scripted([sends(lambda answer: answer[:length])]) as service:
        with pytest.raises(ConnectionFailed) as failed:
            service.client().ping()
        assert failed.value.sent and failed.value.is_worth_retrying and failed.value.status is None
        service.finish()


def test_a_connection_on_which_more_came_than_was_asked_for_is_not_used_again() -> None:
    def says_more(sock: socket.socket, request: bytes) -> None:
        sends(lambda answer: answer + b"more")(sock, request)
        says_nothing(sock, request)

    with Scripted([says_more], [PONG]) as service:
        client = service.client()
        assert client.ping() == client.ping() == (1, 0)
        service.finish()


def test_a_refusal_with_an_unknown_number_is_one() -> None:
    with Scripted([refuses(4711), PONG]) as service:
        client = service.client()
        with pytest.raises(Refused) as refused:
            client.ping()
        assert refused.value.status == 4711
        client.ping()
        assert len(service.finish()) == 1


def test_a_refusal_of_a_request_that_could_not_be_read_has_no_number_of_its_own() -> None:
    """Wire contract 1.3: session 0, operation Ping, and the connection is closed."""
    unread = sends(lambda answer: contract.vector("V9e"))
    with Scripted([PONG, unread], [PONG]) as service:
        client = service.client()
        client.ping()
        with pytest.raises(Refused) as refused:
            client.list_providers()
        assert refused.value.status == 17 and refused.value.operation == "ListProviders"
        client.ping()
        service.finish()


def test_a_refusal_before_the_whole_request_was_sent_is_the_answer() -> None:
    with Scripted() as service:
        # By hand: the script reads whole requests.
        def refuse_early() -> None:
            sock, _ = service.listener.accept()
            head = sock.recv(36)
            sock.sendall(header(head, status=20, flags=CLOSE))
            sock.close()

        service.finish()
        thread = threading.Thread(target=refuse_early)
        thread.start()
        with pytest.raises(Refused) as refused:
            service.client().hash_compute(keystead.Hash.SHA_256, bytes(8 * 1_048_576))
        thread.join()
        assert refused.value.status == 20


def test_a_request_that_did_not_leave_whole_is_known_not_to_have_been_executed() -> None:
    with Scripted() as service:

        def hang_up() -> None:
            sock, _ = service.listener.accept()
            sock.recv(36)
            sock.close()

        service.finish()
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(ConnectionFailed) as failed:
            service.client().import_key("k", keystead.presets.hmac_sha256(), bytes(8 * 1_048_576))
        thread.join()
        assert not failed.value.sent and failed.value.is_worth_retrying


def test_a_call_that_failed_has_closed_its_connection_whoever_keeps_the_error() -> None:
    with Scripted([says_nothing]) as service:
        with pytest.raises(CallTimeout) as kept:
            service.client(timeout=0.2).ping()
        service.closed.get(timeout=PATIENCE / 2)
        assert kept.value


def test_a_call_ends_by_its_deadline_and_a_late_answer_is_not_taken_for_the_next_ones() -> None:
    late = threading.Event()

    def answers_late(sock: socket.socket, request: bytes) -> None:
        late.wait(PATIENCE)
        PONG(sock, request)

    with Scripted([PONG, answers_late], [says(pb.ListOpcodesResult(opcodes=[1]))]) as service:
        client = service.client()
        client.ping()
        start = time.monotonic()
        with pytest.raises(CallTimeout) as timeout:
            client.with_timeout(0.2).ping()
        assert 0.2 <= time.monotonic() - start < PATIENCE / 2
        assert timeout.value.is_worth_retrying and isinstance(timeout.value, TimeoutError)
        late.set()
        assert client.list_opcodes(0) == [1]
        service.finish()


def test_one_deadline_covers_all_that_a_call_does() -> None:
    """An answer that drips for ever is ended although every byte comes soon."""

    def drips(sock: socket.socket, request: bytes) -> None:
        for byte in header(request, body_len=60_000) + bytes(60_000):
            sock.sendall(bytes([byte]))
            time.sleep(0.01)

    with Scripted([drips]) as service:
        with pytest.raises(CallTimeout):
            service.client(timeout=0.3).ping()
        service.finish()


def test_a_call_that_is_interrupted_does_not_leave_its_answer_to_the_next() -> None:
    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    def interrupts(sock: socket.socket, request: bytes) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        says_nothing(sock, request)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with Scripted([PONG, interrupts], [PONG]) as service:
            client = service.client()
            client.ping()
            with pytest.raises(Interrupted):
                client.ping()
            assert client.ping() == (1, 0)
            service.finish()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_nobody_at_the_endpoint_is_a_connection_error_that_may_pass() -> None:
    with pytest.raises(ConnectionFailed) as failed:
        keystead.Client("unix:/nonexistent/s.sock").ping()
    assert failed.value.is_worth_retrying and failed.value.is_absent and not failed.value.sent
    assert isinstance(failed.value, ConnectionError)
    with pytest.raises(ConnectionFailed) as failed:
        keystead.Client("unix:/" + "long" * 100).ping()
    assert not failed.value.is_worth_retrying


def test_a_service_whose_queue_is_full_is_waited_for_until_the_deadline() -> None:
    with Scripted() as service:
        service.finish()
        service.listener.listen(0)
        waiting = [Connection(service.endpoint, keystead.client.Deadline(PATIENCE))]
        with pytest.raises(CallTimeout):
            service.client(timeout=0.2).ping()
        del waiting


def test_a_connection_is_looked_at_after_a_while_and_not_used_after_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted([PONG, PONG], [PONG]) as service:
        client = service.client()
        client.ping()
        monkeypatch.setattr("keystead.connection.TRUSTED_IDLE", 0)
        client.ping()
        monkeypatch.setattr("keystead.connection.MAX_IDLE", 0)
        client.ping()
        assert [len(seen) for seen in service.finish()] == [2, 1]


def test_threads_share_the_connections_that_nobody_uses() -> None:
    with Scripted([PONG, PONG, PONG]) as service:
        client = service.client()
        client.ping()
        for _ in range(2):
            thread = threading.Thread(target=client.with_timeout(PATIENCE).ping)
            thread.start()
            thread.join()
        assert [len(seen) for seen in service.finish()] == [3]


def test_a_process_that_was_forked_opens_its_own_connections() -> None:
    with Scripted([PONG, PONG], [PONG]) as service:
        client = service.client()
        client.ping()
        # The script waits for the parent's second request, and accepts the child's connection after it.
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if client.ping() == (1, 0) else 1)
            finally:
                os._exit(2)
        client.ping()
        assert os.waitpid(child, 0)[1] == 0
        assert [len(seen) for seen in service.finish()] == [2, 1]


def test_a_client_that_was_closed_opens_another_connection() -> None:
    with Scripted([PONG], [PONG]) as service:
        with service.client() as client:
            client.ping()
        client.ping()
        service.finish()


def test_the_default_provider_is_asked_once() -> None:
    providers = says(pb.ListProvidersResult(providers=[pb.ProviderInfo(id=17), pb.ProviderInfo(id=0)]))
    digest = says(pb.PsaHashComputeResult(hash=b"h"))
    with Scripted([providers, digest, digest, digest]) as service:
        client = service.client(provider=None)
        for each in (client, client, client.with_provider(200)):
            each.hash_compute(keystead.Hash.SHA_256, b"")
        assert client.provider == 17
        seen = service.finish()[0]
        assert [request[10] for request in seen] == [0, 17, 17, 200]


@pytest.mark.parametrize("listed", [[], [0], [0, 1]])
def test_a_service_without_cryptography_is_an_error(listed: list[int]) -> None:
    providers = says(pb.ListProvidersResult(providers=[pb.ProviderInfo(id=number) for number in listed]))
    with Scripted([providers]) as service:
        with pytest.raises(keystead.KeysteadError):
            service.client(provider=None).random(1)
        service.finish()


def test_random_bytes_that_are_too_few_are_not_given() -> None:
    with Scripted([says(pb.PsaGenerateRandomResult(random_bytes=b"123"), flags=KEEP)]) as service:
        with pytest.raises(ResponseError):
            service.client().random(4)
        service.finish()


def test_requests_show_the_effective_uid_where_the_service_wants_an_identity() -> None:
    with Scripted([says(pb.ListKeysResult()), PONG]) as service:
        client = service.client()
        client.list_keys()
        client.ping()
        keys, ping = service.finish()[0]
        assert (keys[21], keys[-4:]) == (3, os.geteuid().to_bytes(4, "little"))
        assert (ping[21], len(ping)) == (0, 36)
