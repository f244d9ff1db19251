// How a request gets its answer: provider, credential, connection, and what is done when one of these fails.

import { Backoff } from "./backoff.js";
import { decode, encode } from "./codec.js";
import { LostConnectionError } from "./connection.js";
import { NO_PROOF } from "./credential.js";
import { Deadline } from "./deadline.js";
import { RefusedError, ResponseError, UsageError } from "./errors.js";
import { ListProviders } from "./operations.js";
import { Pool } from "./pool.js";
import { Status } from "./status.js";

/**
 * @import { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf"
 * @import { Answer } from "./connection.js"
 * @import { Credential } from "./credential.js"
 * @import { Endpoint } from "./endpoint.js"
 * @import { Question } from "./frame.js"
 * @import { Operation } from "./operations.js"
 */

/**
 * What a single call may be given.
 *
 * @typedef {object} CallOptions
 * @property {number} [timeout] How long the call may take in all, in milliseconds, instead of the client's own limit.
 * @property {AbortSignal} [signal] Cancels the call: it is rejected with the signal's reason. If the call changes
 *   something, that may still be done.
 */

/** What all clients of one service, as one application, share: connections, token, and the first provider. */
export class Caller {
  #pool;
  /** @type {number | undefined} The first of ListProviders, asked once. */
  #firstProvider;
  #isClosed = false;
  #underWay = 0;
  /** @type {(() => void)[]} */
  #whenDone = [];

  /**
   * @param {Endpoint} endpoint
   * @param {Credential} credential
   * @param {number} maxConnections
   */
  constructor(endpoint, credential, maxConnections) {
    /** Where the service listens. */
    this.endpoint = endpoint;
    /** Who asks. */
    this.credential = credential;
    this.#pool = new Pool(endpoint, maxConnections);
  }

  /** Takes no more calls, waits for those under way, and closes the connections. */
  async close() {
    this.#isClosed = true;
    if (this.#underWay > 0) {
      await new Promise((resolve) => this.#whenDone.push(() => resolve(undefined)));
    }
    this.#pool.close();
  }

  /**
   * Does all that one call of the program's consists of, within one time limit.
   *
   * @template T
   * @param {CallOptions} options
   * @param {number} usualTimeout In milliseconds.
   * @param {(deadline: Deadline) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async within({ timeout, signal }, usualTimeout, work) {
    if (this.#isClosed) {
      throw new UsageError("the client is closed");
    }
    const deadline = new Deadline(timeout ?? usualTimeout, signal);
    this.#underWay += 1;
    try {
      return await work(deadline);
    } finally {
      deadline.release();
      this.#underWay -= 1;
      if (this.#underWay === 0) {
        this.#whenDone.splice(0).forEach((done) => done());
      }
    }
  }

  /**
   * Sends a request and decodes its answer. It is repeated on a fresh connection only if that cannot have another effect.
   *
   * @template {DescMessage} Q
   * @template {DescMessage} A
   * @param {Operation<Q, A>} operation
   * @param {MessageInitShape<Q>} message
   * @param {number | undefined} provider Undefined for the first that the service lists.
   * @param {Deadline} deadline
   * @returns {Promise<MessageShape<A>>}
   */
  async call(operation, message, provider, deadline) {
    // Before anything is waited for: the caller may use its buffers again.
    const body = encode(operation.request, message);
    try {
      const target = operation.isCore ? 0 : await this.provider(provider, deadline);
      const proof = operation.isForAnyone ? NO_PROOF : await this.credential.proof(deadline);
      const { header, body: result } = await this.#exchange(
        { opcode: operation.opcode, provider: target, body, proof },
        operation.changes,
        deadline,
      );
      // The status first: a refusal of a request that could not be read names another operation.
      if (header.status !== Status.Success) {
        throw new RefusedError(operation.name, header.status);
      }
      if (header.opcode !== operation.opcode) {
        throw new ResponseError(`it belongs to operation ${header.opcode}`);
      }
      return decode(operation.result, result);
    } finally {
      body.fill(0);
    }
  }

  /**
   * The provider to which cryptographic calls go: the chosen one, else the first that the service lists.
   *
   * @param {number | undefined} chosen
   * @param {Deadline} deadline
   */
  async provider(chosen, deadline) {
    const known = chosen ?? this.#firstProvider;
    if (known !== undefined) {
      return known;
    }
    const [first] = (await this.call(ListProviders, {}, undefined, deadline)).providers;
    if (!first || first.id === 0) {
      throw new ResponseError("the service lists no provider of cryptography");
    }
    return (this.#firstProvider = first.id);
  }

  /**
   * Sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again with a
   * new one, at first at once, then with pauses, until the deadline.
   *
   * @param {Question} question
   * @param {boolean} changes
   * @param {Deadline} deadline
   */
  async #exchange(question, changes, deadline) {
    /** @type {Backoff | undefined} */
    let backoff;
    for (;;) {
      const answer = await this.#exchangeOnce(question, changes, deadline);
      if (answer.header.status !== Status.AuthStale || question.proof === NO_PROOF || !this.credential.isRenewable) {
        return answer;
      }
      // A new token may be as stale: the service has not heard of the identity provider's new key yet.
      if (backoff && !(await backoff.pause(deadline))) {
        return answer;
      }
      backoff ??= new Backoff();
      question = { ...question, proof: await this.credential.proof(deadline, question.proof) };
    }
  }

  /**
   * Sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a request
   * that did not leave whole was not carried out, and one that changes nothing may be carried out twice, so both are
   * repeated once, on a connection opened since. A service whose queue of connections is full is waited for.
   *
   * @param {Question} question
   * @param {boolean} changes
   * @param {Deadline} deadline
   * @returns {Promise<Answer>}
   */
  async #exchangeOnce(question, changes, deadline) {
    const backoff = new Backoff();
    /** @type {number | undefined} */
    let after;
    for (;;) {
      try {
        return await this.#pool.exchange(question, { isAlone: changes, after }, deadline);
      } catch (error) {
        if (!(error instanceof LostConnectionError)) {
          throw error;
        }
        const isCrowded = !error.wasOpen && error.systemCode === "EAGAIN";
        const mayRepeat = error.wasKept && (!changes || error.isUnsent) && after === undefined;
        if (!mayRepeat && !(isCrowded && (await backoff.pause(deadline)))) {
          throw error;
        }
        if (mayRepeat) {
          after = error.connection;
        }
      }
    }
  }
}
