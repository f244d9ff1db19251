// How a call can fail, and whose fault it is.

import { isWorthRetrying, statusName } from "./status.js";

/**
 * What every error of this library is. A call that was cancelled is rejected with its signal's own reason instead.
 */
export class KeysteadError extends Error {
  /** Which kind of error it is, as text that does not change: `ERR_KEYSTEAD_…`. */
  code = "ERR_KEYSTEAD";

  /**
   * Whether the same call may succeed when it is made again, without a change. Calls that create or destroy a key and
   * ran out of time may have had their effect: look the key up first.
   *
   * @returns {boolean}
   */
  get isWorthRetrying() {
    return false;
  }
}

/** The service understood the request and refused it. */
export class RefusedError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_REFUSED";

  /**
   * @param {string} operation What was asked, by the name in the wire contract.
   * @param {number} status Why not: a number of the wire contract, or one of a newer service that has no name here.
   * @param {string} [subject] Of what, for people.
   */
  constructor(operation, status, subject) {
    const name = statusName(status);
    const why = name ? `${name} (${status})` : `the unknown status ${status}`;
    super(`${operation}${subject === undefined ? "" : ` of ${subject}`} was refused: ${why}`);
    this.name = "RefusedError";
    /** What was asked, by the name in the wire contract. */
    this.operation = operation;
    /** The status's number (wire contract 2.4 and 6.6); see `Status`. */
    this.status = status;
    /** The status's name; undefined for one of a newer service. */
    this.statusName = name;
  }

  /** @override */
  get isWorthRetrying() {
    return isWorthRetrying(this.status);
  }
}

/** The library cannot do what it was asked: an argument is wrong, or the endpoint is not one. Nothing was sent. */
export class UsageError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_USAGE";

  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "UsageError";
  }
}

/** Nothing listens at the endpoint, or the connection broke. If the request changes something, it may have been done. */
export class ConnectionError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_CONNECTION";

  /**
   * @param {string} message
   * @param {{ cause?: NodeJS.ErrnoException, wasOpen: boolean }} facts
   */
  constructor(message, { cause, wasOpen }) {
    super(message, { cause });
    this.name = "ConnectionError";
    /** Whether there was a connection. If there was none, nothing was sent. */
    this.wasOpen = wasOpen;
    /** The operating system's name for what happened, such as `ENOENT`; undefined where the service closed. */
    this.systemCode = cause?.code;
  }

  /** @override */
  get isWorthRetrying() {
    return this.wasOpen || ["ECONNREFUSED", "ENOENT", "EAGAIN"].includes(this.systemCode ?? "");
  }
}

/** The call took longer than it may. If it changes something, that may still be done. */
export class TimeoutError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_TIMEOUT";

  constructor() {
    super("no answer in time");
    this.name = "TimeoutError";
  }

  /** @override */
  get isWorthRetrying() {
    return true;
  }
}

/** What came back is not an answer of this protocol. */
export class ResponseError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_RESPONSE";

  /** @param {string} message */
  constructor(message) {
    super(`the answer cannot be understood: ${message}`);
    this.name = "ResponseError";
  }
}

/**
 * The identity provider gave no token; `cause` is why. The request was not sent, and the client does not identify itself
 * in another way instead.
 */
export class IdentityError extends KeysteadError {
  /** @override */
  code = "ERR_KEYSTEAD_IDENTITY";

  /** @param {KeysteadError} cause */
  constructor(cause) {
    super(`no token from the identity provider: ${cause.message}`, { cause });
    this.name = "IdentityError";
    /** The status with which the identity provider refused; undefined if it did not. */
    this.status = cause instanceof RefusedError ? cause.status : undefined;
  }

  /** @override */
  get isWorthRetrying() {
    return /** @type {KeysteadError} */ (this.cause).isWorthRetrying;
  }
}
