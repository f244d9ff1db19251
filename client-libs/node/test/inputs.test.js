// What the library refuses by itself, and what it makes of endpoints and of the environment.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, Endpoint, presets, UsageError } from "../src/index.js";
import { against } from "./support/scripted.js";

test("both spellings of a path are an endpoint", () => {
  assert.equal(Endpoint.parse("unix:/a/b.sock").path, "/a/b.sock");
  assert.equal(Endpoint.parse("unix:///a/b.sock").path, "/a/b.sock");
  assert.equal(String(new Endpoint("/a")), "unix:/a");
});

for (const uri of [
  "tcp://localhost:1",
  "/a/b.sock",
  "unix://host/a",
  "unix:a.sock",
  "unix:",
  "unix://",
  "unix:/a\0b",
]) {
  test(`${JSON.stringify(uri)} is not an endpoint`, () => {
    assert.throws(() => Endpoint.parse(uri), UsageError);
  });
}

test("a socket's path that the kernel would cut is refused", () => {
  assert.equal(new Endpoint(`/${"a".repeat(106)}`).path.length, 107);
  assert.throws(() => new Endpoint(`/${"a".repeat(107)}`), UsageError);
});

test("the variables are asked in order, an empty one counts as unset, and a wrong one is an error", () => {
  const path = (/** @type {string | undefined} */ keystead, /** @type {string | undefined} */ parsec) =>
    Endpoint.fromEnvironment({ KEYSTEAD_SERVICE_ENDPOINT: keystead, PARSEC_SERVICE_ENDPOINT: parsec }).path;
  assert.equal(path("unix:/k", "unix:/p"), "/k");
  assert.equal(path("", "unix:/p"), "/p");
  assert.equal(path(undefined, ""), "/run/keystead/service.sock");
  assert.throws(() => path("tcp:x", "unix:/p"), UsageError);
});

test("an identity provider is named or there is none", () => {
  const named = (/** @type {string} */ uri) => Endpoint.ofIdentityFromEnvironment({ KEYSTEAD_IDENTITY_ENDPOINT: uri });
  assert.equal(named("unix:/i")?.path, "/i");
  assert.equal(named(""), undefined);
  assert.throws(() => named("identity.sock"), UsageError);
});

test("a program with other rights than its caller's does not ask the environment", (t) => {
  t.mock.method(/** @type {any} */ (process), "getuid", () => (process.geteuid?.() ?? 0) + 1);
  process.env.KEYSTEAD_SERVICE_ENDPOINT = "unix:/callers";
  process.env.KEYSTEAD_IDENTITY_ENDPOINT = "unix:/callers";
  t.after(() => {
    delete process.env.KEYSTEAD_SERVICE_ENDPOINT;
    delete process.env.KEYSTEAD_IDENTITY_ENDPOINT;
  });
  assert.equal(new Client().endpoint.path, "/run/keystead/service.sock");
  assert.equal(Endpoint.ofIdentityFromEnvironment(), undefined);
});

test("an identity that no identity provider can give is an error and not left out", () => {
  assert.throws(() => new Client({ endpoint: "unix:/a", identity: "spiffe://td/app" }), UsageError);
});

for (const options of [
  { provider: 0 },
  { provider: 256 },
  { provider: 1.5 },
  { maxConnections: 0 },
  { maxConnections: 33 },
  { endpoint: "/a" },
]) {
  test(`a client is not made with ${JSON.stringify(options)}`, () => {
    assert.throws(() => new Client(options), UsageError);
  });
}

test("arguments that the protocol cannot carry are refused before anything is sent", async () => {
  await against([], async (service) => {
    const client = service.client({ provider: 1 });
    const p256 = presets.ecdsaP256();
    const wrong = /** @type {any} */ (client);
    const calls = [
      () => client.destroy("a".repeat(65_536)),
      () => client.destroy("half a pair \ud800"),
      () => wrong.destroy(7),
      () => client.ping({ timeout: 0 }),
      () => client.ping({ timeout: NaN }),
      () => client.random(-1),
      () => client.random(0.5),
      () => wrong.signMessage("k", "ecdsa", "m"),
      () => wrong.signMessage("k", "ecdsa:sha-257", "m"),
      () => wrong.signMessage("k", "gcm", "m"),
      () => wrong.signMessage("k", "constructor", "m"),
      () => wrong.signMessage("k", "ecdsa:sha-256", { not: "bytes" }),
      () => wrong.signMessage("k", undefined, "m"),
      () => wrong.generate("k"),
      () => wrong.generate("k", { ...p256, bits: -1 }),
      () => wrong.generate("k", { ...p256, type: "ecc-key-pair:secp-x1" }),
      () => wrong.generate("k", { ...p256, type: "unknown" }),
      () => wrong.generate("k", { ...p256, usage: ["sign"] }),
      () => wrong.generate("k", { ...p256, usage: "sign-hash" }),
      () => wrong.generate("k", { ...p256, algorithm: "unknown" }),
      () => wrong.canDo("everything", p256),
      () => wrong.listOpcodes(256),
    ];
    for (const call of calls) {
      await assert.rejects(async () => call(), UsageError, String(call));
    }
    assert.deepEqual(service.seen, []);
  });
});

test("a key is not used for what its algorithm is not for", async () => {
  await against([], async (service) => {
    const client = service.client({ provider: 1 });
    // What generate gives knows its attributes.
    const { Key } = await import("../src/key.js");
    const key = new Key(client, "k", presets.ecdsaP256());
    await assert.rejects(key.seal("m"), /ecdsa:sha-256, is not one for authenticated encryption/);
    await assert.rejects(key.mac("m"), UsageError);
    await assert.rejects(key.agree("m"), UsageError);
    await assert.rejects(key.encrypt("m"), UsageError);
    await assert.rejects(new Key(client, "k", presets.hmacSha256()).sign("m"), UsageError);
    await assert.rejects(key.sign("m", /** @type {any} */ ({ dsaEncoding: "hex" })), UsageError);
  });
});
