// The words for authenticated encryption, encryption and authentication codes, such as "gcm:12" and "hmac:sha-256".

import { hashNumber, hashWord } from "./hash.js";
import { known, lookUp, numberIn, withoutLength, wordIn } from "./tables.js";

/**
 * @import { MessageInitShape } from "@bufbuild/protobuf"
 * @import * as messages from "../generated/algorithm_pb.js"
 * @import { HashAlgorithm } from "./hash.js"
 */

/**
 * How to encrypt and authenticate; `:12` stands for a tag of 12 bytes, where it is not the usual 16.
 *
 * @typedef {"gcm" | "ccm" | "chacha20-poly1305"} AeadName
 * @typedef {AeadName | `${AeadName}:${number}`} AeadAlgorithm
 */

/**
 * How to encrypt without authentication.
 *
 * @typedef {"stream-cipher" | "ctr" | "cfb" | "ofb" | "xts" | "ecb" | "cbc" | "cbc-pkcs7"} CipherAlgorithm
 */

/**
 * How to make an authentication code; a number at the end is its length in bytes, where it is cut.
 *
 * @typedef {`hmac:${HashAlgorithm}` | "cbc-mac" | "cmac"} FullLengthMacAlgorithm
 * @typedef {FullLengthMacAlgorithm | `${FullLengthMacAlgorithm}:${number}`} MacAlgorithm
 */

const AEADS = ["", "ccm", "gcm", "chacha20-poly1305"];
const CIPHERS = ["", "stream-cipher", "ctr", "cfb", "ofb", "xts", "ecb", "cbc", "cbc-pkcs7"];
const MACS_WITHOUT_HASH = /** @type {const} */ ({ "cbc-mac": "cbcMac", cmac: "cmac" });

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AeadSchema> | undefined}
 */
export function aead(word) {
  const [name, tagLength] = withoutLength(word);
  const aeadAlg = numberIn(AEADS, name);
  if (aeadAlg === undefined) {
    return undefined;
  }
  return tagLength === undefined
    ? { variant: { case: "aeadWithDefaultLengthTag", value: aeadAlg } }
    : { variant: { case: "aeadWithShortenedTag", value: { aeadAlg, tagLength } } };
}

/**
 * @param {messages.Aead} message
 * @returns {string}
 */
export function aeadWordOf({ variant }) {
  switch (variant.case) {
    case "aeadWithDefaultLengthTag":
      return AEADS[variant.value] || "unknown";
    case "aeadWithShortenedTag":
      return `${AEADS[variant.value.aeadAlg] || "unknown"}:${variant.value.tagLength}`;
    default:
      return "unknown";
  }
}

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.FullLengthMacSchema> | undefined}
 */
function fullLengthMac(word) {
  const plain = lookUp(MACS_WITHOUT_HASH, word);
  if (plain) {
    return { variant: { case: plain, value: {} } };
  }
  return word.startsWith("hmac:")
    ? { variant: { case: "hmac", value: { hashAlg: hashNumber(word.slice("hmac:".length)) } } }
    : undefined;
}

/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.MacSchema> | undefined}
 */
export function mac(word) {
  const [name, macLength] = withoutLength(word);
  const full = fullLengthMac(name);
  if (!full) {
    return undefined;
  }
  return macLength === undefined
    ? { variant: { case: "fullLength", value: full } }
    : { variant: { case: "truncated", value: { macAlg: full, macLength } } };
}

/**
 * @param {messages.FullLengthMac | undefined} message
 * @returns {string}
 */
function fullLengthMacWordOf(message) {
  const variant = message?.variant;
  return variant?.case === "hmac"
    ? `hmac:${hashWord(variant.value.hashAlg)}`
    : (wordIn(MACS_WITHOUT_HASH, variant?.case) ?? "unknown");
}

/**
 * @param {messages.Mac} message
 * @returns {string}
 */
export function macWordOf({ variant }) {
  switch (variant.case) {
    case "fullLength":
      return fullLengthMacWordOf(variant.value);
    case "truncated":
      return `${fullLengthMacWordOf(variant.value.macAlg)}:${variant.value.macLength}`;
    default:
      return "unknown";
  }
}

/**
 * The number of a cipher; undefined if the word is none.
 *
 * @param {string} word
 */
export const cipher = (word) => numberIn(CIPHERS, word);

/** @param {number} number */
export const cipherWordOf = (number) => CIPHERS[number] || "unknown";

/** @param {AeadAlgorithm} word */
export const aeadMessage = (word) => known(word, aead(String(word)), "authenticated encryption");

/** @param {CipherAlgorithm} word */
export const cipherNumber = (word) => known(word, numberIn(CIPHERS, String(word)), "encryption");

/** @param {MacAlgorithm} word */
export const macMessage = (word) => known(word, mac(String(word)), "authentication codes");
