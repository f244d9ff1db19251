/**
 * A refusal with this status is an answer and not a failure.
 *
 * @param {number} status
 * @param {Promise<unknown>} answer
 */
export function yesUnless(status: number, answer: Promise<unknown>): Promise<boolean>;
/** What a {@link Client} does with whole keys. */
export class Keys extends Session {
    /**
     * Makes a new key. Refused as `PsaErrorAlreadyExists` if the name is taken.
     *
     * If the connection breaks during the call, a key of that name and these attributes that is there afterwards counts as
     * made by it.
     *
     * @param {string} name
     * @param {KeyAttributes} attributes `presets` has the usual ones.
     * @param {CallOptions} [options]
     */
    generate(name: string, attributes: KeyAttributes, options?: CallOptions): Promise<Key>;
    /**
     * Takes a key over.
     *
     * If the connection breaks during the call, a public key that is there afterwards with that name, these attributes and
     * this data counts as imported by it. With the other kinds of keys nobody can compare the data, so the call is rejected:
     * destroy the key and import it again, or use it if nobody else makes keys of that name.
     *
     * @param {string} name
     * @param {KeyAttributes} attributes 0 bits stand for the size that the data has.
     * @param {BytesLike} data In the format of the wire contract (4.2): a big-endian scalar, PKCS#1 DER, the bytes
     *   themselves.
     * @param {CallOptions} [options]
     */
    import(name: string, attributes: KeyAttributes, data: BytesLike, options?: CallOptions): Promise<Key>;
    /**
     * A handle for a key that exists already; nothing is asked yet.
     *
     * @param {string} name
     */
    key(name: string): Key;
    /**
     * Destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name is there
     * afterwards, the call is rejected and destroys nothing more: it may be another key, made since.
     *
     * @param {string} name
     * @param {CallOptions} [options]
     */
    destroy(name: string, options?: CallOptions): Promise<void>;
    /**
     * The public half of a key, in the format of the wire contract (4.2): PKCS#1 DER for RSA, an uncompressed point for
     * Weierstrass curves, little-endian bytes for Montgomery curves. {@link Key.publicKey} gives a KeyObject.
     *
     * @param {string} name
     * @param {CallOptions} [options]
     */
    exportPublicKey(name: string, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * The key itself; its usage must allow it.
     *
     * @param {string} name
     * @param {CallOptions} [options]
     */
    export(name: string, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * The caller's keys on all providers.
     *
     * @param {CallOptions} [options]
     * @returns {Promise<ListedKey[]>}
     */
    listKeys(options?: CallOptions): Promise<ListedKey[]>;
    /**
     * The attributes of the caller's key of this name on this client's provider. A key of that name on another provider is
     * another key. Refused as `PsaErrorDoesNotExist` if there is none.
     *
     * @param {string} name
     * @param {CallOptions} [options]
     */
    keyAttributes(name: string, options?: CallOptions): Promise<KeyAttributes>;
    /**
     * Whether this client's provider could do that with a key of these attributes; 0 bits stand for any size.
     *
     * @param {keyof typeof CHECKS} check
     * @param {KeyAttributes} attributes
     * @param {CallOptions} [options]
     */
    canDo(check: keyof typeof CHECKS, attributes: KeyAttributes, options?: CallOptions): Promise<boolean>;
}
/**
 * A key in the list of the caller's keys.
 */
export type ListedKey = {
    provider: number;
    name: string;
    attributes: KeyAttributes;
};
import { Session } from "./session.js";
import type { KeyAttributes } from "../words/attributes.js";
import type { CallOptions } from "../caller.js";
import { Key } from "../key.js";
import type { BytesLike } from "../bytes.js";
/**
 * @import { BytesLike } from "../bytes.js"
 * @import { CallOptions } from "../caller.js"
 * @import { Client } from "../client.js"
 * @import { KeyAttributes } from "../words/attributes.js"
 */
/**
 * A key in the list of the caller's keys.
 *
 * @typedef {object} ListedKey
 * @property {number} provider
 * @property {string} name
 * @property {KeyAttributes} attributes
 */
declare const CHECKS: Readonly<{
    use: CheckType.USE;
    generate: CheckType.GENERATE;
    import: CheckType.IMPORT;
    derive: CheckType.DERIVE;
}>;
import { CheckType } from "../generated/core_pb.js";
export {};
