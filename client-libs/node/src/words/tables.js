// How words and the numbers or variants of the wire contract are found in each other's tables.

import { UsageError } from "../errors.js";

/**
 * The value of a word, if the table has it.
 *
 * @template {object} T
 * @param {T} table
 * @param {string} word
 * @returns {T[keyof T] | undefined}
 */
export function lookUp(table, word) {
  return Object.hasOwn(table, word) ? table[/** @type {keyof T} */ (word)] : undefined;
}

/**
 * The word that the table has for a value.
 *
 * @param {Readonly<Record<string, string>>} table
 * @param {string | undefined} value
 */
export function wordIn(table, value) {
  return Object.keys(table).find((word) => table[word] === value);
}

/**
 * The number of a word in a list whose place 0 is empty; undefined if it is not there.
 *
 * @param {string[]} list
 * @param {string} word
 */
export function numberIn(list, word) {
  const number = list.indexOf(word);
  return number > 0 ? number : undefined;
}

/**
 * Takes the length off the end of a word: `gcm:12`, `hmac:sha-256:16`.
 *
 * @param {string} word
 * @returns {[string, number | undefined]}
 */
export function withoutLength(word) {
  const [, name, digits] = /^(.+):(\d{1,9})$/.exec(word) ?? [];
  return name === undefined || digits === undefined ? [word, undefined] : [name, Number(digits)];
}

/**
 * What a word stands for; an error if it stands for nothing.
 *
 * @template T
 * @param {string} word
 * @param {T | undefined} message
 * @param {string} purpose
 * @returns {T}
 */
export function known(word, message, purpose) {
  if (message === undefined) {
    throw new UsageError(`${word} is not an algorithm for ${purpose}`);
  }
  return message;
}
