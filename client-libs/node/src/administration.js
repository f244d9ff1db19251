// What an administrator may ask.

import { bytesOf, checkedName } from "./bytes.js";
import { ResponseError } from "./errors.js";
import * as operations from "./operations.js";
import { attributesMessage, attributesOf } from "./words/attributes.js";

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
  #send;

  /**
   * @internal
   * @param {Send} send
   */
  constructor(send) {
    this.#send = send;
  }

  /**
   * The names of the clients of the administrator's own authentication type that own keys.
   *
   * @param {CallOptions} [options]
   */
  async listClients(options) {
    return (await this.#send(operations.ListClients, {}, options)).clients;
  }

  /**
   * Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no error. If
   * the answer is lost, the request is not sent again by itself: the client may have made new keys since.
   *
   * @param {string} client
   * @param {CallOptions} [options]
   */
  async deleteClient(client, options) {
    await this.#send(operations.DeleteClient, { client: checkedName(client) }, options);
  }

  /**
   * How the service is doing. Parsec does not have this operation.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<HealthReport>}
   */
  async health(options) {
    const report = await this.#send(operations.Health, {}, options);
    const { version, uptimeSeconds, requests, panics, connections, keys } = report;
    return {
      version,
      uptimeSeconds: Number(uptimeSeconds),
      requests: Number(requests),
      panics: Number(panics),
      connections: Number(connections),
      keys: Number(keys),
      providers: report.providers.map(({ providerId, name, available, reason }) => ({
        id: providerId,
        name,
        isAvailable: available,
        reason,
      })),
      damagedRecords: report.damagedRecords.map(({ authType, client, providerId, keyName }) => ({
        authType,
        name: client,
        provider: providerId,
        key: keyName,
      })),
      quarantined: report.quarantined.map(({ authType, client, reason }) => ({ authType, name: client, reason })),
    };
  }

  /**
   * Serves a client again whose uid was recycled, with the keys that its former owner left; false if it was not
   * quarantined. Parsec does not have this operation.
   *
   * @param {string} client
   * @param {CallOptions} [options]
   */
  async releaseClient(client, options) {
    return (await this.#send(operations.ReleaseClient, { client: checkedName(client) }, options)).released;
  }

  /**
   * Accepts that another token stands under the name that a provider has in the configuration; gives the identities of
   * the former token and of the accepted one. Refused as `PsaErrorDoesNotExist` if no other token was found there. Parsec
   * does not have this operation.
   *
   * @param {string} provider
   * @param {CallOptions} [options]
   */
  async acceptToken(provider, options) {
    const { former, accepted } = await this.#send(operations.AcceptToken, { provider: checkedName(provider) }, options);
    return { former, accepted };
  }

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
  async adoptKey({ provider, objectId, client, name, attributes }, options) {
    const message = {
      provider: checkedName(provider),
      client: checkedName(client),
      keyName: checkedName(name),
      attributes: attributesMessage(attributes),
      objectId: bytesOf(objectId, "object's id"),
    };
    const answer = await this.#send(operations.AdoptKey, message, options);
    if (!answer.attributes) {
      throw new ResponseError("the key's attributes are missing");
    }
    return attributesOf(answer.attributes);
  }

  /**
   * Makes a new storage root key where the service's configuration wants it, and seals the whole store under it; gives
   * the place, for people, and how many records were sealed anew. Parsec does not have this operation.
   *
   * @param {CallOptions} [options]
   */
  async rekeyStore(options) {
    const { place, records } = await this.#send(operations.RekeyStore, {}, options);
    return { place, records: Number(records) };
  }

  /**
   * Makes every key of `from` the key of `to`, in one step or not at all. If the answer is lost, the request is not sent
   * again by itself. Parsec does not have this operation.
   *
   * @param {ClientIdentity} from
   * @param {ClientIdentity} to
   * @param {CallOptions & { dryRun?: boolean }} [options] A dry run only says what would be moved, and which names both
   *   have: then nothing can be.
   */
  async moveClient(from, to, { dryRun = false, ...options } = {}) {
    const message = {
      oldAuthType: from.authType,
      oldClient: checkedName(from.name),
      newAuthType: to.authType,
      newClient: checkedName(to.name),
      dryRun,
    };
    const { keys, collisions } = await this.#send(operations.MoveClient, message, options);
    return { keys: Number(keys), collisions };
  }
}
