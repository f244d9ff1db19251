// How a request says who sends it (wire contract 2.1).

/**
 * @import { Deadline } from "./deadline.js"
 * @import { Proof } from "./frame.js"
 */

/** The authentication types that this client uses. */
const KIND = Object.freeze({ none: 0, jwt: 2, unixPeerCredentials: 3 });

/**
 * Who the client says it is. Every request carries its proof, except those that anybody may send.
 *
 * @typedef {object} Credential
 * @property {(deadline: Deadline, stale?: Proof) => Promise<Proof> | Proof} proof The authentication part of a request
 *   sent now. If a proof is given that the service no longer takes, another one.
 * @property {boolean} isRenewable Whether there can be another one.
 */

/** No proof: for operations that anybody may ask for. */
export const NO_PROOF = Object.freeze({ kind: KIND.none, bytes: new Uint8Array(0) });

/**
 * The process's effective uid, which the kernel confirms to the service: no secret is needed.
 */
export class PeerCredentials {
  /** @type {boolean} */
  isRenewable = false;

  /** @returns {Proof} */
  proof() {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(effectiveUid());
    return { kind: KIND.unixPeerCredentials, bytes };
  }
}

/**
 * The proof that a token is.
 *
 * @param {Uint8Array} bytes
 * @returns {Proof}
 */
export function tokenProof(bytes) {
  return { kind: KIND.jwt, bytes };
}

/**
 * The uid that the kernel reports for a connection opened now. It is the effective one: a program that was given another
 * user's rights would be refused with its real uid.
 */
export function effectiveUid() {
  const uid = process.geteuid?.();
  if (uid === undefined) {
    throw new Error("this client works on systems that have uids");
  }
  return uid;
}
