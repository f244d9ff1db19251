"""Attributes of the keys that most programs want."""

from __future__ import annotations

from .algorithm import Aead, Algorithm, Encryption, Hash, KeyAgreement, Mac, Signature
from .attributes import EccFamily, KeyAttributes, KeyType, Usage

_SIGN = Usage.SIGN_HASH | Usage.VERIFY_HASH
_ENCRYPT = Usage.ENCRYPT | Usage.DECRYPT


def ecdsa_p256() -> KeyAttributes:
    """An ECDSA pair on P-256 for signatures with SHA-256."""
    return _pair(KeyType.ecc_key_pair(EccFamily.SECP_R1), 256, Signature.ecdsa(Hash.SHA_256))


def rsa_pkcs1(bits: int) -> KeyAttributes:
    """An RSA pair for signatures with PKCS#1 v1.5 and SHA-256; 2048, 3072 or 4096 bits."""
    return _pair(KeyType.RSA_KEY_PAIR, bits, Signature.rsa_pkcs1v15(Hash.SHA_256))


def rsa_pss(bits: int) -> KeyAttributes:
    """An RSA pair for signatures with PSS and SHA-256; 2048, 3072 or 4096 bits."""
    return _pair(KeyType.RSA_KEY_PAIR, bits, Signature.rsa_pss(Hash.SHA_256))


def rsa_oaep(bits: int) -> KeyAttributes:
    """An RSA pair for encryption with OAEP and SHA-256; 2048, 3072 or 4096 bits."""
    return KeyAttributes(KeyType.RSA_KEY_PAIR, bits, _ENCRYPT, Encryption.rsa_oaep(Hash.SHA_256))


def aes_256_gcm() -> KeyAttributes:
    """An AES-256 key for GCM."""
    return KeyAttributes(KeyType.AES, 256, _ENCRYPT, Aead.GCM)


def hmac_sha256() -> KeyAttributes:
    """A key of 256 bits for HMAC with SHA-256."""
    usage = Usage.SIGN_MESSAGE | Usage.VERIFY_MESSAGE
    return KeyAttributes(KeyType.HMAC, 256, usage, Mac.hmac(Hash.SHA_256))


def x25519() -> KeyAttributes:
    """An X25519 pair for key agreement."""
    return KeyAttributes(KeyType.ecc_key_pair(EccFamily.MONTGOMERY), 255, Usage.DERIVE, KeyAgreement.ECDH)


def _pair(key_type: KeyType, bits: int, algorithm: Algorithm) -> KeyAttributes:
    return KeyAttributes(key_type, bits, _SIGN, algorithm)
