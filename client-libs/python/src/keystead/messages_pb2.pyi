# The messages of interface/proto, written by generate.sh. Do not edit.
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Hash(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HASH_NONE: _ClassVar[Hash]
    HASH_MD2: _ClassVar[Hash]
    HASH_MD4: _ClassVar[Hash]
    HASH_MD5: _ClassVar[Hash]
    HASH_RIPEMD160: _ClassVar[Hash]
    HASH_SHA_1: _ClassVar[Hash]
    HASH_SHA_224: _ClassVar[Hash]
    HASH_SHA_256: _ClassVar[Hash]
    HASH_SHA_384: _ClassVar[Hash]
    HASH_SHA_512: _ClassVar[Hash]
    HASH_SHA_512_224: _ClassVar[Hash]
    HASH_SHA_512_256: _ClassVar[Hash]
    HASH_SHA3_224: _ClassVar[Hash]
    HASH_SHA3_256: _ClassVar[Hash]
    HASH_SHA3_384: _ClassVar[Hash]
    HASH_SHA3_512: _ClassVar[Hash]

class Cipher(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CIPHER_NONE: _ClassVar[Cipher]
    CIPHER_STREAM_CIPHER: _ClassVar[Cipher]
    CIPHER_CTR: _ClassVar[Cipher]
    CIPHER_CFB: _ClassVar[Cipher]
    CIPHER_OFB: _ClassVar[Cipher]
    CIPHER_XTS: _ClassVar[Cipher]
    CIPHER_ECB_NO_PADDING: _ClassVar[Cipher]
    CIPHER_CBC_NO_PADDING: _ClassVar[Cipher]
    CIPHER_CBC_PKCS7: _ClassVar[Cipher]

class AeadAlg(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AEAD_ALG_NONE: _ClassVar[AeadAlg]
    AEAD_ALG_CCM: _ClassVar[AeadAlg]
    AEAD_ALG_GCM: _ClassVar[AeadAlg]
    AEAD_ALG_CHACHA20_POLY1305: _ClassVar[AeadAlg]

class RawKeyAgreement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RAW_KEY_AGREEMENT_NONE: _ClassVar[RawKeyAgreement]
    RAW_KEY_AGREEMENT_FFDH: _ClassVar[RawKeyAgreement]
    RAW_KEY_AGREEMENT_ECDH: _ClassVar[RawKeyAgreement]

class EccFamily(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ECC_FAMILY_NONE: _ClassVar[EccFamily]
    ECC_FAMILY_SECP_K1: _ClassVar[EccFamily]
    ECC_FAMILY_SECP_R1: _ClassVar[EccFamily]
    ECC_FAMILY_SECP_R2: _ClassVar[EccFamily]
    ECC_FAMILY_SECT_K1: _ClassVar[EccFamily]
    ECC_FAMILY_SECT_R1: _ClassVar[EccFamily]
    ECC_FAMILY_SECT_R2: _ClassVar[EccFamily]
    ECC_FAMILY_BRAINPOOL_P_R1: _ClassVar[EccFamily]
    ECC_FAMILY_FRP: _ClassVar[EccFamily]
    ECC_FAMILY_MONTGOMERY: _ClassVar[EccFamily]

class DhFamily(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DH_FAMILY_RFC7919: _ClassVar[DhFamily]

class CheckType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_TYPE_NONE: _ClassVar[CheckType]
    CHECK_TYPE_USE: _ClassVar[CheckType]
    CHECK_TYPE_GENERATE: _ClassVar[CheckType]
    CHECK_TYPE_IMPORT: _ClassVar[CheckType]
    CHECK_TYPE_DERIVE: _ClassVar[CheckType]

class TrustRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRUST_ROLE_NONE: _ClassVar[TrustRole]
    TRUST_ROLE_ROOT: _ClassVar[TrustRole]
    TRUST_ROLE_INTERMEDIATE: _ClassVar[TrustRole]

class ClientState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLIENT_STATE_NONE: _ClassVar[ClientState]
    CLIENT_STATE_STARTING: _ClassVar[ClientState]
    CLIENT_STATE_RUNNING: _ClassVar[ClientState]
    CLIENT_STATE_STOPPED: _ClassVar[ClientState]
HASH_NONE: Hash
HASH_MD2: Hash
HASH_MD4: Hash
HASH_MD5: Hash
HASH_RIPEMD160: Hash
HASH_SHA_1: Hash
HASH_SHA_224: Hash
HASH_SHA_256: Hash
HASH_SHA_384: Hash
HASH_SHA_512: Hash
HASH_SHA_512_224: Hash
HASH_SHA_512_256: Hash
HASH_SHA3_224: Hash
HASH_SHA3_256: Hash
HASH_SHA3_384: Hash
HASH_SHA3_512: Hash
CIPHER_NONE: Cipher
CIPHER_STREAM_CIPHER: Cipher
CIPHER_CTR: Cipher
CIPHER_CFB: Cipher
CIPHER_OFB: Cipher
CIPHER_XTS: Cipher
CIPHER_ECB_NO_PADDING: Cipher
CIPHER_CBC_NO_PADDING: Cipher
CIPHER_CBC_PKCS7: Cipher
AEAD_ALG_NONE: AeadAlg
AEAD_ALG_CCM: AeadAlg
AEAD_ALG_GCM: AeadAlg
AEAD_ALG_CHACHA20_POLY1305: AeadAlg
RAW_KEY_AGREEMENT_NONE: RawKeyAgreement
RAW_KEY_AGREEMENT_FFDH: RawKeyAgreement
RAW_KEY_AGREEMENT_ECDH: RawKeyAgreement
ECC_FAMILY_NONE: EccFamily
ECC_FAMILY_SECP_K1: EccFamily
ECC_FAMILY_SECP_R1: EccFamily
ECC_FAMILY_SECP_R2: EccFamily
ECC_FAMILY_SECT_K1: EccFamily
ECC_FAMILY_SECT_R1: EccFamily
ECC_FAMILY_SECT_R2: EccFamily
ECC_FAMILY_BRAINPOOL_P_R1: EccFamily
ECC_FAMILY_FRP: EccFamily
ECC_FAMILY_MONTGOMERY: EccFamily
DH_FAMILY_RFC7919: DhFamily
CHECK_TYPE_NONE: CheckType
CHECK_TYPE_USE: CheckType
CHECK_TYPE_GENERATE: CheckType
CHECK_TYPE_IMPORT: CheckType
CHECK_TYPE_DERIVE: CheckType
TRUST_ROLE_NONE: TrustRole
TRUST_ROLE_ROOT: TrustRole
TRUST_ROLE_INTERMEDIATE: TrustRole
CLIENT_STATE_NONE: ClientState
CLIENT_STATE_STARTING: ClientState
CLIENT_STATE_RUNNING: ClientState
CLIENT_STATE_STOPPED: ClientState

class ListClients(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListClientsResult(_message.Message):
    __slots__ = ("clients",)
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, clients: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteClient(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: str
    def __init__(self, client: _Optional[str] = ...) -> None: ...

class DeleteClientResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReleaseClient(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: str
    def __init__(self, client: _Optional[str] = ...) -> None: ...

class ReleaseClientResult(_message.Message):
    __slots__ = ("released",)
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    released: bool
    def __init__(self, released: bool = ...) -> None: ...

class Health(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HealthResult(_message.Message):
    __slots__ = ("version", "uptime_seconds", "requests", "panics", "connections", "keys", "providers", "damaged_records", "quarantined")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPTIME_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    PANICS_FIELD_NUMBER: _ClassVar[int]
    CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    DAMAGED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_FIELD_NUMBER: _ClassVar[int]
    version: str
    uptime_seconds: int
    requests: int
    panics: int
    connections: int
    keys: int
    providers: _containers.RepeatedCompositeFieldContainer[ProviderHealth]
    damaged_records: _containers.RepeatedCompositeFieldContainer[DamagedRecord]
    quarantined: _containers.RepeatedCompositeFieldContainer[Quarantined]
    def __init__(self, version: _Optional[str] = ..., uptime_seconds: _Optional[int] = ..., requests: _Optional[int] = ..., panics: _Optional[int] = ..., connections: _Optional[int] = ..., keys: _Optional[int] = ..., providers: _Optional[_Iterable[_Union[ProviderHealth, _Mapping]]] = ..., damaged_records: _Optional[_Iterable[_Union[DamagedRecord, _Mapping]]] = ..., quarantined: _Optional[_Iterable[_Union[Quarantined, _Mapping]]] = ...) -> None: ...

class ProviderHealth(_message.Message):
    __slots__ = ("provider_id", "name", "available", "reason")
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    provider_id: int
    name: str
    available: bool
    reason: str
    def __init__(self, provider_id: _Optional[int] = ..., name: _Optional[str] = ..., available: bool = ..., reason: _Optional[str] = ...) -> None: ...

class DamagedRecord(_message.Message):
    __slots__ = ("auth_type", "client", "provider_id", "key_name")
    AUTH_TYPE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    auth_type: int
    client: str
    provider_id: int
    key_name: str
    def __init__(self, auth_type: _Optional[int] = ..., client: _Optional[str] = ..., provider_id: _Optional[int] = ..., key_name: _Optional[str] = ...) -> None: ...

class Quarantined(_message.Message):
    __slots__ = ("auth_type", "client", "reason")
    AUTH_TYPE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    auth_type: int
    client: str
    reason: str
    def __init__(self, auth_type: _Optional[int] = ..., client: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AcceptToken(_message.Message):
    __slots__ = ("provider",)
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    provider: str
    def __init__(self, provider: _Optional[str] = ...) -> None: ...

class AcceptTokenResult(_message.Message):
    __slots__ = ("former", "accepted")
    FORMER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    former: str
    accepted: str
    def __init__(self, former: _Optional[str] = ..., accepted: _Optional[str] = ...) -> None: ...

class AdoptKey(_message.Message):
    __slots__ = ("provider", "client", "key_name", "attributes", "object_id")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    provider: str
    client: str
    key_name: str
    attributes: KeyAttributes
    object_id: bytes
    def __init__(self, provider: _Optional[str] = ..., client: _Optional[str] = ..., key_name: _Optional[str] = ..., attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ..., object_id: _Optional[bytes] = ...) -> None: ...

class AdoptKeyResult(_message.Message):
    __slots__ = ("attributes",)
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    attributes: KeyAttributes
    def __init__(self, attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ...) -> None: ...

class RekeyStore(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RekeyStoreResult(_message.Message):
    __slots__ = ("place", "records")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    place: str
    records: int
    def __init__(self, place: _Optional[str] = ..., records: _Optional[int] = ...) -> None: ...

class MoveClient(_message.Message):
    __slots__ = ("old_auth_type", "old_client", "new_auth_type", "new_client", "dry_run")
    OLD_AUTH_TYPE_FIELD_NUMBER: _ClassVar[int]
    OLD_CLIENT_FIELD_NUMBER: _ClassVar[int]
    NEW_AUTH_TYPE_FIELD_NUMBER: _ClassVar[int]
    NEW_CLIENT_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    old_auth_type: int
    old_client: str
    new_auth_type: int
    new_client: str
    dry_run: bool
    def __init__(self, old_auth_type: _Optional[int] = ..., old_client: _Optional[str] = ..., new_auth_type: _Optional[int] = ..., new_client: _Optional[str] = ..., dry_run: bool = ...) -> None: ...

class MoveClientResult(_message.Message):
    __slots__ = ("keys", "collisions")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    COLLISIONS_FIELD_NUMBER: _ClassVar[int]
    keys: int
    collisions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, keys: _Optional[int] = ..., collisions: _Optional[_Iterable[str]] = ...) -> None: ...

class PsaAeadEncrypt(_message.Message):
    __slots__ = ("key_name", "alg", "nonce", "additional_data", "plaintext")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    ADDITIONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Aead
    nonce: bytes
    additional_data: bytes
    plaintext: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Aead, _Mapping]] = ..., nonce: _Optional[bytes] = ..., additional_data: _Optional[bytes] = ..., plaintext: _Optional[bytes] = ...) -> None: ...

class PsaAeadEncryptResult(_message.Message):
    __slots__ = ("ciphertext",)
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    ciphertext: bytes
    def __init__(self, ciphertext: _Optional[bytes] = ...) -> None: ...

class PsaAeadDecrypt(_message.Message):
    __slots__ = ("key_name", "alg", "nonce", "additional_data", "ciphertext")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    ADDITIONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Aead
    nonce: bytes
    additional_data: bytes
    ciphertext: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Aead, _Mapping]] = ..., nonce: _Optional[bytes] = ..., additional_data: _Optional[bytes] = ..., ciphertext: _Optional[bytes] = ...) -> None: ...

class PsaAeadDecryptResult(_message.Message):
    __slots__ = ("plaintext",)
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    plaintext: bytes
    def __init__(self, plaintext: _Optional[bytes] = ...) -> None: ...

class Algorithm(_message.Message):
    __slots__ = ("none", "hash", "mac", "cipher", "aead", "asymmetric_signature", "asymmetric_encryption", "key_agreement", "key_derivation")
    NONE_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    MAC_FIELD_NUMBER: _ClassVar[int]
    CIPHER_FIELD_NUMBER: _ClassVar[int]
    AEAD_FIELD_NUMBER: _ClassVar[int]
    ASYMMETRIC_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    ASYMMETRIC_ENCRYPTION_FIELD_NUMBER: _ClassVar[int]
    KEY_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    KEY_DERIVATION_FIELD_NUMBER: _ClassVar[int]
    none: Empty
    hash: Hash
    mac: Mac
    cipher: Cipher
    aead: Aead
    asymmetric_signature: AsymmetricSignature
    asymmetric_encryption: AsymmetricEncryption
    key_agreement: KeyAgreement
    key_derivation: KeyDerivation
    def __init__(self, none: _Optional[_Union[Empty, _Mapping]] = ..., hash: _Optional[_Union[Hash, str]] = ..., mac: _Optional[_Union[Mac, _Mapping]] = ..., cipher: _Optional[_Union[Cipher, str]] = ..., aead: _Optional[_Union[Aead, _Mapping]] = ..., asymmetric_signature: _Optional[_Union[AsymmetricSignature, _Mapping]] = ..., asymmetric_encryption: _Optional[_Union[AsymmetricEncryption, _Mapping]] = ..., key_agreement: _Optional[_Union[KeyAgreement, _Mapping]] = ..., key_derivation: _Optional[_Union[KeyDerivation, _Mapping]] = ...) -> None: ...

class Empty(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Mac(_message.Message):
    __slots__ = ("full_length", "truncated")
    FULL_LENGTH_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    full_length: FullLengthMac
    truncated: TruncatedMac
    def __init__(self, full_length: _Optional[_Union[FullLengthMac, _Mapping]] = ..., truncated: _Optional[_Union[TruncatedMac, _Mapping]] = ...) -> None: ...

class FullLengthMac(_message.Message):
    __slots__ = ("hmac", "cbc_mac", "cmac")
    HMAC_FIELD_NUMBER: _ClassVar[int]
    CBC_MAC_FIELD_NUMBER: _ClassVar[int]
    CMAC_FIELD_NUMBER: _ClassVar[int]
    hmac: Hmac
    cbc_mac: Empty
    cmac: Empty
    def __init__(self, hmac: _Optional[_Union[Hmac, _Mapping]] = ..., cbc_mac: _Optional[_Union[Empty, _Mapping]] = ..., cmac: _Optional[_Union[Empty, _Mapping]] = ...) -> None: ...

class Hmac(_message.Message):
    __slots__ = ("hash_alg",)
    HASH_ALG_FIELD_NUMBER: _ClassVar[int]
    hash_alg: Hash
    def __init__(self, hash_alg: _Optional[_Union[Hash, str]] = ...) -> None: ...

class TruncatedMac(_message.Message):
    __slots__ = ("mac_alg", "mac_length")
    MAC_ALG_FIELD_NUMBER: _ClassVar[int]
    MAC_LENGTH_FIELD_NUMBER: _ClassVar[int]
    mac_alg: FullLengthMac
    mac_length: int
    def __init__(self, mac_alg: _Optional[_Union[FullLengthMac, _Mapping]] = ..., mac_length: _Optional[int] = ...) -> None: ...

class Aead(_message.Message):
    __slots__ = ("aead_with_default_length_tag", "aead_with_shortened_tag")
    AEAD_WITH_DEFAULT_LENGTH_TAG_FIELD_NUMBER: _ClassVar[int]
    AEAD_WITH_SHORTENED_TAG_FIELD_NUMBER: _ClassVar[int]
    aead_with_default_length_tag: AeadAlg
    aead_with_shortened_tag: AeadWithShortenedTag
    def __init__(self, aead_with_default_length_tag: _Optional[_Union[AeadAlg, str]] = ..., aead_with_shortened_tag: _Optional[_Union[AeadWithShortenedTag, _Mapping]] = ...) -> None: ...

class AeadWithShortenedTag(_message.Message):
    __slots__ = ("aead_alg", "tag_length")
    AEAD_ALG_FIELD_NUMBER: _ClassVar[int]
    TAG_LENGTH_FIELD_NUMBER: _ClassVar[int]
    aead_alg: AeadAlg
    tag_length: int
    def __init__(self, aead_alg: _Optional[_Union[AeadAlg, str]] = ..., tag_length: _Optional[int] = ...) -> None: ...

class AsymmetricSignature(_message.Message):
    __slots__ = ("rsa_pkcs1v15_sign", "rsa_pkcs1v15_sign_raw", "rsa_pss", "ecdsa", "ecdsa_any", "deterministic_ecdsa")
    RSA_PKCS1V15_SIGN_FIELD_NUMBER: _ClassVar[int]
    RSA_PKCS1V15_SIGN_RAW_FIELD_NUMBER: _ClassVar[int]
    RSA_PSS_FIELD_NUMBER: _ClassVar[int]
    ECDSA_FIELD_NUMBER: _ClassVar[int]
    ECDSA_ANY_FIELD_NUMBER: _ClassVar[int]
    DETERMINISTIC_ECDSA_FIELD_NUMBER: _ClassVar[int]
    rsa_pkcs1v15_sign: SignatureWithHash
    rsa_pkcs1v15_sign_raw: Empty
    rsa_pss: SignatureWithHash
    ecdsa: SignatureWithHash
    ecdsa_any: Empty
    deterministic_ecdsa: SignatureWithHash
    def __init__(self, rsa_pkcs1v15_sign: _Optional[_Union[SignatureWithHash, _Mapping]] = ..., rsa_pkcs1v15_sign_raw: _Optional[_Union[Empty, _Mapping]] = ..., rsa_pss: _Optional[_Union[SignatureWithHash, _Mapping]] = ..., ecdsa: _Optional[_Union[SignatureWithHash, _Mapping]] = ..., ecdsa_any: _Optional[_Union[Empty, _Mapping]] = ..., deterministic_ecdsa: _Optional[_Union[SignatureWithHash, _Mapping]] = ...) -> None: ...

class SignatureWithHash(_message.Message):
    __slots__ = ("hash_alg",)
    HASH_ALG_FIELD_NUMBER: _ClassVar[int]
    hash_alg: SignHash
    def __init__(self, hash_alg: _Optional[_Union[SignHash, _Mapping]] = ...) -> None: ...

class SignHash(_message.Message):
    __slots__ = ("any", "specific")
    ANY_FIELD_NUMBER: _ClassVar[int]
    SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    any: Empty
    specific: Hash
    def __init__(self, any: _Optional[_Union[Empty, _Mapping]] = ..., specific: _Optional[_Union[Hash, str]] = ...) -> None: ...

class AsymmetricEncryption(_message.Message):
    __slots__ = ("rsa_pkcs1v15_crypt", "rsa_oaep")
    RSA_PKCS1V15_CRYPT_FIELD_NUMBER: _ClassVar[int]
    RSA_OAEP_FIELD_NUMBER: _ClassVar[int]
    rsa_pkcs1v15_crypt: Empty
    rsa_oaep: RsaOaep
    def __init__(self, rsa_pkcs1v15_crypt: _Optional[_Union[Empty, _Mapping]] = ..., rsa_oaep: _Optional[_Union[RsaOaep, _Mapping]] = ...) -> None: ...

class RsaOaep(_message.Message):
    __slots__ = ("hash_alg",)
    HASH_ALG_FIELD_NUMBER: _ClassVar[int]
    hash_alg: Hash
    def __init__(self, hash_alg: _Optional[_Union[Hash, str]] = ...) -> None: ...

class KeyAgreement(_message.Message):
    __slots__ = ("raw", "with_key_derivation")
    RAW_FIELD_NUMBER: _ClassVar[int]
    WITH_KEY_DERIVATION_FIELD_NUMBER: _ClassVar[int]
    raw: RawKeyAgreement
    with_key_derivation: KeyAgreementWithKeyDerivation
    def __init__(self, raw: _Optional[_Union[RawKeyAgreement, str]] = ..., with_key_derivation: _Optional[_Union[KeyAgreementWithKeyDerivation, _Mapping]] = ...) -> None: ...

class KeyAgreementWithKeyDerivation(_message.Message):
    __slots__ = ("ka_alg", "kdf_alg")
    KA_ALG_FIELD_NUMBER: _ClassVar[int]
    KDF_ALG_FIELD_NUMBER: _ClassVar[int]
    ka_alg: RawKeyAgreement
    kdf_alg: KeyDerivation
    def __init__(self, ka_alg: _Optional[_Union[RawKeyAgreement, str]] = ..., kdf_alg: _Optional[_Union[KeyDerivation, _Mapping]] = ...) -> None: ...

class KeyDerivation(_message.Message):
    __slots__ = ("hkdf", "tls12_prf", "tls12_psk_to_ms")
    HKDF_FIELD_NUMBER: _ClassVar[int]
    TLS12_PRF_FIELD_NUMBER: _ClassVar[int]
    TLS12_PSK_TO_MS_FIELD_NUMBER: _ClassVar[int]
    hkdf: KeyDerivationWithHash
    tls12_prf: KeyDerivationWithHash
    tls12_psk_to_ms: KeyDerivationWithHash
    def __init__(self, hkdf: _Optional[_Union[KeyDerivationWithHash, _Mapping]] = ..., tls12_prf: _Optional[_Union[KeyDerivationWithHash, _Mapping]] = ..., tls12_psk_to_ms: _Optional[_Union[KeyDerivationWithHash, _Mapping]] = ...) -> None: ...

class KeyDerivationWithHash(_message.Message):
    __slots__ = ("hash_alg",)
    HASH_ALG_FIELD_NUMBER: _ClassVar[int]
    hash_alg: Hash
    def __init__(self, hash_alg: _Optional[_Union[Hash, str]] = ...) -> None: ...

class PsaAsymmetricEncrypt(_message.Message):
    __slots__ = ("key_name", "alg", "plaintext", "salt")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricEncryption
    plaintext: bytes
    salt: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricEncryption, _Mapping]] = ..., plaintext: _Optional[bytes] = ..., salt: _Optional[bytes] = ...) -> None: ...

class PsaAsymmetricEncryptResult(_message.Message):
    __slots__ = ("ciphertext",)
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    ciphertext: bytes
    def __init__(self, ciphertext: _Optional[bytes] = ...) -> None: ...

class PsaAsymmetricDecrypt(_message.Message):
    __slots__ = ("key_name", "alg", "ciphertext", "salt")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricEncryption
    ciphertext: bytes
    salt: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricEncryption, _Mapping]] = ..., ciphertext: _Optional[bytes] = ..., salt: _Optional[bytes] = ...) -> None: ...

class PsaAsymmetricDecryptResult(_message.Message):
    __slots__ = ("plaintext",)
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    plaintext: bytes
    def __init__(self, plaintext: _Optional[bytes] = ...) -> None: ...

class PrepareKeyAttestation(_message.Message):
    __slots__ = ("parameters",)
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    parameters: PrepareKeyAttestationParameters
    def __init__(self, parameters: _Optional[_Union[PrepareKeyAttestationParameters, _Mapping]] = ...) -> None: ...

class PrepareKeyAttestationParameters(_message.Message):
    __slots__ = ("activate_credential",)
    ACTIVATE_CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    activate_credential: PrepareActivateCredential
    def __init__(self, activate_credential: _Optional[_Union[PrepareActivateCredential, _Mapping]] = ...) -> None: ...

class PrepareActivateCredential(_message.Message):
    __slots__ = ("attested_key_name", "attesting_key_name")
    ATTESTED_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ATTESTING_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    attested_key_name: str
    attesting_key_name: str
    def __init__(self, attested_key_name: _Optional[str] = ..., attesting_key_name: _Optional[str] = ...) -> None: ...

class PrepareKeyAttestationResult(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: PrepareKeyAttestationOutput
    def __init__(self, output: _Optional[_Union[PrepareKeyAttestationOutput, _Mapping]] = ...) -> None: ...

class PrepareKeyAttestationOutput(_message.Message):
    __slots__ = ("activate_credential",)
    ACTIVATE_CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    activate_credential: ActivateCredentialKeys
    def __init__(self, activate_credential: _Optional[_Union[ActivateCredentialKeys, _Mapping]] = ...) -> None: ...

class ActivateCredentialKeys(_message.Message):
    __slots__ = ("name", "public", "attesting_key_pub")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_FIELD_NUMBER: _ClassVar[int]
    ATTESTING_KEY_PUB_FIELD_NUMBER: _ClassVar[int]
    name: bytes
    public: bytes
    attesting_key_pub: bytes
    def __init__(self, name: _Optional[bytes] = ..., public: _Optional[bytes] = ..., attesting_key_pub: _Optional[bytes] = ...) -> None: ...

class AttestKey(_message.Message):
    __slots__ = ("attested_key_name", "parameters", "attesting_key_name")
    ATTESTED_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ATTESTING_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    attested_key_name: str
    parameters: AttestKeyParameters
    attesting_key_name: str
    def __init__(self, attested_key_name: _Optional[str] = ..., parameters: _Optional[_Union[AttestKeyParameters, _Mapping]] = ..., attesting_key_name: _Optional[str] = ...) -> None: ...

class AttestKeyParameters(_message.Message):
    __slots__ = ("activate_credential",)
    ACTIVATE_CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    activate_credential: ActivateCredentialChallenge
    def __init__(self, activate_credential: _Optional[_Union[ActivateCredentialChallenge, _Mapping]] = ...) -> None: ...

class ActivateCredentialChallenge(_message.Message):
    __slots__ = ("credential_blob", "secret")
    CREDENTIAL_BLOB_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    credential_blob: bytes
    secret: bytes
    def __init__(self, credential_blob: _Optional[bytes] = ..., secret: _Optional[bytes] = ...) -> None: ...

class AttestKeyResult(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: AttestKeyOutput
    def __init__(self, output: _Optional[_Union[AttestKeyOutput, _Mapping]] = ...) -> None: ...

class AttestKeyOutput(_message.Message):
    __slots__ = ("activate_credential",)
    ACTIVATE_CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    activate_credential: ActivatedCredential
    def __init__(self, activate_credential: _Optional[_Union[ActivatedCredential, _Mapping]] = ...) -> None: ...

class ActivatedCredential(_message.Message):
    __slots__ = ("credential",)
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    credential: bytes
    def __init__(self, credential: _Optional[bytes] = ...) -> None: ...

class TpmCertify(_message.Message):
    __slots__ = ("key_name", "signing_key_name", "qualifying_data")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    SIGNING_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    QUALIFYING_DATA_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    signing_key_name: str
    qualifying_data: bytes
    def __init__(self, key_name: _Optional[str] = ..., signing_key_name: _Optional[str] = ..., qualifying_data: _Optional[bytes] = ...) -> None: ...

class TpmCertifyResult(_message.Message):
    __slots__ = ("attest", "signature", "alg")
    ATTEST_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    attest: bytes
    signature: bytes
    alg: AsymmetricSignature
    def __init__(self, attest: _Optional[bytes] = ..., signature: _Optional[bytes] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ...) -> None: ...

class TpmQuote(_message.Message):
    __slots__ = ("signing_key_name", "pcr_bank", "pcrs", "qualifying_data")
    SIGNING_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    PCR_BANK_FIELD_NUMBER: _ClassVar[int]
    PCRS_FIELD_NUMBER: _ClassVar[int]
    QUALIFYING_DATA_FIELD_NUMBER: _ClassVar[int]
    signing_key_name: str
    pcr_bank: Hash
    pcrs: _containers.RepeatedScalarFieldContainer[int]
    qualifying_data: bytes
    def __init__(self, signing_key_name: _Optional[str] = ..., pcr_bank: _Optional[_Union[Hash, str]] = ..., pcrs: _Optional[_Iterable[int]] = ..., qualifying_data: _Optional[bytes] = ...) -> None: ...

class TpmQuoteResult(_message.Message):
    __slots__ = ("attest", "signature", "alg")
    ATTEST_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    attest: bytes
    signature: bytes
    alg: AsymmetricSignature
    def __init__(self, attest: _Optional[bytes] = ..., signature: _Optional[bytes] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ...) -> None: ...

class TpmEndorsementCertificates(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TpmEndorsementCertificatesResult(_message.Message):
    __slots__ = ("certificates",)
    CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    certificates: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, certificates: _Optional[_Iterable[bytes]] = ...) -> None: ...

class KeyAttributes(_message.Message):
    __slots__ = ("key_type", "key_bits", "key_policy", "volatile")
    KEY_TYPE_FIELD_NUMBER: _ClassVar[int]
    KEY_BITS_FIELD_NUMBER: _ClassVar[int]
    KEY_POLICY_FIELD_NUMBER: _ClassVar[int]
    VOLATILE_FIELD_NUMBER: _ClassVar[int]
    key_type: KeyType
    key_bits: int
    key_policy: KeyPolicy
    volatile: bool
    def __init__(self, key_type: _Optional[_Union[KeyType, _Mapping]] = ..., key_bits: _Optional[int] = ..., key_policy: _Optional[_Union[KeyPolicy, _Mapping]] = ..., volatile: bool = ...) -> None: ...

class KeyPolicy(_message.Message):
    __slots__ = ("key_usage_flags", "key_algorithm")
    KEY_USAGE_FLAGS_FIELD_NUMBER: _ClassVar[int]
    KEY_ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    key_usage_flags: UsageFlags
    key_algorithm: Algorithm
    def __init__(self, key_usage_flags: _Optional[_Union[UsageFlags, _Mapping]] = ..., key_algorithm: _Optional[_Union[Algorithm, _Mapping]] = ...) -> None: ...

class UsageFlags(_message.Message):
    __slots__ = ("export", "copy", "cache", "encrypt", "decrypt", "sign_message", "verify_message", "sign_hash", "verify_hash", "derive")
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    COPY_FIELD_NUMBER: _ClassVar[int]
    CACHE_FIELD_NUMBER: _ClassVar[int]
    ENCRYPT_FIELD_NUMBER: _ClassVar[int]
    DECRYPT_FIELD_NUMBER: _ClassVar[int]
    SIGN_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    VERIFY_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SIGN_HASH_FIELD_NUMBER: _ClassVar[int]
    VERIFY_HASH_FIELD_NUMBER: _ClassVar[int]
    DERIVE_FIELD_NUMBER: _ClassVar[int]
    export: bool
    copy: bool
    cache: bool
    encrypt: bool
    decrypt: bool
    sign_message: bool
    verify_message: bool
    sign_hash: bool
    verify_hash: bool
    derive: bool
    def __init__(self, export: bool = ..., copy: bool = ..., cache: bool = ..., encrypt: bool = ..., decrypt: bool = ..., sign_message: bool = ..., verify_message: bool = ..., sign_hash: bool = ..., verify_hash: bool = ..., derive: bool = ...) -> None: ...

class KeyType(_message.Message):
    __slots__ = ("raw_data", "hmac", "derive", "aes", "des", "camellia", "arc4", "chacha20", "rsa_public_key", "rsa_key_pair", "ecc_key_pair", "ecc_public_key", "dh_key_pair", "dh_public_key")
    RAW_DATA_FIELD_NUMBER: _ClassVar[int]
    HMAC_FIELD_NUMBER: _ClassVar[int]
    DERIVE_FIELD_NUMBER: _ClassVar[int]
    AES_FIELD_NUMBER: _ClassVar[int]
    DES_FIELD_NUMBER: _ClassVar[int]
    CAMELLIA_FIELD_NUMBER: _ClassVar[int]
    ARC4_FIELD_NUMBER: _ClassVar[int]
    CHACHA20_FIELD_NUMBER: _ClassVar[int]
    RSA_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    RSA_KEY_PAIR_FIELD_NUMBER: _ClassVar[int]
    ECC_KEY_PAIR_FIELD_NUMBER: _ClassVar[int]
    ECC_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    DH_KEY_PAIR_FIELD_NUMBER: _ClassVar[int]
    DH_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    raw_data: Empty
    hmac: Empty
    derive: Empty
    aes: Empty
    des: Empty
    camellia: Empty
    arc4: Empty
    chacha20: Empty
    rsa_public_key: Empty
    rsa_key_pair: Empty
    ecc_key_pair: EccKey
    ecc_public_key: EccKey
    dh_key_pair: DhKey
    dh_public_key: DhKey
    def __init__(self, raw_data: _Optional[_Union[Empty, _Mapping]] = ..., hmac: _Optional[_Union[Empty, _Mapping]] = ..., derive: _Optional[_Union[Empty, _Mapping]] = ..., aes: _Optional[_Union[Empty, _Mapping]] = ..., des: _Optional[_Union[Empty, _Mapping]] = ..., camellia: _Optional[_Union[Empty, _Mapping]] = ..., arc4: _Optional[_Union[Empty, _Mapping]] = ..., chacha20: _Optional[_Union[Empty, _Mapping]] = ..., rsa_public_key: _Optional[_Union[Empty, _Mapping]] = ..., rsa_key_pair: _Optional[_Union[Empty, _Mapping]] = ..., ecc_key_pair: _Optional[_Union[EccKey, _Mapping]] = ..., ecc_public_key: _Optional[_Union[EccKey, _Mapping]] = ..., dh_key_pair: _Optional[_Union[DhKey, _Mapping]] = ..., dh_public_key: _Optional[_Union[DhKey, _Mapping]] = ...) -> None: ...

class EccKey(_message.Message):
    __slots__ = ("curve_family",)
    CURVE_FAMILY_FIELD_NUMBER: _ClassVar[int]
    curve_family: EccFamily
    def __init__(self, curve_family: _Optional[_Union[EccFamily, str]] = ...) -> None: ...

class DhKey(_message.Message):
    __slots__ = ("group_family",)
    GROUP_FAMILY_FIELD_NUMBER: _ClassVar[int]
    group_family: DhFamily
    def __init__(self, group_family: _Optional[_Union[DhFamily, str]] = ...) -> None: ...

class PsaCipherEncrypt(_message.Message):
    __slots__ = ("key_name", "alg", "plaintext", "iv")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    IV_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Cipher
    plaintext: bytes
    iv: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Cipher, str]] = ..., plaintext: _Optional[bytes] = ..., iv: _Optional[bytes] = ...) -> None: ...

class PsaCipherEncryptResult(_message.Message):
    __slots__ = ("ciphertext",)
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    ciphertext: bytes
    def __init__(self, ciphertext: _Optional[bytes] = ...) -> None: ...

class PsaCipherDecrypt(_message.Message):
    __slots__ = ("key_name", "alg", "ciphertext")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Cipher
    ciphertext: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Cipher, str]] = ..., ciphertext: _Optional[bytes] = ...) -> None: ...

class PsaCipherDecryptResult(_message.Message):
    __slots__ = ("plaintext",)
    PLAINTEXT_FIELD_NUMBER: _ClassVar[int]
    plaintext: bytes
    def __init__(self, plaintext: _Optional[bytes] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PingResult(_message.Message):
    __slots__ = ("wire_protocol_version_maj", "wire_protocol_version_min")
    WIRE_PROTOCOL_VERSION_MAJ_FIELD_NUMBER: _ClassVar[int]
    WIRE_PROTOCOL_VERSION_MIN_FIELD_NUMBER: _ClassVar[int]
    wire_protocol_version_maj: int
    wire_protocol_version_min: int
    def __init__(self, wire_protocol_version_maj: _Optional[int] = ..., wire_protocol_version_min: _Optional[int] = ...) -> None: ...

class ListProviders(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProvidersResult(_message.Message):
    __slots__ = ("providers",)
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    providers: _containers.RepeatedCompositeFieldContainer[ProviderInfo]
    def __init__(self, providers: _Optional[_Iterable[_Union[ProviderInfo, _Mapping]]] = ...) -> None: ...

class ProviderInfo(_message.Message):
    __slots__ = ("uuid", "description", "vendor", "version_maj", "version_min", "version_rev", "id")
    UUID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VENDOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_MAJ_FIELD_NUMBER: _ClassVar[int]
    VERSION_MIN_FIELD_NUMBER: _ClassVar[int]
    VERSION_REV_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    uuid: str
    description: str
    vendor: str
    version_maj: int
    version_min: int
    version_rev: int
    id: int
    def __init__(self, uuid: _Optional[str] = ..., description: _Optional[str] = ..., vendor: _Optional[str] = ..., version_maj: _Optional[int] = ..., version_min: _Optional[int] = ..., version_rev: _Optional[int] = ..., id: _Optional[int] = ...) -> None: ...

class ListOpcodes(_message.Message):
    __slots__ = ("provider_id",)
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    provider_id: int
    def __init__(self, provider_id: _Optional[int] = ...) -> None: ...

class ListOpcodesResult(_message.Message):
    __slots__ = ("opcodes",)
    OPCODES_FIELD_NUMBER: _ClassVar[int]
    opcodes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, opcodes: _Optional[_Iterable[int]] = ...) -> None: ...

class ListAuthenticators(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAuthenticatorsResult(_message.Message):
    __slots__ = ("authenticators",)
    AUTHENTICATORS_FIELD_NUMBER: _ClassVar[int]
    authenticators: _containers.RepeatedCompositeFieldContainer[AuthenticatorInfo]
    def __init__(self, authenticators: _Optional[_Iterable[_Union[AuthenticatorInfo, _Mapping]]] = ...) -> None: ...

class AuthenticatorInfo(_message.Message):
    __slots__ = ("description", "version_maj", "version_min", "version_rev", "id")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_MAJ_FIELD_NUMBER: _ClassVar[int]
    VERSION_MIN_FIELD_NUMBER: _ClassVar[int]
    VERSION_REV_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    description: str
    version_maj: int
    version_min: int
    version_rev: int
    id: int
    def __init__(self, description: _Optional[str] = ..., version_maj: _Optional[int] = ..., version_min: _Optional[int] = ..., version_rev: _Optional[int] = ..., id: _Optional[int] = ...) -> None: ...

class ListKeys(_message.Message):
    __slots__ = ("include_reserved",)
    INCLUDE_RESERVED_FIELD_NUMBER: _ClassVar[int]
    include_reserved: bool
    def __init__(self, include_reserved: bool = ...) -> None: ...

class ListKeysResult(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[KeyInfo]
    def __init__(self, keys: _Optional[_Iterable[_Union[KeyInfo, _Mapping]]] = ...) -> None: ...

class KeyInfo(_message.Message):
    __slots__ = ("provider_id", "name", "attributes")
    PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    provider_id: int
    name: str
    attributes: KeyAttributes
    def __init__(self, provider_id: _Optional[int] = ..., name: _Optional[str] = ..., attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ...) -> None: ...

class CanDoCrypto(_message.Message):
    __slots__ = ("check_type", "attributes")
    CHECK_TYPE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    check_type: CheckType
    attributes: KeyAttributes
    def __init__(self, check_type: _Optional[_Union[CheckType, str]] = ..., attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ...) -> None: ...

class CanDoCryptoResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaHashCompute(_message.Message):
    __slots__ = ("alg", "input")
    ALG_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    alg: Hash
    input: bytes
    def __init__(self, alg: _Optional[_Union[Hash, str]] = ..., input: _Optional[bytes] = ...) -> None: ...

class PsaHashComputeResult(_message.Message):
    __slots__ = ("hash",)
    HASH_FIELD_NUMBER: _ClassVar[int]
    hash: bytes
    def __init__(self, hash: _Optional[bytes] = ...) -> None: ...

class PsaHashCompare(_message.Message):
    __slots__ = ("alg", "input", "hash")
    ALG_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    alg: Hash
    input: bytes
    hash: bytes
    def __init__(self, alg: _Optional[_Union[Hash, str]] = ..., input: _Optional[bytes] = ..., hash: _Optional[bytes] = ...) -> None: ...

class PsaHashCompareResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetInstance(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetInstanceResult(_message.Message):
    __slots__ = ("instance_id", "version", "trust_epoch", "senders")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TRUST_EPOCH_FIELD_NUMBER: _ClassVar[int]
    SENDERS_FIELD_NUMBER: _ClassVar[int]
    instance_id: bytes
    version: str
    trust_epoch: int
    senders: _containers.RepeatedCompositeFieldContainer[SenderSequence]
    def __init__(self, instance_id: _Optional[bytes] = ..., version: _Optional[str] = ..., trust_epoch: _Optional[int] = ..., senders: _Optional[_Iterable[_Union[SenderSequence, _Mapping]]] = ...) -> None: ...

class SenderSequence(_message.Message):
    __slots__ = ("sender_instance", "sequence")
    SENDER_INSTANCE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    sender_instance: bytes
    sequence: int
    def __init__(self, sender_instance: _Optional[bytes] = ..., sequence: _Optional[int] = ...) -> None: ...

class ShareTrustBundle(_message.Message):
    __slots__ = ("role", "certificate", "sender_instance", "sequence")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    SENDER_INSTANCE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    role: TrustRole
    certificate: bytes
    sender_instance: bytes
    sequence: int
    def __init__(self, role: _Optional[_Union[TrustRole, str]] = ..., certificate: _Optional[bytes] = ..., sender_instance: _Optional[bytes] = ..., sequence: _Optional[int] = ...) -> None: ...

class ShareTrustBundleResult(_message.Message):
    __slots__ = ("trust_epoch",)
    TRUST_EPOCH_FIELD_NUMBER: _ClassVar[int]
    trust_epoch: int
    def __init__(self, trust_epoch: _Optional[int] = ...) -> None: ...

class AddClient(_message.Message):
    __slots__ = ("definition",)
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    definition: str
    def __init__(self, definition: _Optional[str] = ...) -> None: ...

class AddClientResult(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: bytes
    def __init__(self, nonce: _Optional[bytes] = ...) -> None: ...

class ProveClient(_message.Message):
    __slots__ = ("proof",)
    PROOF_FIELD_NUMBER: _ClassVar[int]
    proof: str
    def __init__(self, proof: _Optional[str] = ...) -> None: ...

class ProveClientResult(_message.Message):
    __slots__ = ("identity",)
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    identity: str
    def __init__(self, identity: _Optional[str] = ...) -> None: ...

class GetToken(_message.Message):
    __slots__ = ("audience", "identity")
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    audience: str
    identity: str
    def __init__(self, audience: _Optional[str] = ..., identity: _Optional[str] = ...) -> None: ...

class GetTokenResult(_message.Message):
    __slots__ = ("token", "expires_at")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_at: int
    def __init__(self, token: _Optional[str] = ..., expires_at: _Optional[int] = ...) -> None: ...

class RemoveClient(_message.Message):
    __slots__ = ("client_ref",)
    CLIENT_REF_FIELD_NUMBER: _ClassVar[int]
    client_ref: str
    def __init__(self, client_ref: _Optional[str] = ...) -> None: ...

class RemoveClientResult(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: bool
    def __init__(self, removed: bool = ...) -> None: ...

class ListClientDefinitions(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListClientDefinitionsResult(_message.Message):
    __slots__ = ("definitions",)
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    definitions: _containers.RepeatedCompositeFieldContainer[ClientDefinition]
    def __init__(self, definitions: _Optional[_Iterable[_Union[ClientDefinition, _Mapping]]] = ...) -> None: ...

class ClientDefinition(_message.Message):
    __slots__ = ("client_ref", "definition_sha256", "state", "proven", "identity")
    CLIENT_REF_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_SHA256_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROVEN_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    client_ref: str
    definition_sha256: bytes
    state: ClientState
    proven: bool
    identity: str
    def __init__(self, client_ref: _Optional[str] = ..., definition_sha256: _Optional[bytes] = ..., state: _Optional[_Union[ClientState, str]] = ..., proven: bool = ..., identity: _Optional[str] = ...) -> None: ...

class PsaRawKeyAgreement(_message.Message):
    __slots__ = ("alg", "private_key_name", "peer_key")
    ALG_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    PEER_KEY_FIELD_NUMBER: _ClassVar[int]
    alg: RawKeyAgreement
    private_key_name: str
    peer_key: bytes
    def __init__(self, alg: _Optional[_Union[RawKeyAgreement, str]] = ..., private_key_name: _Optional[str] = ..., peer_key: _Optional[bytes] = ...) -> None: ...

class PsaRawKeyAgreementResult(_message.Message):
    __slots__ = ("shared_secret",)
    SHARED_SECRET_FIELD_NUMBER: _ClassVar[int]
    shared_secret: bytes
    def __init__(self, shared_secret: _Optional[bytes] = ...) -> None: ...

class PsaGenerateKey(_message.Message):
    __slots__ = ("key_name", "attributes")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    attributes: KeyAttributes
    def __init__(self, key_name: _Optional[str] = ..., attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ...) -> None: ...

class PsaGenerateKeyResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaImportKey(_message.Message):
    __slots__ = ("key_name", "attributes", "data")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    attributes: KeyAttributes
    data: bytes
    def __init__(self, key_name: _Optional[str] = ..., attributes: _Optional[_Union[KeyAttributes, _Mapping]] = ..., data: _Optional[bytes] = ...) -> None: ...

class PsaImportKeyResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaDestroyKey(_message.Message):
    __slots__ = ("key_name",)
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    def __init__(self, key_name: _Optional[str] = ...) -> None: ...

class PsaDestroyKeyResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaExportKey(_message.Message):
    __slots__ = ("key_name",)
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    def __init__(self, key_name: _Optional[str] = ...) -> None: ...

class PsaExportKeyResult(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class PsaExportPublicKey(_message.Message):
    __slots__ = ("key_name",)
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    def __init__(self, key_name: _Optional[str] = ...) -> None: ...

class PsaExportPublicKeyResult(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class PsaMacCompute(_message.Message):
    __slots__ = ("key_name", "alg", "input")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Mac
    input: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Mac, _Mapping]] = ..., input: _Optional[bytes] = ...) -> None: ...

class PsaMacComputeResult(_message.Message):
    __slots__ = ("mac",)
    MAC_FIELD_NUMBER: _ClassVar[int]
    mac: bytes
    def __init__(self, mac: _Optional[bytes] = ...) -> None: ...

class PsaMacVerify(_message.Message):
    __slots__ = ("key_name", "alg", "input", "mac")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    MAC_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: Mac
    input: bytes
    mac: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[Mac, _Mapping]] = ..., input: _Optional[bytes] = ..., mac: _Optional[bytes] = ...) -> None: ...

class PsaMacVerifyResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaGenerateRandom(_message.Message):
    __slots__ = ("size",)
    SIZE_FIELD_NUMBER: _ClassVar[int]
    size: int
    def __init__(self, size: _Optional[int] = ...) -> None: ...

class PsaGenerateRandomResult(_message.Message):
    __slots__ = ("random_bytes",)
    RANDOM_BYTES_FIELD_NUMBER: _ClassVar[int]
    random_bytes: bytes
    def __init__(self, random_bytes: _Optional[bytes] = ...) -> None: ...

class PsaSignHash(_message.Message):
    __slots__ = ("key_name", "alg", "hash")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricSignature
    hash: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ..., hash: _Optional[bytes] = ...) -> None: ...

class PsaSignHashResult(_message.Message):
    __slots__ = ("signature",)
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    signature: bytes
    def __init__(self, signature: _Optional[bytes] = ...) -> None: ...

class PsaVerifyHash(_message.Message):
    __slots__ = ("key_name", "alg", "hash", "signature")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricSignature
    hash: bytes
    signature: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ..., hash: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class PsaVerifyHashResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PsaSignMessage(_message.Message):
    __slots__ = ("key_name", "alg", "message")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricSignature
    message: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ..., message: _Optional[bytes] = ...) -> None: ...

class PsaSignMessageResult(_message.Message):
    __slots__ = ("signature",)
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    signature: bytes
    def __init__(self, signature: _Optional[bytes] = ...) -> None: ...

class PsaVerifyMessage(_message.Message):
    __slots__ = ("key_name", "alg", "message", "signature")
    KEY_NAME_FIELD_NUMBER: _ClassVar[int]
    ALG_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    key_name: str
    alg: AsymmetricSignature
    message: bytes
    signature: bytes
    def __init__(self, key_name: _Optional[str] = ..., alg: _Optional[_Union[AsymmetricSignature, _Mapping]] = ..., message: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class PsaVerifyMessageResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
