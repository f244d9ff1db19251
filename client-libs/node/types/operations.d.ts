export namespace Ping {
    let name: string;
    let opcode: number;
    let request: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.Ping">>;
    let result: import("@bufbuild/protobuf/codegenv2").GenMessage<core.PingResult>;
    let isCore: boolean;
    let isForAnyone: boolean;
    let changes: boolean;
}
export namespace ListProviders {
    let request_1: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.ListProviders">>;
    export { request_1 as request };
    let result_1: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListProvidersResult>;
    export { result_1 as result };
}
export namespace ListOpcodes {
    let request_2: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListOpcodes>;
    export { request_2 as request };
    let result_2: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListOpcodesResult>;
    export { result_2 as result };
}
export namespace ListAuthenticators {
    let request_3: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.ListAuthenticators">>;
    export { request_3 as request };
    let result_3: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListAuthenticatorsResult>;
    export { result_3 as result };
}
export namespace ListKeys {
    let request_4: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListKeys>;
    export { request_4 as request };
    let result_4: import("@bufbuild/protobuf/codegenv2").GenMessage<core.ListKeysResult>;
    export { result_4 as result };
}
export namespace CanDoCrypto {
    let request_5: import("@bufbuild/protobuf/codegenv2").GenMessage<core.CanDoCrypto>;
    export { request_5 as request };
    let result_5: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.CanDoCryptoResult">>;
    export { result_5 as result };
}
export namespace PsaGenerateKey {
    let request_6: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaGenerateKey>;
    export { request_6 as request };
    let result_6: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaGenerateKeyResult">>;
    export { result_6 as result };
}
export namespace PsaDestroyKey {
    let request_7: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaDestroyKey>;
    export { request_7 as request };
    let result_7: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaDestroyKeyResult">>;
    export { result_7 as result };
}
export namespace PsaImportKey {
    let request_8: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaImportKey>;
    export { request_8 as request };
    let result_8: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaImportKeyResult">>;
    export { result_8 as result };
}
export namespace PsaExportPublicKey {
    let request_9: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaExportPublicKey>;
    export { request_9 as request };
    let result_9: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaExportPublicKeyResult>;
    export { result_9 as result };
}
export namespace PsaExportKey {
    let request_10: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaExportKey>;
    export { request_10 as request };
    let result_10: import("@bufbuild/protobuf/codegenv2").GenMessage<keys.PsaExportKeyResult>;
    export { result_10 as result };
}
export namespace PsaSignHash {
    let request_11: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaSignHash>;
    export { request_11 as request };
    let result_11: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaSignHashResult>;
    export { result_11 as result };
}
export namespace PsaVerifyHash {
    let request_12: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaVerifyHash>;
    export { request_12 as request };
    let result_12: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaVerifyHashResult">>;
    export { result_12 as result };
}
export namespace PsaSignMessage {
    let request_13: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaSignMessage>;
    export { request_13 as request };
    let result_13: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaSignMessageResult>;
    export { result_13 as result };
}
export namespace PsaVerifyMessage {
    let request_14: import("@bufbuild/protobuf/codegenv2").GenMessage<sign.PsaVerifyMessage>;
    export { request_14 as request };
    let result_14: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaVerifyMessageResult">>;
    export { result_14 as result };
}
export namespace PsaAsymmetricEncrypt {
    let request_15: import("@bufbuild/protobuf/codegenv2").GenMessage<asymmetric.PsaAsymmetricEncrypt>;
    export { request_15 as request };
    let result_15: import("@bufbuild/protobuf/codegenv2").GenMessage<asymmetric.PsaAsymmetricEncryptResult>;
    export { result_15 as result };
}
export namespace PsaAsymmetricDecrypt {
    let request_16: import("@bufbuild/protobuf/codegenv2").GenMessage<asymmetric.PsaAsymmetricDecrypt>;
    export { request_16 as request };
    let result_16: import("@bufbuild/protobuf/codegenv2").GenMessage<asymmetric.PsaAsymmetricDecryptResult>;
    export { result_16 as result };
}
export namespace PsaRawKeyAgreement {
    let request_17: import("@bufbuild/protobuf/codegenv2").GenMessage<agreement.PsaRawKeyAgreement>;
    export { request_17 as request };
    let result_17: import("@bufbuild/protobuf/codegenv2").GenMessage<agreement.PsaRawKeyAgreementResult>;
    export { result_17 as result };
}
export namespace PsaAeadEncrypt {
    let request_18: import("@bufbuild/protobuf/codegenv2").GenMessage<aead.PsaAeadEncrypt>;
    export { request_18 as request };
    let result_18: import("@bufbuild/protobuf/codegenv2").GenMessage<aead.PsaAeadEncryptResult>;
    export { result_18 as result };
}
export namespace PsaAeadDecrypt {
    let request_19: import("@bufbuild/protobuf/codegenv2").GenMessage<aead.PsaAeadDecrypt>;
    export { request_19 as request };
    let result_19: import("@bufbuild/protobuf/codegenv2").GenMessage<aead.PsaAeadDecryptResult>;
    export { result_19 as result };
}
export namespace PsaCipherEncrypt {
    let request_20: import("@bufbuild/protobuf/codegenv2").GenMessage<cipher.PsaCipherEncrypt>;
    export { request_20 as request };
    let result_20: import("@bufbuild/protobuf/codegenv2").GenMessage<cipher.PsaCipherEncryptResult>;
    export { result_20 as result };
}
export namespace PsaCipherDecrypt {
    let request_21: import("@bufbuild/protobuf/codegenv2").GenMessage<cipher.PsaCipherDecrypt>;
    export { request_21 as request };
    let result_21: import("@bufbuild/protobuf/codegenv2").GenMessage<cipher.PsaCipherDecryptResult>;
    export { result_21 as result };
}
export namespace PsaMacCompute {
    let request_22: import("@bufbuild/protobuf/codegenv2").GenMessage<mac.PsaMacCompute>;
    export { request_22 as request };
    let result_22: import("@bufbuild/protobuf/codegenv2").GenMessage<mac.PsaMacComputeResult>;
    export { result_22 as result };
}
export namespace PsaMacVerify {
    let request_23: import("@bufbuild/protobuf/codegenv2").GenMessage<mac.PsaMacVerify>;
    export { request_23 as request };
    let result_23: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaMacVerifyResult">>;
    export { result_23 as result };
}
export namespace PsaHashCompute {
    let request_24: import("@bufbuild/protobuf/codegenv2").GenMessage<hash.PsaHashCompute>;
    export { request_24 as request };
    let result_24: import("@bufbuild/protobuf/codegenv2").GenMessage<hash.PsaHashComputeResult>;
    export { result_24 as result };
}
export namespace PsaHashCompare {
    let request_25: import("@bufbuild/protobuf/codegenv2").GenMessage<hash.PsaHashCompare>;
    export { request_25 as request };
    let result_25: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.PsaHashCompareResult">>;
    export { result_25 as result };
}
export namespace PsaGenerateRandom {
    let request_26: import("@bufbuild/protobuf/codegenv2").GenMessage<random.PsaGenerateRandom>;
    export { request_26 as request };
    let result_26: import("@bufbuild/protobuf/codegenv2").GenMessage<random.PsaGenerateRandomResult>;
    export { result_26 as result };
}
export namespace AttestKey {
    let request_27: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.AttestKey>;
    export { request_27 as request };
    let result_27: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.AttestKeyResult>;
    export { result_27 as result };
}
export namespace PrepareKeyAttestation {
    let request_28: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.PrepareKeyAttestation>;
    export { request_28 as request };
    let result_28: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.PrepareKeyAttestationResult>;
    export { result_28 as result };
}
export namespace TpmCertify {
    let request_29: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.TpmCertify>;
    export { request_29 as request };
    let result_29: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.TpmCertifyResult>;
    export { result_29 as result };
}
export namespace TpmQuote {
    let request_30: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.TpmQuote>;
    export { request_30 as request };
    let result_30: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.TpmQuoteResult>;
    export { result_30 as result };
}
export namespace TpmEndorsementCertificates {
    let request_31: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.TpmEndorsementCertificates">>;
    export { request_31 as request };
    let result_31: import("@bufbuild/protobuf/codegenv2").GenMessage<attestation.TpmEndorsementCertificatesResult>;
    export { result_31 as result };
}
export namespace ListClients {
    let request_32: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.ListClients">>;
    export { request_32 as request };
    let result_32: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.ListClientsResult>;
    export { result_32 as result };
}
export namespace DeleteClient {
    let request_33: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.DeleteClient>;
    export { request_33 as request };
    let result_33: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.DeleteClientResult">>;
    export { result_33 as result };
}
export namespace Health {
    let request_34: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.Health">>;
    export { request_34 as request };
    let result_34: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.HealthResult>;
    export { result_34 as result };
}
export namespace ReleaseClient {
    let request_35: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.ReleaseClient>;
    export { request_35 as request };
    let result_35: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.ReleaseClientResult>;
    export { result_35 as result };
}
export namespace AcceptToken {
    let request_36: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.AcceptToken>;
    export { request_36 as request };
    let result_36: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.AcceptTokenResult>;
    export { result_36 as result };
}
export namespace AdoptKey {
    let request_37: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.AdoptKey>;
    export { request_37 as request };
    let result_37: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.AdoptKeyResult>;
    export { result_37 as result };
}
export namespace RekeyStore {
    let request_38: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message<"keystead.v1.RekeyStore">>;
    export { request_38 as request };
    let result_38: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.RekeyStoreResult>;
    export { result_38 as result };
}
export namespace MoveClient {
    let request_39: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.MoveClient>;
    export { request_39 as request };
    let result_39: import("@bufbuild/protobuf/codegenv2").GenMessage<admin.MoveClientResult>;
    export { result_39 as result };
}
export namespace GetToken {
    let request_40: import("@bufbuild/protobuf/codegenv2").GenMessage<identity.GetToken>;
    export { request_40 as request };
    let result_40: import("@bufbuild/protobuf/codegenv2").GenMessage<identity.GetTokenResult>;
    export { result_40 as result };
}
/**
 * One operation of the wire contract.
 */
export type Operation<Q extends DescMessage, A extends DescMessage> = {
    /**
     * Its name there.
     */
    name: string;
    /**
     * Its number there.
     */
    opcode: number;
    request: Q;
    result: A;
    /**
     * Whether it goes to the service itself and not to a provider of cryptography.
     */
    isCore: boolean;
    /**
     * Whether it needs no identity, and so is sent without one.
     */
    isForAnyone: boolean;
    /**
     * Whether repeating it may do something else than doing it once.
     */
    changes: boolean;
};
import * as core from "./generated/core_pb.js";
import * as keys from "./generated/keys_pb.js";
import * as sign from "./generated/sign_pb.js";
import * as asymmetric from "./generated/asymmetric_encryption_pb.js";
import * as agreement from "./generated/key_agreement_pb.js";
import * as aead from "./generated/aead_pb.js";
import * as cipher from "./generated/cipher_pb.js";
import * as mac from "./generated/mac_pb.js";
import * as hash from "./generated/hash_pb.js";
import * as random from "./generated/random_pb.js";
import * as attestation from "./generated/attestation_pb.js";
import * as admin from "./generated/admin_pb.js";
import * as identity from "./generated/identity_pb.js";
import type { DescMessage } from "@bufbuild/protobuf";
