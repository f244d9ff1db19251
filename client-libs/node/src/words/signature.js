// The words for RSA encryption and for signatures, such as "ecdsa:sha-256".

import { hashNumber, hashWord } from "./hash.js";
import { known, lookUp, wordIn } from "./tables.js";

/**
 * @import { MessageInitShape } from "@bufbuild/protobuf"
 * @import * as messages from "../generated/algorithm_pb.js"
 * @import { HashAlgorithm } from "./hash.js"
 */

/**
 * How to sign. `any` as the hash stands in a key's policy only: it allows every hash.
 *
 * @typedef {`${"rsa-pkcs1v15-sign" | "rsa-pss" | "ecdsa" | "deterministic-ecdsa"}:${HashAlgorithm | "any"}` |
 *   "rsa-pkcs1v15-sign-raw" | "ecdsa-any"} SignatureAlgorithm
 */

/**
 * How to encrypt to an RSA key.
 *
 * @typedef {"rsa-pkcs1v15-crypt" | `rsa-oaep:${HashAlgorithm}`} AsymmetricEncryptionAlgorithm
 */

const SIGNATURES_WITH_HASH = /** @type {const} */ ({
  "rsa-pkcs1v15-sign": "rsaPkcs1v15Sign",
  "rsa-pss": "rsaPss",
  ecdsa: "ecdsa",
  "deterministic-ecdsa": "deterministicEcdsa",
});
const SIGNATURES_WITHOUT_HASH = /** @type {const} */ ({
  "rsa-pkcs1v15-sign-raw": "rsaPkcs1v15SignRaw",
  "ecdsa-any": "ecdsaAny",
});

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AsymmetricSignatureSchema> | undefined}
 */
export function signature(word) {
  const [name = "", hash, ...more] = word.split(":");
  const plain = lookUp(SIGNATURES_WITHOUT_HASH, word);
  if (plain) {
    return { variant: { case: plain, value: {} } };
  }
  const hashed = lookUp(SIGNATURES_WITH_HASH, name);
  if (!hashed || hash === undefined || more.length > 0) {
    return undefined;
  }
  const hashAlg =
    hash === "any"
      ? { variant: { case: /** @type {const} */ ("any"), value: {} } }
      : { variant: { case: /** @type {const} */ ("specific"), value: hashNumber(hash) } };
  return { variant: { case: hashed, value: { hashAlg } } };
}

/**
 * @param {messages.AsymmetricSignature} message
 * @returns {string}
 */
export function signatureWordOf({ variant }) {
  const plain = wordIn(SIGNATURES_WITHOUT_HASH, variant.case);
  if (plain) {
    return plain;
  }
  const hashed = wordIn(SIGNATURES_WITH_HASH, variant.case);
  if (!hashed || !variant.value || !("hashAlg" in variant.value)) {
    return "unknown";
  }
  const hash = variant.value.hashAlg?.variant;
  return `${hashed}:${hash?.case === "any" ? "any" : hash?.case === "specific" ? hashWord(hash.value) : "unknown"}`;
}

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AsymmetricEncryptionSchema> | undefined}
 */
export function encryption(word) {
  if (word === "rsa-pkcs1v15-crypt") {
    return { variant: { case: "rsaPkcs1v15Crypt", value: {} } };
  }
  return word.startsWith("rsa-oaep:")
    ? { variant: { case: "rsaOaep", value: { hashAlg: hashNumber(word.slice("rsa-oaep:".length)) } } }
    : undefined;
}

/**
 * @param {messages.AsymmetricEncryption} message
 * @returns {string}
 */
export function encryptionWordOf({ variant }) {
  switch (variant.case) {
    case "rsaPkcs1v15Crypt":
      return "rsa-pkcs1v15-crypt";
    case "rsaOaep":
      return `rsa-oaep:${hashWord(variant.value.hashAlg)}`;
    default:
      return "unknown";
  }
}

/** @param {SignatureAlgorithm} word */
export const signatureMessage = (word) => known(word, signature(String(word)), "signatures");

/** @param {AsymmetricEncryptionAlgorithm} word */
export const encryptionMessage = (word) => known(word, encryption(String(word)), "encryption with a pair of keys");

/**
 * The word for a signature algorithm; `unknown`, or a word with that in it, for one of a newer service.
 *
 * @param {messages.AsymmetricSignature | undefined} message
 */
export function signatureWord(message) {
  return /** @type {SignatureAlgorithm} */ (message ? signatureWordOf(message) : "unknown");
}
