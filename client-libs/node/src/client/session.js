// What a client is apart from keys: where and as whom it asks, and what the service says of itself.

import { Caller } from "../caller.js";
import { PeerCredentials } from "../credential.js";
import { Endpoint } from "../endpoint.js";
import { UsageError } from "../errors.js";
import { DEFAULT_TIMEOUT, MAX_CONNECTIONS } from "../limits.js";
import { ListAuthenticators, ListOpcodes, ListProviders, Ping } from "../operations.js";
import { TokenSource } from "../token.js";

/**
 * @import { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf"
 * @import { CallOptions } from "../caller.js"
 * @import { Credential } from "../credential.js"
 * @import { Deadline } from "../deadline.js"
 * @import { Operation } from "../operations.js"
 */

/**
 * How a client is made; everything may be left out.
 *
 * @typedef {object} ClientOptions
 * @property {string | Endpoint} [endpoint] Where the service listens, as `unix:/path`; else the environment says
 *   (`KEYSTEAD_SERVICE_ENDPOINT`, `PARSEC_SERVICE_ENDPOINT`), else it is `unix:/run/keystead/service.sock`.
 * @property {Credential} [credential] Who the program says it is; else tokens, if
 *   `KEYSTEAD_IDENTITY_ENDPOINT` names an identity provider, else its effective uid.
 * @property {string} [identity] Which SPIFFE ID the tokens are to be of, in a process that houses several applications.
 *   It needs an identity provider in the environment; a `TokenSource` is told by its own constructor.
 * @property {number} [provider] The number of the provider to which cryptographic calls go; else the first that the
 *   service lists.
 * @property {number} [timeout] How long each call may take in all, in milliseconds; 60,000 if nothing is said.
 * @property {number} [maxConnections] Connections open at once, 32 at most.
 */

/**
 * A part of the service that does cryptography, or the service itself (id 0).
 *
 * @typedef {object} ProviderInfo
 * @property {number} id The number by which a client chooses it.
 * @property {string} uuid Of its kind, in lower case.
 * @property {string} description
 * @property {string} vendor
 * @property {string} version As `major.minor.revision`.
 */

/**
 * A way in which the service learns who asks.
 *
 * @typedef {object} AuthenticatorInfo
 * @property {number} id The authentication type's number.
 * @property {string} description
 * @property {string} version As `major.minor.revision`.
 */

/** The base of {@link Client}. */
export class Session {
  #caller;
  #provider;
  #timeout;

  /** @param {ClientOptions} [options] */
  constructor({ endpoint, credential, identity, provider, timeout, maxConnections = MAX_CONNECTIONS } = {}) {
    if (!Number.isInteger(maxConnections) || maxConnections < 1 || maxConnections > MAX_CONNECTIONS) {
      throw new UsageError(`a client has 1 to ${MAX_CONNECTIONS} connections, not ${maxConnections}`);
    }
    if (provider !== undefined && (!Number.isInteger(provider) || provider < 1 || provider > 255)) {
      throw new UsageError(`providers of cryptography have the numbers 1 to 255, not ${provider}`);
    }
    if (identity !== undefined && credential) {
      throw new UsageError("a credential says itself of which identity it is");
    }
    const at = typeof endpoint === "string" ? Endpoint.parse(endpoint) : (endpoint ?? Endpoint.fromEnvironment());
    this.#caller = new Caller(at, credential ?? credentialFromEnvironment(identity), maxConnections);
    this.#provider = provider;
    this.#timeout = timeout ?? DEFAULT_TIMEOUT;
  }

  /** Where the service listens. */
  get endpoint() {
    return this.#caller.endpoint;
  }

  /**
   * The same client, sharing its connections, with another provider or another time limit for each of its calls.
   *
   * @param {{ provider?: number, timeout?: number }} options
   * @returns {this}
   */
  with({ provider = this.#provider, timeout = this.#timeout }) {
    const { endpoint, credential } = this.#caller;
    const Same = /** @type {new (options: ClientOptions) => this} */ (this.constructor);
    const other = new Same({ endpoint, credential, provider, timeout });
    other.#caller = this.#caller;
    return other;
  }

  /**
   * Takes no more calls, waits for those under way, and closes the connections, of all clients that share them. Programs
   * need not call it; `await using` does.
   */
  close() {
    return this.#caller.close();
  }

  [Symbol.asyncDispose]() {
    return this.close();
  }

  /**
   * Asks whether anybody is there; the answer is the version of the protocol.
   *
   * @param {CallOptions} [options]
   */
  async ping(options) {
    const answer = await this.send(Ping, {}, options);
    return { major: answer.wireProtocolVersionMaj, minor: answer.wireProtocolVersionMin };
  }

  /**
   * The providers in the order in which they are configured, the service itself last. The first is the default.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<ProviderInfo[]>}
   */
  async listProviders(options) {
    const { providers } = await this.send(ListProviders, {}, options);
    return providers.map((provider) => {
      const { id, uuid, description, vendor } = provider;
      return { id, uuid, description, vendor, version: versionOf(provider) };
    });
  }

  /**
   * The numbers of the operations that a provider has.
   *
   * @param {number} provider
   * @param {CallOptions} [options]
   */
  async listOpcodes(provider, options) {
    if (!Number.isInteger(provider) || provider < 0 || provider > 255) {
      throw new UsageError(`${provider} is not the number of a provider`);
    }
    return (await this.send(ListOpcodes, { providerId: provider }, options)).opcodes;
  }

  /**
   * The authenticators in the order in which they are configured.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<AuthenticatorInfo[]>}
   */
  async listAuthenticators(options) {
    const { authenticators } = await this.send(ListAuthenticators, {}, options);
    return authenticators.map((one) => ({ id: one.id, description: one.description, version: versionOf(one) }));
  }

  /**
   * The number of the provider to which cryptographic calls go: the chosen one, else the first that the service lists.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<number>}
   */
  provider(options) {
    return this.within(options, (deadline) => this.#caller.provider(this.#provider, deadline));
  }

  /**
   * Sends a request and gives what the answer holds.
   *
   * @protected
   * @template {DescMessage} Q
   * @template {DescMessage} A
   * @param {Operation<Q, A>} operation
   * @param {MessageInitShape<Q>} message
   * @param {CallOptions} [options]
   * @returns {Promise<MessageShape<A>>}
   */
  send(operation, message, options) {
    return this.within(options, (deadline) => this.#caller.call(operation, message, this.#provider, deadline));
  }

  /**
   * Does all that one call consists of.
   *
   * @protected
   * @template T
   * @param {CallOptions | undefined} options
   * @param {(deadline: Deadline, caller: Caller, provider: number | undefined) => Promise<T>} work
   * @returns {Promise<T>}
   */
  within(options, work) {
    return this.#caller.within(options ?? {}, this.#timeout, (deadline) =>
      work(deadline, this.#caller, this.#provider),
    );
  }
}

/** @param {{ versionMaj: number, versionMin: number, versionRev: number }} info */
function versionOf({ versionMaj, versionMin, versionRev }) {
  return `${versionMaj}.${versionMin}.${versionRev}`;
}

/**
 * Tokens, if the environment names an identity provider, else the process's effective uid.
 *
 * @param {string | undefined} identity
 */
function credentialFromEnvironment(identity) {
  const provider = Endpoint.ofIdentityFromEnvironment();
  if (identity !== undefined && !provider) {
    throw new UsageError("an identity was named, and no identity provider: KEYSTEAD_IDENTITY_ENDPOINT is not set");
  }
  return provider ? new TokenSource(provider, { identity }) : new PeerCredentials();
}
