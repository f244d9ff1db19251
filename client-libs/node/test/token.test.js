// Tokens from an identity provider: fetched, kept, renewed, and fetched again when they are stale.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HEADER_BYTES } from "../src/frame.js";
import { IdentityError, Status, TokenSource } from "../src/index.js";
import { GetToken, ListKeys, Ping } from "../src/operations.js";
import { against, answer, hangup, refusal, silence } from "./support/scripted.js";

/**
 * @import { Client } from "../src/index.js"
 * @import { Scripted, Step } from "./support/scripted.js"
 */

const noKeys = answer(ListKeys, {});
const stale = refusal(ListKeys, Status.AuthStale);
const inAnHour = () => BigInt(Math.floor(Date.now() / 1000) + 3600);

/**
 * @param {string} token
 * @param {bigint} [expiresAt]
 */
const given = (token, expiresAt = inAnHour()) => answer(GetToken, { token, expiresAt }, { flags: 0 });

/**
 * Runs a test against an identity provider and a service.
 *
 * @param {Step[][]} tokens
 * @param {Step[][]} answers
 * @param {(client: Client, service: Scripted, provider: Scripted) => Promise<void>} test
 */
function identified(tokens, answers, test) {
  return against(tokens, (provider) =>
    against(answers, async (service) => {
      const client = service.client({ credential: new TokenSource(provider.endpoint) });
      await test(client, service, provider);
    }),
  );
}

/**
 * The authentication parts that were sent, with their types.
 *
 * @param {Scripted} service
 */
function proofs(service) {
  return service.seen.flat().map((request) => {
    const auth = request.subarray(HEADER_BYTES + request.readUInt32LE(22));
    return `${request[21]} ${auth}`;
  });
}

test("a token is fetched once, kept, and shown where an identity is needed", async () => {
  await identified([[given("a.b.c")]], [[noKeys, answer(Ping, {}), noKeys]], async (client, service) => {
    await client.listKeys();
    await client.ping();
    await client.listKeys();
    assert.deepEqual(proofs(service), ["2 a.b.c", "0 ", "2 a.b.c"]);
  });
});

test("calls made at once fetch one token", async () => {
  await identified([[given("a.b.c")]], [[noKeys], [noKeys], [noKeys]], async (client, service) => {
    await Promise.all([client.listKeys(), client.listKeys(), client.listKeys()]);
    assert.deepEqual(proofs(service), ["2 a.b.c", "2 a.b.c", "2 a.b.c"]);
  });
});

test("a stale token is replaced, and the request sent again until it is taken", async () => {
  const tokens = [[given("one")], [given("two")], [given("three")]];
  await identified(tokens, [[stale, stale, noKeys]], async (client, service) => {
    assert.deepEqual(await client.listKeys(), []);
    assert.deepEqual(proofs(service), ["2 one", "2 two", "2 three"]);
  });
});

test("a token that stays stale is an error when the time is over", async () => {
  const tokens = Array.from({ length: 50 }, (_, count) => [given(`token ${count}`)]);
  await identified(tokens, [Array(50).fill(stale)], async (client) => {
    await assert.rejects(client.listKeys({ timeout: 300 }), { isWorthRetrying: true });
  });
});

test("a token is renewed after three quarters of its life, and a failure of that is not the caller's", async (t) => {
  const clock = performance.now.bind(performance);
  let later = 0;
  t.mock.method(performance, "now", () => clock() + later);
  const tokens = [[given("old")], [hangup], [given("new")]];
  // Connections do not outlast such pauses.
  await identified(tokens, Array(5).fill([noKeys, noKeys]), async (client, service) => {
    const shown = async (/** @type {number} */ seconds) => {
      later = seconds * 1000;
      await client.listKeys();
      return proofs(service).at(-1);
    };
    assert.equal(await shown(0), "2 old");
    assert.equal(await shown(2650), "2 old", "not due yet");
    assert.equal(await shown(2750), "2 old", "the renewal failed, and it is still good");
    assert.equal(await shown(2753), "2 old", "not tried again at once, but on another connection");
    assert.equal(await shown(2780), "2 new");
  });
});

test("an identity provider that is busy, or being restarted, is asked again", async () => {
  const busy = refusal(GetToken, Status.Busy);
  await identified([[busy], [hangup], [given("a.b.c")]], [[noKeys]], async (client, service) => {
    await client.listKeys();
    assert.deepEqual(proofs(service), ["2 a.b.c"]);
  });
});

test("an identity provider that knows nothing of the program is an error, and no other credential is shown", async () => {
  await identified([[refusal(GetToken, Status.AuthenticationError)]], [], async (client, service) => {
    const error = await client.listKeys().catch((/** @type {unknown} */ reason) => reason);
    assert.ok(error instanceof IdentityError);
    assert.deepEqual([error.status, error.isWorthRetrying], [Status.AuthenticationError, false]);
    assert.deepEqual(service.seen, []);
  });
});

test("an identity provider that is not there is waited for until the deadline, and then an error", async () => {
  await against([], async (service) => {
    const absent = new TokenSource(service.endpoint);
    await service.stopListening();
    const client = service.client({ credential: absent });
    const error = await client.listKeys({ timeout: 200 }).catch((/** @type {unknown} */ reason) => reason);
    assert.ok(error instanceof IdentityError && error.isWorthRetrying);
    assert.match(error.message, /cannot connect/);
  });
});

test("an identity provider that does not answer costs the call its time and no more", async () => {
  await identified([[silence]], [], async (client) => {
    await assert.rejects(client.listKeys({ timeout: 100 }), IdentityError);
  });
});

test("a call that is cancelled while it waits for a token ends with the signal's reason", async () => {
  await identified([[silence], [given("a.b.c")]], [[noKeys]], async (client, _service, provider) => {
    const controller = new AbortController();
    const [cancelled, other] = [client.listKeys({ signal: controller.signal }), client.listKeys()];
    while (!provider.seen[0]?.[0]) {
      await new Promise(setImmediate);
    }
    controller.abort(new Error("no longer wanted"));
    await assert.rejects(cancelled, /no longer wanted/);
    assert.deepEqual(await other, [], "the other one fetches the token then");
  });
});
