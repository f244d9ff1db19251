"""A key by its name, used with its own algorithm."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Optional

from .algorithm import Aead, Encryption, Hash, KeyAgreement, Mac, Signature
from .attributes import KeyAttributes, Usage
from .errors import UsageError
from .secret import Buffer, Secret

if TYPE_CHECKING:
    from .client import Client

# A nonce that GCM, CCM and ChaCha20-Poly1305 all take.
_NONCE_BYTES = 12

# The hashes that Python computes itself, by its names.
_LOCAL_HASHES = {
    Hash.SHA_1: "sha1",
    Hash.SHA_224: "sha224",
    Hash.SHA_256: "sha256",
    Hash.SHA_384: "sha384",
    Hash.SHA_512: "sha512",
    Hash.SHA3_224: "sha3_224",
    Hash.SHA3_256: "sha3_256",
    Hash.SHA3_384: "sha3_384",
    Hash.SHA3_512: "sha3_512",
}


class Key:
    """A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.

    Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy
    permits any hash is used with SHA-256. To choose an algorithm, call the client's methods by name."""

    def __init__(self, client: Client, name: str, attributes: Optional[KeyAttributes] = None) -> None:
        self._client = client
        self.name = name
        self._attributes = attributes

    @property
    def attributes(self) -> KeyAttributes:
        """Type, size and policy, asked from the service once."""
        if self._attributes is None:
            self._attributes = self._client.key_attributes(self.name)
        return self._attributes

    def sign(self, data: Buffer) -> bytes:
        """Signs a message of any length; ECDSA gives r ‖ s. What the key may sign is a hash, and Python can compute
        that: then only the hash goes to the service."""
        algorithm = self._signature()
        digest = self._digest(algorithm, Usage.SIGN_HASH, data)
        if digest is None:
            return self._client.sign_message(self.name, algorithm, data)
        return self._client.sign_hash(self.name, algorithm, digest)

    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Verifies a signature over a message; raises `InvalidSignature` if it is wrong."""
        algorithm = self._signature()
        digest = self._digest(algorithm, Usage.VERIFY_HASH, data)
        if digest is None:
            self._client.verify_message(self.name, algorithm, data, signature)
        else:
            self._client.verify_hash(self.name, algorithm, digest, signature)

    def public_key(self) -> PublicKey:
        """The public half, asked from the service."""
        return PublicKey(self, self._client.export_public_key(self.name))

    def encrypt(self, data: Buffer, associated_data: Buffer = b"") -> bytes:
        """Encrypts and authenticates under a random nonce; the result is nonce ‖ ciphertext ‖ tag. An RSA key encrypts,
        with the associated data as OAEP's label.

        The nonce has 12 bytes from the service: with AES, make a new key after 2³² messages."""
        algorithm = self.attributes.algorithm
        if isinstance(algorithm, Encryption):
            return self._client.asymmetric_encrypt(self.name, algorithm, data, associated_data)
        nonce = bytes(self._client.random(_NONCE_BYTES))
        return nonce + self._client.aead_encrypt(self.name, self._aead(), nonce, associated_data, data)

    def decrypt(self, data: Buffer, associated_data: Buffer = b"") -> Secret:
        """Checks and decrypts what `encrypt` made, with the same associated data."""
        algorithm = self.attributes.algorithm
        if isinstance(algorithm, Encryption):
            return self._client.asymmetric_decrypt(self.name, algorithm, data, associated_data)
        nonce, ciphertext = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        return self._client.aead_decrypt(self.name, self._aead(), nonce, associated_data, ciphertext)

    def mac(self, data: Buffer) -> bytes:
        """Computes an authentication code."""
        return self._client.mac_compute(self.name, self._mac(), data)

    def verify_mac(self, mac: Buffer, data: Buffer) -> None:
        """Verifies an authentication code; raises `InvalidSignature` if it is wrong."""
        self._client.mac_verify(self.name, self._mac(), data, mac)

    def exchange(self, peer_key: Buffer) -> Secret:
        """Agrees on a secret with the owner of a public key; see `Client.agree`."""
        algorithm = self.attributes.algorithm
        if not isinstance(algorithm, KeyAgreement) or algorithm.derivation is not None:
            raise self._wrong("raw key agreement")
        return self._client.agree(self.name, peer_key, algorithm.raw)

    def export(self) -> Secret:
        """The key itself, if its usage flags allow it."""
        return self._client.export_key(self.name)

    def destroy(self) -> None:
        """Destroys the key."""
        self._client.destroy(self.name)

    def __repr__(self) -> str:
        return f"<Key {self.name!r}>"

    def _signature(self) -> Signature:
        algorithm = self.attributes.algorithm
        if not isinstance(algorithm, Signature) or not algorithm.is_hashed:
            raise self._wrong("signing messages")
        return algorithm if algorithm.hash is not None else Signature(algorithm.scheme, Hash.SHA_256)

    def _digest(self, algorithm: Signature, usage: Usage, data: Buffer) -> Optional[bytes]:
        """The hash of a message, None if the service has to compute it."""
        name = _LOCAL_HASHES.get(algorithm.hash) if algorithm.hash is not None else None
        if name is None or usage not in self.attributes.usage:
            return None
        return hashlib.new(name, data).digest()

    def _aead(self) -> Aead:
        algorithm = self.attributes.algorithm
        if not isinstance(algorithm, Aead):
            raise self._wrong("encryption that authenticates")
        return algorithm

    def _mac(self) -> Mac:
        algorithm = self.attributes.algorithm
        if not isinstance(algorithm, Mac):
            raise self._wrong("authentication codes")
        return algorithm

    def _wrong(self, purpose: str) -> UsageError:
        return UsageError(f"the algorithm of the key {self.name!r} is not one for {purpose}")


class PublicKey:
    """The public half of a key. What is done with it is done by the service, under the key's own policy."""

    def __init__(self, key: Key, encoding: bytes) -> None:
        self._key = key
        self._encoding = encoding

    def public_bytes(self) -> bytes:
        """PKCS#1 DER for RSA, an uncompressed point for Weierstrass curves, little-endian bytes for Montgomery
        curves."""
        return self._encoding

    def verify(self, signature: Buffer, data: Buffer) -> None:
        """Verifies a signature over a message; raises `InvalidSignature` if it is wrong."""
        self._key.verify(signature, data)

    def encrypt(self, plaintext: Buffer, label: Buffer = b"") -> bytes:
        """Encrypts to an RSA key; see `Client.asymmetric_encrypt`."""
        return self._key.encrypt(plaintext, label)

    def __repr__(self) -> str:
        return f"<PublicKey {self._key.name!r}>"
