// The words for whatever a key's policy allows: those of the other files here, and "none".

import { agreement, agreementWordOf, derivation, derivationWordOf } from "./agreement.js";
import { hashNumber, hashWord } from "./hash.js";
import { encryption, encryptionWordOf, signature, signatureWordOf } from "./signature.js";
import { aead, aeadWordOf, cipher, cipherWordOf, mac, macWordOf } from "./symmetric.js";

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
export function algorithmMessage(algorithm) {
  const word = String(algorithm);
  const variants = /** @type {const} */ ([
    ["asymmetricSignature", signature],
    ["asymmetricEncryption", encryption],
    ["aead", aead],
    ["cipher", cipher],
    ["mac", mac],
    ["keyAgreement", agreement],
    ["keyDerivation", derivation],
  ]);
  if (word === "none") {
    return { variant: { case: "none", value: {} } };
  }
  for (const [name, message] of variants) {
    const value = message(word);
    if (value !== undefined) {
      return /** @type {MessageInitShape<typeof messages.AlgorithmSchema>} */ ({ variant: { case: name, value } });
    }
  }
  return { variant: { case: "hash", value: hashNumber(word) } };
}

/**
 * The word for an algorithm; `unknown` for one of a newer service.
 *
 * @param {messages.Algorithm | undefined} message
 * @returns {Algorithm}
 */
export function algorithmWord(message) {
  const word = algorithmWordOf(message?.variant);
  return /** @type {Algorithm} */ (word.includes("unknown") ? "unknown" : word);
}

/**
 * @param {messages.Algorithm["variant"] | undefined} variant
 * @returns {string}
 */
function algorithmWordOf(variant) {
  switch (variant?.case) {
    case "none":
      return "none";
    case "hash":
      return hashWord(variant.value);
    case "mac":
      return macWordOf(variant.value);
    case "cipher":
      return cipherWordOf(variant.value);
    case "aead":
      return aeadWordOf(variant.value);
    case "asymmetricSignature":
      return signatureWordOf(variant.value);
    case "asymmetricEncryption":
      return encryptionWordOf(variant.value);
    case "keyAgreement":
      return agreementWordOf(variant.value);
    case "keyDerivation":
      return derivationWordOf(variant.value);
    default:
      return "unknown";
  }
}
