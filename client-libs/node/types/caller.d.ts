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
    /**
     * @param {Endpoint} endpoint
     * @param {Credential} credential
     * @param {number} maxConnections
     */
    constructor(endpoint: Endpoint, credential: Credential, maxConnections: number);
    /** Where the service listens. */
    endpoint: Endpoint;
    /** Who asks. */
    credential: Credential;
    /** Takes no more calls, waits for those under way, and closes the connections. */
    close(): Promise<void>;
    /**
     * Does all that one call of the program's consists of, within one time limit.
     *
     * @template T
     * @param {CallOptions} options
     * @param {number} usualTimeout In milliseconds.
     * @param {(deadline: Deadline) => Promise<T>} work
     * @returns {Promise<T>}
     */
    within<T>({ timeout, signal }: CallOptions, usualTimeout: number, work: (deadline: Deadline) => Promise<T>): Promise<T>;
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
    call<Q extends DescMessage, A extends DescMessage>(operation: Operation<Q, A>, message: MessageInitShape<Q>, provider: number | undefined, deadline: Deadline): Promise<MessageShape<A>>;
    /**
     * The provider to which cryptographic calls go: the chosen one, else the first that the service lists.
     *
     * @param {number | undefined} chosen
     * @param {Deadline} deadline
     */
    provider(chosen: number | undefined, deadline: Deadline): Promise<number>;
    #private;
}
/**
 * What a single call may be given.
 */
export type CallOptions = {
    /**
     * How long the call may take in all, in milliseconds, instead of the client's own limit.
     */
    timeout?: number | undefined;
    /**
     * Cancels the call: it is rejected with the signal's reason. If the call changes
     * something, that may still be done.
     */
    signal?: AbortSignal | undefined;
};
import type { Endpoint } from "./endpoint.js";
import type { Credential } from "./credential.js";
import { Deadline } from "./deadline.js";
import type { DescMessage } from "@bufbuild/protobuf";
import type { Operation } from "./operations.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MessageShape } from "@bufbuild/protobuf";
