// A real key service, with a configuration and a store of its own.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Client } from "../../src/index.js";

/** @import { ChildProcess } from "node:child_process" */
/** @import { ClientOptions } from "../../src/index.js" */

/** The service's program; the workspace's own build if nothing else is said. */
const BINARY =
  process.env.KEYSTEAD_SERVICE_BINARY ??
  fileURLToPath(new URL("../../../../target/debug/keystead-service", import.meta.url));

/** How long the service may take to start, in milliseconds: machines are busy. */
const START_TIMEOUT = 120_000;

export class Service {
  #directory;
  /** @type {ChildProcess | undefined} */
  #process;

  /** @param {string} directory */
  constructor(directory) {
    this.#directory = directory;
  }

  static async start() {
    if (!existsSync(BINARY)) {
      throw new Error(`there is no ${BINARY}: build the service, or name it in KEYSTEAD_SERVICE_BINARY`);
    }
    const service = new Service(await mkdtemp(join(tmpdir(), "keystead-node-")));
    await service.#configure();
    await service.restart();
    return service;
  }

  get endpoint() {
    return `unix:${join(this.#directory, "s")}`;
  }

  /** @param {ClientOptions} [options] */
  client(options) {
    return new Client({ endpoint: this.endpoint, ...options });
  }

  /** Ends the service as it is, if it runs, and starts it on the same store. */
  async restart() {
    await this.kill();
    const child = spawn(BINARY, ["--config", join(this.#directory, "config.toml")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the service did not start in time")), START_TIMEOUT);
      lines.once("line", () => (clearTimeout(timer), resolve(undefined)));
      child.once("exit", (code) => (clearTimeout(timer), reject(new Error(`the service ended with ${code}`))));
    });
    lines.on("line", () => {});
  }

  /** Ends the service without letting it finish anything. */
  async kill() {
    const child = this.#process;
    this.#process = undefined;
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
  }

  async stop() {
    await this.kill();
    await rm(this.#directory, { recursive: true });
  }

  #configure() {
    const lines = [
      "[service]",
      `socket_path = ${JSON.stringify(join(this.#directory, "s"))}`,
      `state_directory = ${JSON.stringify(join(this.#directory, "state"))}`,
      "[log]",
      'level = "error"',
      "[[authenticator]]",
      'kind = "unix-peer-credentials"',
      'admins = ["self"]',
      "[[provider]]",
      'kind = "software"',
    ];
    return writeFile(join(this.#directory, "config.toml"), lines.join("\n"));
  }
}
