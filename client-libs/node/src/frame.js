// Requests as bytes to send, and the headers of answers as they came (wire contract 1.1).

import { ResponseError } from "./errors.js";
import { MAX_ANSWER_BYTES } from "./limits.js";

/** Bytes of a header, the same in both directions. */
export const HEADER_BYTES = 36;

const MAGIC = 0x5ec0a710;
/** The header's bytes after the field that holds this. */
const HEADER_SIZE_FIELD = 30;
const VERSION = 1;
/** The service keeps the connection (wire contract 6.2). */
const KEEP_ALIVE = 0x0001;
/** The answer may show Keystead's extensions (wire contract 6.1). */
const EXTENDED = 0x0002;

/**
 * Who a request comes from: the number of the authentication type, and its bytes (wire contract 2.1).
 *
 * @typedef {object} Proof
 * @property {number} kind
 * @property {Uint8Array} bytes At most 65,535 of them.
 */

/**
 * What is put into a request.
 *
 * @typedef {object} Question
 * @property {number} opcode
 * @property {number} provider
 * @property {Buffer} body
 * @property {Proof} proof
 */

/**
 * The header of an answer.
 *
 * @typedef {object} AnswerHeader
 * @property {boolean} keepsConnection Whether the service keeps the connection open.
 * @property {number} session The number that the request was sent with.
 * @property {number} opcode
 * @property {number} status
 * @property {number} bodyLength
 */

/**
 * The bytes of a request: header, body and authentication part in one piece, to be sent in one write. It asks for the
 * connection to stay and for Keystead's extensions; Parsec ignores both.
 *
 * @param {Question} question
 * @param {number} session Its number on the connection, which the answer repeats: from 0, as Parsec's clients send.
 * @returns {Buffer}
 */
export function requestBytes({ opcode, provider, body, proof }, session) {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length + proof.bytes.length);
  bytes.fill(0, 0, HEADER_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt16LE(HEADER_SIZE_FIELD, 4);
  bytes[6] = VERSION;
  bytes.writeUInt16LE(KEEP_ALIVE | EXTENDED, 8);
  bytes[10] = provider;
  bytes.writeUInt32LE(session >>> 0, 11);
  bytes.writeUInt32LE(Math.floor(session / 2 ** 32), 15);
  bytes[21] = proof.kind;
  bytes.writeUInt32LE(body.length, 22);
  bytes.writeUInt16LE(proof.bytes.length, 26);
  bytes.writeUInt32LE(opcode, 28);
  bytes.set(body, HEADER_BYTES);
  bytes.set(proof.bytes, HEADER_BYTES + body.length);
  return bytes;
}

/**
 * Checks and reads the header of an answer. Errors if it is not one of this protocol, or announces a body that is too
 * long: nothing was set aside for that yet.
 *
 * @param {Buffer} bytes
 * @returns {AnswerHeader}
 */
export function answerHeader(bytes) {
  const isOurs = bytes.readUInt32LE(0) === MAGIC && bytes.readUInt16LE(4) === HEADER_SIZE_FIELD;
  if (!isOurs || bytes[6] !== VERSION || bytes[7] !== 0) {
    throw new ResponseError("it does not begin with a header of version 1.0");
  }
  const contentType = bytes[19];
  if (contentType !== 0 || bytes[34] !== 0 || bytes[35] !== 0) {
    throw new ResponseError("the header holds a value that no answer has");
  }
  const bodyLength = bytes.readUInt32LE(22);
  if (bodyLength > MAX_ANSWER_BYTES) {
    throw new ResponseError(`a body of ${bodyLength} bytes is too long`);
  }
  return {
    keepsConnection: (bytes.readUInt16LE(8) & KEEP_ALIVE) !== 0,
    // What no request of ours was sent with stays so, though digits are lost.
    session: bytes.readUInt32LE(11) + bytes.readUInt32LE(15) * 2 ** 32,
    opcode: bytes.readUInt32LE(28),
    status: bytes.readUInt16LE(32),
    bodyLength,
  };
}
