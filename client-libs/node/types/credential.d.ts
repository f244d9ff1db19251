/**
 * The proof that a token is.
 *
 * @param {Uint8Array} bytes
 * @returns {Proof}
 */
export function tokenProof(bytes: Uint8Array): Proof;
/**
 * The uid that the kernel reports for a connection opened now. It is the effective one: a program that was given another
 * user's rights would be refused with its real uid.
 */
export function effectiveUid(): number;
/**
 * Who the client says it is. Every request carries its proof, except those that anybody may send.
 *
 * @typedef {object} Credential
 * @property {(deadline: Deadline, stale?: Proof) => Promise<Proof> | Proof} proof The authentication part of a request
 *   sent now. If a proof is given that the service no longer takes, another one.
 * @property {boolean} isRenewable Whether there can be another one.
 */
/** No proof: for operations that anybody may ask for. */
export const NO_PROOF: Readonly<{
    kind: 0;
    bytes: Uint8Array<ArrayBuffer>;
}>;
/**
 * The process's effective uid, which the kernel confirms to the service: no secret is needed.
 */
export class PeerCredentials {
    /** @type {boolean} */
    isRenewable: boolean;
    /** @returns {Proof} */
    proof(): Proof;
}
/**
 * Who the client says it is. Every request carries its proof, except those that anybody may send.
 */
export type Credential = {
    /**
     * The authentication part of a request
     * sent now. If a proof is given that the service no longer takes, another one.
     */
    proof: (deadline: Deadline, stale?: Proof) => Promise<Proof> | Proof;
    /**
     * Whether there can be another one.
     */
    isRenewable: boolean;
};
import type { Proof } from "./frame.js";
import type { Deadline } from "./deadline.js";
