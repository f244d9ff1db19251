// Tokens from the identity provider: fetched when first needed, kept, and renewed before they end.

import { Backoff } from "./backoff.js";
import { decode, encode } from "./codec.js";
import { Connection } from "./connection.js";
import { effectiveUid, NO_PROOF, tokenProof } from "./credential.js";
import { ConnectionError, IdentityError, KeysteadError, RefusedError, ResponseError } from "./errors.js";
import {
  ABSENT_PROVIDER_PATIENCE,
  MAX_AUTH_BYTES,
  MAX_TOKEN_LIFETIME,
  RENEWAL_RETRY,
  RENEWAL_TIMEOUT,
} from "./limits.js";
import { GetToken } from "./operations.js";

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
  /** @type {boolean} */
  isRenewable = true;
  #endpoint;
  #question;
  /** @type {Token | undefined} */
  #kept;
  /** @type {Promise<unknown> | undefined} The fetch that is under way: there is one at a time. */
  #fetching;
  /** A renewal failed: none is tried before this moment while the kept token is good. */
  #noRenewalBefore = 0;

  /**
   * @param {Endpoint} endpoint Where the identity provider listens.
   * @param {{ identity?: string, audience?: string }} [choice] `identity`: which SPIFFE ID the tokens are to be of; only
   *   a process that houses applications of several has to say. `audience`: a SPIFFE ID, if the tokens are not for the
   *   key service that the identity provider knows first.
   */
  constructor(endpoint, { identity = "", audience = "" } = {}) {
    this.#endpoint = endpoint;
    this.#question = { identity, audience };
  }

  /**
   * The token that is kept, else a new one; never `stale`. An identity provider that has to be waited for (it does not
   * know yet who this process is, or is being restarted) is asked again until the deadline; one whose socket nobody
   * serves, for 5 s. Every failure is an {@link IdentityError}.
   *
   * @param {Deadline} deadline
   * @param {Proof} [stale]
   */
  async proof(deadline, stale) {
    const backoff = new Backoff();
    const patience = performance.now() + ABSENT_PROVIDER_PATIENCE;
    for (;;) {
      try {
        return (await this.#keptOrFetched(deadline, stale)).proof;
      } catch (error) {
        if (!(error instanceof KeysteadError)) {
          throw error;
        }
        const isAbsent = error instanceof ConnectionError && !error.wasOpen;
        const mayPass = error.isWorthRetrying && (!isAbsent || performance.now() < patience);
        if (!mayPass || !(await backoff.pause(deadline))) {
          throw new IdentityError(error);
        }
      }
    }
  }

  /**
   * One look, and at most one question. One call asks at a time: the others wait for what it gets, or go on with the
   * kept token while that is good.
   *
   * @param {Deadline} deadline
   * @param {Proof} [stale]
   * @returns {Promise<Token>}
   */
  async #keptOrFetched(deadline, stale) {
    const uid = effectiveUid();
    let good = this.#good(uid, stale);
    while (this.#fetching && !good) {
      await deadline.wait(this.#fetching);
      good = this.#good(uid, stale);
    }
    if (good && (this.#fetching || !this.#isRenewedNow(good))) {
      return good;
    }
    return good ? this.#renewed(good, deadline) : this.#fetchedInTurn(deadline);
  }

  /**
   * Tries to replace a token that is still good, for a short time only.
   *
   * @param {Token} good
   * @param {Deadline} deadline
   */
  async #renewed(good, deadline) {
    const limit = deadline.within(RENEWAL_TIMEOUT);
    try {
      return await this.#fetchedInTurn(limit);
    } catch (error) {
      this.#noRenewalBefore = performance.now() + RENEWAL_RETRY;
      deadline.check();
      return good;
    } finally {
      limit.release();
    }
  }

  /** @param {Deadline} deadline */
  async #fetchedInTurn(deadline) {
    const fetch = this.#fetch(deadline);
    const fetching = fetch.catch(() => {}).finally(() => (this.#fetching = undefined));
    this.#fetching = fetching;
    this.#kept = await fetch;
    this.#noRenewalBefore = 0;
    return this.#kept;
  }

  /**
   * @param {Deadline} deadline
   * @returns {Promise<Token>}
   */
  async #fetch(deadline) {
    const uid = effectiveUid();
    // The moment before it was asked for, so that it is never taken for good too long.
    const asked = performance.now();
    const body = encode(GetToken.request, this.#question);
    const connection = new Connection(this.#endpoint);
    try {
      const answer = await connection.exchange(
        { opcode: GetToken.opcode, provider: 0, body, proof: NO_PROOF },
        deadline,
      );
      const { status, opcode } = answer.header;
      if (status !== 0) {
        throw new RefusedError(GetToken.name, status);
      }
      if (opcode !== GetToken.opcode) {
        throw new ResponseError(`it belongs to operation ${opcode}`);
      }
      const { token, expiresAt } = decode(GetToken.result, answer.body);
      const bytes = Buffer.from(token);
      if (bytes.length > MAX_AUTH_BYTES) {
        throw new ResponseError(`a token of ${bytes.length} bytes is too long`);
      }
      const lifetime = Math.max(0, Math.min(Number(expiresAt) * 1000 - Date.now(), MAX_TOKEN_LIFETIME));
      return { proof: tokenProof(bytes), due: asked + lifetime * 0.75, end: asked + lifetime, uid };
    } finally {
      connection.destroy();
    }
  }

  /**
   * The kept token, if this user may use it.
   *
   * @param {number} uid
   * @param {Proof} [stale]
   */
  #good(uid, stale) {
    const token = this.#kept;
    const isGood = token && token.proof !== stale && token.uid === uid && performance.now() < token.end;
    return isGood ? token : undefined;
  }

  /** @param {Token} token */
  #isRenewedNow(token) {
    const now = performance.now();
    return token.due <= now && this.#noRenewalBefore <= now;
  }
}
