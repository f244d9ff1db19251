/**
 * @import { MessageInitShape } from "@bufbuild/protobuf"
 * @import * as messages from "../generated/algorithm_pb.js"
 * @import { KeyAgreementAlgorithm, KeyDerivationAlgorithm } from "./agreement.js"
 * @import { HashAlgorithm } from "./hash.js"
 * @import { AsymmetricEncryptionAlgorithm, SignatureAlgorithm } from "./signature.js"
 * @import { AeadAlgorithm, CipherAlgorithm, MacAlgorithm } from "./symmetric.js"
 */
/**
 * The one algorithm that a key's policy allows. `unknown` is one of a newer service, and cannot be sent.
 *
 * @typedef {"none" | HashAlgorithm | SignatureAlgorithm | AsymmetricEncryptionAlgorithm | AeadAlgorithm |
 *   CipherAlgorithm | MacAlgorithm | KeyAgreementAlgorithm | KeyDerivationAlgorithm |
 *   `${KeyAgreementAlgorithm}+${KeyDerivationAlgorithm}` | "unknown"} Algorithm
 */
/**
 * The message for any algorithm.
 *
 * @param {Algorithm} algorithm
 * @returns {MessageInitShape<typeof messages.AlgorithmSchema>}
 */
export function algorithmMessage(algorithm: Algorithm): MessageInitShape<typeof messages.AlgorithmSchema>;
/**
 * The word for an algorithm; `unknown` for one of a newer service.
 *
 * @param {messages.Algorithm | undefined} message
 * @returns {Algorithm}
 */
export function algorithmWord(message: messages.Algorithm | undefined): Algorithm;
/**
 * The one algorithm that a key's policy allows. `unknown` is one of a newer service, and cannot be sent.
 */
export type Algorithm = "none" | HashAlgorithm | SignatureAlgorithm | AsymmetricEncryptionAlgorithm | AeadAlgorithm | CipherAlgorithm | MacAlgorithm | KeyAgreementAlgorithm | KeyDerivationAlgorithm | `${KeyAgreementAlgorithm}+${KeyDerivationAlgorithm}` | "unknown";
import type * as messages from "../generated/algorithm_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HashAlgorithm } from "./hash.js";
import type { SignatureAlgorithm } from "./signature.js";
import type { AsymmetricEncryptionAlgorithm } from "./signature.js";
import type { AeadAlgorithm } from "./symmetric.js";
import type { CipherAlgorithm } from "./symmetric.js";
import type { MacAlgorithm } from "./symmetric.js";
import type { KeyAgreementAlgorithm } from "./agreement.js";
import type { KeyDerivationAlgorithm } from "./agreement.js";
