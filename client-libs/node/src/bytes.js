// What callers give as bytes and as names.

import { UsageError } from "./errors.js";
import { MAX_NAME_BYTES } from "./limits.js";

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
export function bytesOf(value, what) {
  if (value instanceof Uint8Array) {
    return value;
  }
  if (typeof value === "string") {
    return Buffer.from(value, "utf8");
  }
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer) {
    return new Uint8Array(value);
  }
  throw new UsageError(`the ${what} must be bytes or text, not ${typeof value}`);
}

/**
 * A name that the protocol can carry. Text with half of a surrogate pair is none: it would become another name.
 *
 * @param {string} name
 */
export function checkedName(name) {
  if (typeof name !== "string") {
    throw new UsageError(`a name must be text, not ${typeof name}`);
  }
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new UsageError(`a name of ${Buffer.byteLength(name)} bytes is longer than ${MAX_NAME_BYTES}`);
  }
  if (/\p{Surrogate}/u.test(name)) {
    throw new UsageError("the name is not well-formed Unicode");
  }
  return name;
}

/**
 * Bytes of an answer, for what they are: views of its body, which is a Buffer. Those that were not sent are empty.
 *
 * @param {Uint8Array} bytes
 */
export function bufferOf(bytes) {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}
