// The golden bytes: what this client sends, and how it reads what it is answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../src/codec.js";
import { Deadline } from "../src/deadline.js";
import { answerHeader, HEADER_BYTES } from "../src/frame.js";
import { presets, ResponseError, Status, TokenSource } from "../src/index.js";
import * as operations from "../src/operations.js";
import { against, bytes } from "./support/scripted.js";
import { names, vector } from "./support/vectors.js";

/** @import { Client, Credential } from "../src/index.js" */

/** Vectors that are no business of an application's client: what the daemons say to each other. */
const OTHERS = [15, 16, 17, 18, 20, 21].flatMap((number) => [`V${number}`, `V${number}r`]);

/** @type {Set<string>} */
const used = new Set();

/**
 * @param {number} kind
 * @param {Buffer} proof
 * @returns {Credential}
 */
const showing = (kind, proof) => ({ isRenewable: false, proof: () => ({ kind, bytes: proof }) });
const direct = (/** @type {string} */ name) => showing(1, Buffer.from(name));
const uid = (/** @type {number} */ number) => showing(3, Buffer.from(Uint32Array.of(number).buffer));

/**
 * A vector as this client sends it: with both flags, and without a credential where none is needed.
 *
 * @param {string} name
 * @param {boolean} isForAnyone
 */
function asSent(name, isForAnyone) {
  const request = vector(name);
  request.writeUInt16LE(3, 8);
  if (!isForAnyone) {
    return request;
  }
  const without = request.subarray(0, request.length - request.readUInt16LE(26));
  without[21] = 0;
  without.writeUInt16LE(0, 26);
  return without;
}

/**
 * Has a call answered with one vector, and compares what was sent with another.
 *
 * @template T
 * @param {{ request?: string, answer: string, credential?: Credential, isForAnyone?: boolean }} vectors
 * @param {(client: Client) => Promise<T>} call
 * @returns {Promise<T>}
 */
async function exchange({ request, answer, credential = uid(0), isForAnyone = false }, call) {
  used.add(answer);
  /** @type {T[]} */
  const results = [];
  await against([[bytes(vector(answer))]], async (service) => {
    const provider = (request && vector(request)[10]) || 1;
    const result = call(service.client({ credential, provider }));
    await result.catch(() => {});
    if (request) {
      used.add(request);
      assert.equal(service.seen[0]?.[0]?.toString("hex"), asSent(request, isForAnyone).toString("hex"));
    }
    results.push(await result);
  });
  return /** @type {T} */ (results[0]);
}

test("Ping is V1, answered with V1r", async () => {
  const vectors = { request: "V1", answer: "V1r", isForAnyone: true };
  assert.deepEqual(await exchange(vectors, (client) => client.ping()), { major: 1, minor: 0 });
});

test("ListOpcodes is V2 without its credential, answered with V2r", async () => {
  const vectors = { request: "V2", answer: "V2r", credential: direct("jimbob"), isForAnyone: true };
  assert.deepEqual(await exchange(vectors, (client) => client.listOpcodes(1)), [1, 3, 2, 6]);
});

test("DeleteClient is V3, refused with V3e", async () => {
  const vectors = { request: "V3", answer: "V3e", credential: direct("admin_priv") };
  const refused = exchange(vectors, (client) => client.admin.deleteClient("existing client"));
  await assert.rejects(refused, { status: Status.AdminOperation, statusName: "AdminOperation" });
});

test("ListClients is answered with V4r", async () => {
  assert.deepEqual(await exchange({ answer: "V4r" }, (client) => client.admin.listClients()), ["jim", "bob"]);
});

test("PsaGenerateKey is V5, answered with V5r or refused with V5e", async () => {
  const generate = (/** @type {Client} */ client) => client.generate("k1", presets.ecdsaP256());
  const made = await exchange({ request: "V5", answer: "V5r", credential: uid(1000) }, generate);
  assert.equal(made.name, "k1");
  const refused = exchange({ request: "V5", answer: "V5e", credential: uid(1000) }, generate);
  await assert.rejects(refused, { status: Status.PsaErrorAlreadyExists });
});

/** The attributes in V6r. */
const attributes = /** @type {const} */ ({
  type: "ecc-key-pair:secp-r1",
  bits: 256,
  usage: ["sign-message", "verify-message", "sign-hash", "verify-hash"],
  algorithm: "ecdsa:sha-256",
});

test("ListKeys is answered with V6r", async () => {
  const keys = await exchange({ answer: "V6r" }, (client) => client.listKeys());
  assert.deepEqual(keys, [{ provider: 1, name: "k1", attributes }]);
});

test("V8r and V8p repeat the session of V8, and tell whether the connection is kept", () => {
  for (const [name, keepsConnection] of /** @type {[string, boolean][]} */ (
    Object.entries({ V8r: true, V8p: false })
  )) {
    used.add("V8").add(name);
    assert.equal(answerHeader(vector(name).subarray(0, HEADER_BYTES)).keepsConnection, keepsConnection);
    assert.equal(vector(name).compare(vector("V8"), 11, 19, 11, 19), 0);
  }
});

test("V9e is a refusal of what could not be read, and names another operation", async () => {
  const refused = exchange({ answer: "V9e" }, (client) => client.listKeys());
  await assert.rejects(refused, { operation: "ListKeys", status: Status.InvalidHeader });
});

test("administration is V10 to V13 and V22", async () => {
  const release = exchange({ request: "V10", answer: "V10r" }, (client) => client.admin.releaseClient("1000"));
  assert.equal(await release, true);
  const accept = exchange({ request: "V11", answer: "V11r" }, (client) => client.admin.acceptToken("hsm"));
  assert.deepEqual(await accept, { former: "serial 1", accepted: "serial 2" });
  const key = { provider: "hsm", client: "1000", name: "k1", attributes: { ...attributes, bits: 0 } };
  const adopt = exchange({ request: "V12", answer: "V12r" }, (client) =>
    client.admin.adoptKey({ ...key, objectId: Buffer.from([1, 2]) }),
  );
  assert.deepEqual(await adopt, attributes);
  const rekey = exchange({ request: "V13", answer: "V13r" }, (client) => client.admin.rekeyStore());
  assert.deepEqual(await rekey, { place: "tpm", records: 300 });
  const from = { authType: 3, name: "1000" };
  const to = { authType: 2, name: "spiffe://td/app" };
  const move = exchange({ request: "V22", answer: "V22r" }, (client) =>
    client.admin.moveClient(from, to, { dryRun: true }),
  );
  assert.deepEqual(await move, { keys: 2, collisions: ["k1"] });
});

test("TpmQuote is V14, answered with V14r", async () => {
  const quote = await exchange({ request: "V14", answer: "V14r" }, (client) =>
    client.attestation.quote("k1", "sha-256", [0, 7], Buffer.from([1, 2, 3])),
  );
  const [attest, signature] = [Buffer.from("attest"), Buffer.from("signature")];
  assert.deepEqual(quote, { attest, signature, algorithm: "ecdsa:sha-256" });
});

test("GetToken is V19, answered with V19r", async () => {
  used.add("V19").add("V19r");
  await against([[bytes(vector("V19r"))]], async (service) => {
    const deadline = new Deadline(10_000);
    const source = new TokenSource(service.endpoint, { identity: "spiffe://td/web" });
    const { kind, bytes: token } = await source.proof(deadline);
    deadline.release();
    assert.deepEqual([kind, Buffer.from(token).toString()], [2, "a.b.c"]);
    assert.equal(service.seen[0]?.[0]?.toString("hex"), asSent("V19", true).toString("hex"));
  });
});

test("an answer that is cut is not taken", () => {
  assert.throws(() => decode(operations.ListKeys.result, vector("V6r").subarray(HEADER_BYTES, -3)), ResponseError);
});

test("every vector was used, or is no business of this client's", () => {
  assert.deepEqual(names.filter((name) => !used.has(name) && !OTHERS.includes(name)).sort(), []);
});
