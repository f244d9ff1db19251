// The connections of a client, and the requests that wait for room on one.

import { setImmediate } from "node:timers/promises";

import { Connection } from "./connection.js";
import { MAX_SHARED_CONNECTIONS } from "./limits.js";

/**
 * @import { Answer } from "./connection.js"
 * @import { Deadline } from "./deadline.js"
 * @import { Endpoint } from "./endpoint.js"
 * @import { Question } from "./frame.js"
 */

/**
 * How a request is to travel.
 *
 * @typedef {object} Way
 * @property {boolean} isAlone Nothing else is put on its connection: what changes something may be slow, and when its
 *   connection breaks, somebody else's must not be the reason.
 * @property {boolean} isFresh On a new connection.
 */

/**
 * @typedef {object} Job
 * @property {Question} question
 * @property {Way} way
 * @property {Deadline} deadline
 * @property {(answer: Answer | Promise<Answer>) => void} resolve
 * @property {() => void} [forget]
 */

/**
 * Requests share a few kept connections, several of them at a time on each. Beyond what these take, requests wait in the
 * order in which they came.
 */
export class Pool {
  #endpoint;
  #limit;
  /** @type {Set<Connection>} */
  #connections = new Set();
  /** @type {Job[]} */
  #waiting = [];

  /**
   * @param {Endpoint} endpoint
   * @param {number} limit Connections open at once.
   */
  constructor(endpoint, limit) {
    this.#endpoint = endpoint;
    this.#limit = limit;
  }

  /**
   * Sends a request on one of the connections and receives its answer.
   *
   * @param {Question} question
   * @param {Way} way
   * @param {Deadline} deadline
   * @returns {Promise<Answer>}
   */
  async exchange(question, way, deadline) {
    if (way.isAlone) {
      // Lets the event loop hear of kept connections that the service has closed.
      await setImmediate();
    }
    deadline.check();
    return new Promise((resolve, reject) => {
      /** @type {Job} */
      const job = { question, way, deadline, resolve };
      job.forget = deadline.onOver((reason) => {
        this.#waiting.splice(this.#waiting.indexOf(job), 1);
        reject(reason);
        this.#place();
      });
      this.#waiting.push(job);
      this.#place();
    });
  }

  /** Closes the connections. */
  close() {
    for (const connection of this.#connections) {
      connection.destroy();
    }
  }

  /** Puts as many of the waiting requests on connections as these take. */
  #place() {
    for (let job = this.#waiting[0]; job; job = this.#waiting[0]) {
      const connection = this.#connectionFor(job.way);
      if (!connection) {
        return;
      }
      this.#waiting.shift();
      job.forget?.();
      job.resolve(connection.exchange(job.question, job.deadline, job.way.isAlone));
    }
  }

  /**
   * @param {Way} way
   * @returns {Connection | undefined}
   */
  #connectionFor({ isAlone, isFresh }) {
    let best = isFresh ? undefined : this.#leastLoaded(isAlone);
    if (best?.isIdle) {
      return best;
    }
    const room = isAlone || isFresh ? this.#limit : Math.min(this.#limit, MAX_SHARED_CONNECTIONS);
    if (this.#connections.size < room) {
      return this.#open();
    }
    if (isFresh) {
      const idle = [...this.#connections].find((connection) => connection.isIdle);
      idle?.destroy();
      return idle && this.#open();
    }
    return best;
  }

  /** @param {boolean} isAlone */
  #leastLoaded(isAlone) {
    /** @type {Connection | undefined} */
    let best;
    for (const connection of this.#connections) {
      if (connection.isIdle && !connection.isFresh) {
        connection.destroy();
      } else if (connection.takes(isAlone) && connection.isFresh && (!best || connection.load < best.load)) {
        best = connection;
      }
    }
    return best;
  }

  #open() {
    const connection = new Connection(this.#endpoint, () => {
      if (connection.isFinished) {
        this.#connections.delete(connection);
      }
      this.#place();
    });
    this.#connections.add(connection);
    return connection;
  }
}
