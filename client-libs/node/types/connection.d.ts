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
    constructor(message: string, { cause, wasOpen, wasKept, connection }: {
        cause?: NodeJS.ErrnoException;
        wasOpen: boolean;
        wasKept: boolean;
        connection: number;
    });
    /** The connection's number. */
    connection: number;
    /** Whether the service had kept the connection before this request, and so may simply have been tired of it. */
    wasKept: boolean;
    /** Whether the request did not leave whole, and so was not carried out. */
    isUnsent: boolean;
}
/** A connection to the service. It begins to connect at once; requests may be put on it right away. */
export class Connection {
    /**
     * @param {Endpoint} endpoint
     * @param {number} [number] By which others know it.
     * @param {() => void} [changed] Told when it may take another request, and when it has ended.
     */
    constructor(endpoint: Endpoint, number?: number, changed?: () => void);
    number: number;
    /** Whether it has ended. */
    get isDead(): boolean;
    /** Whether nothing is under way on it. */
    get isIdle(): boolean;
    /** Requests under way on it. */
    get load(): number;
    /**
     * Whether a request may be put on it now. Until an answer has said that it is kept, only one may be under way: Parsec
     * answers the first and drops the rest (wire contract 6.2).
     *
     * @param {boolean} alone Whether nothing else may be under way with it.
     */
    takes(alone: boolean): boolean;
    /** Whether the service still knows it, as far as one can tell, and as the user that the process is now. */
    get isFresh(): boolean;
    /**
     * Sends a request and receives its answer; a refusal is an answer too. A call that is given up waits no longer, and
     * ends the connection as soon as nobody else waits there.
     *
     * @param {Question} question
     * @param {Deadline} deadline
     * @param {boolean} [alone] Whether nothing else may be put on the connection meanwhile.
     * @returns {Promise<Answer>}
     */
    exchange(question: Question, deadline: Deadline, alone?: boolean): Promise<Answer>;
    /** Has nothing more put on it, and ends it as soon as nobody waits there. */
    retire(): void;
    /** Ends it, and every call that waits there. */
    destroy(): void;
    #private;
}
/**
 * An answer whose header is one of this protocol.
 */
export type Answer = {
    header: AnswerHeader;
    /**
     * Its only copy.
     */
    body: Buffer;
};
/**
 * A request that has no answer yet.
 */
export type Waiter = {
    session: number;
    /**
     * Whether the service had kept the connection before.
     */
    isOnKept: boolean;
    /**
     * Whether nobody wants the answer any more.
     */
    isGivenUp: boolean;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
    /**
     * To be called when it no longer waits.
     */
    forget?: (() => void) | undefined;
};
import { ConnectionError } from "./errors.js";
import type { Question } from "./frame.js";
import type { Deadline } from "./deadline.js";
import type { Endpoint } from "./endpoint.js";
import type { AnswerHeader } from "./frame.js";
