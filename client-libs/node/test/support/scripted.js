// A service that answers what a script says, and remembers what it was asked.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { create, toBinary } from "@bufbuild/protobuf";

import { HEADER_BYTES, requestBytes } from "../../src/frame.js";
import { Client, Endpoint } from "../../src/index.js";

/**
 * @import { DescMessage, MessageInitShape } from "@bufbuild/protobuf"
 * @import { Socket } from "node:net"
 * @import { ClientOptions } from "../../src/index.js"
 * @import { Operation } from "../../src/operations.js"
 */

/**
 * What is done once a whole request has arrived.
 *
 * @typedef {(socket: Socket, request: Buffer) => void} Step
 */

/**
 * An answer's bytes, for any session; the service keeps the connection if nothing else is said.
 *
 * @param {number} opcode
 * @param {Uint8Array} [body]
 * @param {{ flags?: number, status?: number }} [header]
 */
export function answerBytes(opcode, body = new Uint8Array(0), { flags = 1, status = 0 } = {}) {
  const proof = { kind: 0, bytes: new Uint8Array(0) };
  const answer = requestBytes({ opcode, provider: 0, body: Buffer.from(body), proof }, 0);
  answer.writeUInt16LE(flags, 8);
  answer.writeUInt16LE(status, 32);
  return answer;
}

/**
 * Answers with these bytes; if they are an answer, with the session of the request.
 *
 * @param {Buffer} given
 * @returns {Step}
 */
export const bytes = (given) => (socket, request) => {
  const answer = Buffer.from(given);
  if (answer.length >= HEADER_BYTES) {
    request.copy(answer, 11, 11, 19);
  }
  socket.write(answer);
};

/**
 * Answers with a message.
 *
 * @template {DescMessage} A
 * @param {Operation<DescMessage, A>} operation
 * @param {MessageInitShape<A>} message
 * @param {{ flags?: number }} [header]
 */
export const answer = ({ opcode, result }, message, header) =>
  bytes(answerBytes(opcode, toBinary(result, create(result, message)), header));

/**
 * Refuses.
 *
 * @param {Operation<DescMessage, DescMessage>} operation
 * @param {number} status
 */
export const refusal = ({ opcode }, status) => bytes(answerBytes(opcode, undefined, { status }));

/**
 * Closes the connection without an answer.
 *
 * @type {Step}
 */
export const hangup = (socket) => void socket.destroy();

/**
 * Never answers.
 *
 * @type {Step}
 */
export const silence = () => {};

/** A service that follows a script: for each connection the steps for each of its requests. */
export class Scripted {
  /** @type {Buffer[][]} Every request of every connection. */
  seen = [];
  /** @type {Set<Socket>} The connections that are open. */
  sockets = new Set();
  #directory;
  #server;
  /** @type {Error[]} */
  #surprises = [];

  /**
   * @param {Step[][]} script
   * @param {string} directory
   */
  constructor(script, directory) {
    this.#directory = directory;
    this.#server = createServer((socket) => this.#serve(socket, script[this.seen.length]));
  }

  /** @param {Step[][]} script */
  static async start(script) {
    const scripted = new Scripted(script, await mkdtemp(join(tmpdir(), "keystead-node-")));
    await new Promise((resolve) => scripted.#server.listen(scripted.endpoint.path, () => resolve(undefined)));
    return scripted;
  }

  get endpoint() {
    return new Endpoint(join(this.#directory, "s"));
  }

  /** @param {ClientOptions} [options] */
  client(options) {
    return new Client({ endpoint: this.endpoint, timeout: 10_000, ...options });
  }

  /** The operations that were asked for on each connection. */
  get opcodes() {
    return this.seen.map((requests) => requests.map((request) => request.readUInt32LE(28)));
  }

  /** Takes no more connections; its socket is gone then. */
  stopListening() {
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** Stops. Errors if something came that is not in the script. */
  async stop() {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await this.stopListening();
    await rm(this.#directory, { recursive: true, force: true });
    if (this.#surprises[0]) {
      throw this.#surprises[0];
    }
  }

  /**
   * @param {Socket} socket
   * @param {Step[] | undefined} steps
   */
  #serve(socket, steps) {
    /** @type {Buffer[]} */
    const requests = [];
    this.seen.push(requests);
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    if (!steps) {
      this.#surprised(socket, "a connection");
      return;
    }
    let arrived = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      arrived = Buffer.concat([arrived, chunk]);
      for (let length = lengthOf(arrived); length <= arrived.length; length = lengthOf(arrived)) {
        const request = arrived.subarray(0, length);
        arrived = arrived.subarray(length);
        const step = steps[requests.length];
        requests.push(request);
        if (!step) {
          this.#surprised(socket, "a request");
          return;
        }
        step(socket, request);
      }
    });
  }

  /**
   * @param {Socket} socket
   * @param {string} what
   */
  #surprised(socket, what) {
    this.#surprises.push(new Error(`${what} that is not in the script`));
    socket.destroy();
  }
}

/** @param {Buffer} arrived */
function lengthOf(arrived) {
  const isWhole = arrived.length >= HEADER_BYTES;
  return isWhole ? HEADER_BYTES + arrived.readUInt32LE(22) + arrived.readUInt16LE(26) : HEADER_BYTES;
}

/**
 * Runs a test against a scripted service.
 *
 * @param {Step[][]} script
 * @param {(service: Scripted) => Promise<void>} test
 */
export async function against(script, test) {
  const service = await Scripted.start(script);
  /** @type {unknown[]} */
  const failures = [];
  await test(service).catch((error) => failures.push(error));
  await service.stop().catch((error) => failures.push(error));
  if (failures.length > 0) {
    throw failures[0];
  }
}
