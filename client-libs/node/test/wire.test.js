// What goes over the socket, and what the client makes of answers that are cut, wrong or late.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

import { ConnectionError, RefusedError, ResponseError, TimeoutError } from "../src/index.js";
import { MAX_ANSWER_BYTES } from "../src/limits.js";
import { ListProviders, Ping, PsaGenerateRandom, PsaHashCompute } from "../src/operations.js";
import { against, answer, answerBytes, bytes, hangup, refusal, silence } from "./support/scripted.js";

/** @import { Step } from "./support/scripted.js" */

const PONG = Buffer.from([8, 1]);
const pong = bytes(answerBytes(Ping.opcode, PONG));
const lastPong = bytes(answerBytes(Ping.opcode, PONG, { flags: 0 }));

test("requests on one connection are numbered, and ask for it to stay and for extensions", async () => {
  await against([[pong, pong]], async (service) => {
    const client = service.client();
    await client.ping();
    await client.ping();
    const [first, second] = service.seen[0] ?? [];
    const expected = "10a7c05e1e00010003000000000000000000000000000000000000000100000000000000";
    assert.equal(first?.toString("hex"), expected);
    assert.equal(second?.readBigUInt64LE(11), 1n);
  });
});

test("a service that closes after each answer gets a connection for each call", async () => {
  await against([[lastPong], [lastPong], [lastPong]], async (service) => {
    const client = service.client({ maxConnections: 1 });
    await client.ping();
    await Promise.all([client.ping(), client.ping()]);
    assert.deepEqual(service.opcodes, [[1], [1], [1]]);
  });
});

test("no second request is sent before an answer has said that the connection is kept", async () => {
  /** @type {(() => void)[]} */
  const held = [];
  const hold = /** @type {Step} */ ((socket, request) => held.push(() => pong(socket, request)));
  await against([[hold, pong, pong]], async (service) => {
    const client = service.client({ maxConnections: 1 });
    const pings = [client.ping(), client.ping(), client.ping()];
    while (held.length === 0) {
      await new Promise(setImmediate);
    }
    assert.equal(service.seen[0]?.length, 1);
    held[0]?.();
    await Promise.all(pings);
  });
});

test("answers to calls made at once keep their order on a shared connection", async () => {
  const sized = (/** @type {number} */ size) =>
    answer(PsaGenerateRandom, { randomBytes: new Uint8Array(size).fill(size) });
  const sizes = Array.from({ length: 40 }, (_, index) => index + 1);
  await against([sizes.map(sized)], async (service) => {
    const client = service.client({ maxConnections: 1, provider: 1 });
    const answers = await Promise.all(sizes.map((size) => client.random(size)));
    assert.deepEqual(
      answers.map((random) => [random.length, random[0]]),
      sizes.map((size) => [size, size]),
    );
  });
});

test("an answer that comes a byte at a time is put together, and so are two that come at once", async () => {
  const drip = /** @type {Step} */ (
    async (socket, request) => {
      const whole = answerBytes(Ping.opcode, PONG);
      request.copy(whole, 11, 11, 19);
      for (const byte of whole) {
        await new Promise((resolve) => socket.write(Uint8Array.of(byte), resolve));
      }
    }
  );
  /** @type {Buffer[]} */
  const requests = [];
  const both = /** @type {Step} */ (
    (socket, request) => {
      requests.push(request);
      if (requests.length === 2) {
        const answers = requests.map((one) => {
          const whole = answerBytes(Ping.opcode, PONG);
          one.copy(whole, 11, 11, 19);
          return whole;
        });
        socket.write(Buffer.concat(answers));
      }
    }
  );
  await against([[drip, both, both]], async (service) => {
    const client = service.client({ maxConnections: 1 });
    await client.ping();
    await Promise.all([client.ping(), client.ping()]);
  });
});

test("a long answer is received whole", async () => {
  const random = Buffer.alloc(1_048_576, 7);
  await against([[answer(PsaGenerateRandom, { randomBytes: random })]], async (service) => {
    assert.ok((await service.client({ provider: 1 }).random(random.length)).equals(random));
  });
});

/**
 * @param {(header: Buffer) => void} change
 * @returns {Step}
 */
function changed(change) {
  const whole = answerBytes(Ping.opcode, PONG);
  change(whole);
  return bytes(whole);
}

for (const [what, change] of /** @type {[string, (header: Buffer) => void][]} */ ([
  ["a wrong magic", (header) => header.writeUInt32LE(0xdeadbeef, 0)],
  ["another header size", (header) => header.writeUInt16LE(32, 4)],
  ["another version", (header) => (header[6] = 2)],
  ["another encoding", (header) => (header[19] = 1)],
  ["a reserved byte", (header) => (header[34] = 1)],
  ["a body that is too long", (header) => header.writeUInt32LE(MAX_ANSWER_BYTES + 1, 22)],
  ["another operation", (header) => header.writeUInt32LE(ListProviders.opcode, 28)],
  ["a body that is no message", (header) => header.fill(0xff, 36)],
])) {
  test(`an answer with ${what} is not taken`, async () => {
    await against([[changed(change)]], async (service) => {
      await assert.rejects(service.client().ping(), ResponseError);
    });
  });
}

test("the answer to another request is not taken, and ends the connection for all that wait there", async () => {
  const outOfTurn = /** @type {Step} */ ((socket) => socket.write(answerBytes(Ping.opcode, PONG)));
  await against([[pong, outOfTurn, silence], [pong]], async (service) => {
    const client = service.client({ maxConnections: 1 });
    await client.ping();
    const [first, second] = await Promise.allSettled([client.ping(), client.ping()]);
    assert.ok(first.status === "rejected" && first.reason instanceof ResponseError);
    assert.match(String(first.reason.message), /request 0 on this connection, and that of request 1 is due/);
    assert.equal(second.status, "fulfilled", "the other one is asked again on a fresh connection");
  });
});

test("what nobody asked for ends the connection", async () => {
  const twice = /** @type {Step} */ (
    (socket, request) => {
      pong(socket, request);
      pong(socket, request);
    }
  );
  await against([[twice], [pong]], async (service) => {
    const client = service.client();
    await client.ping();
    while (service.sockets.size > 0) {
      await new Promise(setImmediate);
    }
    await client.ping();
    assert.deepEqual(service.opcodes, [[1], [1]]);
  });
});

test("a status of a newer service is an error with its number and without a name", async () => {
  await against([[refusal(Ping, 2999)]], async (service) => {
    const refused = await service
      .client()
      .ping()
      .catch((/** @type {unknown} */ error) => error);
    assert.ok(refused instanceof RefusedError);
    assert.deepEqual([refused.status, refused.statusName, refused.isWorthRetrying], [2999, undefined, false]);
  });
});

test("a connection that breaks in the middle of an answer is an error", async () => {
  const half = /** @type {Step} */ ((socket) => socket.end(answerBytes(Ping.opcode, PONG).subarray(0, 37)));
  await against([[half]], async (service) => {
    await assert.rejects(service.client().ping(), ConnectionError);
  });
});

test("an endpoint where nobody listens is an error that is worth retrying", async () => {
  await against([], async (service) => {
    const client = service.client({ endpoint: `unix:${service.endpoint.path}-other` });
    await assert.rejects(client.ping(), {
      name: "ConnectionError",
      wasOpen: false,
      systemCode: "ENOENT",
      isWorthRetrying: true,
    });
  });
});

test("a call ends by its time limit, and its late answer is not taken for the next one's", async () => {
  /** @type {(() => void)[]} */
  const late = [];
  const slow = /** @type {Step} */ ((socket, request) => late.push(() => pong(socket, request)));
  await against([[pong, slow], [pong]], async (service) => {
    const client = service.client();
    await client.ping();
    await assert.rejects(client.ping({ timeout: 50 }), TimeoutError);
    late[0]?.();
    assert.deepEqual(await client.ping(), { major: 1, minor: 0 });
  });
});

test("a call that is cancelled ends at once with the signal's reason, and others on its connection go on", async () => {
  /** @type {(() => void)[]} */
  const held = [];
  const hold = /** @type {Step} */ ((socket, request) => held.push(() => pong(socket, request)));
  await against([[pong, hold, hold], [pong]], async (service) => {
    const client = service.client({ maxConnections: 1 });
    await client.ping();
    const controller = new AbortController();
    const [cancelled, other] = [client.ping({ signal: controller.signal }), client.ping()];
    while (held.length < 2) {
      await new Promise(setImmediate);
    }
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    await assert.rejects(cancelled, reason);
    held.forEach((release) => release());
    await other;
    await client.ping();
    assert.deepEqual(service.opcodes, [[1, 1, 1], [1]], "nothing more is put on the connection of a call given up");
    await assert.rejects(client.ping({ signal: controller.signal }), reason);
  });
});

test("a closed client waits for its calls and takes no more", async () => {
  await against([[pong]], async (service) => {
    const client = service.client();
    const ping = client.ping();
    await client[Symbol.asyncDispose]();
    await ping;
    await assert.rejects(client.ping(), { code: "ERR_KEYSTEAD_USAGE" });
    while (service.sockets.size > 0) {
      await new Promise(setImmediate);
    }
  });
});

test("a program ends by itself though the service keeps its connection", async () => {
  await against([[pong]], async (service) => {
    const library = new URL("../src/index.js", import.meta.url);
    const program = `import { Client } from "${library}"; await new Client().ping();`;
    const env = { ...process.env, KEYSTEAD_SERVICE_ENDPOINT: String(service.endpoint) };
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { env, stdio: "inherit" });
    const code = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => (child.kill(), reject(new Error("the program did not end"))), 60_000);
      child.once("exit", (status) => (clearTimeout(timer), resolve(status)));
    });
    assert.equal(code, 0);
  });
});

test("the first listed provider is asked for once and used, or the chosen one", async () => {
  const providers = answer(ListProviders, { providers: [{ id: 17 }, { id: 0 }] });
  const hashed = answer(PsaHashCompute, { hash: new Uint8Array(32) });
  await against([[providers, hashed, hashed, hashed]], async (service) => {
    const client = service.client();
    await client.hashCompute("sha-256", "a");
    await client.hashCompute("sha-256", "b");
    await client.with({ provider: 3 }).hashCompute("sha-256", "c");
    assert.deepEqual(
      service.seen[0]?.map((request) => request[10]),
      [0, 17, 17, 3],
    );
  });
});

test("random bytes are as many as were asked for or none", async () => {
  const sized = (/** @type {number} */ size) => answer(PsaGenerateRandom, { randomBytes: new Uint8Array(size) });
  await against([[sized(12), sized(11), sized(0), sized(13)]], async (service) => {
    const client = service.client({ provider: 1 });
    assert.equal((await client.random(12)).length, 12);
    for (let count = 0; count < 3; count += 1) {
      await assert.rejects(client.random(12), ResponseError);
    }
  });
});

test("a service that closes a fresh connection without an answer is an error and not asked again", async () => {
  await against([[hangup]], async (service) => {
    await assert.rejects(service.client().ping(), { name: "ConnectionError", wasOpen: true, isWorthRetrying: true });
  });
});
