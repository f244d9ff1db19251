// Making, finding, moving and destroying keys.

import { bufferOf, bytesOf, checkedName } from "../bytes.js";
import { create, destroy, findKey } from "../creation.js";
import { RefusedError, UsageError } from "../errors.js";
import { CheckType } from "../generated/core_pb.js";
import { Key } from "../key.js";
import { CanDoCrypto, ListKeys, PsaExportKey, PsaExportPublicKey } from "../operations.js";
import { Status } from "../status.js";
import { asListed, attributesMessage, attributesOf } from "../words/attributes.js";
import { Session } from "./session.js";

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

const CHECKS = Object.freeze({
  use: CheckType.USE,
  generate: CheckType.GENERATE,
  import: CheckType.IMPORT,
  derive: CheckType.DERIVE,
});

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
  async generate(name, attributes, options) {
    checkedName(name);
    await this.within(options, (deadline, caller, provider) =>
      create({ caller, provider, name }, attributes, undefined, deadline),
    );
    return new Key(/** @type {Client} */ (/** @type {unknown} */ (this)), name, asListed(attributes));
  }

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
  async import(name, attributes, data, options) {
    checkedName(name);
    const bytes = bytesOf(data, "key");
    await this.within(options, (deadline, caller, provider) =>
      create({ caller, provider, name }, attributes, bytes, deadline),
    );
    return this.key(name);
  }

  /**
   * A handle for a key that exists already; nothing is asked yet.
   *
   * @param {string} name
   */
  key(name) {
    return new Key(/** @type {Client} */ (/** @type {unknown} */ (this)), checkedName(name));
  }

  /**
   * Destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name is there
   * afterwards, the call is rejected and destroys nothing more: it may be another key, made since.
   *
   * @param {string} name
   * @param {CallOptions} [options]
   */
  async destroy(name, options) {
    checkedName(name);
    await this.within(options, (deadline, caller, provider) => destroy({ caller, provider, name }, deadline));
  }

  /**
   * The public half of a key, in the format of the wire contract (4.2): PKCS#1 DER for RSA, an uncompressed point for
   * Weierstrass curves, little-endian bytes for Montgomery curves. {@link Key.publicKey} gives a KeyObject.
   *
   * @param {string} name
   * @param {CallOptions} [options]
   */
  async exportPublicKey(name, options) {
    const { data } = await this.send(PsaExportPublicKey, { keyName: checkedName(name) }, options);
    return bufferOf(data);
  }

  /**
   * The key itself; its usage must allow it.
   *
   * @param {string} name
   * @param {CallOptions} [options]
   */
  async export(name, options) {
    return bufferOf((await this.send(PsaExportKey, { keyName: checkedName(name) }, options)).data);
  }

  /**
   * The caller's keys on all providers.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<ListedKey[]>}
   */
  async listKeys(options) {
    const { keys } = await this.send(ListKeys, {}, options);
    return keys.map(({ providerId, name, attributes }) => ({
      provider: providerId,
      name,
      attributes: attributesOf(attributes),
    }));
  }

  /**
   * The attributes of the caller's key of this name on this client's provider. A key of that name on another provider is
   * another key. Refused as `PsaErrorDoesNotExist` if there is none.
   *
   * @param {string} name
   * @param {CallOptions} [options]
   */
  async keyAttributes(name, options) {
    checkedName(name);
    const attributes = await this.within(options, (deadline, caller, provider) =>
      findKey({ caller, provider, name }, deadline),
    );
    if (!attributes) {
      throw new RefusedError(ListKeys.name, Status.PsaErrorDoesNotExist, JSON.stringify(name));
    }
    return attributes;
  }

  /**
   * Whether this client's provider could do that with a key of these attributes; 0 bits stand for any size.
   *
   * @param {keyof typeof CHECKS} check
   * @param {KeyAttributes} attributes
   * @param {CallOptions} [options]
   */
  async canDo(check, attributes, options) {
    if (!Object.hasOwn(CHECKS, check)) {
      throw new UsageError(`${check} is not one of ${Object.keys(CHECKS).join(", ")}`);
    }
    const message = { checkType: CHECKS[check], attributes: attributesMessage(attributes) };
    return yesUnless(Status.PsaErrorNotSupported, this.send(CanDoCrypto, message, options));
  }
}

/**
 * A refusal with this status is an answer and not a failure.
 *
 * @param {number} status
 * @param {Promise<unknown>} answer
 */
export async function yesUnless(status, answer) {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.status === status) {
      return false;
    }
    throw error;
  }
}
