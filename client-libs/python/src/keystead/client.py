"""The client: a typed method for every operation of the service that an application uses."""

from __future__ import annotations

from typing import Any, Iterable, Optional

from . import messages_pb2 as pb
from . import operations as op
from .algorithm import Aead, Cipher, Encryption, Hash, Mac, RawKeyAgreement, Signature
from .attributes import KeyAttributes, KeyInfo
from .calls import Calls
from .creation import create, destroy, find
from .deadline import Deadline
from .errors import DoesNotExist, ResponseError
from .key import Key
from .presets import ecdsa_p256
from .secret import Buffer, Secret
from .status import Status


class Client(Calls):
    """A client of the service, for any number of threads at once: there are as many connections as calls are made at
    once, and they are kept. A process that was forked opens its own.

    Methods take the name of a key and an explicit algorithm; `key` and `generate` give a `Key`, which uses its own."""

    # What the service says of itself, and of the caller's keys.

    def ping(self) -> tuple[int, int]:
        """Asks whether anybody is there; the answer is the version of the protocol, major and minor."""
        answer = self._ask(op.PING)
        return answer.wire_protocol_version_maj, answer.wire_protocol_version_min

    def list_providers(self) -> list[pb.ProviderInfo]:
        """The providers in the order in which they are configured, the service itself last. The first is the
        default."""
        return list(self._ask(op.LIST_PROVIDERS).providers)

    def list_opcodes(self, provider: int) -> list[int]:
        """The numbers of the operations that a provider has; `keystead.operations` names those that are known here."""
        return list(self._ask(op.LIST_OPCODES, provider_id=provider).opcodes)

    def list_authenticators(self) -> list[pb.AuthenticatorInfo]:
        """The authenticators in the order in which they are configured."""
        return list(self._ask(op.LIST_AUTHENTICATORS).authenticators)

    def list_keys(self) -> list[KeyInfo]:
        """The caller's keys on all providers."""
        return [KeyInfo.decoded(key) for key in self._ask(op.LIST_KEYS).keys]

    def key_attributes(self, name: str) -> KeyAttributes:
        """The attributes of the caller's key of this name on this client's provider. A key of that name on another
        provider is another key."""
        found = find(self, name, Deadline(self._timeout))
        if found is None:
            raise DoesNotExist(op.LIST_KEYS.name, Status.PsaErrorDoesNotExist)
        return found

    def can_use(self, attributes: KeyAttributes) -> bool:
        """Whether this client's provider could do now what a key of these attributes is for; 0 bits stand for any
        size."""
        return self._can_do(pb.CHECK_TYPE_USE, attributes)

    def can_generate(self, attributes: KeyAttributes) -> bool:
        """Whether this client's provider could make such a key, and use it."""
        return self._can_do(pb.CHECK_TYPE_GENERATE, attributes)

    def can_import(self, attributes: KeyAttributes) -> bool:
        """Whether this client's provider could take over such a key, and use it."""
        return self._can_do(pb.CHECK_TYPE_IMPORT, attributes)

    def can_derive(self, attributes: KeyAttributes) -> bool:
        """Whether such a key could be the result of a derivation at this client's provider."""
        return self._can_do(pb.CHECK_TYPE_DERIVE, attributes)

    def _can_do(self, check: Any, attributes: KeyAttributes) -> bool:
        return self._can(op.CAN_DO_CRYPTO, check_type=check, attributes=attributes)

    # Making, moving and destroying keys.

    def generate(self, name: str, attributes: Optional[KeyAttributes] = None) -> Key:
        """Makes a new key, by default an ECDSA pair on P-256. Raises `AlreadyExists` if the name is taken.

        If the connection breaks during the call, a key of that name and these attributes that is there afterwards
        counts as made by it."""
        if attributes is None:
            attributes = ecdsa_p256()
        create(self, op.GENERATE_KEY, name, attributes)
        return Key(self, name, attributes)

    def import_key(self, name: str, attributes: KeyAttributes, data: Buffer) -> Key:
        """Takes a key over; `data` is in the format of the contract (a big-endian scalar, PKCS#1 DER, the bytes
        themselves). 0 bits in the attributes stand for the size that the data has.

        If the connection breaks during the call, a public key that is there afterwards with that name, these attributes
        and this data counts as imported by it. With the other kinds of keys nobody can compare the data, so the call
        gives the error: destroy the key and import it again, or use it if nobody else makes keys of that name."""
        create(self, op.IMPORT_KEY, name, attributes, data)
        return Key(self, name, attributes if attributes.bits else None)

    def key(self, name: str) -> Key:
        """A handle for a key that exists already; nothing is asked yet."""
        return Key(self, name)

    def destroy(self, name: str) -> None:
        """Destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name
        is there afterwards, the call gives the error and destroys nothing more: it may be another key, made since."""
        destroy(self, name)

    def export_public_key(self, name: str) -> bytes:
        """The public half of a key: PKCS#1 DER for RSA, an uncompressed point for Weierstrass curves, little-endian
        bytes for Montgomery curves."""
        return self._ask(op.EXPORT_PUBLIC_KEY, key_name=name).data

    def export_key(self, name: str) -> Secret:
        """The key itself; its usage flags must allow it."""
        return self._ask_secret(op.EXPORT_KEY, key_name=name)

    # Signatures, RSA encryption and key agreement.

    def sign_hash(self, name: str, algorithm: Signature, hash: Buffer) -> bytes:
        """Signs a hash that the caller computed. ECDSA gives r ‖ s."""
        return self._ask(op.SIGN_HASH, key_name=name, alg=algorithm, hash=hash).signature

    def verify_hash(self, name: str, algorithm: Signature, hash: Buffer, signature: Buffer) -> None:
        """Verifies a signature over a hash. Raises `InvalidSignature` if it is wrong."""
        self._ask(op.VERIFY_HASH, key_name=name, alg=algorithm, hash=hash, signature=signature)

    def sign_message(self, name: str, algorithm: Signature, message: Buffer) -> bytes:
        """Hashes a message in the service and signs the hash. ECDSA gives r ‖ s."""
        return self._ask(op.SIGN_MESSAGE, key_name=name, alg=algorithm, message=message).signature

    def verify_message(self, name: str, algorithm: Signature, message: Buffer, signature: Buffer) -> None:
        """Verifies a signature over a message. Raises `InvalidSignature` if it is wrong."""
        self._ask(op.VERIFY_MESSAGE, key_name=name, alg=algorithm, message=message, signature=signature)

    def asymmetric_encrypt(self, name: str, algorithm: Encryption, plaintext: Buffer, label: Buffer = b"") -> bytes:
        """Encrypts to an RSA key. `label` is OAEP's; it must be empty with PKCS#1 v1.5."""
        return self._ask(op.ASYMMETRIC_ENCRYPT, key_name=name, alg=algorithm, secret=plaintext, salt=label).ciphertext

    def asymmetric_decrypt(self, name: str, algorithm: Encryption, ciphertext: Buffer, label: Buffer = b"") -> Secret:
        """Decrypts with an RSA key, under the label with which it was encrypted."""
        return self._ask_secret(op.ASYMMETRIC_DECRYPT, key_name=name, alg=algorithm, ciphertext=ciphertext, salt=label)

    def agree(self, name: str, peer_key: Buffer, algorithm: RawKeyAgreement = RawKeyAgreement.ECDH) -> Secret:
        """Agrees on a secret with the owner of `peer_key`, a public key as `export_public_key` gives it. The secret is
        not uniformly random: derive keys from it."""
        return self._ask_secret(op.RAW_KEY_AGREEMENT, alg=algorithm, private_key_name=name, peer_key=peer_key)

    # Symmetric encryption, authentication codes, hashes and random bytes.

    def aead_encrypt(
        self, name: str, algorithm: Aead, nonce: Buffer, additional_data: Buffer, plaintext: Buffer
    ) -> bytes:
        """Encrypts and authenticates; the result is ciphertext ‖ tag. Never use a nonce twice with one key."""
        return self._ask(
            op.AEAD_ENCRYPT,
            key_name=name,
            alg=algorithm,
            nonce=nonce,
            additional_data=additional_data,
            secret=plaintext,
        ).ciphertext

    def aead_decrypt(
        self, name: str, algorithm: Aead, nonce: Buffer, additional_data: Buffer, ciphertext: Buffer
    ) -> Secret:
        """Checks and decrypts ciphertext ‖ tag. Raises `InvalidSignature` if the tag is wrong."""
        return self._ask_secret(
            op.AEAD_DECRYPT,
            key_name=name,
            alg=algorithm,
            nonce=nonce,
            additional_data=additional_data,
            ciphertext=ciphertext,
        )

    def cipher_encrypt(self, name: str, algorithm: Cipher, plaintext: Buffer) -> bytes:
        """Encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed."""
        return self._ask(op.CIPHER_ENCRYPT, key_name=name, alg=algorithm, secret=plaintext).ciphertext

    def cipher_decrypt(self, name: str, algorithm: Cipher, ciphertext: Buffer) -> Secret:
        """Decrypts IV ‖ ciphertext."""
        return self._ask_secret(op.CIPHER_DECRYPT, key_name=name, alg=algorithm, ciphertext=ciphertext)

    def mac_compute(self, name: str, algorithm: Mac, data: Buffer) -> bytes:
        """Computes a MAC. Parsec does not have this operation."""
        return self._ask(op.MAC_COMPUTE, key_name=name, alg=algorithm, input=data).mac

    def mac_verify(self, name: str, algorithm: Mac, data: Buffer, mac: Buffer) -> None:
        """Verifies a MAC. Raises `InvalidSignature` if it is wrong. Parsec does not have this operation."""
        self._ask(op.MAC_VERIFY, key_name=name, alg=algorithm, input=data, mac=mac)

    def hash_compute(self, algorithm: Hash, data: Buffer) -> bytes:
        """Computes a hash."""
        return self._ask(op.HASH_COMPUTE, alg=algorithm, input=data).hash

    def hash_compare(self, algorithm: Hash, data: Buffer, hash: Buffer) -> None:
        """Computes a hash and compares it. Raises `InvalidSignature` if it is another."""
        self._ask(op.HASH_COMPARE, alg=algorithm, input=data, hash=hash)

    def random(self, size: int) -> Secret:
        """Random bytes, exactly `size` of them; by default the service gives 1,048,576 at most."""
        given = self._ask_secret(op.GENERATE_RANDOM, size=size)
        # What is too short may become a nonce or a key.
        if len(given) != size:
            raise ResponseError(f"the answer holds {len(given)} bytes, and {size} were asked for")
        return given

    # Proof to others: that a key lives in a TPM, and what else a TPM states.

    def prepare_key_attestation(self, attested: str, attesting: str = "") -> pb.ActivateCredentialKeys:
        """What a verifier needs to make a challenge for a key in a TPM. An empty `attesting` is the TPM's default
        endorsement key."""
        question = pb.PrepareActivateCredential(attested_key_name=attested, attesting_key_name=attesting)
        parameters = pb.PrepareKeyAttestationParameters(activate_credential=question)
        return self._ask(op.PREPARE_KEY_ATTESTATION, parameters=parameters).output.activate_credential

    def attest_key(self, attested: str, credential_blob: Buffer, secret: Buffer, attesting: str = "") -> Secret:
        """Answers a verifier's challenge."""
        challenge = pb.ActivateCredentialChallenge(credential_blob=bytes(credential_blob), secret=bytes(secret))
        parameters = pb.AttestKeyParameters(activate_credential=challenge)
        return self._ask_secret(
            op.ATTEST_KEY, attested_key_name=attested, parameters=parameters, attesting_key_name=attesting
        )

    def tpm_certify(self, name: str, signing: str, nonce: Buffer) -> pb.TpmCertifyResult:
        """Has a TPM state that the key `name` is in it, signed by the caller's key `signing` (TPM2_Certify). `nonce` is
        the verifier's, up to 64 bytes. Parsec does not have this operation."""
        return self._ask(op.TPM_CERTIFY, key_name=name, signing_key_name=signing, qualifying_data=nonce)

    def tpm_quote(self, signing: str, pcr_bank: Hash, pcrs: Iterable[int], nonce: Buffer) -> pb.TpmQuoteResult:
        """Has a TPM state what was measured into registers of one bank, signed as by `tpm_certify` (TPM2_Quote).
        Registers that the TPM does not keep are missing in the statement. Parsec does not have this operation."""
        return self._ask(op.TPM_QUOTE, signing_key_name=signing, pcr_bank=pcr_bank, pcrs=pcrs, qualifying_data=nonce)

    def tpm_endorsement_certificates(self) -> list[bytes]:
        """The certificates that a TPM's maker put into it, in DER: those of endorsement keys first, then their
        issuers'. There may be none. Parsec does not have this operation."""
        return list(self._ask(op.TPM_ENDORSEMENT_CERTIFICATES).certificates)

    # What an administrator may ask.

    def list_clients(self) -> list[str]:
        """The names of the clients of the administrator's own authentication type that own keys."""
        return list(self._ask(op.LIST_CLIENTS).clients)

    def delete_client(self, client: str) -> None:
        """Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no
        error. If the answer is lost, the request is not sent again by itself: the client may have made new keys
        since."""
        self._ask(op.DELETE_CLIENT, client=client)

    def health(self) -> pb.HealthResult:
        """How the service is doing. Parsec does not have this operation."""
        return self._ask(op.HEALTH)
