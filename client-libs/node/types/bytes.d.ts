/**
 * Bytes of a caller's, in any of the usual forms; text stands for its UTF-8.
 *
 * @typedef {string | ArrayBuffer | ArrayBufferView} BytesLike
 */
/**
 * The bytes that a caller gave; not a copy.
 *
 * @param {BytesLike} value
 * @param {string} what For the error.
 * @returns {Uint8Array}
 */
export function bytesOf(value: BytesLike, what: string): Uint8Array;
/**
 * A name that the protocol can carry. Text with half of a surrogate pair is none: it would become another name.
 *
 * @param {string} name
 */
export function checkedName(name: string): string;
/**
 * Bytes of an answer, for what they are: views of its body, which is a Buffer. Those that were not sent are empty.
 *
 * @param {Uint8Array} bytes
 */
export function bufferOf(bytes: Uint8Array): Buffer<ArrayBufferLike>;
/**
 * Bytes of a caller's, in any of the usual forms; text stands for its UTF-8.
 */
export type BytesLike = string | ArrayBuffer | ArrayBufferView;
