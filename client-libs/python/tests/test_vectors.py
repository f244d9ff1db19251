"""Golden bytes: what is sent is a vector bit for bit, and every answer among them is read. Every file is accounted
for."""

from __future__ import annotations

import contract
import pytest

import keystead
from keystead import EccFamily, Hash, KeyAttributes, KeyType, Signature, Usage
from keystead import messages_pb2 as pb
from keystead import operations as op
from keystead.frame import EXTENDED, KEEP_ALIVE, Answer, AnswerHeader, Request
from keystead.secret import Secret, number_in, secret_in

UID_0, UID_1000 = bytes(4), (1000).to_bytes(4, "little")

V5_ATTRIBUTES = pb.KeyAttributes(
    key_type=pb.KeyType(ecc_key_pair=pb.EccKey(curve_family=pb.ECC_FAMILY_SECP_R1)),
    key_bits=256,
    key_policy=pb.KeyPolicy(
        key_usage_flags=pb.UsageFlags(sign_hash=True, verify_hash=True),
        key_algorithm=pb.Algorithm(asymmetric_signature=Signature.ecdsa(Hash.SHA_256).encoded()),
    ),
)
V6_ATTRIBUTES = KeyAttributes(
    KeyType.ecc_key_pair(EccFamily.SECP_R1),
    256,
    (Usage.SIGN_HASH | Usage.VERIFY_HASH).widened(),
    Signature.ecdsa(Hash.SHA_256),
)


def request(message: object, **arguments: object) -> Request:
    operation = op.BY_REQUEST[type(message)]
    return Request(operation, message.SerializeToString(), **arguments)


REQUESTS = {
    "V1": (request(pb.Ping(), flags=0), 0),
    "V2": (request(pb.ListOpcodes(provider_id=1), flags=0, auth_type=1, auth=b"jimbob"), 0),
    "V3": (request(pb.DeleteClient(client="existing client"), flags=0, auth_type=1, auth=b"admin_priv"), 0),
    "V5": (
        request(
            pb.PsaGenerateKey(key_name="k1", attributes=V5_ATTRIBUTES),
            flags=0,
            provider=1,
            auth_type=3,
            auth=UID_1000,
        ),
        0,
    ),
    "V8": (request(pb.Ping(), flags=KEEP_ALIVE | EXTENDED), 0x1122334455667788),
    "V14": (
        request(
            pb.TpmQuote(signing_key_name="k1", pcr_bank=pb.HASH_SHA_256, pcrs=[0, 7], qualifying_data=b"\x01\x02\x03"),
            flags=EXTENDED,
            provider=3,
            auth_type=3,
            auth=UID_0,
        ),
        0,
    ),
    "V15": (request(pb.GetInstance(), flags=EXTENDED), 0),
    "V19": (request(pb.GetToken(identity="spiffe://td/web"), flags=EXTENDED), 0),
}

# Each answer: the operation, whether the connection is kept, and the result.
ANSWERS = {
    "V1r": (op.PING, False, pb.PingResult(wire_protocol_version_maj=1)),
    "V2r": (op.LIST_OPCODES, False, pb.ListOpcodesResult(opcodes=[1, 3, 2, 6])),
    "V4r": (op.LIST_CLIENTS, False, pb.ListClientsResult(clients=["jim", "bob"])),
    "V5r": (op.GENERATE_KEY, False, pb.PsaGenerateKeyResult()),
    "V6r": (
        op.LIST_KEYS,
        False,
        pb.ListKeysResult(keys=[pb.KeyInfo(provider_id=1, name="k1", attributes=V6_ATTRIBUTES.encoded())]),
    ),
    "V8r": (op.PING, True, pb.PingResult(wire_protocol_version_maj=1)),
    "V8p": (op.PING, False, pb.PingResult(wire_protocol_version_maj=1)),
    "V14r": (
        op.TPM_QUOTE,
        False,
        pb.TpmQuoteResult(attest=b"attest", signature=b"signature", alg=Signature.ecdsa(Hash.SHA_256).encoded()),
    ),
    "V15r": (
        op.GET_INSTANCE,
        False,
        pb.GetInstanceResult(
            instance_id=bytes(range(16)),
            version="0.1.0",
            trust_epoch=3,
            senders=[pb.SenderSequence(sender_instance=bytes(range(16, 32)), sequence=5)],
        ),
    ),
    "V19r": (op.GET_TOKEN, False, pb.GetTokenResult(token="a.b.c", expires_at=2_000_000_000)),
}

REFUSALS = {
    "V3e": (op.DELETE_CLIENT, 21, "AdminOperation"),
    "V5e": (op.GENERATE_KEY, 1139, "PsaErrorAlreadyExists"),
    "V9e": (op.LIST_KEYS, 17, "InvalidHeader"),
}

# What only operators and the daemons themselves say to each other: ReleaseClient, AcceptToken, AdoptKey, RekeyStore,
# ShareTrustBundle, AddClient, ProveClient, RemoveClient, ListClientDefinitions, MoveClient.
NOT_FOR_CLIENTS = {f"V{number}{kind}" for number in (10, 11, 12, 13, 16, 17, 18, 20, 21, 22) for kind in ("", "r")}


def answer(name: str) -> Answer:
    message = contract.vector(name)
    header = AnswerHeader.parse(message)
    assert header.body_len == len(message) - 36
    return Answer(header, Secret(message[36:]))


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_the_vector(name: str) -> None:
    encoded, session = REQUESTS[name]
    assert encoded.encode(session).hex() == contract.vector(name).hex()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read(name: str) -> None:
    operation, is_kept, result = ANSWERS[name]
    read = answer(name)
    assert operation.result.FromString(bytes(read.expect(operation))) == result
    assert bool(read.header.flags & KEEP_ALIVE) == is_kept


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_an_error_that_says_its_status(name: str) -> None:
    operation, number, word = REFUSALS[name]
    with pytest.raises(keystead.Refused) as refused:
        answer(name).expect(operation)
    assert refused.value.status == number and refused.value.status.name == word
    assert str(refused.value) == f"{operation.name} was refused: {word} ({number})"


def test_the_token_of_v19r_is_found_without_the_protobuf_runtime() -> None:
    body = memoryview(answer("V19r").body)
    assert secret_in(body, op.GET_TOKEN.secret_path) == b"a.b.c"
    assert number_in(body, 2) == 2_000_000_000


def test_the_attributes_of_v6r_are_read_and_written() -> None:
    key = pb.ListKeysResult.FromString(contract.vector("V6r")[36:]).keys[0]
    assert KeyAttributes.decoded(key.attributes) == V6_ATTRIBUTES
    assert keystead.presets.ecdsa_p256().encoded() == key.attributes


def test_no_vector_is_left_out() -> None:
    assert set(contract.vector_names()) == {*REQUESTS, *ANSWERS, *REFUSALS, *NOT_FOR_CLIENTS}
