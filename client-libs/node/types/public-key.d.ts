/**
 * A public key as a KeyObject. Errors if Node's crypto knows no such keys.
 *
 * @param {KeyAttributes} attributes Of the pair or of its public half.
 * @param {Buffer} data In the format of the wire contract.
 */
export function keyObject({ type, bits }: KeyAttributes, data: Buffer): import("crypto").KeyObject;
import type { KeyAttributes } from "./words/attributes.js";
