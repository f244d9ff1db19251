// A program that has a secret encrypted and decrypted, clears what it has of it, and looks for the rest in its own memory.
// Prints in how many places it is before it is cleared, and after.

import { randomFillSync } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

import { Client, presets } from "../../src/index.js";

const LENGTH = 48;
const MASK = 0x5a;
const PIECE = 1 << 20;

const secret = randomFillSync(Buffer.allocUnsafeSlow(LENGTH));
/** The secret in a form in which it is not found. */
const masked = Buffer.from(secret.map((byte) => byte ^ MASK));

/** In how many places of the memory that can be written the secret is. */
function places() {
  const memory = openSync("/proc/self/mem", "r");
  const piece = Buffer.allocUnsafeSlow(PIECE + LENGTH);
  let count = 0;
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const [, start = "", end = ""] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    for (let at = parseInt(start, 16); at < parseInt(end, 16); at += PIECE) {
      const size = Math.min(piece.length, parseInt(end, 16) - at);
      count += countIn(piece.subarray(0, readAt(memory, piece, size, at)));
    }
  }
  closeSync(memory);
  return count;
}

/**
 * @param {number} memory
 * @param {Buffer} piece
 * @param {number} size
 * @param {number} at
 */
function readAt(memory, piece, size, at) {
  try {
    return readSync(memory, piece, 0, size, at);
  } catch {
    // Some mappings cannot be read (those of devices, and what has gone meanwhile).
    return 0;
  }
}

/** @param {Buffer} piece */
function countIn(piece) {
  // At once, so that this copy is not found.
  for (let index = 0; index < piece.length; index += 1) {
    piece[index] = (piece[index] ?? 0) ^ MASK;
  }
  let count = 0;
  for (let at = piece.indexOf(masked); at >= 0; at = piece.indexOf(masked, at + 1)) {
    count += 1;
  }
  return count;
}

const client = new Client();
const name = `secret-${process.pid}`;
const key = await client.generate(name, presets.aes256Gcm());
const sealed = await key.seal(secret);
const opened = await key.open(sealed);
const before = places();
const isRight = opened.equals(secret);
secret.fill(0);
opened.fill(0);
await key.destroy();
console.log(`${isRight} ${before} ${places()}`);
