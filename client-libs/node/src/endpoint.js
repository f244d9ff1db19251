// Where the service listens (wire contract 6.8).

import { UsageError } from "./errors.js";
import { MAX_SOCKET_PATH_BYTES } from "./limits.js";

/** The variable that is asked first. */
const KEYSTEAD_VARIABLE = "KEYSTEAD_SERVICE_ENDPOINT";
/** The variable that Parsec's clients know, asked second. */
const PARSEC_VARIABLE = "PARSEC_SERVICE_ENDPOINT";
/** The endpoint if neither variable is set. */
const DEFAULT_SOCKET = "/run/keystead/service.sock";
/** The variable that names the identity provider. Whoever sets it wants tokens. */
const IDENTITY_VARIABLE = "KEYSTEAD_IDENTITY_ENDPOINT";

/** The Unix socket of a daemon: the key service, or the identity provider. */
export class Endpoint {
  /** @param {string} path The socket's path, from the root, at most 107 bytes long. */
  constructor(path) {
    if (!path.startsWith("/") || path.includes("\0")) {
      throw new UsageError(`${JSON.stringify(path)} is not the path of a socket: it must be absolute`);
    }
    // Longer ones would be cut by the operating system, and name another socket.
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
      throw new UsageError(`the socket's path ${path} is longer than ${MAX_SOCKET_PATH_BYTES} bytes`);
    }
    /** The socket's path. */
    this.path = path;
    Object.freeze(this);
  }

  /**
   * Reads `unix:/path` or `unix:///path`. The path is taken as it stands, without percent-decoding.
   *
   * @param {string} uri
   */
  static parse(uri) {
    const wrong = (/** @type {string} */ why) => new UsageError(`${JSON.stringify(uri)} is not an endpoint: ${why}`);
    if (typeof uri !== "string" || !uri.startsWith("unix:")) {
      throw wrong("it must begin with unix:");
    }
    const rest = uri.slice("unix:".length);
    const path = rest.startsWith("//") ? rest.slice(2) : rest;
    if (!path.startsWith("/")) {
      throw wrong(rest.startsWith("//") ? "it names a host, and a Unix socket has none" : "its path must be absolute");
    }
    return new Endpoint(path);
  }

  /**
   * The service that the environment names, else the default one. An empty variable counts as unset; a wrong one is an
   * error and no reason to try the next.
   *
   * A program that runs with another user's or group's rights than its caller's gets the default one whatever the
   * environment says: the caller, who made the environment, must not choose to whom the program's secrets go.
   *
   * @param {NodeJS.ProcessEnv} [environment]
   */
  static fromEnvironment(environment = callersEnvironment()) {
    const uri = environment[KEYSTEAD_VARIABLE] || environment[PARSEC_VARIABLE];
    return uri ? Endpoint.parse(uri) : new Endpoint(DEFAULT_SOCKET);
  }

  /**
   * The identity provider that the environment names; undefined if it names none. A program with another's rights than
   * its caller's does not ask the environment.
   *
   * @param {NodeJS.ProcessEnv} [environment]
   */
  static ofIdentityFromEnvironment(environment = callersEnvironment()) {
    const uri = environment[IDENTITY_VARIABLE];
    return uri ? Endpoint.parse(uri) : undefined;
  }

  /** The endpoint as the environment names it. */
  toString() {
    return `unix:${this.path}`;
  }
}

/** The environment, if the program has no other rights than whoever made it. */
function callersEnvironment() {
  const hasCallersRights = process.getuid?.() === process.geteuid?.() && process.getgid?.() === process.getegid?.();
  return hasCallersRights ? process.env : {};
}
