/**
 * The value of a word, if the table has it.
 *
 * @template {object} T
 * @param {T} table
 * @param {string} word
 * @returns {T[keyof T] | undefined}
 */
export function lookUp<T extends object>(table: T, word: string): T[keyof T] | undefined;
/**
 * The word that the table has for a value.
 *
 * @param {Readonly<Record<string, string>>} table
 * @param {string | undefined} value
 */
export function wordIn(table: Readonly<Record<string, string>>, value: string | undefined): string | undefined;
/**
 * The number of a word in a list whose place 0 is empty; undefined if it is not there.
 *
 * @param {string[]} list
 * @param {string} word
 */
export function numberIn(list: string[], word: string): number | undefined;
/**
 * Takes the length off the end of a word: `gcm:12`, `hmac:sha-256:16`.
 *
 * @param {string} word
 * @returns {[string, number | undefined]}
 */
export function withoutLength(word: string): [string, number | undefined];
/**
 * What a word stands for; an error if it stands for nothing.
 *
 * @template T
 * @param {string} word
 * @param {T | undefined} message
 * @param {string} purpose
 * @returns {T}
 */
export function known<T>(word: string, message: T | undefined, purpose: string): T;
