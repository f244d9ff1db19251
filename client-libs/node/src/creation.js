// Making and destroying keys when the answer may be lost.
//
// These calls change something, so they are never just sent again. When the connection breaks or time runs out, the key
// is looked up first: a create whose key is there was done, a destroy whose key is gone was done. What a look cannot
// tell, the caller is told as the error that it was.

import { Deadline } from "./deadline.js";
import { ConnectionError, RefusedError, TimeoutError } from "./errors.js";
import { LOOK_UP_TIMEOUT } from "./limits.js";
import { ListKeys, PsaDestroyKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey } from "./operations.js";
import { Status } from "./status.js";
import { areWhatWasAsked, attributesMessage, attributesOf } from "./words/attributes.js";

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
export async function create(place, attributes, data, deadline) {
  // The caller may use its buffer again while this goes on.
  const own = data && Buffer.from(data);
  try {
    await createOf(place, attributes, own, deadline);
  } finally {
    own?.fill(0);
  }
}

/**
 * @param {Place} place
 * @param {KeyAttributes} attributes
 * @param {Buffer | undefined} data
 * @param {Deadline} deadline
 */
async function createOf(place, attributes, data, deadline) {
  const message = { keyName: place.name, attributes: attributesMessage(attributes) };
  const send = () =>
    data
      ? place.caller.call(PsaImportKey, { ...message, data }, place.provider, deadline)
      : place.caller.call(PsaGenerateKey, message, place.provider, deadline);
  const first = await inDoubt(send());
  if (!first) {
    return;
  }
  let found = await lookUp(place);
  let error = first;
  if (found === "absent" && first instanceof ConnectionError) {
    const again = await inDoubt(send(), Status.PsaErrorAlreadyExists);
    if (!again) {
      return;
    }
    // The first request may have been carried out after the look.
    error = again;
    found = await lookUp(place);
  }
  if (typeof found === "string") {
    throw error;
  }
  const isIt = areWhatWasAsked(found, attributes) ? await hasMaterial(place, attributes, data) : false;
  if (isIt === undefined) {
    throw error;
  }
  if (!isIt) {
    throw new RefusedError(data ? PsaImportKey.name : PsaGenerateKey.name, Status.PsaErrorAlreadyExists);
  }
}

/**
 * Destroys a key. If one of that name is there afterwards, nothing more is destroyed: it may be another, made since.
 *
 * @param {Place} place
 * @param {Deadline} deadline
 */
export async function destroy(place, deadline) {
  const error = await inDoubt(place.caller.call(PsaDestroyKey, { keyName: place.name }, place.provider, deadline));
  if (error && (await lookUp(place)) !== "absent") {
    throw error;
  }
}

/**
 * The attributes of the caller's key of this name on the provider, if it is there. A key of that name on another
 * provider is another key.
 *
 * @param {Place} place
 * @param {Deadline} deadline
 */
export async function findKey({ caller, provider, name }, deadline) {
  const target = await caller.provider(provider, deadline);
  const { keys } = await caller.call(ListKeys, {}, undefined, deadline);
  const found = keys.find((key) => key.providerId === target && key.name === name);
  return found && attributesOf(found.attributes);
}

/**
 * Waits for an answer. Gives the error after which the service may have done what nobody heard of, or which has this
 * status; throws the others.
 *
 * @param {Promise<unknown>} answer
 * @param {number} [status]
 * @returns {Promise<unknown>}
 */
async function inDoubt(answer, status) {
  try {
    await answer;
    return undefined;
  } catch (error) {
    const statuses = [status, Status.DeadlineExceeded, Status.ConnectionError];
    const isDoubtful =
      error instanceof RefusedError
        ? statuses.includes(error.status)
        : error instanceof TimeoutError || (error instanceof ConnectionError && error.wasOpen);
    if (!isDoubtful) {
      throw error;
    }
    return error;
  }
}

/**
 * Asks for the key with time of its own: the call's may be over.
 *
 * @param {Place} place
 * @returns {Promise<KeyAttributes | "absent" | "unknown">}
 */
async function lookUp(place) {
  const deadline = new Deadline(LOOK_UP_TIMEOUT);
  try {
    return (await findKey(place, deadline)) ?? "absent";
  } catch {
    return "unknown";
  } finally {
    deadline.release();
  }
}

/**
 * Whether the key that is there is the one that was to be made; undefined if nobody can tell, as of a secret key that
 * was imported.
 *
 * @param {Place} place
 * @param {KeyAttributes} attributes
 * @param {Buffer | undefined} data
 */
async function hasMaterial({ caller, provider, name }, { type }, data) {
  if (!data) {
    return true;
  }
  if (!type.includes("public-key")) {
    return undefined;
  }
  const deadline = new Deadline(LOOK_UP_TIMEOUT);
  try {
    return data.equals((await caller.call(PsaExportPublicKey, { keyName: name }, provider, deadline)).data);
  } catch {
    return undefined;
  } finally {
    deadline.release();
  }
}
