/**
 * @import { BytesLike } from "./bytes.js"
 * @import { CallOptions } from "./caller.js"
 * @import { Send } from "./attestation.js"
 * @import { KeyAttributes } from "./words/attributes.js"
 */
/**
 * A client of the service: an authentication type's number, and a name under it.
 *
 * @typedef {{ authType: number, name: string }} ClientIdentity
 */
/**
 * How the service is doing. Numbers count from its start.
 *
 * @typedef {object} HealthReport
 * @property {string} version
 * @property {number} uptimeSeconds
 * @property {number} requests Answered.
 * @property {number} panics Caught, each answered `PsaErrorGenericError`.
 * @property {number} connections Open now.
 * @property {number} keys In the store.
 * @property {{ id: number, name: string, isAvailable: boolean, reason: string }[]} providers `reason`: why it is not
 *   available; empty if it is.
 * @property {(ClientIdentity & { provider: number, key: string })[]} damagedRecords Keys whose records no longer open.
 * @property {(ClientIdentity & { reason: string })[]} quarantined Clients whose uid was given to another account.
 */
/** The calls of an administrator, as {@link Client}'s `admin`. The service refuses others with `AdminOperation`. */
export class Administration {
    /**
     * @internal
     * @param {Send} send
     */
    constructor(send: Send);
    /**
     * The names of the clients of the administrator's own authentication type that own keys.
     *
     * @param {CallOptions} [options]
     */
    listClients(options?: CallOptions): Promise<string[]>;
    /**
     * Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no error. If
     * the answer is lost, the request is not sent again by itself: the client may have made new keys since.
     *
     * @param {string} client
     * @param {CallOptions} [options]
     */
    deleteClient(client: string, options?: CallOptions): Promise<void>;
    /**
     * How the service is doing. Parsec does not have this operation.
     *
     * @param {CallOptions} [options]
     * @returns {Promise<HealthReport>}
     */
    health(options?: CallOptions): Promise<HealthReport>;
    /**
     * Serves a client again whose uid was recycled, with the keys that its former owner left; false if it was not
     * quarantined. Parsec does not have this operation.
     *
     * @param {string} client
     * @param {CallOptions} [options]
     */
    releaseClient(client: string, options?: CallOptions): Promise<boolean>;
    /**
     * Accepts that another token stands under the name that a provider has in the configuration; gives the identities of
     * the former token and of the accepted one. Refused as `PsaErrorDoesNotExist` if no other token was found there. Parsec
     * does not have this operation.
     *
     * @param {string} provider
     * @param {CallOptions} [options]
     */
    acceptToken(provider: string, options?: CallOptions): Promise<{
        former: string;
        accepted: string;
    }>;
    /**
     * Takes over the key that a provider's token knows by an id (PKCS#11: its CKA_ID); gives the attributes with the size
     * that the key has. If the answer is lost, the request is not sent again by itself. Parsec does not have this operation.
     *
     * @param {object} key
     * @param {string} key.provider The provider's name in the configuration.
     * @param {BytesLike} key.objectId
     * @param {string} key.client Whose key it will be: a client of the administrator's own authentication type.
     * @param {string} key.name What its owner will call it.
     * @param {KeyAttributes} key.attributes 0 bits stand for the size that the key has.
     * @param {CallOptions} [options]
     */
    adoptKey({ provider, objectId, client, name, attributes }: {
        provider: string;
        objectId: BytesLike;
        client: string;
        name: string;
        attributes: KeyAttributes;
    }, options?: CallOptions): Promise<KeyAttributes>;
    /**
     * Makes a new storage root key where the service's configuration wants it, and seals the whole store under it; gives
     * the place, for people, and how many records were sealed anew. Parsec does not have this operation.
     *
     * @param {CallOptions} [options]
     */
    rekeyStore(options?: CallOptions): Promise<{
        place: string;
        records: number;
    }>;
    /**
     * Makes every key of `from` the key of `to`, in one step or not at all. If the answer is lost, the request is not sent
     * again by itself. Parsec does not have this operation.
     *
     * @param {ClientIdentity} from
     * @param {ClientIdentity} to
     * @param {CallOptions & { dryRun?: boolean }} [options] A dry run only says what would be moved, and which names both
     *   have: then nothing can be.
     */
    moveClient(from: ClientIdentity, to: ClientIdentity, { dryRun, ...options }?: CallOptions & {
        dryRun?: boolean;
    }): Promise<{
        keys: number;
        collisions: string[];
    }>;
    #private;
}
/**
 * A client of the service: an authentication type's number, and a name under it.
 */
export type ClientIdentity = {
    authType: number;
    name: string;
};
/**
 * How the service is doing. Numbers count from its start.
 */
export type HealthReport = {
    version: string;
    uptimeSeconds: number;
    /**
     * Answered.
     */
    requests: number;
    /**
     * Caught, each answered `PsaErrorGenericError`.
     */
    panics: number;
    /**
     * Open now.
     */
    connections: number;
    /**
     * In the store.
     */
    keys: number;
    /**
     * `reason`: why it is not
     * available; empty if it is.
     */
    providers: {
        id: number;
        name: string;
        isAvailable: boolean;
        reason: string;
    }[];
    /**
     * Keys whose records no longer open.
     */
    damagedRecords: (ClientIdentity & {
        provider: number;
        key: string;
    })[];
    /**
     * Clients whose uid was given to another account.
     */
    quarantined: (ClientIdentity & {
        reason: string;
    })[];
};
import type { CallOptions } from "./caller.js";
import type { BytesLike } from "./bytes.js";
import type { KeyAttributes } from "./words/attributes.js";
import type { Send } from "./attestation.js";
