"""The words of e2e_tests/scenarios/README.md, in both directions."""

from __future__ import annotations

from typing import Optional, Union

from keystead import (
    Aead,
    Cipher,
    DhFamily,
    EccFamily,
    Encryption,
    Hash,
    KeyAgreement,
    KeyAttributes,
    KeyType,
    Mac,
    Signature,
    Unknown,
    Usage,
)
from keystead.algorithm import Algorithm

# The words of an enum's members are their names, with other dashes and in small letters.
HASHES = {hash.name.lower().replace("_", "-"): hash for hash in Hash}
FAMILIES = {family.name.lower().replace("_", "-"): family for family in EccFamily}
USAGES = {flag.name.lower().replace("_", "-"): flag for flag in Usage if flag and flag.name}
TYPES: dict[str, KeyType] = {
    name.lower().replace("_", "-"): getattr(KeyType, name)
    for name in ("RAW_DATA HMAC DERIVE AES DES CAMELLIA ARC4 CHACHA20 RSA_KEY_PAIR RSA_PUBLIC_KEY".split())
}
CIPHERS = {
    "stream-cipher": Cipher.STREAM_CIPHER,
    "ctr": Cipher.CTR,
    "cfb": Cipher.CFB,
    "ofb": Cipher.OFB,
    "xts": Cipher.XTS,
    "ecb": Cipher.ECB_NO_PADDING,
    "cbc": Cipher.CBC_NO_PADDING,
    "cbc-pkcs7": Cipher.CBC_PKCS7,
}
AEADS = {"gcm": Aead.GCM, "ccm": Aead.CCM, "chacha20-poly1305": Aead.CHACHA20_POLY1305}
SCHEMES = {
    "rsa-pkcs1v15-sign": Signature.rsa_pkcs1v15,
    "rsa-pss": Signature.rsa_pss,
    "ecdsa": Signature.ecdsa,
    "deterministic-ecdsa": Signature.deterministic_ecdsa,
}
PLAIN: dict[str, Algorithm] = {
    "none": None,
    "rsa-pkcs1v15-sign-raw": Signature.RSA_PKCS1V15_RAW,
    "ecdsa-any": Signature.ECDSA_ANY,
    "rsa-pkcs1v15-crypt": Encryption.RSA_PKCS1V15,
    "cbc-mac": Mac.CBC_MAC,
    "cmac": Mac.CMAC,
    "ecdh": KeyAgreement.ECDH,
    "ffdh": KeyAgreement.FFDH,
    **CIPHERS,
    **AEADS,
    **HASHES,
}


class Unsupported(Exception):
    """The library has no such operation, type or algorithm."""


def algorithm(word: str) -> Algorithm:
    """The algorithm that a word stands for."""
    name, *rest = word.split(":")
    try:
        if not rest:
            return PLAIN[name]
        if name in SCHEMES:
            return SCHEMES[name](None if rest[0] == "any" else HASHES[rest[0]])
        if name == "rsa-oaep":
            return Encryption.rsa_oaep(HASHES[rest[0]])
        if name == "hmac":
            mac = Mac.hmac(HASHES[rest[0]])
            return mac.truncated(int(rest[1])) if len(rest) > 1 else mac
        if name in AEADS:
            return AEADS[name].with_tag(int(rest[0]))
        return {"cmac": Mac.CMAC, "cbc-mac": Mac.CBC_MAC}[name].truncated(int(rest[0]))
    except KeyError:
        raise Unsupported(word) from None


def word_of(algorithm: Algorithm) -> str:
    """The word that stands for an algorithm."""
    for word, plain in PLAIN.items():
        if type(plain) is type(algorithm) and plain == algorithm:
            return word
    if isinstance(algorithm, Signature):
        scheme = algorithm.scheme.replace("_", "-")
        return f"{scheme}:{'any' if algorithm.hash is None else word_of(algorithm.hash)}"
    if isinstance(algorithm, Encryption):
        return f"rsa-oaep:{word_of(algorithm.hash)}"
    if isinstance(algorithm, Mac):
        parts = [algorithm.kind.replace("_", "-")]
        parts += [] if algorithm.hash is None else [word_of(algorithm.hash)]
        return ":".join(parts + ([] if algorithm.length is None else [str(algorithm.length)]))
    if isinstance(algorithm, Aead):
        return f"{word_of(Aead(algorithm.kind))}:{algorithm.tag_length}"
    raise Unsupported(repr(algorithm))


def key_type(word: str) -> KeyType:
    """The type that a word stands for."""
    kind, _, family = word.partition(":")
    try:
        if not family:
            return TYPES[kind]
        if kind.startswith("dh-"):
            return {"dh-key-pair": KeyType.dh_key_pair, "dh-public-key": KeyType.dh_public_key}[kind](
                DhFamily[family.upper()]
            )
        return {"ecc-key-pair": KeyType.ecc_key_pair, "ecc-public-key": KeyType.ecc_public_key}[kind](FAMILIES[family])
    except KeyError:
        raise Unsupported(word) from None


def word_of_type(key_type: Union[KeyType, Unknown]) -> str:
    """The word that stands for a type."""
    if isinstance(key_type, Unknown):
        raise Unsupported(repr(key_type))
    kind = key_type.kind.replace("_", "-")
    return kind if key_type.family is None else f"{kind}:{key_type.family.name.lower().replace('_', '-')}"


def usage(words: str) -> Usage:
    """The flags that words with commas between stand for."""
    usage = Usage.NONE
    for word in filter(None, words.split(",")):
        usage |= _flag(word)
    return usage


def words_of_usage(usage: Usage) -> str:
    """The words that stand for flags."""
    return ",".join(word for word, flag in USAGES.items() if flag in usage)


def attributes(type: str, bits: str, usage_words: str, algorithm_word: str) -> KeyAttributes:
    """The attributes that words stand for."""
    return KeyAttributes(key_type(type), int(bits), usage(usage_words), algorithm(algorithm_word))


def _flag(word: str) -> Usage:
    flag: Optional[Usage] = USAGES.get(word)
    if flag is None:
        raise Unsupported(word)
    return flag
