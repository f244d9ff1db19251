"""Keys of the service in the place of private keys of the package `cryptography`, which must be installed for this
module alone: they sign certificates and requests there, and whatever else takes its private keys by their interfaces.

What a private key does, the service does, under the key's own policy; public keys are `cryptography`'s own and local.
Errors are those of `keystead.errors`; `cryptography`'s `UnsupportedAlgorithm` where an argument is not what the service
can do."""

from __future__ import annotations

from typing import Any, Optional, Union

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from .algorithm import Encryption, Hash, Signature
from .attributes import EccFamily, KeyType
from .errors import ResponseError, UsageError
from .key import Key

# The curves by family and bits.
_CURVES: dict[tuple[EccFamily, int], type[ec.EllipticCurve]] = {
    (EccFamily.SECP_R1, 192): ec.SECP192R1,
    (EccFamily.SECP_R1, 224): ec.SECP224R1,
    (EccFamily.SECP_R1, 256): ec.SECP256R1,
    (EccFamily.SECP_R1, 384): ec.SECP384R1,
    (EccFamily.SECP_R1, 521): ec.SECP521R1,
    (EccFamily.SECP_K1, 256): ec.SECP256K1,
    (EccFamily.BRAINPOOL_P_R1, 256): ec.BrainpoolP256R1,
    (EccFamily.BRAINPOOL_P_R1, 384): ec.BrainpoolP384R1,
    (EccFamily.BRAINPOOL_P_R1, 512): ec.BrainpoolP512R1,
}


def private_key(key: Key) -> Union[EllipticCurvePrivateKey, RSAPrivateKey]:
    """The key as one of `cryptography`'s private keys. Its public half is asked from the service."""
    key_type = key.attributes.type
    if isinstance(key_type, KeyType) and key_type.kind == "rsa_key_pair":
        return RSAPrivateKey(key)
    family = key_type.family if isinstance(key_type, KeyType) and key_type.kind == "ecc_key_pair" else None
    curve = _CURVES.get((family, key.attributes.bits)) if isinstance(family, EccFamily) else None
    if curve is None:
        raise UsageError(f"cryptography has no private keys of the type of {key.name!r}")
    return EllipticCurvePrivateKey(key, curve())


class _Private:
    """What both kinds have in common: there is nothing to be had but signatures, plaintexts and shared secrets."""

    _key: Key

    def private_numbers(self) -> Any:
        raise UsageError("the key is in the service and does not leave it")

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> bytes:
        raise UsageError("the key is in the service and does not leave it")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> Any:
        return self


class EllipticCurvePrivateKey(_Private, ec.EllipticCurvePrivateKey):
    """A pair on a Weierstrass curve. Signatures are in DER, as everywhere in `cryptography`."""

    def __init__(self, key: Key, curve: ec.EllipticCurve) -> None:
        self._key, self._curve = key, curve
        point = key.public_key().public_bytes()
        try:
            self._public = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
        except ValueError as error:
            raise ResponseError(f"the answer holds no public key: {error}") from error

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._curve

    @property
    def key_size(self) -> int:
        return self._curve.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        if not isinstance(signature_algorithm, ec.ECDSA):
            raise UnsupportedAlgorithm("only ECDSA is known")
        hash, digest = _digest(signature_algorithm.algorithm, data)
        is_deterministic = getattr(signature_algorithm, "deterministic_signing", False)
        scheme = Signature.deterministic_ecdsa if is_deterministic else Signature.ecdsa
        raw = self._key._client.sign_hash(self._key.name, scheme(hash), digest)
        half = len(raw) // 2
        return utils.encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        point = peer_public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return bytes(self._key.exchange(point))


class RSAPrivateKey(_Private, rsa.RSAPrivateKey):
    """An RSA pair."""

    def __init__(self, key: Key) -> None:
        self._key = key
        try:
            public = serialization.load_der_public_key(key.public_key().public_bytes())
        except ValueError as error:
            raise ResponseError(f"the answer holds no public key: {error}") from error
        if not isinstance(public, rsa.RSAPublicKey):
            raise ResponseError("the answer holds no RSA key")
        self._public = public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public

    def sign(self, data: Any, padding: padding.AsymmetricPadding, algorithm: Any) -> bytes:
        hash, digest = _digest(algorithm, data)
        return self._key._client.sign_hash(self._key.name, _scheme(padding, hash), digest)

    def decrypt(self, ciphertext: bytes, padding: padding.AsymmetricPadding) -> bytes:
        algorithm, label = _encryption(padding)
        return bytes(self._key._client.asymmetric_decrypt(self._key.name, algorithm, ciphertext, label))


def _digest(algorithm: Any, data: Any) -> tuple[Hash, bytes]:
    """The hash of the data, and which one it is."""
    if isinstance(algorithm, utils.Prehashed):
        return _hash(algorithm._algorithm), bytes(data)
    if not isinstance(algorithm, hashes.HashAlgorithm):
        raise UnsupportedAlgorithm("only hashes are signed")
    hash, hasher = _hash(algorithm), hashes.Hash(algorithm)
    hasher.update(data)
    return hash, hasher.finalize()


def _hash(algorithm: hashes.HashAlgorithm) -> Hash:
    # Theirs are called "sha256", "sha512-224" and "sha3-256".
    ours = {hash.name.replace("SHA_", "SHA").replace("_", "-").lower(): hash for hash in Hash}
    try:
        return ours[algorithm.name]
    except KeyError:
        raise UnsupportedAlgorithm(f"the service has no hash {algorithm.name}") from None


def _scheme(chosen: padding.AsymmetricPadding, hash: Hash) -> Signature:
    if isinstance(chosen, padding.PKCS1v15):
        return Signature.rsa_pkcs1v15(hash)
    if not isinstance(chosen, padding.PSS):
        raise UnsupportedAlgorithm("only PKCS#1 v1.5 and PSS are known")
    length: Any = chosen._salt_length
    is_digest_length = length is padding.PSS.DIGEST_LENGTH or length == _digest_size(hash)
    if not is_digest_length or _mask(chosen) is not hash:
        raise UnsupportedAlgorithm("PSS is only done with MGF1 of the same hash and a salt of DIGEST_LENGTH")
    return Signature.rsa_pss(hash)


def _encryption(chosen: padding.AsymmetricPadding) -> tuple[Encryption, bytes]:
    if isinstance(chosen, padding.PKCS1v15):
        return Encryption.RSA_PKCS1V15, b""
    if not isinstance(chosen, padding.OAEP):
        raise UnsupportedAlgorithm("only PKCS#1 v1.5 and OAEP are known")
    hash, label = _hash(chosen._algorithm), chosen._label
    if _mask(chosen) is not hash:
        raise UnsupportedAlgorithm("OAEP is only done with MGF1 of the same hash")
    return Encryption.rsa_oaep(hash), label or b""


def _mask(chosen: Union[padding.PSS, padding.OAEP]) -> Optional[Hash]:
    """The hash of the mask generation function."""
    function: Any = chosen._mgf
    return _hash(function._algorithm) if isinstance(function, padding.MGF1) else None


def _digest_size(hash: Hash) -> int:
    return {Hash.SHA_1: 20, Hash.SHA_224: 28, Hash.SHA_256: 32, Hash.SHA_384: 48, Hash.SHA_512: 64}.get(hash, -1)
