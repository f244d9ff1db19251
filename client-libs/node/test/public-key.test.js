// Public keys and signatures in the forms of Node's own crypto.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";

import { signatureFromDer, signatureToDer } from "../src/der.js";
import { UsageError } from "../src/index.js";
import { keyObject } from "../src/public-key.js";

/** @import { KeyObject } from "node:crypto" */
/** @import { EccFamily, KeyAttributes } from "../src/index.js" */

/** @param {KeyObject} key @param {number} bytes Its last bytes: a key of the wire contract. */
function lastBytes(key, bytes) {
  return key.export({ format: "der", type: "spki" }).subarray(-bytes);
}

/**
 * @param {EccFamily} family
 * @param {number} bits
 * @returns {KeyAttributes}
 */
function onCurve(family, bits) {
  return { type: `ecc-key-pair:${family}`, bits, usage: [], algorithm: "none" };
}

for (const [namedCurve, family, bits] of /** @type {[string, EccFamily, number][]} */ ([
  ["prime192v1", "secp-r1", 192],
  ["secp224r1", "secp-r1", 224],
  ["prime256v1", "secp-r1", 256],
  ["secp384r1", "secp-r1", 384],
  ["secp521r1", "secp-r1", 521],
  ["secp256k1", "secp-k1", 256],
  ["brainpoolP256r1", "brainpool-p-r1", 256],
  ["brainpoolP384r1", "brainpool-p-r1", 384],
  ["brainpoolP512r1", "brainpool-p-r1", 512],
])) {
  test(`a point on ${namedCurve} becomes a KeyObject, and signatures go from DER to r ‖ s and back`, () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
    const bytes = Math.ceil(bits / 8);
    const made = keyObject(onCurve(family, bits), lastBytes(publicKey, 1 + 2 * bytes));
    assert.ok(made.equals(publicKey));
    for (let count = 0; count < 50; count += 1) {
      const message = Buffer.from(`message ${count}`);
      const der = sign("sha256", message, privateKey);
      const raw = signatureFromDer(der, bytes);
      assert.ok(raw && verify("sha256", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, raw));
      assert.equal(signatureToDer(raw).toString("hex"), der.toString("hex"));
    }
  });
}

test("X25519, X448 and RSA keys become KeyObjects", () => {
  const x25519 = generateKeyPairSync("x25519").publicKey;
  assert.ok(keyObject(onCurve("montgomery", 255), lastBytes(x25519, 32)).equals(x25519));
  const x448 = generateKeyPairSync("x448").publicKey;
  assert.ok(keyObject(onCurve("montgomery", 448), lastBytes(x448, 56)).equals(x448));
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  const data = rsa.export({ format: "der", type: "pkcs1" });
  assert.ok(keyObject({ type: "rsa-public-key", bits: 1024, usage: [], algorithm: "none" }, data).equals(rsa));
});

test("a curve that Node does not know is an error that says what to do", () => {
  assert.throws(() => keyObject(onCurve("frp", 256), Buffer.alloc(65)), UsageError);
  assert.throws(() => keyObject({ ...onCurve("frp", 256), type: "aes" }, Buffer.alloc(65)), UsageError);
});

test("what is no signature in DER is none", () => {
  const good = signatureToDer(Buffer.alloc(64, 0x81));
  assert.ok(signatureFromDer(good, 32));
  const wrong = [
    Buffer.alloc(0),
    good.subarray(0, -1),
    Buffer.concat([good, Buffer.alloc(1)]),
    Buffer.from("3000", "hex"),
    Buffer.from("30060200020100", "hex"),
    Buffer.from("3084ffffffff", "hex"),
    signatureToDer(Buffer.alloc(66, 0x81)),
  ];
  for (const der of wrong) {
    assert.equal(signatureFromDer(der, 32), undefined, der.toString("hex"));
  }
});
