// The words for key agreement and derivation, such as "ecdh" and "ecdh+hkdf:sha-256".

import { hashNumber, hashWord } from "./hash.js";
import { known, lookUp, numberIn, wordIn } from "./tables.js";

/**
 * @import { MessageInitShape } from "@bufbuild/protobuf"
 * @import * as messages from "../generated/algorithm_pb.js"
 * @import { HashAlgorithm } from "./hash.js"
 */

/**
 * How to agree on a secret.
 *
 * @typedef {"ecdh" | "ffdh"} KeyAgreementAlgorithm
 */

/**
 * How to derive keys from a secret. In policies only: the service derives no keys yet.
 *
 * @typedef {`${"hkdf" | "tls12-prf" | "tls12-psk-to-ms"}:${HashAlgorithm}`} KeyDerivationAlgorithm
 */

const AGREEMENTS = ["", "ffdh", "ecdh"];
const DERIVATIONS = /** @type {const} */ ({ hkdf: "hkdf", "tls12-prf": "tls12Prf", "tls12-psk-to-ms": "tls12PskToMs" });

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.KeyDerivationSchema> | undefined}
 */
export function derivation(word) {
  const [name = "", hash, ...more] = word.split(":");
  const derived = lookUp(DERIVATIONS, name);
  return derived && hash !== undefined && more.length === 0
    ? { variant: { case: derived, value: { hashAlg: hashNumber(hash) } } }
    : undefined;
}

/**
 * @param {messages.KeyDerivation | undefined} message
 * @returns {string}
 */
export function derivationWordOf(message) {
  const name = wordIn(DERIVATIONS, message?.variant.case);
  return name ? `${name}:${hashWord(message?.variant.value?.hashAlg)}` : "unknown";
}

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.KeyAgreementSchema> | undefined}
 */
export function agreement(word) {
  const [raw = "", derived] = word.split("+", 2);
  const kaAlg = numberIn(AGREEMENTS, raw);
  if (kaAlg === undefined) {
    return undefined;
  }
  if (derived === undefined) {
    return { variant: { case: "raw", value: kaAlg } };
  }
  const kdfAlg = derivation(derived);
  return kdfAlg && { variant: { case: "withKeyDerivation", value: { kaAlg, kdfAlg } } };
}

/**
 * @param {messages.KeyAgreement} message
 * @returns {string}
 */
export function agreementWordOf({ variant }) {
  switch (variant.case) {
    case "raw":
      return AGREEMENTS[variant.value] || "unknown";
    case "withKeyDerivation":
      return `${AGREEMENTS[variant.value.kaAlg] || "unknown"}+${derivationWordOf(variant.value.kdfAlg)}`;
    default:
      return "unknown";
  }
}

/** @param {KeyAgreementAlgorithm} word */
export const agreementNumber = (word) => known(word, numberIn(AGREEMENTS, String(word)), "raw key agreement");
