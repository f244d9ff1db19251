"""Keys of the service in the hands of the package `cryptography`."""

from __future__ import annotations

import copy
import datetime

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.x509.oid import NameOID

import keystead
from keystead import EccFamily, Hash, KeyAgreement, KeyAttributes, KeyType, Signature, Usage, UsageError, presets
from keystead.cryptography_keys import private_key

SIGN = Usage.SIGN_HASH | Usage.VERIFY_HASH
SHA256 = hashes.SHA256()
SUBJECT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example")])


@pytest.mark.parametrize(
    ("bits", "hash", "theirs"), [(256, Hash.SHA_256, SHA256), (521, Hash.SHA_512, hashes.SHA512())]
)
def test_what_an_ecdsa_key_signs_cryptography_verifies(
    client: keystead.Client, name: str, bits: int, hash: Hash, theirs: hashes.HashAlgorithm
) -> None:
    attributes = KeyAttributes(KeyType.ecc_key_pair(EccFamily.SECP_R1), bits, SIGN, Signature.ecdsa(hash))
    private = private_key(client.generate(name, attributes))
    assert isinstance(private, ec.EllipticCurvePrivateKey) and private.key_size == private.curve.key_size == bits
    for turn in range(20):
        signature = private.sign(b"%d" % turn, ec.ECDSA(theirs))
        private.public_key().verify(signature, b"%d" % turn, ec.ECDSA(theirs))
    hasher = hashes.Hash(theirs)
    hasher.update(b"a message")
    signature = private.sign(hasher.finalize(), ec.ECDSA(utils.Prehashed(theirs)))
    private.public_key().verify(signature, b"a message", ec.ECDSA(theirs))


def test_what_an_rsa_key_signs_cryptography_verifies(client: keystead.Client, name: str) -> None:
    pss = padding.PSS(padding.MGF1(SHA256), padding.PSS.DIGEST_LENGTH)
    for preset, scheme in ((presets.rsa_pkcs1(2048), padding.PKCS1v15()), (presets.rsa_pss(2048), pss)):
        private = private_key(client.generate(f"{name} {preset.algorithm}", preset))
        signature = private.sign(b"a message", scheme, SHA256)
        private.public_key().verify(signature, b"a message", scheme, SHA256)
    with pytest.raises(UnsupportedAlgorithm):
        private.sign(b"a message", padding.PSS(padding.MGF1(SHA256), padding.PSS.MAX_LENGTH), SHA256)
    with pytest.raises(UnsupportedAlgorithm):
        private.sign(b"a message", padding.PSS(padding.MGF1(hashes.SHA1()), 32), SHA256)


def test_what_cryptography_encrypts_an_rsa_key_decrypts(client: keystead.Client, name: str) -> None:
    private = private_key(client.generate(name, presets.rsa_oaep(2048)))
    for label in (None, b"label"):
        oaep = padding.OAEP(padding.MGF1(SHA256), SHA256, label)
        assert private.decrypt(private.public_key().encrypt(b"a secret", oaep), oaep) == b"a secret"


def test_a_key_agrees_with_one_of_cryptographys(client: keystead.Client, name: str) -> None:
    curve = KeyType.ecc_key_pair(EccFamily.SECP_R1)
    private = private_key(client.generate(name, KeyAttributes(curve, 256, Usage.DERIVE, KeyAgreement.ECDH)))
    local = ec.generate_private_key(ec.SECP256R1())
    assert private.exchange(ec.ECDH(), local.public_key()) == local.exchange(ec.ECDH(), private.public_key())


@pytest.mark.parametrize("preset", [presets.ecdsa_p256(), presets.rsa_pkcs1(2048)], ids=["ecdsa", "rsa"])
def test_a_certificate_request_is_signed(client: keystead.Client, name: str, preset: KeyAttributes) -> None:
    private = private_key(client.generate(name, preset))
    request = x509.CertificateSigningRequestBuilder().subject_name(SUBJECT).sign(private, SHA256)
    again = x509.load_der_x509_csr(request.public_bytes(serialization.Encoding.DER))
    assert again.is_signature_valid and again.public_key() == private.public_key()


@pytest.mark.parametrize("preset", [presets.ecdsa_p256(), presets.rsa_pkcs1(2048)], ids=["ecdsa", "rsa"])
def test_a_certificate_is_signed(client: keystead.Client, name: str, preset: KeyAttributes) -> None:
    private = private_key(client.generate(name, preset))
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(SUBJECT, SUBJECT, private.public_key(), x509.random_serial_number(), now, now)
    certificate = builder.sign(private, SHA256)
    certificate.verify_directly_issued_by(certificate)


def test_the_key_itself_is_not_to_be_had(client: keystead.Client, name: str) -> None:
    private = private_key(client.generate(name))
    assert copy.deepcopy(private) is copy.copy(private) is private
    with pytest.raises(UsageError):
        private.private_numbers()
    with pytest.raises(UsageError):
        private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    with pytest.raises(UsageError):
        private_key(client.generate(f"{name} aes", presets.aes_256_gcm()))
