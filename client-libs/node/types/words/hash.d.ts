/**
 * The number of a hash.
 *
 * @param {string | undefined} word
 * @returns {number}
 */
export function hashNumber(word: string | undefined): number;
/**
 * The word for a hash; "unknown" for one of a newer service.
 *
 * @param {number | undefined} number
 */
export function hashWord(number: number | undefined): HashAlgorithm | "unknown";
/**
 * A hash.
 */
export type HashAlgorithm = "md2" | "md4" | "md5" | "ripemd160" | "sha-1" | "sha-224" | "sha-256" | "sha-384" | "sha-512" | "sha-512-224" | "sha-512-256" | "sha3-224" | "sha3-256" | "sha3-384" | "sha3-512";
