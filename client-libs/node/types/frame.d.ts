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
export function requestBytes({ opcode, provider, body, proof }: Question, session: number): Buffer;
/**
 * Checks and reads the header of an answer. Errors if it is not one of this protocol, or announces a body that is too
 * long: nothing was set aside for that yet.
 *
 * @param {Buffer} bytes
 * @returns {AnswerHeader}
 */
export function answerHeader(bytes: Buffer): AnswerHeader;
/** Bytes of a header, the same in both directions. */
export const HEADER_BYTES: 36;
/**
 * Who a request comes from: the number of the authentication type, and its bytes (wire contract 2.1).
 */
export type Proof = {
    kind: number;
    /**
     * At most 65,535 of them.
     */
    bytes: Uint8Array;
};
/**
 * What is put into a request.
 */
export type Question = {
    opcode: number;
    provider: number;
    body: Buffer;
    proof: Proof;
};
/**
 * The header of an answer.
 */
export type AnswerHeader = {
    /**
     * Whether the service keeps the connection open.
     */
    keepsConnection: boolean;
    /**
     * The number that the request was sent with.
     */
    session: number;
    opcode: number;
    status: number;
    bodyLength: number;
};
