// The words for hashes.

import { UsageError } from "../errors.js";

/**
 * A hash.
 *
 * @typedef {"md2" | "md4" | "md5" | "ripemd160" | "sha-1" | "sha-224" | "sha-256" | "sha-384" | "sha-512" |
 *   "sha-512-224" | "sha-512-256" | "sha3-224" | "sha3-256" | "sha3-384" | "sha3-512"} HashAlgorithm
 */

/**
 * At each place the hash with that number (wire contract 3.4); number 0 is none.
 *
 * @type {readonly (HashAlgorithm | undefined)[]}
 */
const HASHES = [
  undefined,
  "md2",
  "md4",
  "md5",
  "ripemd160",
  "sha-1",
  "sha-224",
  "sha-256",
  "sha-384",
  "sha-512",
  "sha-512-224",
  "sha-512-256",
  "sha3-224",
  "sha3-256",
  "sha3-384",
  "sha3-512",
];

/** @type {ReadonlyMap<string | undefined, number>} */
const NUMBERS = new Map(HASHES.map((word, number) => [word, number]));

/**
 * The number of a hash.
 *
 * @param {string | undefined} word
 * @returns {number}
 */
export function hashNumber(word) {
  const number = word === undefined ? undefined : NUMBERS.get(word);
  if (number === undefined) {
    throw new UsageError(`${word} is not a hash; hashes are ${HASHES.filter(Boolean).join(", ")}`);
  }
  return number;
}

/**
 * The word for a hash; "unknown" for one of a newer service.
 *
 * @param {number | undefined} number
 */
export function hashWord(number) {
  return HASHES[number ?? 0] ?? "unknown";
}
