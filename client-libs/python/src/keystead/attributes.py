"""What a key is and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, ClassVar, Union

from . import algorithm as algorithms
from . import messages_pb2 as pb
from .algorithm import Algorithm, Unknown, number, variant, variant_of


class EccFamily(IntEnum):
    """The curves; which one of a family is told by the size of the key."""

    SECP_K1 = 1
    SECP_R1 = 2
    SECP_R2 = 3
    SECT_K1 = 4
    SECT_R1 = 5
    SECT_R2 = 6
    BRAINPOOL_P_R1 = 7
    FRP = 8
    MONTGOMERY = 9


class DhFamily(IntEnum):
    """The groups; which one of a family is told by the size of the key."""

    RFC7919 = 0


@dataclass(frozen=True)
class KeyType:
    """`KeyType.AES`, `KeyType.ecc_key_pair(EccFamily.SECP_R1)` and so on."""

    # The contract's name of the variant.
    kind: str
    family: Union[EccFamily, DhFamily, None] = None

    RAW_DATA: ClassVar[KeyType]
    HMAC: ClassVar[KeyType]
    DERIVE: ClassVar[KeyType]
    AES: ClassVar[KeyType]
    DES: ClassVar[KeyType]
    CAMELLIA: ClassVar[KeyType]
    ARC4: ClassVar[KeyType]
    CHACHA20: ClassVar[KeyType]
    RSA_PUBLIC_KEY: ClassVar[KeyType]
    RSA_KEY_PAIR: ClassVar[KeyType]

    @staticmethod
    def ecc_key_pair(family: EccFamily) -> KeyType:
        """A pair on a curve of this family."""
        return KeyType("ecc_key_pair", family)

    @staticmethod
    def ecc_public_key(family: EccFamily) -> KeyType:
        """The public half of one."""
        return KeyType("ecc_public_key", family)

    @staticmethod
    def dh_key_pair(family: DhFamily = DhFamily.RFC7919) -> KeyType:
        """A Diffie-Hellman pair."""
        return KeyType("dh_key_pair", family)

    @staticmethod
    def dh_public_key(family: DhFamily = DhFamily.RFC7919) -> KeyType:
        """The public half of one."""
        return KeyType("dh_public_key", family)

    @property
    def is_public(self) -> bool:
        """Whether there is nothing secret in it."""
        return self.kind.endswith("_public_key")

    def encoded(self) -> pb.KeyType:
        """The contract's message."""
        content: Any = pb.Empty()
        if isinstance(self.family, EccFamily):
            content = pb.EccKey(curve_family=number(self.family))
        elif isinstance(self.family, DhFamily):
            content = pb.DhKey(group_family=number(self.family))
        return pb.KeyType(**variant(self.kind, content))

    @staticmethod
    def decoded(message: pb.KeyType) -> Union[KeyType, Unknown]:
        """The reverse."""
        try:
            kind = variant_of(message)
            content = getattr(message, kind)
            if isinstance(content, pb.EccKey):
                return KeyType(kind, EccFamily(content.curve_family))
            if isinstance(content, pb.DhKey):
                return KeyType(kind, DhFamily(content.group_family))
            return KeyType(kind)
        except ValueError:
            return Unknown(message.SerializeToString())


for _name in (
    "RAW_DATA",
    "HMAC",
    "DERIVE",
    "AES",
    "DES",
    "CAMELLIA",
    "ARC4",
    "CHACHA20",
    "RSA_PUBLIC_KEY",
    "RSA_KEY_PAIR",
):
    setattr(KeyType, _name, KeyType(_name.lower()))


class Usage(IntFlag):
    """What a key may be used for; combined with `|`. A key that may sign hashes may sign messages, and likewise for
    verification: the service adds those flags."""

    NONE = 0
    EXPORT = 1
    COPY = 2
    CACHE = 4
    ENCRYPT = 8
    DECRYPT = 16
    SIGN_MESSAGE = 32
    VERIFY_MESSAGE = 64
    SIGN_HASH = 128
    VERIFY_HASH = 256
    DERIVE = 512

    def widened(self) -> Usage:
        """With the flags that the service adds."""
        implied = (Usage.SIGN_HASH, Usage.SIGN_MESSAGE), (Usage.VERIFY_HASH, Usage.VERIFY_MESSAGE)
        widened = self
        for narrow, wide in implied:
            if narrow in self:
                widened |= wide
        return widened

    def encoded(self) -> pb.UsageFlags:
        """The contract's message."""
        return pb.UsageFlags(**dict.fromkeys((name for name, flag in _FLAGS.items() if flag in self.widened()), True))

    @staticmethod
    def decoded(message: pb.UsageFlags) -> Usage:
        """The reverse."""
        usage = Usage.NONE
        for name, flag in _FLAGS.items():
            if getattr(message, name):
                usage |= flag
        return usage


# By the contract's name.
_FLAGS = {name.lower(): flag for name, flag in Usage.__members__.items() if flag}


@dataclass(frozen=True)
class KeyAttributes:
    """Type, size and policy of a key. `presets` has those that most programs want."""

    type: Union[KeyType, Unknown]
    # The size in bits; 0 stands for any, or in an import for the size that the data has.
    bits: int
    usage: Usage
    algorithm: Algorithm

    def encoded(self) -> pb.KeyAttributes:
        """The contract's message."""
        key_type = self.type
        encoded = pb.KeyType.FromString(key_type.encoding) if isinstance(key_type, Unknown) else key_type.encoded()
        policy = pb.KeyPolicy(key_usage_flags=self.usage.encoded(), key_algorithm=algorithms.encoded(self.algorithm))
        return pb.KeyAttributes(key_type=encoded, key_bits=self.bits, key_policy=policy)

    @staticmethod
    def decoded(message: pb.KeyAttributes) -> KeyAttributes:
        """The reverse."""
        policy = message.key_policy
        return KeyAttributes(
            KeyType.decoded(message.key_type),
            message.key_bits,
            Usage.decoded(policy.key_usage_flags),
            algorithms.decoded(policy.key_algorithm),
        )


@dataclass(frozen=True)
class KeyInfo:
    """A key of the caller's."""

    provider: int
    name: str
    attributes: KeyAttributes

    @staticmethod
    def decoded(message: pb.KeyInfo) -> KeyInfo:
        """From the contract's message."""
        return KeyInfo(message.provider_id, message.name, KeyAttributes.decoded(message.attributes))
