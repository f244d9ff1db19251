// How many P-256 signatures a second one connection gives: `node bench/sign_bench.js [SECONDS] [AT_ONCE]`. The service is
// the one that the environment names. Prints one line, `NUMBER/s`.

import { createHash } from "node:crypto";

import { Client, presets } from "../src/index.js";

const seconds = Number(process.argv[2] ?? 5);
/** Signatures asked for before the first is answered: 1 is one after the other. */
const atOnce = Number(process.argv[3] ?? 1);

const client = new Client({ maxConnections: 1 });
const key = await client.generate(`sign-bench-${process.pid}`, presets.ecdsaP256());
const hash = createHash("sha256").update("a message").digest();

/** @param {number} end */
async function signUntil(end) {
  let count = 0;
  for (; performance.now() < end; count += 1) {
    await client.signHash(key.name, "ecdsa:sha-256", hash);
  }
  return count;
}

// Compiles what is used often.
await signUntil(performance.now() + 500);
const start = performance.now();
const counts = await Promise.all(Array.from({ length: atOnce }, () => signUntil(start + seconds * 1000)));
const elapsed = (performance.now() - start) / 1000;
console.log(`${Math.round(counts.reduce((sum, count) => sum + count, 0) / elapsed)}/s`);
await key.destroy();
