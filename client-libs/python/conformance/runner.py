#!/usr/bin/env python3
"""The conformance runner of e2e_tests/scenarios/README.md: does what each line of standard input says with one client,
and answers with a line of standard output."""

from __future__ import annotations

import sys
import traceback
from typing import Any, Callable, Optional, TypeVar

import words

import keystead
from keystead import Aead, Cipher, Encryption, Hash, KeyAgreement, KeyAttributes, Mac, Signature

T = TypeVar("T")
# The value of each word of an answer, or whether the library's answer is yes.
Answer = Optional[dict[str, Any]]
OPERATIONS: dict[str, Callable[[Step], Answer]] = {}


class Step:
    """A line: the client to do it with, on the provider that it names, and its arguments."""

    def __init__(self, client: keystead.Client, arguments: dict[str, str]) -> None:
        self.arguments = arguments
        provider = arguments.get("provider")
        self.client = client if provider is None else client.with_provider(int(provider))
        self.name = bytes.fromhex(arguments.get("name", "")).decode()

    def data(self, name: str) -> bytes:
        return bytes.fromhex(self.arguments[name])

    def algorithm(self, kind: type[T]) -> T:
        """The algorithm, which must be of the operation's family."""
        algorithm = words.algorithm(self.arguments["algorithm"])
        if not isinstance(algorithm, kind):
            raise words.Unsupported(self.arguments["algorithm"])
        return algorithm

    def attributes(self) -> KeyAttributes:
        a = self.arguments
        return words.attributes(a["type"], a["bits"], a["usage"], a["algorithm"])


def operation(function: Callable[[Step], Answer]) -> Callable[[Step], Answer]:
    """Does the lines that begin with the function's name."""
    OPERATIONS[function.__name__.rstrip("_").replace("_", "-")] = function
    return function


@operation
def ping(step: Step) -> Answer:
    major, minor = step.client.ping()
    return {"version": f"{major}.{minor}"}


@operation
def providers(step: Step) -> Answer:
    return {"ids": numbers(provider.id for provider in step.client.list_providers())}


@operation
def authenticators(step: Step) -> Answer:
    return {"ids": numbers(authenticator.id for authenticator in step.client.list_authenticators())}


@operation
def opcodes(step: Step) -> Answer:
    return {"opcodes": numbers(step.client.list_opcodes(int(step.arguments["provider"])))}


@operation
def keys(step: Step) -> Answer:
    return {"keys": ",".join(f"{key.provider}:{key.name.encode().hex()}" for key in step.client.list_keys())}


@operation
def attributes(step: Step) -> Answer:
    found = step.client.key_attributes(step.name)
    return {
        "type": words.word_of_type(found.type),
        "bits": found.bits,
        "usage": words.words_of_usage(found.usage),
        "algorithm": words.word_of(found.algorithm),
    }


@operation
def generate(step: Step) -> Answer:
    step.client.generate(step.name, step.attributes())
    return {}


@operation
def import_(step: Step) -> Answer:
    step.client.import_key(step.name, step.attributes(), step.data("data"))
    return {}


@operation
def export(step: Step) -> Answer:
    return {"data": step.client.export_key(step.name)}


@operation
def export_public(step: Step) -> Answer:
    return {"data": step.client.export_public_key(step.name)}


@operation
def destroy(step: Step) -> Answer:
    step.client.destroy(step.name)
    return {}


@operation
def sign_hash(step: Step) -> Answer:
    return {"signature": step.client.sign_hash(step.name, step.algorithm(Signature), step.data("hash"))}


@operation
def sign_message(step: Step) -> Answer:
    return {"signature": step.client.sign_message(step.name, step.algorithm(Signature), step.data("message"))}


@operation
def verify_hash(step: Step) -> Answer:
    step.client.verify_hash(step.name, step.algorithm(Signature), step.data("hash"), step.data("signature"))
    return {}


@operation
def verify_message(step: Step) -> Answer:
    step.client.verify_message(step.name, step.algorithm(Signature), step.data("message"), step.data("signature"))
    return {}


@operation
def asymmetric_encrypt(step: Step) -> Answer:
    algorithm, salt = step.algorithm(Encryption), step.data("salt")
    return {"ciphertext": step.client.asymmetric_encrypt(step.name, algorithm, step.data("plaintext"), salt)}


@operation
def asymmetric_decrypt(step: Step) -> Answer:
    algorithm, salt = step.algorithm(Encryption), step.data("salt")
    return {"plaintext": step.client.asymmetric_decrypt(step.name, algorithm, step.data("ciphertext"), salt)}


@operation
def aead_encrypt(step: Step) -> Answer:
    algorithm, nonce, aad = step.algorithm(Aead), step.data("nonce"), step.data("aad")
    return {"ciphertext": step.client.aead_encrypt(step.name, algorithm, nonce, aad, step.data("plaintext"))}


@operation
def aead_decrypt(step: Step) -> Answer:
    algorithm, nonce, aad = step.algorithm(Aead), step.data("nonce"), step.data("aad")
    return {"plaintext": step.client.aead_decrypt(step.name, algorithm, nonce, aad, step.data("ciphertext"))}


@operation
def cipher_encrypt(step: Step) -> Answer:
    return {"ciphertext": step.client.cipher_encrypt(step.name, step.algorithm(Cipher), step.data("plaintext"))}


@operation
def cipher_decrypt(step: Step) -> Answer:
    return {"plaintext": step.client.cipher_decrypt(step.name, step.algorithm(Cipher), step.data("ciphertext"))}


@operation
def mac_compute(step: Step) -> Answer:
    return {"mac": step.client.mac_compute(step.name, step.algorithm(Mac), step.data("data"))}


@operation
def mac_verify(step: Step) -> Answer:
    step.client.mac_verify(step.name, step.algorithm(Mac), step.data("data"), step.data("mac"))
    return {}


@operation
def hash_compute(step: Step) -> Answer:
    return {"hash": step.client.hash_compute(step.algorithm(Hash), step.data("data"))}


@operation
def hash_compare(step: Step) -> Answer:
    step.client.hash_compare(step.algorithm(Hash), step.data("data"), step.data("hash"))
    return {}


@operation
def agree(step: Step) -> Answer:
    return {"secret": step.client.agree(step.name, step.data("peer"), step.algorithm(KeyAgreement).raw)}


@operation
def random(step: Step) -> Answer:
    return {"data": step.client.random(int(step.arguments["size"]))}


@operation
def can_do(step: Step) -> Answer:
    client = step.client
    checks = {
        "use": client.can_use,
        "generate": client.can_generate,
        "import": client.can_import,
        "derive": client.can_derive,
    }
    return {} if checks[step.arguments["check"]](step.attributes()) else None


@operation
def high_level(step: Step) -> Answer:
    key = step.client.generate(step.name)
    signature = key.sign(b"hello")
    key.public_key().verify(signature, b"hello")
    return {"public": key.public_key().public_bytes(), "signature": signature}


def numbers(values: Any) -> str:
    return ",".join(map(str, values))


def answer(client: keystead.Client, line: str) -> str:
    """The answer to a line."""
    name, *arguments = line.split(" ")
    try:
        if name not in OPERATIONS:
            raise words.Unsupported(name)
        given = OPERATIONS[name](Step(client, dict(argument.split("=", 1) for argument in arguments)))
    except words.Unsupported:
        return "unsupported"
    except keystead.KeysteadError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return f"error {failure(error)}"
    if given is None:
        return "no"
    values = ((name, value.hex() if isinstance(value, (bytes, bytearray)) else value) for name, value in given.items())
    return " ".join(["ok", *(f"{name}={value}" for name, value in values)])


def failure(error: keystead.KeysteadError) -> str:
    """What kind of failure it is."""
    kinds = {
        keystead.UsageError: "usage",
        keystead.ConnectionFailed: "connection",
        keystead.CallTimeout: "timeout",
        keystead.IdentityError: "identity",
        keystead.ResponseError: "response",
    }
    if isinstance(error, keystead.Refused):
        return f"status={error.status.value}"
    return next((f"client={word}" for kind, word in kinds.items() if isinstance(error, kind)), "client=response")


def main() -> None:
    client = keystead.Client()
    for line in sys.stdin:
        try:
            print(answer(client, line.rstrip("\n")), flush=True)
        except Exception:
            # A line that is not of this language; the judge sees that there is no answer.
            traceback.print_exc()
            sys.exit(2)


if __name__ == "__main__":
    main()
