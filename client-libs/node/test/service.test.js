// The client against the real service.

import assert from "node:assert/strict";
import { createHash, createHmac, createPrivateKey, diffieHellman, generateKeyPairSync, verify } from "node:crypto";
import { after, before, test } from "node:test";

import { presets, RefusedError, Status } from "../src/index.js";
import { Service } from "./support/service.js";

/** @import { Client, KeyAttributes } from "../src/index.js" */

/** @type {Service} */
let service;
/** @type {Client} */
let client;

before(async () => {
  service = await Service.start();
  client = service.client();
});
after(() => service?.stop());

test("the service says what it is", async () => {
  assert.deepEqual(await client.ping(), { major: 1, minor: 0 });
  assert.deepEqual(
    (await client.listProviders()).map(({ id }) => id),
    [1, 0],
  );
  assert.deepEqual(
    (await client.listAuthenticators()).map(({ id }) => id),
    [3],
  );
  assert.ok((await client.listOpcodes(1)).includes(24));
  assert.equal(await client.provider(), 1);
});

test("a signing key signs what Node's own crypto verifies", async () => {
  const key = await client.generate("signing", presets.ecdsaP256());
  const signature = await key.sign("hello");
  const publicKey = await key.publicKey();
  assert.ok(verify("sha256", Buffer.from("hello"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature));
  assert.deepEqual([await key.verify("hello", signature), await key.verify("hallo", signature)], [true, false]);
  const der = await key.sign("hello", { dsaEncoding: "der" });
  assert.ok(verify("sha256", Buffer.from("hello"), publicKey, der));
  assert.deepEqual(await key.verify("hello", der, { dsaEncoding: "der" }), true);
  assert.equal(await key.verify("hello", "no DER", { dsaEncoding: "der" }), false);
  const hash = createHash("sha256").update("hello").digest();
  assert.ok(await client.verifyHash("signing", "ecdsa:sha-256", hash, signature));
  const signed = await client.signHash("signing", "ecdsa:sha-256", hash);
  assert.ok(await client.verifyMessage("signing", "ecdsa:sha-256", "hello", signed));
  await assert.rejects(client.generate("signing", presets.ecdsaP256()), { status: Status.PsaErrorAlreadyExists });
  await key.destroy();
  await assert.rejects(key.sign("hello"), { status: Status.PsaErrorDoesNotExist });
});

test("a handle made by name asks for the key's attributes", async () => {
  await client.generate("by name", presets.rsaPss());
  const key = client.key("by name");
  const { type, bits, algorithm } = await key.attributes();
  assert.deepEqual([type, bits, algorithm], ["rsa-key-pair", 2048, "rsa-pss:sha-256"]);
  assert.ok(await key.verify("m", await key.sign("m")));
  await key.destroy();
  await assert.rejects(client.key("no such key").sign("m"), { status: Status.PsaErrorDoesNotExist });
});

test("a key is imported, exported and compared", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const scalar = Buffer.from(/** @type {string} */ (privateKey.export({ format: "jwk" }).d), "base64url");
  /** @type {KeyAttributes} */
  const attributes = { ...presets.ecdsaP256(), bits: 0, usage: ["sign-hash", "export"] };
  const key = await client.import("imported", attributes, scalar);
  assert.equal((await key.attributes()).bits, 256, "the size is the data's");
  assert.ok((await key.export()).equals(scalar));
  await key.destroy();
  await assert.rejects(client.import("empty", attributes, ""), { status: Status.PsaErrorInvalidArgument });
});

test("names are kept byte for byte, whatever is in them", async () => {
  const names = ["", "/", "..", "a\0b", "ключ 🔑", "e\u0301", "\u00e9"];
  for (const name of names) {
    await client.generate(name, presets.hmacSha256());
  }
  const listed = (await client.listKeys()).map((key) => key.name);
  assert.deepEqual(listed.filter((name) => names.includes(name)).sort(), [...names].sort());
  for (const name of names) {
    await client.destroy(name);
  }
});

test("what was sealed is opened, and nothing else", async () => {
  const key = await client.generate("sealing", presets.aes256Gcm());
  const sealed = await key.seal("secret", { additionalData: "header" });
  assert.equal(String(await key.open(sealed, { additionalData: "header" })), "secret");
  assert.equal((await key.open(await key.seal(""))).length, 0);
  const refused = { name: "RefusedError", status: Status.PsaErrorInvalidSignature };
  await assert.rejects(key.open(sealed, { additionalData: "another" }), refused);
  sealed[20] = (sealed[20] ?? 0) ^ 1;
  await assert.rejects(key.open(sealed, { additionalData: "header" }), RefusedError);
  await assert.rejects(key.open("short"), RefusedError);
  await key.destroy();
});

test("RSA encryption keeps its label, and ciphers their bytes", async () => {
  const rsa = await client.generate("oaep", presets.rsaOaep());
  const ciphertext = await rsa.encrypt("secret", { label: "label" });
  assert.equal(String(await rsa.decrypt(ciphertext, { label: "label" })), "secret");
  await assert.rejects(rsa.decrypt(ciphertext, { label: "another" }), { status: Status.PsaErrorInvalidPadding });
  await rsa.destroy();
  /** @type {KeyAttributes} */
  const attributes = { type: "aes", bits: 128, usage: ["encrypt", "decrypt"], algorithm: "cbc-pkcs7" };
  const aes = await client.generate("cbc", attributes);
  assert.equal(String(await aes.decrypt(await aes.encrypt("secret"))), "secret");
  await assert.rejects(aes.encrypt("secret", { label: "label" }), { code: "ERR_KEYSTEAD_USAGE" });
  await aes.destroy();
});

test("authentication codes and hashes are those of Node's own crypto", async () => {
  const material = Buffer.alloc(32, 3);
  const key = await client.import("hmac", presets.hmacSha256(), material);
  const code = createHmac("sha256", material).update("input").digest();
  assert.ok((await key.mac("input")).equals(code));
  assert.deepEqual([await key.verifyMac("input", code), await key.verifyMac("other", code)], [true, false]);
  await key.destroy();
  const hash = createHash("sha256").update("input").digest();
  assert.ok((await client.hashCompute("sha-256", "input")).equals(hash));
  assert.deepEqual(
    [await client.hashCompare("sha-256", "input", hash), await client.hashCompare("sha-256", "other", hash)],
    [true, false],
  );
});

test("an agreed secret is the one that Node's own crypto finds", async () => {
  const key = await client.generate("agreeing", presets.x25519());
  const peer = generateKeyPairSync("x25519");
  const raw = peer.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const expected = diffieHellman({
    privateKey: createPrivateKey(pem(peer.privateKey)),
    publicKey: await key.publicKey(),
  });
  const secret = await key.agree(raw);
  assert.ok(secret.equals(expected));
  secret.fill(0);
  await key.destroy();
});

/** @param {import("node:crypto").KeyObject} key */
function pem(key) {
  return key.export({ format: "pem", type: "pkcs8" });
}

test("random bytes come in any size up to the limit", async () => {
  const sizes = [0, 1, 32, 1_048_576];
  const all = await Promise.all(sizes.map((size) => client.random(size)));
  assert.deepEqual(
    all.map((bytes) => bytes.length),
    sizes,
  );
  await assert.rejects(client.random(1_048_577), { status: Status.ResponseTooLarge });
});

test("a request that is too long is refused, and the next one served", async () => {
  await assert.rejects(client.hashCompute("sha-256", Buffer.alloc(3_000_000)), { status: Status.BodySizeExceedsLimit });
  assert.equal((await client.hashCompute("sha-256", Buffer.alloc(1_000_000))).length, 32);
});

test("what the provider can do is asked", async () => {
  assert.equal(await client.canDo("generate", presets.ecdsaP256()), true);
  assert.equal(await client.canDo("derive", presets.ecdsaP256()), false);
});

test("thousands of calls made at once are all answered, each with its own answer", async () => {
  const inputs = Array.from({ length: 2_000 }, (_, number) => `input ${number}`);
  const hashes = await Promise.all(inputs.map((input) => client.hashCompute("sha-256", input)));
  hashes.forEach((hash, number) => {
    assert.ok(
      hash.equals(
        createHash("sha256")
          .update(inputs[number] ?? "")
          .digest(),
      ),
    );
  });
  assert.ok((await client.admin.health()).connections <= 32);
});

test("a service that was killed and started again is found again by the same client", async () => {
  const other = await Service.start();
  try {
    const lasting = other.client();
    const key = await lasting.generate("lasting", presets.ecdsaP256());
    await other.restart();
    assert.ok(await key.verify("m", await key.sign("m")));
    await other.kill();
    await assert.rejects(key.sign("m"), { name: "ConnectionError" });
    await other.restart();
    await key.destroy();
  } finally {
    await other.stop();
  }
});

test("another credential is refused", async () => {
  const proof = { kind: 3, bytes: Buffer.from(Uint32Array.of(4_000_000).buffer) };
  const stranger = service.client({ credential: { isRenewable: false, proof: () => proof } });
  await assert.rejects(stranger.listKeys(), { status: Status.AuthenticationError });
  const nobody = service.client({
    credential: { isRenewable: false, proof: () => ({ kind: 0, bytes: Buffer.alloc(0) }) },
  });
  await assert.rejects(nobody.listKeys(), { status: Status.NotAuthenticated });
});

test("an administrator lists and deletes clients, and asks for the service's health", async () => {
  await client.generate("to be deleted", presets.hmacSha256());
  const name = String(process.geteuid?.());
  assert.deepEqual(await client.admin.listClients(), [name]);
  const health = await client.admin.health();
  assert.deepEqual(
    health.providers.map(({ id, isAvailable }) => [id, isAvailable]),
    [[1, true]],
  );
  assert.ok(health.keys > 0 && health.requests > 0 && health.panics === 0);
  assert.equal(await client.admin.releaseClient(name), false);
  await assert.rejects(client.admin.acceptToken("other"), { status: Status.ProviderNotRegistered });
  await client.admin.deleteClient(name);
  assert.deepEqual(await client.listKeys(), []);
});

test("what only a TPM can prove is refused by software", async () => {
  await client.generate("attested", presets.ecdsaP256());
  const unsupported = { status: Status.PsaErrorNotSupported };
  await assert.rejects(client.attestation.prepare("attested"), unsupported);
  await assert.rejects(client.attestation.attest("attested", { credentialBlob: "a", secret: "b" }), unsupported);
  await assert.rejects(client.attestation.certify("attested", "attested", "nonce"), unsupported);
  await assert.rejects(client.attestation.quote("attested", "sha-256", [0], "nonce"), unsupported);
  await assert.rejects(client.attestation.endorsementCertificates(), unsupported);
  await client.destroy("attested");
});
