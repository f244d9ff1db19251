"""The algorithms of the PSA Crypto API: one type per family, so that a hash cannot be passed for a signature.

Every type has `encoded`, the message of the contract, and `decoded`, its reverse. A number or variant of a newer
service is decoded as `Unknown`, which no operation takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any, ClassVar, Optional, Union

from google.protobuf.message import Message

from . import messages_pb2 as pb


class Hash(IntEnum):
    """A hash; as an algorithm of its own it needs no key."""

    MD2 = 1
    MD4 = 2
    MD5 = 3
    RIPEMD160 = 4
    SHA_1 = 5
    SHA_224 = 6
    SHA_256 = 7
    SHA_384 = 8
    SHA_512 = 9
    SHA_512_224 = 10
    SHA_512_256 = 11
    SHA3_224 = 12
    SHA3_256 = 13
    SHA3_384 = 14
    SHA3_512 = 15


class Cipher(IntEnum):
    """A cipher that does not authenticate: nothing protects its ciphertexts from being changed."""

    STREAM_CIPHER = 1
    CTR = 2
    CFB = 3
    OFB = 4
    XTS = 5
    ECB_NO_PADDING = 6
    CBC_NO_PADDING = 7
    CBC_PKCS7 = 8


class RawKeyAgreement(IntEnum):
    """Agreement on a secret with the owner of a public key."""

    FFDH = 1
    ECDH = 2


class AeadKind(IntEnum):
    """What an `Aead` is made of."""

    CCM = 1
    GCM = 2
    CHACHA20_POLY1305 = 3


@dataclass(frozen=True)
class Aead:
    """Authenticated encryption: `Aead.GCM`, `Aead.CCM`, `Aead.CHACHA20_POLY1305`."""

    kind: AeadKind
    # Bytes of the tag; None stands for the default, 16.
    tag_length: Optional[int] = None

    CCM: ClassVar[Aead]
    GCM: ClassVar[Aead]
    CHACHA20_POLY1305: ClassVar[Aead]

    def with_tag(self, length: int) -> Aead:
        """The same with a tag of another length in bytes. Key and operation must agree on it."""
        return replace(self, tag_length=length)

    @lru_cache(maxsize=64)
    def encoded(self) -> pb.Aead:
        if self.tag_length is None:
            return pb.Aead(aead_with_default_length_tag=number(self.kind))
        shortened = pb.AeadWithShortenedTag(aead_alg=number(self.kind), tag_length=self.tag_length)
        return pb.Aead(aead_with_shortened_tag=shortened)

    @staticmethod
    def decoded(message: pb.Aead) -> Aead:
        if message.WhichOneof("variant") == "aead_with_shortened_tag":
            shortened = message.aead_with_shortened_tag
            return Aead(AeadKind(shortened.aead_alg), shortened.tag_length)
        return Aead(AeadKind(message.aead_with_default_length_tag))


Aead.CCM, Aead.GCM, Aead.CHACHA20_POLY1305 = map(Aead, AeadKind)


@dataclass(frozen=True)
class Mac:
    """A message authentication code: `Mac.hmac(Hash.SHA_256)`, `Mac.CMAC`, `Mac.CBC_MAC`."""

    # "hmac", "cbc_mac" or "cmac".
    kind: str
    # HMAC's.
    hash: Optional[Hash] = None
    # Bytes to which it is truncated; None stands for its full length.
    length: Optional[int] = None

    CMAC: ClassVar[Mac]
    CBC_MAC: ClassVar[Mac]

    @staticmethod
    def hmac(hash: Hash) -> Mac:
        """HMAC with this hash."""
        return Mac("hmac", hash)

    def truncated(self, length: int) -> Mac:
        """The same, truncated to so many bytes. Key and operation must agree on it."""
        return replace(self, length=length)

    @lru_cache(maxsize=64)
    def encoded(self) -> pb.Mac:
        content = pb.Empty() if self.hash is None else pb.Hmac(hash_alg=number(self.hash))
        full = pb.FullLengthMac(**variant(self.kind, content))
        if self.length is None:
            return pb.Mac(full_length=full)
        return pb.Mac(truncated=pb.TruncatedMac(mac_alg=full, mac_length=self.length))

    @staticmethod
    def decoded(message: pb.Mac) -> Mac:
        is_truncated = message.WhichOneof("variant") == "truncated"
        full = message.truncated.mac_alg if is_truncated else message.full_length
        length = message.truncated.mac_length if is_truncated else None
        kind = variant_of(full)
        return Mac(kind, Hash(full.hmac.hash_alg) if kind == "hmac" else None, length)


Mac.CMAC, Mac.CBC_MAC = Mac("cmac"), Mac("cbc_mac")


@dataclass(frozen=True)
class Signature:
    """A signature scheme: `Signature.ecdsa(Hash.SHA_256)`, `Signature.rsa_pss(Hash.SHA_256)` and so on. In a key's
    policy, and only there, the hash may be None: any."""

    # The contract's name of the variant.
    scheme: str
    hash: Optional[Hash] = None

    RSA_PKCS1V15_RAW: ClassVar[Signature]
    ECDSA_ANY: ClassVar[Signature]

    @staticmethod
    def ecdsa(hash: Optional[Hash]) -> Signature:
        """ECDSA with a random nonce."""
        return Signature("ecdsa", hash)

    @staticmethod
    def deterministic_ecdsa(hash: Optional[Hash]) -> Signature:
        """ECDSA as in RFC 6979."""
        return Signature("deterministic_ecdsa", hash)

    @staticmethod
    def rsa_pkcs1v15(hash: Optional[Hash]) -> Signature:
        """RSA with PKCS#1 v1.5."""
        return Signature("rsa_pkcs1v15_sign", hash)

    @staticmethod
    def rsa_pss(hash: Optional[Hash]) -> Signature:
        """RSA with PSS: MGF1 with the same hash, and a salt as long as the hash."""
        return Signature("rsa_pss", hash)

    @property
    def is_hashed(self) -> bool:
        """Whether it signs hashes of messages. The others sign the caller's bytes as they are, and no messages."""
        return self.scheme not in ("rsa_pkcs1v15_sign_raw", "ecdsa_any")

    @lru_cache(maxsize=64)
    def encoded(self) -> pb.AsymmetricSignature:
        content: Any = pb.Empty()
        if self.is_hashed:
            hash = pb.SignHash(any=pb.Empty()) if self.hash is None else pb.SignHash(specific=number(self.hash))
            content = pb.SignatureWithHash(hash_alg=hash)
        return pb.AsymmetricSignature(**variant(self.scheme, content))

    @staticmethod
    def decoded(message: pb.AsymmetricSignature) -> Signature:
        scheme = variant_of(message)
        content = getattr(message, scheme)
        if isinstance(content, pb.Empty):
            return Signature(scheme)
        if variant_of(content.hash_alg) == "any":
            return Signature(scheme)
        return Signature(scheme, Hash(content.hash_alg.specific))


Signature.RSA_PKCS1V15_RAW, Signature.ECDSA_ANY = Signature("rsa_pkcs1v15_sign_raw"), Signature("ecdsa_any")


@dataclass(frozen=True)
class Encryption:
    """RSA encryption: `Encryption.rsa_oaep(Hash.SHA_256)`, `Encryption.RSA_PKCS1V15`."""

    # OAEP's; PKCS#1 v1.5 has none.
    hash: Optional[Hash] = None

    RSA_PKCS1V15: ClassVar[Encryption]

    @staticmethod
    def rsa_oaep(hash: Hash) -> Encryption:
        """OAEP: MGF1 with the same hash."""
        return Encryption(hash)

    @lru_cache(maxsize=64)
    def encoded(self) -> pb.AsymmetricEncryption:
        if self.hash is None:
            return pb.AsymmetricEncryption(rsa_pkcs1v15_crypt=pb.Empty())
        return pb.AsymmetricEncryption(rsa_oaep=pb.RsaOaep(hash_alg=number(self.hash)))

    @staticmethod
    def decoded(message: pb.AsymmetricEncryption) -> Encryption:
        is_oaep = variant_of(message) == "rsa_oaep"
        return Encryption(Hash(message.rsa_oaep.hash_alg) if is_oaep else None)


Encryption.RSA_PKCS1V15 = Encryption()


@dataclass(frozen=True)
class KeyDerivation:
    """Derivation of further keys; in policies only."""

    # "hkdf", "tls12_prf" or "tls12_psk_to_ms".
    kind: str
    hash: Hash

    def encoded(self) -> pb.KeyDerivation:
        content = pb.KeyDerivationWithHash(hash_alg=number(self.hash))
        return pb.KeyDerivation(**variant(self.kind, content))

    @staticmethod
    def decoded(message: pb.KeyDerivation) -> KeyDerivation:
        kind = variant_of(message)
        return KeyDerivation(kind, Hash(getattr(message, kind).hash_alg))


@dataclass(frozen=True)
class KeyAgreement:
    """Key agreement in a policy: `KeyAgreement.ECDH`, `KeyAgreement.FFDH`."""

    raw: RawKeyAgreement
    # What must be derived from the secret; None stands for the secret itself.
    derivation: Optional[KeyDerivation] = None

    ECDH: ClassVar[KeyAgreement]
    FFDH: ClassVar[KeyAgreement]

    def encoded(self) -> pb.KeyAgreement:
        if self.derivation is None:
            return pb.KeyAgreement(raw=number(self.raw))
        both = pb.KeyAgreementWithKeyDerivation(ka_alg=number(self.raw), kdf_alg=self.derivation.encoded())
        return pb.KeyAgreement(with_key_derivation=both)

    @staticmethod
    def decoded(message: pb.KeyAgreement) -> KeyAgreement:
        if variant_of(message) == "raw":
            return KeyAgreement(RawKeyAgreement(message.raw))
        both = message.with_key_derivation
        return KeyAgreement(RawKeyAgreement(both.ka_alg), KeyDerivation.decoded(both.kdf_alg))


KeyAgreement.ECDH, KeyAgreement.FFDH = KeyAgreement(RawKeyAgreement.ECDH), KeyAgreement(RawKeyAgreement.FFDH)


@dataclass(frozen=True)
class Unknown:
    """A type of key or an algorithm that this version does not know, as the service encoded it."""

    encoding: bytes


# What a policy names; None stands for no algorithm: such a key can only be exported and destroyed.
Algorithm = Union[Hash, Mac, Cipher, Aead, Signature, Encryption, KeyAgreement, KeyDerivation, Unknown, None]

_VARIANTS = {
    Hash: "hash",
    Mac: "mac",
    Cipher: "cipher",
    Aead: "aead",
    Signature: "asymmetric_signature",
    Encryption: "asymmetric_encryption",
    KeyAgreement: "key_agreement",
    KeyDerivation: "key_derivation",
}
_TYPES: dict[str, Any] = {variant: kind for kind, variant in _VARIANTS.items()}


def encoded(algorithm: Algorithm) -> pb.Algorithm:
    """A policy's algorithm as a message."""
    if algorithm is None:
        return pb.Algorithm(none=pb.Empty())
    if isinstance(algorithm, Unknown):
        return pb.Algorithm.FromString(algorithm.encoding)
    content = number(algorithm) if isinstance(algorithm, (Hash, Cipher)) else algorithm.encoded()
    return pb.Algorithm(**variant(_VARIANTS[type(algorithm)], content))


def decoded(message: pb.Algorithm) -> Algorithm:
    """The reverse."""
    try:
        name = variant_of(message)
        if name == "none":
            return None
        kind, content = _TYPES[name], getattr(message, name)
        return kind(content) if isinstance(content, int) else kind.decoded(content)  # type: ignore[no-any-return]
    except ValueError:
        return Unknown(message.SerializeToString())


def number(value: IntEnum) -> Any:
    """For a field of a message: the generated types want their own enums, and the runtime plain numbers."""
    return int(value)


def variant(name: str, content: Any) -> dict[str, Any]:
    """For the constructor of a message: the one variant that it is."""
    return {name: content}


def variant_of(message: Message) -> str:
    """Which variant a message is. Raises ValueError for one that this version does not know."""
    name: Optional[str] = message.WhichOneof("variant")
    if name is None:
        raise ValueError("an unknown variant")
    return name
