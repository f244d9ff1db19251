// The operations that this client knows: number, messages, whom they go to, and what sending one does.

import * as admin from "./generated/admin_pb.js";
import * as aead from "./generated/aead_pb.js";
import * as asymmetric from "./generated/asymmetric_encryption_pb.js";
import * as attestation from "./generated/attestation_pb.js";
import * as cipher from "./generated/cipher_pb.js";
import * as core from "./generated/core_pb.js";
import * as hash from "./generated/hash_pb.js";
import * as identity from "./generated/identity_pb.js";
import * as agreement from "./generated/key_agreement_pb.js";
import * as keys from "./generated/keys_pb.js";
import * as mac from "./generated/mac_pb.js";
import * as random from "./generated/random_pb.js";
import * as sign from "./generated/sign_pb.js";

/** @import { DescMessage } from "@bufbuild/protobuf" */

/**
 * One operation of the wire contract.
 *
 * @template {DescMessage} Q
 * @template {DescMessage} A
 * @typedef {object} Operation
 * @property {string} name Its name there.
 * @property {number} opcode Its number there.
 * @property {Q} request
 * @property {A} result
 * @property {boolean} isCore Whether it goes to the service itself and not to a provider of cryptography.
 * @property {boolean} isForAnyone Whether it needs no identity, and so is sent without one.
 * @property {boolean} changes Whether repeating it may do something else than doing it once.
 */

/**
 * The operation of this name with the messages `NameSchema` and `NameResultSchema` of a generated file.
 *
 * @template {string} N
 * @template {Record<`${N}Schema` | `${N}ResultSchema`, DescMessage>} M
 * @param {number} opcode
 * @param {N} name
 * @param {M} messages
 * @param {string} [traits] Of "core", "anyone" and "changes" those that hold.
 * @returns {Operation<M[`${N}Schema`], M[`${N}ResultSchema`]>}
 */
function of(opcode, name, messages, traits = "") {
  return Object.freeze({
    name,
    opcode,
    request: messages[`${name}Schema`],
    result: messages[`${name}ResultSchema`],
    isCore: traits.includes("core"),
    isForAnyone: traits.includes("anyone"),
    changes: traits.includes("changes"),
  });
}

export const Ping = of(0x01, "Ping", core, "core anyone");
export const ListProviders = of(0x08, "ListProviders", core, "core anyone");
export const ListOpcodes = of(0x09, "ListOpcodes", core, "core anyone");
export const ListAuthenticators = of(0x0e, "ListAuthenticators", core, "core anyone");
export const ListKeys = of(0x1a, "ListKeys", core, "core");
export const CanDoCrypto = of(0x20, "CanDoCrypto", core);

export const PsaGenerateKey = of(0x02, "PsaGenerateKey", keys, "changes");
export const PsaDestroyKey = of(0x03, "PsaDestroyKey", keys, "changes");
export const PsaImportKey = of(0x06, "PsaImportKey", keys, "changes");
export const PsaExportPublicKey = of(0x07, "PsaExportPublicKey", keys);
export const PsaExportKey = of(0x0c, "PsaExportKey", keys);

export const PsaSignHash = of(0x04, "PsaSignHash", sign);
export const PsaVerifyHash = of(0x05, "PsaVerifyHash", sign);
export const PsaSignMessage = of(0x18, "PsaSignMessage", sign);
export const PsaVerifyMessage = of(0x19, "PsaVerifyMessage", sign);
export const PsaAsymmetricEncrypt = of(0x0a, "PsaAsymmetricEncrypt", asymmetric);
export const PsaAsymmetricDecrypt = of(0x0b, "PsaAsymmetricDecrypt", asymmetric);
export const PsaRawKeyAgreement = of(0x13, "PsaRawKeyAgreement", agreement);

export const PsaAeadEncrypt = of(0x11, "PsaAeadEncrypt", aead);
export const PsaAeadDecrypt = of(0x12, "PsaAeadDecrypt", aead);
export const PsaCipherEncrypt = of(0x14, "PsaCipherEncrypt", cipher);
export const PsaCipherDecrypt = of(0x15, "PsaCipherDecrypt", cipher);
export const PsaMacCompute = of(0x16, "PsaMacCompute", mac);
export const PsaMacVerify = of(0x17, "PsaMacVerify", mac);
export const PsaHashCompute = of(0x0f, "PsaHashCompute", hash, "anyone");
export const PsaHashCompare = of(0x10, "PsaHashCompare", hash, "anyone");
export const PsaGenerateRandom = of(0x0d, "PsaGenerateRandom", random, "anyone");

export const AttestKey = of(0x1e, "AttestKey", attestation);
export const PrepareKeyAttestation = of(0x1f, "PrepareKeyAttestation", attestation);
export const TpmCertify = of(0x0201, "TpmCertify", attestation);
export const TpmQuote = of(0x0202, "TpmQuote", attestation);
export const TpmEndorsementCertificates = of(0x0203, "TpmEndorsementCertificates", attestation);

export const ListClients = of(0x1b, "ListClients", admin, "core");
export const DeleteClient = of(0x1c, "DeleteClient", admin, "core changes");
export const Health = of(0x0302, "Health", admin, "core");
export const ReleaseClient = of(0x0303, "ReleaseClient", admin, "core changes");
export const AcceptToken = of(0x0304, "AcceptToken", admin, "core changes");
export const AdoptKey = of(0x0305, "AdoptKey", admin, "core changes");
export const RekeyStore = of(0x0306, "RekeyStore", admin, "core changes");
export const MoveClient = of(0x0307, "MoveClient", admin, "core changes");

export const GetToken = of(0x0104, "GetToken", identity, "core anyone");
