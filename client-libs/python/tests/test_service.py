"""The client and the real service."""

from __future__ import annotations

import os
import threading

import pytest
import running

import keystead
from keystead import (
    Aead,
    AlreadyExists,
    Cipher,
    DoesNotExist,
    EccFamily,
    Encryption,
    Hash,
    InvalidSignature,
    KeyAttributes,
    KeyType,
    Mac,
    NotPermitted,
    Refused,
    Signature,
    Usage,
    UsageError,
    presets,
)

BOTH = Usage.ENCRYPT | Usage.DECRYPT


def test_the_service_says_what_it_is(client: keystead.Client) -> None:
    assert client.ping() == (1, 0)
    assert [provider.id for provider in client.list_providers()] == [1, 0]
    assert [authenticator.id for authenticator in client.list_authenticators()] == [3]
    assert {1, 8, 26} <= set(client.list_opcodes(0)) and {2, 4, 23} <= set(client.list_opcodes(1))
    assert client.provider == 1


def test_a_signing_key_is_three_lines(client: keystead.Client, name: str) -> None:
    key = client.generate(name)
    signature = key.sign(b"a message")
    key.verify(signature, b"a message")
    key.public_key().verify(signature, bytearray(b"a message"))
    for wrong, message in ((signature, b"another message"), (b"", b"a message"), (bytes(64), b"a message")):
        with pytest.raises(InvalidSignature):
            key.verify(wrong, message)
    assert len(signature) == 64 and len(key.public_key().public_bytes()) == 65
    again = client.key(name)
    assert again.attributes == KeyAttributes(
        KeyType.ecc_key_pair(EccFamily.SECP_R1),
        256,
        presets.ecdsa_p256().usage.widened(),
        Signature.ecdsa(Hash.SHA_256),
    )
    assert name in [info.name for info in client.list_keys()]
    again.destroy()
    assert name not in [info.name for info in client.list_keys()]
    with pytest.raises(DoesNotExist):
        key.sign(b"a message")
    with pytest.raises(DoesNotExist):
        client.key(name).sign(b"a message")


def test_a_message_of_any_length_is_signed(client: keystead.Client, name: str) -> None:
    """Python hashes it; the service takes a mebibyte at most."""
    key = client.generate(name)
    message = bytes(3 * 1_048_576)
    key.verify(key.sign(message), message)


@pytest.mark.parametrize("hash", [Hash.SHA_256, Hash.SHA_384, Hash.SHA3_256, None])
def test_what_python_hashes_is_what_the_service_hashes(client: keystead.Client, name: str, hash: Hash) -> None:
    attributes = presets.ecdsa_p256()
    key = client.generate(name, KeyAttributes(attributes.type, 256, attributes.usage, Signature.ecdsa(hash)))
    algorithm = Signature.ecdsa(hash or Hash.SHA_256)
    client.verify_message(name, algorithm, b"a message", key.sign(b"a message"))
    key.verify(client.sign_message(name, algorithm, b"a message"), b"a message")


def test_a_key_that_may_sign_messages_only_does_so(client: keystead.Client, name: str) -> None:
    usage = Usage.SIGN_MESSAGE | Usage.VERIFY_MESSAGE
    preset = presets.ecdsa_p256()
    key = client.generate(name, KeyAttributes(preset.type, preset.bits, usage, preset.algorithm))
    key.verify(key.sign(b"a message"), b"a message")
    with pytest.raises(NotPermitted) as refused:
        client.sign_hash(name, Signature.ecdsa(Hash.SHA_256), bytes(32))
    assert refused.value.status == 1133 and not refused.value.is_worth_retrying


def test_rsa_keys_sign_and_encrypt(client: keystead.Client, name: str) -> None:
    for preset in (presets.rsa_pkcs1(2048), presets.rsa_pss(2048)):
        key = client.generate(f"{name} {preset.algorithm}", preset)
        key.public_key().verify(key.sign(b"a message"), b"a message")
    key = client.generate(name, presets.rsa_oaep(2048))
    sealed = key.public_key().encrypt(b"a secret", b"label")
    assert key.decrypt(sealed, b"label") == b"a secret"
    with pytest.raises(Refused) as refused:
        key.decrypt(sealed, b"other")
    assert refused.value.status.name == "PsaErrorInvalidPadding"
    assert client.asymmetric_decrypt(name, Encryption.rsa_oaep(Hash.SHA_256), sealed, b"label") == b"a secret"


def test_what_is_encrypted_comes_back_and_nothing_else_does(client: keystead.Client, name: str) -> None:
    key = client.generate(name, presets.aes_256_gcm())
    for plaintext in (b"a secret", b"", bytearray(100_000)):
        sealed = key.encrypt(plaintext, b"head")
        assert key.decrypt(sealed, b"head") == plaintext
        for wrong, head in ((sealed, b"tail"), (sealed[:-1] + b"\0" if sealed[-1] else sealed[:-1] + b"\1", b"head")):
            with pytest.raises(InvalidSignature):
                key.decrypt(wrong, head)
    assert key.encrypt(b"a secret") != key.encrypt(b"a secret")


def test_a_truncated_tag_is_another_algorithm(client: keystead.Client, name: str) -> None:
    short = Aead.GCM.with_tag(12)
    client.generate(name, KeyAttributes(KeyType.AES, 128, BOTH, short))
    sealed = client.aead_encrypt(name, short, bytes(12), b"", b"text")
    assert len(sealed) == 4 + 12
    assert client.aead_decrypt(name, short, bytes(12), b"", sealed) == b"text"
    with pytest.raises(NotPermitted):
        client.aead_encrypt(name, Aead.GCM, bytes(12), b"", b"text")


def test_ciphers_encrypt_and_decrypt(client: keystead.Client, name: str) -> None:
    client.import_key(name, KeyAttributes(KeyType.AES, 0, BOTH, Cipher.CBC_PKCS7), bytes(16))
    assert client.key_attributes(name).bits == 128
    assert client.cipher_decrypt(name, Cipher.CBC_PKCS7, client.cipher_encrypt(name, Cipher.CBC_PKCS7, b"text")) == (
        b"text"
    )


def test_authentication_codes_are_those_of_python(client: keystead.Client, name: str) -> None:
    import hashlib
    import hmac

    preset = presets.hmac_sha256()
    key = client.import_key(name, preset, bytes(range(32)))
    code = key.mac(b"text")
    assert code == hmac.digest(bytes(range(32)), b"text", hashlib.sha256)
    key.verify_mac(code, b"text")
    with pytest.raises(InvalidSignature):
        key.verify_mac(code, b"other")
    short = Mac.hmac(Hash.SHA_256).truncated(16)
    client.import_key(f"{name} short", KeyAttributes(preset.type, 0, preset.usage, short), bytes(range(32)))
    assert client.mac_compute(f"{name} short", short, b"text") == code[:16]


def test_two_parties_agree_on_a_secret(client: keystead.Client, name: str) -> None:
    one, other = client.generate(f"{name} 1", presets.x25519()), client.generate(f"{name} 2", presets.x25519())
    secret = one.exchange(other.public_key().public_bytes())
    assert secret == other.exchange(one.public_key().public_bytes()) and len(secret) == 32


def test_hashes_and_random_bytes_need_no_identity(service: running.Service) -> None:
    client = keystead.Client(service.endpoint, credential=keystead.NoIdentity())
    digest = client.hash_compute(Hash.SHA_256, b"")
    assert digest.hex().startswith("e3b0c442")
    client.hash_compare(Hash.SHA_256, b"", digest)
    with pytest.raises(InvalidSignature):
        client.hash_compare(Hash.SHA_256, b"x", digest)
    for size in (0, 1, 1_048_576):
        assert len(client.random(size)) == size
    with pytest.raises(Refused) as refused:
        client.list_keys()
    assert refused.value.status.name == "NotAuthenticated"


def test_an_exportable_key_is_exported_as_a_secret(client: keystead.Client, name: str) -> None:
    attributes = KeyAttributes(KeyType.RAW_DATA, 0, Usage.EXPORT, None)
    key = client.import_key(name, attributes, bytearray(b"raw data"))
    with key.export() as exported:
        assert exported == b"raw data"
    assert exported == bytes(8)
    with pytest.raises(NotPermitted):
        client.generate(f"{name} 2").export()
    with pytest.raises(UsageError):
        key.sign(b"")


def test_a_taken_name_is_an_error_of_its_own(client: keystead.Client, name: str) -> None:
    client.generate(name)
    with pytest.raises(AlreadyExists):
        client.generate(name, presets.aes_256_gcm())


def test_any_text_is_a_name(client: keystead.Client) -> None:
    for name in ("", "/", "..", "with\0zero", "schlüssel 🔑", "n" * 60_000):
        key = client.generate(name)
        assert name in [info.name for info in client.list_keys()]
        key.destroy()


def test_what_a_provider_can_do_is_asked(client: keystead.Client) -> None:
    assert client.can_use(presets.ecdsa_p256()) and client.can_generate(presets.rsa_pss(2048))
    assert client.can_import(presets.aes_256_gcm()) and not client.can_derive(presets.aes_256_gcm())
    assert not client.can_generate(KeyAttributes(KeyType.dh_key_pair(), 2048, Usage.DERIVE, None))
    with pytest.raises(Refused) as refused:
        client.with_provider(2).can_use(presets.ecdsa_p256())
    assert refused.value.status == 5


def test_what_needs_a_tpm_is_refused_by_software(client: keystead.Client, name: str) -> None:
    client.generate(name)
    for call in (
        lambda: client.prepare_key_attestation(name),
        lambda: client.attest_key(name, b"blob", b"secret"),
        lambda: client.tpm_certify(name, name, b"nonce"),
        lambda: client.tpm_quote(name, Hash.SHA_256, [0, 7], b"nonce"),
        client.tpm_endorsement_certificates,
    ):
        with pytest.raises(keystead.NotSupported):
            call()


def test_an_administrator_sees_clients_and_health(client: keystead.Client, name: str) -> None:
    client.generate(name)
    me = str(os.geteuid())
    assert client.list_clients() == [me]
    health = client.health()
    assert health.requests > 0 and [provider.name for provider in health.providers] == ["software"]
    client.delete_client("nobody")
    assert name in [info.name for info in client.list_keys()]
    client.delete_client(me)
    assert client.list_keys() == []


def test_a_client_survives_a_restart_of_the_service() -> None:
    with running.Service() as service:
        client = keystead.Client(service.endpoint, credential=keystead.PeerCredentials())
        key = client.generate("k")
        signature = key.sign(b"before")
        service.stop()
        with pytest.raises(keystead.ConnectionFailed) as failed:
            key.sign(b"between")
        assert failed.value.is_worth_retrying
        service.start()
        key.verify(signature, b"before")


def test_threads_use_one_client_at_once(client: keystead.Client, name: str) -> None:
    key, failures = client.generate(name), []

    def work(number: int) -> None:
        try:
            for turn in range(50):
                message = f"{number} {turn}".encode()
                key.verify(key.sign(message), message)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_process_that_was_forked_uses_the_client_too(client: keystead.Client, name: str) -> None:
    key = client.generate(name)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                for turn in range(20):
                    key.verify(key.sign(bytes(turn)), bytes(turn))
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    for turn in range(20):
        key.verify(key.sign(bytes(turn)), bytes(turn))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
