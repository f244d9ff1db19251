// What is sent again when a connection breaks, and what is looked up first.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ConnectionError, presets, RefusedError, Status, TimeoutError } from "../src/index.js";
import {
  DeleteClient,
  ListKeys,
  Ping,
  PsaDestroyKey,
  PsaExportPublicKey,
  PsaGenerateKey,
  PsaImportKey,
} from "../src/operations.js";
import { asListed, attributesMessage } from "../src/words/attributes.js";
import { against, answer, hangup, refusal, silence } from "./support/scripted.js";

/** @import { KeyAttributes } from "../src/index.js" */
/** @import { Step } from "./support/scripted.js" */

const pong = answer(Ping, { wireProtocolVersionMaj: 1 });
const lookedUp = ListKeys.opcode;

/** @param {[number, string, KeyAttributes][]} keys */
function listed(...keys) {
  const infos = keys.map(([providerId, name, attributes]) => ({
    providerId,
    name,
    attributes: attributesMessage(asListed(attributes)),
  }));
  return answer(ListKeys, { keys: infos });
}

const p256 = presets.ecdsaP256();
const there = listed([1, "k", p256]);

test("a kept connection that the service closed is not noticed by the caller", async () => {
  await against([[pong, hangup], [pong]], async (service) => {
    const client = service.client();
    await client.ping();
    assert.deepEqual(await client.ping(), { major: 1, minor: 0 });
  });
});

test("calls that share a connection which breaks are all asked again", async () => {
  await against(
    [
      [pong, hangup, silence, silence],
      [pong, pong, pong],
    ],
    async (service) => {
      const client = service.client({ maxConnections: 1 });
      await client.ping();
      await Promise.all([client.ping(), client.ping(), client.ping()]);
    },
  );
});

test("what changes something waits for a connection that it has for itself", async () => {
  const made = answer(PsaGenerateKey, {});
  /** @type {(() => void)[]} */
  const held = [];
  const hold = (/** @type {Step} */ step) =>
    /** @type {Step} */ ((socket, request) => void held.push(() => step(socket, request)));
  const waitFor = async (/** @type {number} */ count) => {
    while (held.length < count) {
      await new Promise(setImmediate);
    }
    // Whatever else is to be sent now has been sent then.
    await new Promise(setImmediate);
  };
  await against([[pong, hold(pong), hold(made), pong]], async (service) => {
    const client = service.client({ provider: 1, maxConnections: 1 });
    await client.ping();
    /** @type {Promise<unknown>[]} */
    const calls = [client.ping(), client.generate("k", p256)];
    await waitFor(1);
    assert.deepEqual(service.opcodes, [[1, 1]], "not behind a request of somebody else's");
    held[0]?.();
    await waitFor(2);
    calls.push(client.ping());
    await waitFor(2);
    assert.deepEqual(service.opcodes, [[1, 1, PsaGenerateKey.opcode]], "and nobody else's behind it");
    held[1]?.();
    await Promise.all(calls);
  });
});

test("a create on a kept connection that the service closed is sent again only if it did not leave", async () => {
  const made = answer(PsaGenerateKey, {});
  await against([[pong], [made]], async (service) => {
    const client = service.client({ provider: 1 });
    await client.ping();
    service.sockets.forEach((socket) => socket.destroy());
    await client.generate("k", p256);
    assert.deepEqual(service.opcodes, [[1], [PsaGenerateKey.opcode]]);
  });
});

test("a create whose answer was lost is looked up and counts as done", async () => {
  await against([[hangup], [there]], async (service) => {
    assert.equal((await service.client({ provider: 1 }).generate("k", p256)).name, "k");
    assert.deepEqual(service.opcodes, [[PsaGenerateKey.opcode], [lookedUp]]);
  });
});

test("a create that ran out of time is looked up and not repeated", async () => {
  await against([[silence], [there]], async (service) => {
    await service.client({ provider: 1 }).generate("k", p256, { timeout: 100 });
  });
  await against([[silence], [listed()]], async (service) => {
    await assert.rejects(service.client({ provider: 1 }).generate("k", p256, { timeout: 100 }), TimeoutError);
    assert.deepEqual(service.opcodes, [[PsaGenerateKey.opcode], [lookedUp]]);
  });
});

test("a create that did not happen is repeated once; a key on another provider is another key", async () => {
  const made = answer(PsaGenerateKey, {});
  await against([[hangup], [listed([2, "k", p256]), made]], async (service) => {
    await service.client({ provider: 1 }).generate("k", p256);
    assert.deepEqual(service.opcodes, [[PsaGenerateKey.opcode], [lookedUp, PsaGenerateKey.opcode]]);
  });
});

test("a create whose name is taken by another key is refused", async () => {
  await against([[hangup], [listed([1, "k", presets.x25519()])]], async (service) => {
    const refused = service.client({ provider: 1 }).generate("k", p256);
    await assert.rejects(refused, { operation: "PsaGenerateKey", status: Status.PsaErrorAlreadyExists });
  });
});

test("a create that was done after the look counts as done when its repetition is refused", async () => {
  const taken = refusal(PsaGenerateKey, Status.PsaErrorAlreadyExists);
  await against([[hangup], [listed(), taken, there]], async (service) => {
    await service.client({ provider: 1 }).generate("k", p256);
  });
});

test("a destroy whose answer was lost counts as done if the key is gone", async () => {
  await against([[hangup], [listed()]], async (service) => {
    await service.client({ provider: 1 }).destroy("k");
    assert.deepEqual(service.opcodes, [[PsaDestroyKey.opcode], [lookedUp]]);
  });
});

test("a destroy in doubt is not repeated on a key that may be another", async () => {
  await against([[hangup], [there]], async (service) => {
    await assert.rejects(service.client({ provider: 1 }).destroy("k"), ConnectionError);
    assert.deepEqual(service.opcodes, [[PsaDestroyKey.opcode], [lookedUp]]);
  });
});

test("a client is not deleted twice when the answer is lost on a kept connection", async () => {
  await against([[pong, hangup]], async (service) => {
    const client = service.client();
    await client.ping();
    await assert.rejects(client.admin.deleteClient("1000"), { isWorthRetrying: true });
    assert.deepEqual(service.opcodes, [[1, DeleteClient.opcode]]);
  });
});

test("a public key whose import is in doubt is compared with the one that is there", async () => {
  /** @type {KeyAttributes} */
  const attributes = { ...p256, type: "ecc-public-key:secp-r1", usage: ["verify-hash"] };
  for (const [byte, refused] of /** @type {[number, boolean][]} */ ([
    [4, false],
    [5, true],
  ])) {
    const exported = answer(PsaExportPublicKey, { data: new Uint8Array(65).fill(byte) });
    await against([[hangup], [listed([1, "k", attributes]), exported]], async (service) => {
      const imported = service.client({ provider: 1 }).import("k", attributes, new Uint8Array(65).fill(4));
      await (refused ? assert.rejects(imported, { status: Status.PsaErrorAlreadyExists }) : imported);
      const expected = [[PsaImportKey.opcode], [lookedUp, PsaExportPublicKey.opcode]];
      assert.deepEqual(service.opcodes, expected);
    });
  }
});

test("a secret key whose import is in doubt does not count as imported", async () => {
  await against([[hangup], [there]], async (service) => {
    const imported = service.client({ provider: 1 }).import("k", p256, new Uint8Array(32).fill(1));
    await assert.rejects(imported, ConnectionError);
  });
});

test("an import that is sent again has the data that was given, though the caller has cleared its buffer", async () => {
  await against([[hangup], [listed(), answer(PsaImportKey, {})]], async (service) => {
    const data = Buffer.alloc(32, 9);
    const imported = service.client({ provider: 1 }).import("k", p256, data);
    data.fill(0);
    await imported;
    const [first, again] = [service.seen[0]?.[0], service.seen[1]?.[1]];
    assert.ok(first?.includes(Buffer.alloc(32, 9)) && again?.includes(Buffer.alloc(32, 9)));
  });
});

test("a busy service is left to the caller", async () => {
  await against([[refusal(Ping, Status.Busy)]], async (service) => {
    const refused = await service
      .client()
      .ping()
      .catch((/** @type {unknown} */ error) => error);
    assert.ok(refused instanceof RefusedError && refused.isWorthRetrying && refused.statusName === "Busy");
  });
});
