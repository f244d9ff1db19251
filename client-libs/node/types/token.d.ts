/**
 * @import { Deadline } from "./deadline.js"
 * @import { Endpoint } from "./endpoint.js"
 * @import { Proof } from "./frame.js"
 */
/**
 * A token as it was given. Moments are those of `performance.now()`.
 *
 * @typedef {object} Token
 * @property {Proof} proof The token itself is a JWT in its compact form, to be shown to nobody but its audience.
 * @property {number} due From then on another is fetched, while this one is still good.
 * @property {number} end From then on it is not used.
 * @property {number} uid For whom it was given.
 */
/**
 * The identity provider's tokens. It looks at the process that asks, so the program shows nothing.
 */
export class TokenSource {
    /**
     * @param {Endpoint} endpoint Where the identity provider listens.
     * @param {{ identity?: string, audience?: string }} [choice] `identity`: which SPIFFE ID the tokens are to be of; only
     *   a process that houses applications of several has to say. `audience`: a SPIFFE ID, if the tokens are not for the
     *   key service that the identity provider knows first.
     */
    constructor(endpoint: Endpoint, { identity, audience }?: {
        identity?: string;
        audience?: string;
    });
    /** @type {boolean} */
    isRenewable: boolean;
    /**
     * The token that is kept, else a new one; never `stale`. An identity provider that has to be waited for (it does not
     * know yet who this process is, or is being restarted) is asked again until the deadline; one whose socket nobody
     * serves, for 5 s. Every failure is an {@link IdentityError}.
     *
     * @param {Deadline} deadline
     * @param {Proof} [stale]
     */
    proof(deadline: Deadline, stale?: Proof): Promise<Proof>;
    #private;
}
/**
 * A token as it was given. Moments are those of `performance.now()`.
 */
export type Token = {
    /**
     * The token itself is a JWT in its compact form, to be shown to nobody but its audience.
     */
    proof: Proof;
    /**
     * From then on another is fetched, while this one is still good.
     */
    due: number;
    /**
     * From then on it is not used.
     */
    end: number;
    /**
     * For whom it was given.
     */
    uid: number;
};
import type { Deadline } from "./deadline.js";
import type { Proof } from "./frame.js";
import type { Endpoint } from "./endpoint.js";
