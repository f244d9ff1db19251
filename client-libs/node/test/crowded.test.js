// A service that has no room for another connection at the moment.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Client, ConnectionError, TimeoutError } from "../src/index.js";

/**
 * Connects until the queue is full.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 */
async function fill(path, signal) {
  for (;;) {
    const socket = connect(path);
    signal.addEventListener("abort", () => socket.destroy());
    const error = await new Promise((resolve) => {
      socket.once("connect", () => resolve(undefined));
      socket.on("error", resolve);
    });
    if (error) {
      assert.equal(error.code, "EAGAIN");
      return;
    }
  }
}

test("a service whose queue of connections is full is waited for, until the deadline", async () => {
  const directory = await mkdtemp(join(tmpdir(), "keystead-node-"));
  const path = join(directory, "s");
  const program = fileURLToPath(new URL("support/crowded-program.js", import.meta.url));
  const child = spawn(process.execPath, [program, path], { stdio: "inherit" });
  const done = new AbortController();
  try {
    const isStopped = async () => /^\d+ \(.*\) T/.test(await readFile(`/proc/${child.pid}/stat`, "utf8"));
    while (!existsSync(path) || !(await isStopped())) {
      await pause(10);
    }
    await fill(path, done.signal);
    const client = new Client({ endpoint: `unix:${path}` });
    await assert.rejects(client.ping({ timeout: 100 }), (error) => {
      const isCrowded = error instanceof ConnectionError && error.systemCode === "EAGAIN";
      return (isCrowded || error instanceof TimeoutError) && error.isWorthRetrying;
    });
    const ping = client.ping();
    // It has met the full queue by now.
    await pause(1);
    child.kill("SIGCONT");
    assert.deepEqual(await ping, { major: 1, minor: 0 });
  } finally {
    done.abort();
    child.kill("SIGKILL");
    await rm(directory, { recursive: true });
  }
});
