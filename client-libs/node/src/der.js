// As much of DER as signatures and public keys need.

import { UsageError } from "./errors.js";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;

/**
 * The public key's bytes in a SubjectPublicKeyInfo.
 *
 * @param {Uint8Array[]} algorithm The object identifiers of the algorithm, encoded.
 * @param {Uint8Array} key
 */
export function subjectPublicKeyInfo(algorithm, key) {
  return element(SEQUENCE, element(SEQUENCE, ...algorithm), element(BIT_STRING, Uint8Array.of(0), key));
}

/**
 * An ECDSA signature r ‖ s as the structure that X.509 and TLS use.
 *
 * @param {Uint8Array} signature
 */
export function signatureToDer(signature) {
  const half = signature.length / 2;
  return element(SEQUENCE, integer(signature.subarray(0, half)), integer(signature.subarray(half)));
}

/**
 * An ECDSA signature in DER as r ‖ s; undefined if it is none for a curve of this size.
 *
 * @param {Uint8Array} der
 * @param {number} bytes Of each half.
 */
export function signatureFromDer(der, bytes) {
  const both = contents(der, SEQUENCE);
  const r = both && contents(both.content, INTEGER, true);
  const s = r && contents(r.rest, INTEGER, true);
  if (!both || !r || !s || both.rest.length > 0 || s.rest.length > 0) {
    return undefined;
  }
  const signature = Buffer.alloc(2 * bytes);
  for (const [number, end] of /** @type {[Uint8Array, number][]} */ ([
    [r.content, bytes],
    [s.content, 2 * bytes],
  ])) {
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > bytes) {
      return undefined;
    }
    signature.set(digits, end - digits.length);
  }
  return signature;
}

/**
 * @param {number} tag
 * @param {Uint8Array[]} parts
 */
function element(tag, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), length(content.length), content]);
}

/** @param {number} value */
function length(value) {
  if (value < 0x80) {
    return Uint8Array.of(value);
  }
  if (value > 0xffff) {
    throw new UsageError(`${value} bytes are too many for a key or signature`);
  }
  return value < 0x100 ? Uint8Array.of(0x81, value) : Uint8Array.of(0x82, value >> 8, value & 0xff);
}

/** @param {Uint8Array} digits Big-endian, not negative. */
function integer(digits) {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === 0) {
    start += 1;
  }
  const shortest = digits.subarray(start);
  // A first bit that is set would make it negative.
  return element(INTEGER, (shortest[0] ?? 0) > 0x7f ? Uint8Array.of(0) : new Uint8Array(0), shortest);
}

/**
 * What is in an element with this tag, and what comes after it; undefined if there is none.
 *
 * @param {Uint8Array} der
 * @param {number} tag
 * @param {boolean} [isFilled] Whether it must not be empty.
 */
function contents(der, tag, isFilled = false) {
  const [first, short = 0x80, long = 0] = der;
  const [start, size] = short === 0x81 && long >= 0x80 ? [3, long] : [2, short];
  const isWhole = short !== 0x80 && (short < 0x80 || start === 3) && der.length >= start + size;
  if (first !== tag || !isWhole || (isFilled && size === 0)) {
    return undefined;
  }
  return { content: der.subarray(start, start + size), rest: der.subarray(start + size) };
}
