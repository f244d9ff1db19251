// The words for keys and algorithms: each is read back from the message that it becomes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { AlgorithmSchema } from "../src/generated/algorithm_pb.js";
import { KeyAttributesSchema } from "../src/generated/attributes_pb.js";
import { algorithmMessage, algorithmWord } from "../src/words/algorithm.js";
import { areWhatWasAsked, asListed, attributesMessage, attributesOf } from "../src/words/attributes.js";

/** @import { Algorithm, EccFamily, HashAlgorithm, KeyAttributes, KeyType, Usage } from "../src/index.js" */

const HASHES = /** @type {HashAlgorithm[]} */ (
  "md2 md4 md5 ripemd160 sha-1 sha-224 sha-256 sha-384 sha-512 sha-512-224 sha-512-256 sha3-224 sha3-256 sha3-384 sha3-512".split(
    " ",
  )
);
const PLAIN =
  "none rsa-pkcs1v15-sign-raw ecdsa-any rsa-pkcs1v15-crypt gcm ccm chacha20-poly1305 gcm:12 ccm:4 chacha20-poly1305:8 " +
  "stream-cipher ctr cfb ofb xts ecb cbc cbc-pkcs7 cmac cbc-mac cmac:8 cbc-mac:4 hmac:sha-512-256:16 ecdh ffdh " +
  "rsa-pkcs1v15-sign:any rsa-pss:any ecdsa:any deterministic-ecdsa:any";
const WITH_HASH =
  "rsa-pkcs1v15-sign rsa-pss ecdsa deterministic-ecdsa rsa-oaep hmac hkdf tls12-prf tls12-psk-to-ms ecdh+hkdf " +
  "ecdh+tls12-prf ffdh+tls12-psk-to-ms";
const ALGORITHMS = /** @type {Algorithm[]} */ ([
  ...HASHES,
  ...PLAIN.split(" "),
  ...WITH_HASH.split(" ").flatMap((word) => HASHES.map((hash) => `${word}:${hash}`)),
]);

test("every algorithm is read back as the word that it was", () => {
  for (const word of ALGORITHMS) {
    const bytes = toBinary(AlgorithmSchema, create(AlgorithmSchema, algorithmMessage(word)));
    assert.equal(algorithmWord(fromBinary(AlgorithmSchema, bytes)), word);
  }
});

test("no two algorithms are the same message", () => {
  const encode = (/** @type {Algorithm} */ word) =>
    Buffer.from(toBinary(AlgorithmSchema, create(AlgorithmSchema, algorithmMessage(word)))).toString("hex");
  assert.equal(new Set(ALGORITHMS.map(encode)).size, ALGORITHMS.length);
});

const FAMILIES = /** @type {EccFamily[]} */ (
  "secp-k1 secp-r1 secp-r2 sect-k1 sect-r1 sect-r2 brainpool-p-r1 frp montgomery".split(" ")
);
const TYPES = /** @type {KeyType[]} */ ([
  ..."raw-data hmac derive aes des camellia arc4 chacha20 rsa-key-pair rsa-public-key".split(" "),
  ...FAMILIES.flatMap((family) => [`ecc-key-pair:${family}`, `ecc-public-key:${family}`]),
  "dh-key-pair:rfc7919",
  "dh-public-key:rfc7919",
]);
const USAGES = /** @type {Usage[]} */ (
  "export copy cache encrypt decrypt sign-message verify-message sign-hash verify-hash derive".split(" ")
);

/** @param {KeyAttributes} attributes */
function readBack(attributes) {
  const bytes = toBinary(KeyAttributesSchema, create(KeyAttributesSchema, attributesMessage(attributes)));
  return attributesOf(fromBinary(KeyAttributesSchema, bytes));
}

test("every type and usage of keys is read back", () => {
  for (const type of TYPES) {
    /** @type {KeyAttributes} */
    const attributes = { type, bits: 256, usage: [], algorithm: "none" };
    assert.deepEqual(readBack(attributes), attributes);
  }
  for (const word of USAGES) {
    assert.deepEqual(readBack({ type: "aes", bits: 0, usage: [word], algorithm: "gcm" }).usage, [word]);
  }
});

test("what a newer service has added is unknown and no error", () => {
  // Field 120 of KeyType; Hash 200; a variant of Algorithm that is not there.
  const message = Buffer.from("0a03c207001080021a0812003204220212001a00", "hex");
  assert.equal(attributesOf(fromBinary(KeyAttributesSchema, message)).type, "unknown");
  assert.equal(algorithmWord(fromBinary(AlgorithmSchema, Buffer.from("10c801", "hex"))), "unknown");
  assert.equal(algorithmWord(fromBinary(AlgorithmSchema, Buffer.from("", "hex"))), "unknown");
  assert.deepEqual(attributesOf(undefined), { type: "unknown", bits: 0, usage: [], algorithm: "unknown" });
});

test("a listed key is what was asked for if the service only widened it", () => {
  /** @type {KeyAttributes} */
  const asked = { type: "rsa-key-pair", bits: 0, usage: ["verify-hash", "sign-hash"], algorithm: "rsa-pss:sha-256" };
  const listed = { ...asListed(asked), bits: 2048 };
  assert.deepEqual(listed.usage, ["sign-message", "verify-message", "sign-hash", "verify-hash"]);
  assert.ok(areWhatWasAsked(listed, asked));
  assert.ok(!areWhatWasAsked(listed, { ...asked, bits: 3072 }));
  assert.ok(!areWhatWasAsked(listed, { ...asked, usage: ["sign-hash"] }));
  assert.ok(!areWhatWasAsked(listed, { ...asked, algorithm: "rsa-pss:any" }));
});
