/**
 * A request's body, in memory that holds its only copy, for the caller to clear. In the requests that this client sends
 * the fields of bytes come last, so that the encoding is the canonical one.
 *
 * @template {DescMessage} D
 * @param {D} schema
 * @param {MessageInitShape<D>} message
 * @returns {Buffer}
 */
export function encode<D extends DescMessage>(schema: D, message: MessageInitShape<D>): Buffer;
/**
 * Reads an answer's body. What it holds of bytes are views of the body, which so stays the only copy.
 *
 * @template {DescMessage} D
 * @param {D} schema
 * @param {Buffer} body
 * @returns {MessageShape<D>}
 */
export function decode<D extends DescMessage>(schema: D, body: Buffer): MessageShape<D>;
export type BytesField = {
    name: string;
    tag: Uint8Array;
};
import type { DescMessage } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MessageShape } from "@bufbuild/protobuf";
