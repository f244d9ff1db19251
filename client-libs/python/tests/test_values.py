"""Secrets, endpoints, attributes, errors: what needs no service."""

from __future__ import annotations

import itertools
import pickle

import pytest

import keystead
from keystead import (
    Aead,
    Cipher,
    EccFamily,
    Encryption,
    Hash,
    KeyAgreement,
    KeyAttributes,
    KeyDerivation,
    KeyType,
    Mac,
    RawKeyAgreement,
    Secret,
    Signature,
    Status,
    Unknown,
    Usage,
    endpoint,
)
from keystead import messages_pb2 as pb
from keystead.algorithm import decoded, encoded
from keystead.deadline import Backoff, Deadline
from keystead.errors import ResponseError, UsageError
from keystead.frame import Request
from keystead.operations import IMPORT_KEY
from keystead.secret import number_in, secret_in

ALGORITHMS = [
    None,
    *Hash,
    *Cipher,
    *(aead for kind in (Aead.GCM, Aead.CCM, Aead.CHACHA20_POLY1305) for aead in (kind, kind.with_tag(8))),
    *(mac for kind in (Mac.hmac(Hash.SHA_1), Mac.CMAC, Mac.CBC_MAC) for mac in (kind, kind.truncated(8))),
    *(scheme(hash) for hash in (None, Hash.SHA_512) for scheme in (Signature.ecdsa, Signature.rsa_pss)),
    *(scheme(Hash.SHA_256) for scheme in (Signature.deterministic_ecdsa, Signature.rsa_pkcs1v15)),
    Signature.RSA_PKCS1V15_RAW,
    Signature.ECDSA_ANY,
    Encryption.RSA_PKCS1V15,
    Encryption.rsa_oaep(Hash.SHA_384),
    KeyAgreement.ECDH,
    KeyAgreement(RawKeyAgreement.FFDH, KeyDerivation("hkdf", Hash.SHA_256)),
    KeyDerivation("tls12_prf", Hash.SHA_256),
]


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=str)
def test_an_algorithm_survives_its_encoding(algorithm: object) -> None:
    assert decoded(pb.Algorithm.FromString(encoded(algorithm).SerializeToString())) == algorithm


def test_attributes_survive_their_encoding() -> None:
    types = [KeyType.AES, KeyType.RSA_PUBLIC_KEY, KeyType.dh_key_pair(), *map(KeyType.ecc_public_key, EccFamily)]
    usages = [Usage.NONE, Usage.EXPORT | Usage.DERIVE, Usage.SIGN_HASH | Usage.CACHE]
    for key_type, usage in itertools.product(types, usages):
        attributes = KeyAttributes(key_type, 256, usage.widened(), Cipher.CTR)
        again = KeyAttributes.decoded(pb.KeyAttributes.FromString(attributes.encoded().SerializeToString()))
        assert again == attributes


@pytest.mark.parametrize("unknown", [b"\xa2\x06\x00", b"\x10\x63", b"\x32\x06\x22\x04\x0a\x02\x10\x63", b""])
def test_types_and_algorithms_of_a_newer_service_are_values_too(unknown: bytes) -> None:
    """Field 100 of a oneof, a hash of number 99 alone and in a signature, and nothing at all."""
    algorithm = decoded(pb.Algorithm.FromString(unknown))
    assert algorithm == Unknown(unknown)
    assert encoded(algorithm).SerializeToString() == unknown
    key_type = KeyType.decoded(pb.KeyType.FromString(b"\xa2\x06\x00"))
    attributes = KeyAttributes(key_type, 256, Usage.NONE, algorithm)
    assert KeyAttributes.decoded(attributes.encoded()) == attributes


def test_a_status_of_a_newer_service_has_a_number_and_is_not_worth_retrying() -> None:
    refused = keystead.Refused.of("Ping", Status(4711))
    assert refused.status == 4711 and str(refused.status) == "Unknown4711 (4711)"
    assert not refused.is_worth_retrying


def test_what_may_pass_by_itself_is_worth_retrying_and_what_may_not_is_not() -> None:
    passing = {Status(number) for number in (15, 1145, 2001, 2003, 2004)}
    assert {status for status in Status if keystead.Refused.of("Ping", status).is_worth_retrying} == passing


def test_the_first_variable_that_is_set_names_the_endpoint() -> None:
    assert endpoint.service({}) == "unix:/run/keystead/service.sock"
    both = {"KEYSTEAD_SERVICE_ENDPOINT": "unix:/a", "PARSEC_SERVICE_ENDPOINT": "unix:/b"}
    assert endpoint.service(both) == "unix:/a"
    assert endpoint.service({**both, "KEYSTEAD_SERVICE_ENDPOINT": ""}) == "unix:/b"
    assert endpoint.identity(both) is None
    assert endpoint.identity({"KEYSTEAD_IDENTITY_ENDPOINT": "unix:/c"}) == "unix:/c"
    with pytest.raises(UsageError):
        endpoint.service({**both, "KEYSTEAD_SERVICE_ENDPOINT": "tcp:/a"})


def test_a_set_uid_program_does_not_believe_its_callers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYSTEAD_SERVICE_ENDPOINT", "unix:/tmp/evil")
    monkeypatch.setenv("KEYSTEAD_IDENTITY_ENDPOINT", "unix:/tmp/evil")
    assert endpoint.service() == endpoint.identity() == "unix:/tmp/evil"
    monkeypatch.setattr("os.geteuid", lambda: 4711)
    assert endpoint.service() == endpoint.DEFAULT_ENDPOINT
    assert endpoint.identity() is None


def test_only_unix_sockets_with_an_absolute_path_are_endpoints() -> None:
    assert endpoint.path_of("unix:/run/a b%20") == "/run/a b%20"
    assert endpoint.path_of("unix:///run/a") == "/run/a"
    for wrong in ("unix", "unix:", "unix:a", "unix://host/a", "unix://", "tcp:/a", "/a", "UNIX:/a", "unix:/a\0b"):
        with pytest.raises(UsageError):
            endpoint.path_of(wrong)


def test_a_secret_is_not_shown_and_is_cleared() -> None:
    with Secret(b"password") as secret:
        assert secret == b"password" and "password" not in f"{secret}{secret!r}{[secret]}"
        view = memoryview(secret)
    assert bytes(view) == bytes(8)
    secret = Secret(b"password")
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    wiped = []
    Probe = type("Probe", (Secret,), {"wipe": lambda self: wiped.append(bytes(self))})
    Probe(b"freed")
    assert wiped == [b"freed"]


def test_a_secret_field_stands_where_the_runtime_would_put_it() -> None:
    for length in (0, 1, 127, 128, 70_000):
        message = pb.PsaImportKey(key_name="k", data=bytes(length))
        body = pb.PsaImportKey(key_name="k").SerializeToString()
        frame = Request(IMPORT_KEY, body, secret=bytearray(length), auth=b"auth").encode(0)
        assert frame[36:-4] == message.SerializeToString() and frame[-4:] == b"auth"


def test_a_secret_is_found_among_other_fields() -> None:
    body = b"\x10\x96\x01" + b"\x1a\x01x" + b"\x21" + bytes(8) + b"\x2d" + bytes(4) + b"\x0a\x02no" + b"\x0a\x03yes"
    assert secret_in(memoryview(body), (1,)) == b"yes"
    assert number_in(memoryview(body), 2) == 150
    assert secret_in(memoryview(b""), (1, 1)) == b"" and number_in(memoryview(b""), 2) == 0
    nested = pb.AttestKeyResult(
        output=pb.AttestKeyOutput(activate_credential=pb.ActivatedCredential(credential=b"deep"))
    )
    assert secret_in(memoryview(nested.SerializeToString()), (1, 1, 1)) == b"deep"


@pytest.mark.parametrize(
    "body", [b"\x0a", b"\x0a\x05abc", b"\x08\x01", b"\x0f", b"\x80" * 11, b"\x21abc", b"\x0a\xff\xff\xff\xff\x0f"]
)
def test_a_damaged_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(ResponseError):
        secret_in(memoryview(body), (1,))


def test_a_deadline_passes_and_an_endless_one_is_no_error() -> None:
    for passed in (0, -1):
        with pytest.raises(keystead.CallTimeout):
            Deadline(passed).remaining()
    assert Deadline(float("inf")).remaining() > 3600
    assert Deadline(100).sooner(10).remaining() <= 10 < Deadline(11).sooner(100).remaining()


def test_pauses_double_and_end_before_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    backoff = Backoff()
    assert all(backoff.pause(Deadline(100)) for _ in range(7))
    assert slept == [0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5]
    assert backoff.pause(Deadline(0.2)) and slept[-1] <= 0.1
    assert not backoff.pause(Deadline(0.01)) and not backoff.pause(Deadline(0))


def test_a_wrong_argument_is_the_callers_error() -> None:
    client = keystead.Client("unix:/nonexistent", credential=keystead.PeerCredentials(), provider=1)
    with pytest.raises(UsageError):
        client.random(-1)
    with pytest.raises(UsageError):
        client.export_public_key("\ud800")
    with pytest.raises(UsageError):
        client.generate("k", KeyAttributes(KeyType.AES, 1 << 40, Usage.NONE, None))
    with pytest.raises(TypeError):
        client.export_public_key(5)
