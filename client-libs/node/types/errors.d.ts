/**
 * What every error of this library is. A call that was cancelled is rejected with its signal's own reason instead.
 */
export class KeysteadError extends Error {
    /** Which kind of error it is, as text that does not change: `ERR_KEYSTEAD_…`. */
    code: string;
    /**
     * Whether the same call may succeed when it is made again, without a change. Calls that create or destroy a key and
     * ran out of time may have had their effect: look the key up first.
     *
     * @returns {boolean}
     */
    get isWorthRetrying(): boolean;
}
/** The service understood the request and refused it. */
export class RefusedError extends KeysteadError {
    /**
     * @param {string} operation What was asked, by the name in the wire contract.
     * @param {number} status Why not: a number of the wire contract, or one of a newer service that has no name here.
     * @param {string} [subject] Of what, for people.
     */
    constructor(operation: string, status: number, subject?: string);
    /** What was asked, by the name in the wire contract. */
    operation: string;
    /** The status's number (wire contract 2.4 and 6.6); see `Status`. */
    status: number;
    /** The status's name; undefined for one of a newer service. */
    statusName: string | undefined;
}
/** The library cannot do what it was asked: an argument is wrong, or the endpoint is not one. Nothing was sent. */
export class UsageError extends KeysteadError {
    /** @param {string} message */
    constructor(message: string);
}
/** Nothing listens at the endpoint, or the connection broke. If the request changes something, it may have been done. */
export class ConnectionError extends KeysteadError {
    /**
     * @param {string} message
     * @param {{ cause?: NodeJS.ErrnoException, wasOpen: boolean }} facts
     */
    constructor(message: string, { cause, wasOpen }: {
        cause?: NodeJS.ErrnoException;
        wasOpen: boolean;
    });
    /** Whether there was a connection. If there was none, nothing was sent. */
    wasOpen: boolean;
    /** The operating system's name for what happened, such as `ENOENT`; undefined where the service closed. */
    systemCode: string | undefined;
}
/** The call took longer than it may. If it changes something, that may still be done. */
export class TimeoutError extends KeysteadError {
    constructor();
}
/** What came back is not an answer of this protocol. */
export class ResponseError extends KeysteadError {
    /** @param {string} message */
    constructor(message: string);
}
/**
 * The identity provider gave no token; `cause` is why. The request was not sent, and the client does not identify itself
 * in another way instead.
 */
export class IdentityError extends KeysteadError {
    /** @param {KeysteadError} cause */
    constructor(cause: KeysteadError);
    /** The status with which the identity provider refused; undefined if it did not. */
    status: number | undefined;
}
