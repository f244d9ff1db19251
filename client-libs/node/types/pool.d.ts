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
    /**
     * @param {Endpoint} endpoint
     * @param {number} limit Connections open at once.
     */
    constructor(endpoint: Endpoint, limit: number);
    /**
     * Sends a request on one of the connections and receives its answer.
     *
     * @param {Question} question
     * @param {Way} way
     * @param {Deadline} deadline
     * @returns {Promise<Answer>}
     */
    exchange(question: Question, way: Way, deadline: Deadline): Promise<Answer>;
    /** Closes the connections. */
    close(): void;
    #private;
}
/**
 * How a request is to travel.
 */
export type Way = {
    /**
     * Nothing else is put on its connection: what changes something may be slow, and when its
     * connection breaks, somebody else's must not be the reason.
     */
    isAlone: boolean;
    /**
     * Only on a connection with a higher number: this one has broken.
     */
    after?: number | undefined;
};
export type Job = {
    question: Question;
    way: Way;
    deadline: Deadline;
    resolve: (answer: Answer | Promise<Answer>) => void;
    forget?: (() => void) | undefined;
};
import type { Question } from "./frame.js";
import type { Deadline } from "./deadline.js";
import type { Answer } from "./connection.js";
import type { Endpoint } from "./endpoint.js";
