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
 * @property {number} [after] Only on a connection with a higher number: this one has broken.
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
  /** How many have been opened so far. */
  #opened = 0;
  #isPlacing = false;
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
    // Ending a connection on the way here asks for this again.
    if (this.#isPlacing) {
      return;
    }
    this.#isPlacing = true;
    try {
      for (let job = this.#waiting[0]; job; job = this.#waiting[0]) {
        const connection = this.#connectionFor(job.way);
        if (!connection) {
          return;
        }
        this.#waiting.shift();
        job.forget?.();
        job.resolve(connection.exchange(job.question, job.deadline, job.way.isAlone));
      }
    } finally {
      this.#isPlacing = false;
    }
  }

  /**
   * @param {Way} way
   * @returns {Connection | undefined}
   */
  #connectionFor({ isAlone, after = 0 }) {
    const best = this.#leastLoaded(isAlone, after);
    if (best?.isIdle) {
      return best;
    }
    const limit = isAlone ? this.#limit : Math.min(this.#limit, MAX_SHARED_CONNECTIONS);
    if (this.#connections.size < limit) {
      return this.#open();
    }
    if (!best) {
      // What is idle and was not taken is not wanted: it makes room.
      const idle = [...this.#connections].find((connection) => connection.isIdle);
      idle?.destroy();
      return idle && this.#open();
    }
    return best;
  }

  /**
   * @param {boolean} isAlone
   * @param {number} after
   */
  #leastLoaded(isAlone, after) {
    /** @type {Connection | undefined} */
    let best;
    for (const connection of this.#connections) {
      if (!connection.isFresh) {
        connection.retire();
      } else if (connection.number > after && connection.takes(isAlone) && (!best || connection.load < best.load)) {
        best = connection;
      }
    }
    return best;
  }

  #open() {
    const connection = new Connection(this.#endpoint, (this.#opened += 1), () => {
      if (connection.isDead) {
        this.#connections.delete(connection);
      }
      this.#place();
    });
    this.#connections.add(connection);
    return connection;
  }
}
