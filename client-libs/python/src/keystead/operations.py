"""THE TABLE: every operation with its number, its messages, whom it addresses, who may ask, and what sending it twice
does."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from . import messages_pb2 as pb

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)


class Operation(Generic[Q, R]):
    """One operation of the contract."""

    __slots__ = ("opcode", "request", "result", "name", "is_core", "is_open", "changes", "secret_field", "secret_path")

    def __init__(
        self,
        opcode: int,
        request: type[Q],
        result: type[R],
        *,
        core: bool = False,
        open_to_all: bool = False,
        changes: bool = False,
        secret_field: int = 0,
        secret_path: tuple[int, ...] = (),
    ) -> None:
        self.opcode, self.request, self.result = opcode, request, result
        # As the contract calls it.
        self.name: str = request.DESCRIPTOR.name
        # Whether it addresses the service itself (provider 0) and not a provider of cryptography.
        self.is_core = core
        # Whether anybody may ask. Such requests are sent without the credential: the service refuses even a Ping whose
        # authenticator is not configured.
        self.is_open = open_to_all
        # Whether sending it twice may do something else than sending it once.
        self.changes = changes
        # The secret field of the request, 0 if it has none.
        self.secret_field = secret_field
        # The secret field of the result (numbers from the outermost message inwards), empty if it has none.
        self.secret_path = secret_path

    def __repr__(self) -> str:
        return f"<Operation {self.name} {self.opcode:#06x}>"


PING = Operation(0x0001, pb.Ping, pb.PingResult, core=True, open_to_all=True)
GENERATE_KEY = Operation(0x0002, pb.PsaGenerateKey, pb.PsaGenerateKeyResult, changes=True)
DESTROY_KEY = Operation(0x0003, pb.PsaDestroyKey, pb.PsaDestroyKeyResult, changes=True)
SIGN_HASH = Operation(0x0004, pb.PsaSignHash, pb.PsaSignHashResult)
VERIFY_HASH = Operation(0x0005, pb.PsaVerifyHash, pb.PsaVerifyHashResult)
IMPORT_KEY = Operation(0x0006, pb.PsaImportKey, pb.PsaImportKeyResult, changes=True, secret_field=3)
EXPORT_PUBLIC_KEY = Operation(0x0007, pb.PsaExportPublicKey, pb.PsaExportPublicKeyResult)
LIST_PROVIDERS = Operation(0x0008, pb.ListProviders, pb.ListProvidersResult, core=True, open_to_all=True)
LIST_OPCODES = Operation(0x0009, pb.ListOpcodes, pb.ListOpcodesResult, core=True, open_to_all=True)
ASYMMETRIC_ENCRYPT = Operation(0x000A, pb.PsaAsymmetricEncrypt, pb.PsaAsymmetricEncryptResult, secret_field=3)
ASYMMETRIC_DECRYPT = Operation(0x000B, pb.PsaAsymmetricDecrypt, pb.PsaAsymmetricDecryptResult, secret_path=(1,))
EXPORT_KEY = Operation(0x000C, pb.PsaExportKey, pb.PsaExportKeyResult, secret_path=(1,))
GENERATE_RANDOM = Operation(
    0x000D, pb.PsaGenerateRandom, pb.PsaGenerateRandomResult, open_to_all=True, secret_path=(1,)
)
LIST_AUTHENTICATORS = Operation(0x000E, pb.ListAuthenticators, pb.ListAuthenticatorsResult, core=True, open_to_all=True)
HASH_COMPUTE = Operation(0x000F, pb.PsaHashCompute, pb.PsaHashComputeResult, open_to_all=True)
HASH_COMPARE = Operation(0x0010, pb.PsaHashCompare, pb.PsaHashCompareResult, open_to_all=True)
AEAD_ENCRYPT = Operation(0x0011, pb.PsaAeadEncrypt, pb.PsaAeadEncryptResult, secret_field=5)
AEAD_DECRYPT = Operation(0x0012, pb.PsaAeadDecrypt, pb.PsaAeadDecryptResult, secret_path=(1,))
RAW_KEY_AGREEMENT = Operation(0x0013, pb.PsaRawKeyAgreement, pb.PsaRawKeyAgreementResult, secret_path=(1,))
CIPHER_ENCRYPT = Operation(0x0014, pb.PsaCipherEncrypt, pb.PsaCipherEncryptResult, secret_field=3)
CIPHER_DECRYPT = Operation(0x0015, pb.PsaCipherDecrypt, pb.PsaCipherDecryptResult, secret_path=(1,))
MAC_COMPUTE = Operation(0x0016, pb.PsaMacCompute, pb.PsaMacComputeResult)
MAC_VERIFY = Operation(0x0017, pb.PsaMacVerify, pb.PsaMacVerifyResult)
SIGN_MESSAGE = Operation(0x0018, pb.PsaSignMessage, pb.PsaSignMessageResult)
VERIFY_MESSAGE = Operation(0x0019, pb.PsaVerifyMessage, pb.PsaVerifyMessageResult)
LIST_KEYS = Operation(0x001A, pb.ListKeys, pb.ListKeysResult, core=True)
LIST_CLIENTS = Operation(0x001B, pb.ListClients, pb.ListClientsResult, core=True)
DELETE_CLIENT = Operation(0x001C, pb.DeleteClient, pb.DeleteClientResult, core=True, changes=True)
ATTEST_KEY = Operation(0x001E, pb.AttestKey, pb.AttestKeyResult, secret_path=(1, 1, 1))
PREPARE_KEY_ATTESTATION = Operation(0x001F, pb.PrepareKeyAttestation, pb.PrepareKeyAttestationResult)
CAN_DO_CRYPTO = Operation(0x0020, pb.CanDoCrypto, pb.CanDoCryptoResult)
GET_TOKEN = Operation(0x0104, pb.GetToken, pb.GetTokenResult, core=True, open_to_all=True, secret_path=(1,))
GET_INSTANCE = Operation(0x0105, pb.GetInstance, pb.GetInstanceResult, core=True, open_to_all=True)
TPM_CERTIFY = Operation(0x0201, pb.TpmCertify, pb.TpmCertifyResult)
TPM_QUOTE = Operation(0x0202, pb.TpmQuote, pb.TpmQuoteResult)
TPM_ENDORSEMENT_CERTIFICATES = Operation(0x0203, pb.TpmEndorsementCertificates, pb.TpmEndorsementCertificatesResult)
HEALTH = Operation(0x0302, pb.Health, pb.HealthResult, core=True)

# Every operation by the type of its request. Those that only the daemons' operators and the daemons themselves use are
# not in this library: they are in the Rust one and in the command `keystead`.
BY_REQUEST: dict[type[Any], Operation[Any, Any]] = {
    operation.request: operation for operation in list(globals().values()) if isinstance(operation, Operation)
}
