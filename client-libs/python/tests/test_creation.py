"""Making and destroying keys where the answer is lost, against a service that follows a script."""

from __future__ import annotations

import socket
import threading

import pytest
from scripted import PATIENCE, PONG, Scripted, hangs_up, refuses, says, says_nothing

import keystead
from keystead import AlreadyExists, CallTimeout, ConnectionFailed, DoesNotExist, KeyAttributes, KeyType, Usage, presets
from keystead import messages_pb2 as pb

P256 = presets.ecdsa_p256()
PUBLIC = KeyAttributes(KeyType.RSA_PUBLIC_KEY, 0, Usage.VERIFY_HASH, keystead.Signature.rsa_pss(keystead.Hash.SHA_256))


def keys(*names: str, attributes: KeyAttributes = P256, provider: int = 1):
    infos = [pb.KeyInfo(provider_id=provider, name=name, attributes=attributes.encoded()) for name in names]
    return says(pb.ListKeysResult(keys=infos))


def test_a_create_whose_answer_was_lost_is_looked_up_and_counts_as_done() -> None:
    with Scripted([hangs_up], [keys("other", "k")]) as service:
        assert service.client().generate("k").name == "k"
        assert service.operations() == ["PsaGenerateKey", "ListKeys"]


def test_a_create_that_was_not_done_is_sent_again_once() -> None:
    with Scripted([hangs_up], [keys(), says()]) as service:
        service.client().generate("k")
        assert service.operations() == ["PsaGenerateKey", "ListKeys", "PsaGenerateKey"]


def test_a_create_that_was_done_after_the_look_counts_as_done() -> None:
    with Scripted([hangs_up], [keys(), refuses(1139), keys("k")]) as service:
        service.client().generate("k")
        assert service.operations() == ["PsaGenerateKey", "ListKeys", "PsaGenerateKey", "ListKeys"]


def test_another_key_of_that_name_is_not_taken_for_the_new_one() -> None:
    with Scripted([hangs_up], [keys("k", attributes=presets.aes_256_gcm())]) as service:
        with pytest.raises(AlreadyExists):
            service.client().generate("k")
        service.finish()


def test_a_key_on_another_provider_is_another_key() -> None:
    with Scripted([hangs_up], [keys("k", provider=2), says()]) as service:
        service.client().generate("k")
        assert len(service.operations()) == 3


def test_a_create_that_ran_out_of_time_is_looked_up_and_not_sent_again() -> None:
    for found, error in ((keys("k"), None), (keys(), CallTimeout)):
        with Scripted([says_nothing], [found]) as service:
            client = service.client(timeout=0.3)
            if error is None:
                client.generate("k")
            else:
                with pytest.raises(error):
                    client.generate("k")
            assert service.operations() == ["PsaGenerateKey", "ListKeys"]


def test_a_lost_import_of_a_secret_is_left_to_the_caller() -> None:
    attributes = presets.aes_256_gcm()
    with Scripted([hangs_up], [keys("k", attributes=attributes)]) as service:
        with pytest.raises(ConnectionFailed):
            service.client().import_key("k", attributes, bytes(32))
        service.finish()


@pytest.mark.parametrize("there", [b"mine", b"theirs"])
def test_a_lost_import_of_a_public_key_is_compared(there: bytes) -> None:
    found = KeyAttributes(PUBLIC.type, 2048, PUBLIC.usage.widened(), PUBLIC.algorithm)
    script = [keys("k", attributes=found), says(pb.PsaExportPublicKeyResult(data=there))]
    with Scripted([hangs_up], script) as service:
        if there == b"mine":
            service.client().import_key("k", PUBLIC, b"mine")
        else:
            with pytest.raises(AlreadyExists):
                service.client().import_key("k", PUBLIC, b"mine")
        service.finish()


def test_a_create_is_not_put_on_a_connection_that_the_service_closed() -> None:
    """It asks the kernel first, so that it need not ask for the key afterwards."""
    is_shut = threading.Event()

    def says_no_more(sock: socket.socket, request: bytes) -> None:
        PONG(sock, request)
        sock.shutdown(socket.SHUT_WR)
        is_shut.set()
        says_nothing(sock, request)

    with Scripted([says_no_more], [says()]) as service:
        client = service.client()
        client.ping()
        assert is_shut.wait(PATIENCE)
        client.generate("k")
        assert service.operations() == ["Ping", "PsaGenerateKey"]


def test_a_destroy_whose_key_is_gone_was_done_and_others_are_left_to_the_caller() -> None:
    with Scripted([hangs_up], [keys()]) as service:
        service.client().destroy("k")
        assert service.operations() == ["PsaDestroyKey", "ListKeys"]
    with Scripted([hangs_up], [keys("k")]) as service:
        with pytest.raises(ConnectionFailed):
            service.client().destroy("k")
        assert service.operations() == ["PsaDestroyKey", "ListKeys"]


def test_a_refusal_is_not_looked_up() -> None:
    with Scripted([refuses(1139), refuses(1140)]) as service:
        client = service.client()
        with pytest.raises(AlreadyExists):
            client.generate("k")
        with pytest.raises(DoesNotExist):
            client.destroy("k")
        assert service.operations() == ["PsaGenerateKey", "PsaDestroyKey"]


def test_deleting_a_client_is_never_sent_again_by_itself() -> None:
    with Scripted([PONG, hangs_up]) as service:
        client = service.client()
        client.ping()
        with pytest.raises(ConnectionFailed):
            client.delete_client("jim")
        service.finish()
