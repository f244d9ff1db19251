// The bodies of requests and answers: protobuf, but for one thing. What the callers of requests give as bytes may be
// secret, and the protobuf runtime would leave copies of it in memory; so such fields are written here.

import { create, fromBinary, ScalarType, toBinary } from "@bufbuild/protobuf";

import { ResponseError } from "./errors.js";

/** @import { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf" */

const EMPTY = new Uint8Array(0);
/** The wire type of fields that begin with their length. */
const LENGTH_DELIMITED = 2;

/**
 * @typedef {object} BytesField
 * @property {string} name
 * @property {Uint8Array} tag
 */

/** @type {WeakMap<DescMessage, readonly BytesField[]>} */
const bytesFieldsOf = new WeakMap();

/**
 * A request's body, in memory that holds its only copy, for the caller to clear. In the requests that this client sends
 * the fields of bytes come last, so that the encoding is the canonical one.
 *
 * @template {DescMessage} D
 * @param {D} schema
 * @param {MessageInitShape<D>} message
 * @returns {Buffer}
 */
export function encode(schema, message) {
  const rest = /** @type {Record<string, unknown>} */ ({ ...message });
  /** @type {Uint8Array[]} */
  const parts = [EMPTY];
  for (const { name, tag } of bytesFields(schema)) {
    const value = /** @type {Uint8Array | undefined} */ (rest[name]);
    if (value && value.length > 0) {
      parts.push(tag, varint(value.length), value);
    }
    rest[name] = EMPTY;
  }
  parts[0] = toBinary(schema, create(schema, /** @type {MessageInitShape<D>} */ (rest)));
  return Buffer.concat(parts);
}

/**
 * Reads an answer's body. What it holds of bytes are views of the body, which so stays the only copy.
 *
 * @template {DescMessage} D
 * @param {D} schema
 * @param {Buffer} body
 * @returns {MessageShape<D>}
 */
export function decode(schema, body) {
  try {
    return fromBinary(schema, body);
  } catch (error) {
    throw new ResponseError(`its body is not ${schema.name}: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * @param {DescMessage} schema
 * @returns {readonly BytesField[]}
 */
function bytesFields(schema) {
  let fields = bytesFieldsOf.get(schema);
  if (!fields) {
    const isBytes = (/** @type {DescMessage["fields"][number]} */ field) =>
      field.fieldKind === "scalar" && field.scalar === ScalarType.BYTES && !field.oneof;
    fields = schema.fields
      .filter(isBytes)
      .sort((a, b) => a.number - b.number)
      .map(({ localName, number }) => ({ name: localName, tag: varint((number << 3) | LENGTH_DELIMITED) }));
    bytesFieldsOf.set(schema, fields);
  }
  return fields;
}

/**
 * A number as protobuf writes it: seven bits a byte, the low ones first.
 *
 * @param {number} value
 */
function varint(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) {
    bytes.push((value & 0x7f) | 0x80);
  }
  bytes.push(value);
  return Uint8Array.from(bytes);
}
