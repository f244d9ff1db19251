/**
 * @import { Caller } from "./caller.js"
 * @import { KeyAttributes } from "./words/attributes.js"
 */
/**
 * Where a key is, or is to be.
 *
 * @typedef {object} Place
 * @property {Caller} caller
 * @property {number | undefined} provider
 * @property {string} name
 */
/**
 * Makes a key: of `data`, if there is any, else of random bytes of the service's.
 *
 * @param {Place} place
 * @param {KeyAttributes} attributes
 * @param {Uint8Array | undefined} data
 * @param {Deadline} deadline
 */
export function create(place: Place, attributes: KeyAttributes, data: Uint8Array | undefined, deadline: Deadline): Promise<void>;
/**
 * Destroys a key. If one of that name is there afterwards, nothing more is destroyed: it may be another, made since.
 *
 * @param {Place} place
 * @param {Deadline} deadline
 */
export function destroy(place: Place, deadline: Deadline): Promise<void>;
/**
 * The attributes of the caller's key of this name on the provider, if it is there. A key of that name on another
 * provider is another key.
 *
 * @param {Place} place
 * @param {Deadline} deadline
 */
export function findKey({ caller, provider, name }: Place, deadline: Deadline): Promise<KeyAttributes | undefined>;
/**
 * Where a key is, or is to be.
 */
export type Place = {
    caller: Caller;
    provider: number | undefined;
    name: string;
};
import type { KeyAttributes } from "./words/attributes.js";
import { Deadline } from "./deadline.js";
import type { Caller } from "./caller.js";
