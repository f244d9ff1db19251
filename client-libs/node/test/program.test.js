// Whole programs: the quickstart, the runner of the stories, and what is left of secrets in memory.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Service } from "./support/service.js";

/** @type {Service} */
let service;

before(async () => {
  service = await Service.start();
});
after(() => service?.stop());

/**
 * Runs a program of this folder against the service until it ends by itself.
 *
 * @param {string} path
 * @param {string} [input]
 */
async function run(path, input = "") {
  const program = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const env = { ...process.env, KEYSTEAD_SERVICE_ENDPOINT: service.endpoint };
  const child = spawn(process.execPath, [program], { env, stdio: ["pipe", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0, errors);
  return output.trimEnd().split("\n");
}

test("the quickstart runs, and ends by itself although it closes nothing", async () => {
  assert.deepEqual(await run("examples/quickstart.mjs"), [
    "signature: 64 bytes",
    "right message: true",
    "wrong message: false",
  ]);
});

test("the runner answers a line for each line", async () => {
  const key = "type=hmac bits=256 usage=sign-message,verify-message algorithm=hmac:sha-256";
  const requests = [
    "ping",
    "providers",
    `generate provider=1 name=c3a9 ${key}`,
    `generate provider=1 name=c3a9 ${key}`,
    "attributes provider=1 name=c3a9",
    "keys",
    "mac-verify provider=1 name=c3a9 algorithm=hmac:sha-256 data= mac=00",
    "hash-compute provider=1 algorithm=sha-256 data=",
    "hash-compute provider=1 algorithm=sha-257 data=",
    "hash-compute provider=1 algorithm=gcm data=",
    "random provider=0 size=1",
    "can-do provider=1 check=derive type=aes bits=128 usage= algorithm=none",
    "destroy provider=1 name=c3a9",
    "destroy provider=1 name=c3a9",
    "dance",
  ];
  assert.deepEqual(await run("conformance/runner.js", requests.map((line) => `${line}\n`).join("")), [
    "ok version=1.0",
    "ok ids=1,0",
    "ok",
    "error status=1139",
    `ok ${key}`,
    "ok keys=1:c3a9",
    "no",
    "ok hash=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "unsupported",
    "error client=usage",
    "error client=usage",
    "no",
    "ok",
    "error status=1140",
    "unsupported",
  ]);
});

test("nothing is left in memory of what was encrypted and decrypted once the program has cleared its own buffers", async () => {
  const [line = ""] = await run("test/support/secret-program.js");
  const [isRight, before, after] = line.split(" ");
  assert.equal(isRight, "true");
  assert.ok(Number(before) >= 2, "the program's own buffers are found");
  assert.equal(after, "0");
});
