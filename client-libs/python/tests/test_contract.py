"""The library's tables against the contract's files."""

from __future__ import annotations

import re

import contract
import pytest

from keystead import Cipher, EccFamily, Hash, RawKeyAgreement, Status
from keystead import messages_pb2 as pb
from keystead.algorithm import AeadKind
from keystead.operations import BY_REQUEST

ROW = re.compile(r"^    (0x[0-9A-F]{4}) (\w+) -> (\w+), (\w+), (\w+), \w+;$", re.MULTILINE)


def protos() -> str:
    return "\n".join(path.read_text() for path in sorted((contract.INTERFACE / "proto").glob("*.proto")))


def test_every_operation_has_the_contracts_number_messages_and_access() -> None:
    table = (contract.INTERFACE / "src" / "operations.rs").read_text()
    rows = {
        name: (int(number, 16), result, scope, access) for number, name, result, scope, access in ROW.findall(table)
    }
    assert len(rows) > 40
    for operation in BY_REQUEST.values():
        access = "Anyone" if operation.is_open else rows[operation.name][3]
        ours = operation.opcode, operation.result.DESCRIPTOR.name, "Core" if operation.is_core else "Crypto", access
        assert ours == rows[operation.name]
        assert operation.is_open or access in ("Tenant", "Admin")
    # Who operates the service has the Rust library and the command.
    operators = {"ReleaseClient", "AcceptToken", "AdoptKey", "RekeyStore", "MoveClient"}
    daemons = {"ShareTrustBundle", "AddClient", "ProveClient", "RemoveClient", "ListClientDefinitions"}
    assert rows.keys() - {operation.name for operation in BY_REQUEST.values()} == operators | daemons


def test_every_status_has_the_contracts_number() -> None:
    rows = re.findall(r"^        (\w+) = (\d+),$", (contract.INTERFACE / "src" / "status.rs").read_text(), re.MULTILINE)
    assert {name: int(number) for name, number in rows} == {status.name: status.value for status in Status}


@pytest.mark.parametrize("kind", [Hash, Cipher, EccFamily, RawKeyAgreement, AeadKind])
def test_every_number_of_an_enum_is_the_contracts(kind: type) -> None:
    name = {"AeadKind": "AeadAlg"}.get(kind.__name__, kind.__name__)
    numbers = {value.number for value in pb.DESCRIPTOR.enum_types_by_name[name].values} - {0}
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()
    assert numbers == {member.value for member in kind}
    assert all(getattr(pb, f"{prefix}_{member.name}") == member for member in kind)


def test_what_the_contract_calls_secret_does_not_go_through_the_protobuf_runtime() -> None:
    message, secret = "", set()
    for line in protos().splitlines():
        found = re.match(r"message (\w+)", line)
        message = found.group(1) if found else message
        field = re.match(r"\s+bytes \w+ = (\d+); // secret", line)
        if field:
            secret.add((message, int(field.group(1))))
    ours = set()
    for operation in BY_REQUEST.values():
        if operation.secret_field:
            ours.add((operation.name, operation.secret_field))
        inner = operation.result.DESCRIPTOR
        for number in operation.secret_path[:-1]:
            inner = inner.fields_by_number[number].message_type
        if operation.secret_path:
            ours.add((inner.name, operation.secret_path[-1]))
    # A token is not marked in the contract, and treated as a secret too.
    assert ours - {("GetTokenResult", 1)} == secret and secret


def test_the_generated_code_knows_every_message_of_the_contract() -> None:
    """With every field and number; the rest of it is protoc's business."""
    wanted, message = {}, ""
    for line in protos().splitlines():
        if found := re.match(r"(?:message|enum) (\w+)", line):
            message = found.group(1)
            wanted.setdefault(message, {})
        elif found := re.match(r"\s+(?:repeated )?(?:\w+ )?(\w+) = (\d+);", line):
            wanted[message][found.group(1)] = int(found.group(2))
    messages = {
        name: {field.name: field.number for field in descriptor.fields}
        for name, descriptor in pb.DESCRIPTOR.message_types_by_name.items()
    }
    enums = {
        name: {value.name: value.number for value in descriptor.values}
        for name, descriptor in pb.DESCRIPTOR.enum_types_by_name.items()
    }
    assert {**messages, **enums} == wanted
