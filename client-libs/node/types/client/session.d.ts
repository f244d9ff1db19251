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
    /** @param {ClientOptions} [options] */
    constructor({ endpoint, credential, identity, provider, timeout, maxConnections }?: ClientOptions);
    /** Where the service listens. */
    get endpoint(): Endpoint;
    /**
     * The same client, sharing its connections, with another provider or another time limit for each of its calls.
     *
     * @param {{ provider?: number, timeout?: number }} options
     * @returns {this}
     */
    with({ provider, timeout }: {
        provider?: number;
        timeout?: number;
    }): this;
    /**
     * Takes no more calls, waits for those under way, and closes the connections, of all clients that share them. Programs
     * need not call it; `await using` does.
     */
    close(): Promise<void>;
    /**
     * Asks whether anybody is there; the answer is the version of the protocol.
     *
     * @param {CallOptions} [options]
     */
    ping(options?: CallOptions): Promise<{
        major: number;
        minor: number;
    }>;
    /**
     * The providers in the order in which they are configured, the service itself last. The first is the default.
     *
     * @param {CallOptions} [options]
     * @returns {Promise<ProviderInfo[]>}
     */
    listProviders(options?: CallOptions): Promise<ProviderInfo[]>;
    /**
     * The numbers of the operations that a provider has.
     *
     * @param {number} provider
     * @param {CallOptions} [options]
     */
    listOpcodes(provider: number, options?: CallOptions): Promise<number[]>;
    /**
     * The authenticators in the order in which they are configured.
     *
     * @param {CallOptions} [options]
     * @returns {Promise<AuthenticatorInfo[]>}
     */
    listAuthenticators(options?: CallOptions): Promise<AuthenticatorInfo[]>;
    /**
     * The number of the provider to which cryptographic calls go: the chosen one, else the first that the service lists.
     *
     * @param {CallOptions} [options]
     * @returns {Promise<number>}
     */
    provider(options?: CallOptions): Promise<number>;
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
    protected send<Q extends DescMessage, A extends DescMessage>(operation: Operation<Q, A>, message: MessageInitShape<Q>, options?: CallOptions): Promise<MessageShape<A>>;
    /**
     * Does all that one call consists of.
     *
     * @protected
     * @template T
     * @param {CallOptions | undefined} options
     * @param {(deadline: Deadline, caller: Caller, provider: number | undefined) => Promise<T>} work
     * @returns {Promise<T>}
     */
    protected within<T>(options: CallOptions | undefined, work: (deadline: Deadline, caller: Caller, provider: number | undefined) => Promise<T>): Promise<T>;
    [Symbol.asyncDispose](): Promise<void>;
    #private;
}
/**
 * How a client is made; everything may be left out.
 */
export type ClientOptions = {
    /**
     * Where the service listens, as `unix:/path`; else the environment says
     * (`KEYSTEAD_SERVICE_ENDPOINT`, `PARSEC_SERVICE_ENDPOINT`), else it is `unix:/run/keystead/service.sock`.
     */
    endpoint?: string | Endpoint | undefined;
    /**
     * Who the program says it is; else tokens, if
     * `KEYSTEAD_IDENTITY_ENDPOINT` names an identity provider, else its effective uid.
     */
    credential?: Credential | undefined;
    /**
     * Which SPIFFE ID the tokens are to be of, in a process that houses several applications.
     * It needs an identity provider in the environment; a `TokenSource` is told by its own constructor.
     */
    identity?: string | undefined;
    /**
     * The number of the provider to which cryptographic calls go; else the first that the
     * service lists.
     */
    provider?: number | undefined;
    /**
     * How long each call may take in all, in milliseconds; 60,000 if nothing is said.
     */
    timeout?: number | undefined;
    /**
     * Connections open at once, 32 at most.
     */
    maxConnections?: number | undefined;
};
/**
 * A part of the service that does cryptography, or the service itself (id 0).
 */
export type ProviderInfo = {
    /**
     * The number by which a client chooses it.
     */
    id: number;
    /**
     * Of its kind, in lower case.
     */
    uuid: string;
    description: string;
    vendor: string;
    /**
     * As `major.minor.revision`.
     */
    version: string;
};
/**
 * A way in which the service learns who asks.
 */
export type AuthenticatorInfo = {
    /**
     * The authentication type's number.
     */
    id: number;
    description: string;
    /**
     * As `major.minor.revision`.
     */
    version: string;
};
import { Endpoint } from "../endpoint.js";
import type { CallOptions } from "../caller.js";
import type { DescMessage } from "@bufbuild/protobuf";
import type { Operation } from "../operations.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MessageShape } from "@bufbuild/protobuf";
import type { Deadline } from "../deadline.js";
import { Caller } from "../caller.js";
import type { Credential } from "../credential.js";
