"""The Python client of Keystead, the key service of a host; it speaks to Parsec too.

A signing key in three lines:

    client = keystead.Client()
    key = client.generate("signing-key")
    signature = key.sign(b"a message")

In reading order: `Client` and `Key` are what programs use, `presets` the usual kinds of keys, `attributes` and
`algorithm` the vocabulary, `errors` how calls fail. `credential` and `tokens` say who asks, `calls` what every call
goes through; `connection`, `frame` and `operations` lie below. `limits` has every limit."""

from . import presets
from .algorithm import (
    Aead,
    AeadKind,
    Cipher,
    Encryption,
    Hash,
    KeyAgreement,
    KeyDerivation,
    Mac,
    RawKeyAgreement,
    Signature,
    Unknown,
)
from .attributes import DhFamily, EccFamily, KeyAttributes, KeyInfo, KeyType, Usage
from .client import Client
from .credential import Credential, NoIdentity, PeerCredentials
from .errors import (
    AlreadyExists,
    CallTimeout,
    ConnectionFailed,
    DoesNotExist,
    IdentityError,
    InvalidSignature,
    KeysteadError,
    NotPermitted,
    NotSupported,
    Refused,
    ResponseError,
    UsageError,
)
from .key import Key, PublicKey
from .secret import Secret
from .status import Status
from .tokens import Token, TokenSource

__version__ = "0.1.0"

__all__ = [
    "Aead",
    "AeadKind",
    "AlreadyExists",
    "CallTimeout",
    "Cipher",
    "Client",
    "ConnectionFailed",
    "Credential",
    "DhFamily",
    "DoesNotExist",
    "EccFamily",
    "Encryption",
    "Hash",
    "IdentityError",
    "InvalidSignature",
    "Key",
    "KeyAgreement",
    "KeyAttributes",
    "KeyDerivation",
    "KeyInfo",
    "KeyType",
    "KeysteadError",
    "Mac",
    "NoIdentity",
    "NotPermitted",
    "NotSupported",
    "PeerCredentials",
    "PublicKey",
    "RawKeyAgreement",
    "Refused",
    "ResponseError",
    "Secret",
    "Signature",
    "Status",
    "Token",
    "TokenSource",
    "Unknown",
    "Usage",
    "UsageError",
    "__version__",
    "presets",
]
