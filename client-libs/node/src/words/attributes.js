// What a key is and what it may be used for, in words, and the messages of the wire contract for that (3.3).

import { UsageError } from "../errors.js";
import { algorithmMessage, algorithmWord } from "./algorithm.js";
import { lookUp, wordIn } from "./tables.js";

/**
 * @import { MessageInitShape } from "@bufbuild/protobuf"
 * @import * as messages from "../generated/attributes_pb.js"
 * @import { Algorithm } from "./algorithm.js"
 */

/**
 * A family of elliptic curves; the size tells which curve.
 *
 * @typedef {"secp-k1" | "secp-r1" | "secp-r2" | "sect-k1" | "sect-r1" | "sect-r2" | "brainpool-p-r1" | "frp" |
 *   "montgomery"} EccFamily
 */

/**
 * The type of a key. `unknown` is one of a newer service, and cannot be sent.
 *
 * @typedef {"raw-data" | "hmac" | "derive" | "aes" | "des" | "camellia" | "arc4" | "chacha20" | "rsa-key-pair" |
 *   "rsa-public-key" | `ecc-key-pair:${EccFamily}` | `ecc-public-key:${EccFamily}` | "dh-key-pair:rfc7919" |
 *   "dh-public-key:rfc7919" | "unknown"} KeyType
 */

/**
 * Something that a key may be used for.
 *
 * @typedef {"export" | "copy" | "cache" | "encrypt" | "decrypt" | "sign-message" | "verify-message" | "sign-hash" |
 *   "verify-hash" | "derive"} Usage
 */

/**
 * Type, size and policy of a key.
 *
 * @typedef {object} KeyAttributes
 * @property {KeyType} type
 * @property {number} bits Its size in bits, 0 for any: an import takes the size that the data has.
 * @property {readonly Usage[]} usage What it may be used for. `sign-hash` and `verify-hash` allow messages too.
 * @property {Algorithm} algorithm The one algorithm that it may be used with.
 */

const PLAIN_TYPES = /** @type {const} */ ({
  "raw-data": "rawData",
  hmac: "hmac",
  derive: "derive",
  aes: "aes",
  des: "des",
  camellia: "camellia",
  arc4: "arc4",
  chacha20: "chacha20",
  "rsa-key-pair": "rsaKeyPair",
  "rsa-public-key": "rsaPublicKey",
});
const ECC_TYPES = /** @type {const} */ ({ "ecc-key-pair": "eccKeyPair", "ecc-public-key": "eccPublicKey" });
const DH_TYPES = /** @type {const} */ ({ "dh-key-pair": "dhKeyPair", "dh-public-key": "dhPublicKey" });
/** At each place the family with that number; number 0 is none. */
const FAMILIES = [
  "",
  "secp-k1",
  "secp-r1",
  "secp-r2",
  "sect-k1",
  "sect-r1",
  "sect-r2",
  "brainpool-p-r1",
  "frp",
  "montgomery",
];
const GROUPS = ["rfc7919"];
const USAGES = /** @type {const} */ ({
  export: "export",
  copy: "copy",
  cache: "cache",
  encrypt: "encrypt",
  decrypt: "decrypt",
  "sign-message": "signMessage",
  "verify-message": "verifyMessage",
  "sign-hash": "signHash",
  "verify-hash": "verifyHash",
  derive: "derive",
});

/**
 * The message for a key's attributes. The usage is sent as it is given; the service widens it.
 *
 * @param {KeyAttributes} attributes
 * @returns {MessageInitShape<typeof messages.KeyAttributesSchema>}
 */
export function attributesMessage(attributes) {
  if (typeof attributes !== "object" || attributes === null) {
    throw new UsageError("a key's attributes are an object of type, bits, usage and algorithm");
  }
  const { type, bits, usage, algorithm } = attributes;
  if (!Number.isInteger(bits) || bits < 0 || bits > 0xffff_ffff) {
    throw new UsageError(`${bits} is not a size in bits`);
  }
  if (!Array.isArray(usage)) {
    throw new UsageError("a key's usage is a list");
  }
  return {
    keyType: typeMessage(String(type)),
    keyBits: bits,
    keyPolicy: { keyUsageFlags: usageMessage(usage), keyAlgorithm: algorithmMessage(algorithm) },
  };
}

/**
 * @param {string} type
 * @returns {MessageInitShape<typeof messages.KeyTypeSchema>}
 */
function typeMessage(type) {
  const plain = lookUp(PLAIN_TYPES, type);
  if (plain) {
    return { variant: { case: plain, value: {} } };
  }
  const [name = "", family = ""] = type.split(":", 2);
  const ecc = lookUp(ECC_TYPES, name);
  const curveFamily = FAMILIES.indexOf(family);
  if (ecc && curveFamily > 0) {
    return { variant: { case: ecc, value: { curveFamily } } };
  }
  const dh = lookUp(DH_TYPES, name);
  const groupFamily = GROUPS.indexOf(family);
  if (dh && groupFamily >= 0) {
    return { variant: { case: dh, value: { groupFamily } } };
  }
  throw new UsageError(`${type} is not a type of key`);
}

/**
 * @param {readonly string[]} usage
 * @returns {MessageInitShape<typeof messages.UsageFlagsSchema>}
 */
function usageMessage(usage) {
  /** @type {Partial<Record<string, boolean>>} */
  const flags = {};
  for (const word of usage) {
    const flag = lookUp(USAGES, word);
    if (!flag) {
      throw new UsageError(`${word} is not a usage of keys; usages are ${Object.keys(USAGES).join(", ")}`);
    }
    flags[flag] = true;
  }
  return flags;
}

/**
 * The attributes that a message holds. What a newer service has added is `unknown`.
 *
 * @param {messages.KeyAttributes | undefined} message
 * @returns {KeyAttributes}
 */
export function attributesOf(message) {
  const flags = message?.keyPolicy?.keyUsageFlags;
  const words = /** @type {(keyof typeof USAGES)[]} */ (Object.keys(USAGES));
  return {
    type: /** @type {KeyType} */ (typeWordOf(message?.keyType?.variant)),
    bits: message?.keyBits ?? 0,
    usage: words.filter((word) => flags?.[USAGES[word]]),
    algorithm: algorithmWord(message?.keyPolicy?.keyAlgorithm),
  };
}

/**
 * @param {messages.KeyType["variant"] | undefined} variant
 * @returns {string}
 */
function typeWordOf(variant) {
  const plain = wordIn(PLAIN_TYPES, variant?.case);
  if (plain) {
    return plain;
  }
  const name = wordIn({ ...ECC_TYPES, ...DH_TYPES }, variant?.case);
  const value = variant?.value;
  const family =
    value && "curveFamily" in value
      ? FAMILIES[value.curveFamily]
      : value && "groupFamily" in value
        ? GROUPS[value.groupFamily]
        : "";
  return name && family ? `${name}:${family}` : "unknown";
}

/**
 * The attributes as the service lists them: it widens the usage of hashes to messages (wire contract 4.5).
 *
 * @param {KeyAttributes} attributes
 * @returns {KeyAttributes}
 */
export function asListed({ type, bits, usage, algorithm }) {
  const words = /** @type {Usage[]} */ (Object.keys(USAGES));
  const isGiven = (/** @type {Usage} */ word) =>
    usage.includes(word) || usage.includes(/** @type {Usage} */ (word.replace("-message", "-hash")));
  return { type, bits, usage: words.filter(isGiven), algorithm };
}

/**
 * Whether a key that the service lists is one that was asked for with these attributes; 0 bits stood for any size.
 *
 * @param {KeyAttributes} listed
 * @param {KeyAttributes} asked
 */
export function areWhatWasAsked(listed, asked) {
  const expected = asListed(asked);
  return (
    listed.type === expected.type &&
    (listed.bits === expected.bits || expected.bits === 0) &&
    listed.algorithm === expected.algorithm &&
    listed.usage.join() === expected.usage.join()
  );
}
