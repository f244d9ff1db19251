// One connection: requests go out, answers come back in the same order.

import { connect } from "node:net";

import { effectiveUid } from "./credential.js";
import { ConnectionError, ResponseError } from "./errors.js";
import { answerHeader, HEADER_BYTES, requestBytes } from "./frame.js";
import { INBOX_BYTES, MAX_IDLE, MAX_IN_FLIGHT } from "./limits.js";

/**
 * @import { Deadline } from "./deadline.js"
 * @import { Endpoint } from "./endpoint.js"
 * @import { AnswerHeader, Question } from "./frame.js"
 */

/**
 * An answer whose header is one of this protocol.
 *
 * @typedef {object} Answer
 * @property {AnswerHeader} header
 * @property {Buffer} body Its only copy.
 */

/**
 * A request that has no answer yet.
 *
 * @typedef {object} Waiter
 * @property {number} session
 * @property {boolean} isOnKept Whether the service had kept the connection before.
 * @property {boolean} isGivenUp Whether nobody wants the answer any more.
 * @property {(answer: Answer) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {() => void} [forget] To be called when it no longer waits.
 */

/** The connection was lost, or could not be made. */
export class LostConnectionError extends ConnectionError {
  /**
   * @param {string} message
   * @param {{ cause?: NodeJS.ErrnoException, wasOpen: boolean, wasKept: boolean, connection: number }} facts
   */
  constructor(message, { cause, wasOpen, wasKept, connection }) {
    super(message, { cause, wasOpen });
    /** The connection's number. */
    this.connection = connection;
    /** Whether the service had kept the connection before this request, and so may simply have been tired of it. */
    this.wasKept = wasKept;
    /** Whether the request did not leave whole, and so was not carried out. */
    this.isUnsent = !wasOpen || cause?.syscall === "write";
  }
}

/** A connection to the service. It begins to connect at once; requests may be put on it right away. */
export class Connection {
  #endpoint;
  #socket;
  #changed;
  #isOpen = false;
  /** Whether the last answer said that the service keeps the connection. Parsec never does. */
  #isKept = false;
  #isDead = false;
  /** Whether a call that waited here was given up: nothing more is put on the connection. */
  #isRetired = false;
  #isAlone = false;
  /** Requests sent so far. Each has its number in the header's session. */
  #sent = 0;
  /** @type {Waiter[]} In the order in which their answers will come. */
  #waiters = [];
  #isCorked = false;
  /** The service knows the peer as it was when it connected. */
  #uid = effectiveUid();
  #lastUsed = performance.now();

  #header = Buffer.alloc(HEADER_BYTES);
  /** How much has come of the header, and of the body after it. */
  #received = 0;
  /** @type {Answer | undefined} The answer whose body is coming. */
  #coming;

  /**
   * @param {Endpoint} endpoint
   * @param {number} [number] By which others know it.
   * @param {() => void} [changed] Told when it may take another request, and when it has ended.
   */
  constructor(endpoint, number = 0, changed = () => {}) {
    this.#endpoint = endpoint;
    this.number = number;
    this.#changed = changed;
    const buffer = Buffer.allocUnsafeSlow(INBOX_BYTES);
    const callback = (/** @type {number} */ length) => {
      const bytes = buffer.subarray(0, length);
      this.#receive(bytes);
      // It may have been a secret.
      bytes.fill(0);
      return true;
    };
    this.#socket = connect({ path: endpoint.path, onread: { buffer, callback } });
    this.#socket.on("connect", () => (this.#isOpen = true));
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("end", () => this.#end());
    this.#socket.on("close", () => this.#end());
  }

  /** Whether it has ended. */
  get isDead() {
    return this.#isDead;
  }

  /** Whether nothing is under way on it. */
  get isIdle() {
    return this.#waiters.length === 0;
  }

  /** Requests under way on it. */
  get load() {
    return this.#waiters.length;
  }

  /**
   * Whether a request may be put on it now. Until an answer has said that it is kept, only one may be under way: Parsec
   * answers the first and drops the rest (wire contract 6.2).
   *
   * @param {boolean} alone Whether nothing else may be under way with it.
   */
  takes(alone) {
    if (this.#isDead || this.#isRetired || (this.#sent > 0 && !this.#isKept)) {
      return false;
    }
    return this.isIdle || (!alone && !this.#isAlone && this.load < MAX_IN_FLIGHT);
  }

  /** Whether the service still knows it, as far as one can tell, and as the user that the process is now. */
  get isFresh() {
    const isYoung = !this.isIdle || performance.now() - this.#lastUsed < MAX_IDLE;
    return isYoung && this.#uid === effectiveUid();
  }

  /**
   * Sends a request and receives its answer; a refusal is an answer too. A call that is given up waits no longer, and
   * ends the connection as soon as nobody else waits there.
   *
   * @param {Question} question
   * @param {Deadline} deadline
   * @param {boolean} [alone] Whether nothing else may be put on the connection meanwhile.
   * @returns {Promise<Answer>}
   */
  exchange(question, deadline, alone = false) {
    return new Promise((resolve, reject) => {
      const bytes = requestBytes(question, this.#sent);
      if (this.isIdle) {
        this.#socket.ref();
      }
      this.#isAlone = alone;
      /** @type {Waiter} */
      const waiter = { session: this.#sent++, isOnKept: this.#isKept, isGivenUp: false, resolve, reject };
      waiter.forget = deadline.onOver((reason) => this.#giveUp(waiter, reason));
      this.#waiters.push(waiter);
      this.#write(bytes);
    });
  }

  /** Has nothing more put on it, and ends it as soon as nobody waits there. */
  retire() {
    this.#isRetired = true;
    if (this.#isUnwanted) {
      this.#end();
    }
  }

  /** Ends it, and every call that waits there. */
  destroy() {
    this.#end();
  }

  /**
   * What is sent at about the same time leaves in one system call.
   *
   * @param {Buffer} bytes
   */
  #write(bytes) {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    // It may hold a secret, whether it left or not.
    this.#socket.write(bytes, () => bytes.fill(0));
  }

  /** @param {Buffer} bytes What has come, to be copied where it belongs. */
  #receive(bytes) {
    try {
      for (let rest = bytes; rest.length > 0 && !this.#isDead;) {
        rest = this.#coming ? this.#receiveBody(this.#coming, rest) : this.#receiveHeader(rest);
      }
    } catch (error) {
      const waiter = this.#waiters.shift();
      waiter?.forget?.();
      waiter?.reject(error);
      this.#end();
    }
  }

  /** @param {Buffer} bytes */
  #receiveHeader(bytes) {
    const waiter = this.#waiters[0];
    if (!waiter) {
      throw new ResponseError("nothing was asked");
    }
    const taken = bytes.copy(this.#header, this.#received);
    this.#received += taken;
    if (this.#received === HEADER_BYTES) {
      const header = answerHeader(this.#header);
      // A request that the service could not read is refused without its number (wire contract 1.3).
      const isUnnumbered = header.session === 0 && header.status !== 0;
      if (header.session !== waiter.session && !isUnnumbered) {
        throw new ResponseError(
          `it belongs to request ${header.session} on this connection, and that of request ${waiter.session} is due`,
        );
      }
      this.#received = 0;
      this.#coming = { header, body: Buffer.allocUnsafe(header.bodyLength) };
      if (header.bodyLength === 0) {
        this.#answered(this.#coming);
      }
    }
    return bytes.subarray(taken);
  }

  /**
   * @param {Answer} answer
   * @param {Buffer} bytes
   */
  #receiveBody(answer, bytes) {
    const taken = bytes.copy(answer.body, this.#received);
    this.#received += taken;
    if (this.#received === answer.body.length) {
      this.#answered(answer);
    }
    return bytes.subarray(taken);
  }

  /** @param {Answer} answer */
  #answered(answer) {
    this.#coming = undefined;
    this.#received = 0;
    this.#isKept = answer.header.keepsConnection;
    this.#lastUsed = performance.now();
    const waiter = this.#waiters.shift();
    waiter?.forget?.();
    if (waiter?.isGivenUp) {
      answer.body.fill(0);
    }
    waiter?.resolve(answer);
    if (!this.#isKept || this.#isUnwanted) {
      this.#end();
      return;
    }
    if (this.isIdle) {
      // A connection on which nobody waits keeps no program from ending.
      this.#socket.unref();
    }
    this.#changed();
  }

  /**
   * Its answer may still come, and those behind it wait for theirs.
   *
   * @param {Waiter} waiter
   * @param {unknown} reason
   */
  #giveUp(waiter, reason) {
    waiter.isGivenUp = true;
    waiter.reject(reason);
    this.retire();
  }

  /** Whether nothing more is put on it, and nobody waits for what is under way. */
  get #isUnwanted() {
    return this.#isRetired && this.#waiters.every((waiter) => waiter.isGivenUp);
  }

  /** @param {NodeJS.ErrnoException} [cause] */
  #end(cause) {
    if (this.#isDead) {
      return;
    }
    this.#isDead = true;
    this.#socket.destroy();
    this.#coming?.body.fill(0);
    for (const waiter of this.#waiters.splice(0)) {
      waiter.forget?.();
      const facts = { cause, wasOpen: this.#isOpen, wasKept: waiter.isOnKept, connection: this.number };
      waiter.reject(new LostConnectionError(this.#whatHappened(cause), facts));
    }
    this.#changed();
  }

  /** @param {NodeJS.ErrnoException} [cause] */
  #whatHappened(cause) {
    if (!this.#isOpen) {
      return `cannot connect to ${this.#endpoint}: ${cause?.message ?? "it was given up"}`;
    }
    return cause ? `the connection broke: ${cause.message}` : "the service closed the connection without an answer";
  }
}
