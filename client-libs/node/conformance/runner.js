// The runner of the stories in e2e_tests/scenarios: reads one request a line from standard input, does it with one client
// made as the documentation shows, and writes one answer a line to standard output.

import { stdout } from "node:process";
import { createInterface } from "node:readline";

import {
  Client,
  ConnectionError,
  IdentityError,
  presets,
  RefusedError,
  ResponseError,
  TimeoutError,
  UsageError,
} from "../src/index.js";
import { algorithmMessage } from "../src/words/algorithm.js";
import { attributesMessage } from "../src/words/attributes.js";

/** @import { Algorithm, KeyAttributes, KeyType, Usage } from "../src/index.js" */

/**
 * A request's arguments, as they were written.
 *
 * @typedef {Record<string, string>} Arguments
 */

/** The library has no such operation, type or algorithm. */
class Unsupported extends Error {}

const client = new Client();

/**
 * An argument that the operation must have.
 *
 * @param {Arguments} given
 * @param {string} name
 */
function text(given, name) {
  const value = given[name];
  if (value === undefined) {
    throw new Error(`the argument ${name} is missing`);
  }
  return value;
}

/**
 * @param {Arguments} given
 * @param {string} name
 */
const bytes = (given, name) => Buffer.from(text(given, name), "hex");

/** @param {Arguments} given */
const nameOf = (given) => bytes(given, "name").toString("utf8");

/** @param {Arguments} given */
const on = (given) => client.with({ provider: Number(text(given, "provider")) });

/**
 * An algorithm's word, if the library knows it. It need not fit the operation: that is for the library to say.
 *
 * @param {Arguments} given
 * @returns {any}
 */
function algorithm(given) {
  const word = /** @type {Algorithm} */ (text(given, "algorithm"));
  known(() => algorithmMessage(word));
  return word;
}

/**
 * @param {Arguments} given
 * @returns {KeyAttributes}
 */
function attributes(given) {
  const usage = text(given, "usage");
  const made = {
    type: /** @type {KeyType} */ (text(given, "type")),
    bits: Number(text(given, "bits")),
    usage: /** @type {Usage[]} */ (usage === "" ? [] : usage.split(",")),
    algorithm: algorithm(given),
  };
  known(() => attributesMessage(made));
  return made;
}

/** @param {() => unknown} use */
function known(use) {
  try {
    use();
  } catch (error) {
    throw error instanceof UsageError ? new Unsupported(error.message) : error;
  }
}

/**
 * @param {string} name
 * @param {Promise<Buffer>} value
 */
const hex = async (name, value) => ({ [name]: (await value).toString("hex") });

/** @param {Promise<unknown>} done */
const nothing = async (done) => void (await done);

/**
 * What is answered: values by their names, yes or no, or nothing more than that it is done.
 *
 * @typedef {Promise<Record<string, string> | boolean | void>} Result
 */

/** @type {Record<string, (given: Arguments) => Result>} */
const OPERATIONS = {
  ping: async () => {
    const { major, minor } = await client.ping();
    return { version: `${major}.${minor}` };
  },
  providers: async () => ({ ids: (await client.listProviders()).map(({ id }) => id).join() }),
  authenticators: async () => ({ ids: (await client.listAuthenticators()).map(({ id }) => id).join() }),
  opcodes: async (given) => ({ opcodes: (await client.listOpcodes(Number(text(given, "provider")))).join() }),
  keys: async () => {
    const keys = await client.listKeys();
    return { keys: keys.map(({ provider, name }) => `${provider}:${Buffer.from(name).toString("hex")}`).join() };
  },
  attributes: async (given) => {
    const { type, bits, usage, algorithm } = await on(given).keyAttributes(nameOf(given));
    return { type, bits: String(bits), usage: usage.join(), algorithm };
  },
  generate: (given) => nothing(on(given).generate(nameOf(given), attributes(given))),
  import: (given) => nothing(on(given).import(nameOf(given), attributes(given), bytes(given, "data"))),
  export: (given) => hex("data", on(given).export(nameOf(given))),
  "export-public": (given) => hex("data", on(given).exportPublicKey(nameOf(given))),
  destroy: (given) => on(given).destroy(nameOf(given)),
  "sign-hash": (given) => hex("signature", on(given).signHash(nameOf(given), algorithm(given), bytes(given, "hash"))),
  "sign-message": (given) =>
    hex("signature", on(given).signMessage(nameOf(given), algorithm(given), bytes(given, "message"))),
  "verify-hash": (given) =>
    on(given).verifyHash(nameOf(given), algorithm(given), bytes(given, "hash"), bytes(given, "signature")),
  "verify-message": (given) =>
    on(given).verifyMessage(nameOf(given), algorithm(given), bytes(given, "message"), bytes(given, "signature")),
  "asymmetric-encrypt": (given) => {
    const options = { label: bytes(given, "salt") };
    const encrypted = on(given).asymmetricEncrypt(nameOf(given), algorithm(given), bytes(given, "plaintext"), options);
    return hex("ciphertext", encrypted);
  },
  "asymmetric-decrypt": (given) => {
    const options = { label: bytes(given, "salt") };
    const decrypted = on(given).asymmetricDecrypt(nameOf(given), algorithm(given), bytes(given, "ciphertext"), options);
    return hex("plaintext", decrypted);
  },
  "aead-encrypt": (given) => {
    const [nonce, aad, plaintext] = [bytes(given, "nonce"), bytes(given, "aad"), bytes(given, "plaintext")];
    return hex("ciphertext", on(given).aeadEncrypt(nameOf(given), algorithm(given), nonce, aad, plaintext));
  },
  "aead-decrypt": (given) => {
    const [nonce, aad, ciphertext] = [bytes(given, "nonce"), bytes(given, "aad"), bytes(given, "ciphertext")];
    return hex("plaintext", on(given).aeadDecrypt(nameOf(given), algorithm(given), nonce, aad, ciphertext));
  },
  "cipher-encrypt": (given) =>
    hex("ciphertext", on(given).cipherEncrypt(nameOf(given), algorithm(given), bytes(given, "plaintext"))),
  "cipher-decrypt": (given) =>
    hex("plaintext", on(given).cipherDecrypt(nameOf(given), algorithm(given), bytes(given, "ciphertext"))),
  "mac-compute": (given) => hex("mac", on(given).macCompute(nameOf(given), algorithm(given), bytes(given, "data"))),
  "mac-verify": (given) =>
    on(given).macVerify(nameOf(given), algorithm(given), bytes(given, "data"), bytes(given, "mac")),
  "hash-compute": (given) => hex("hash", on(given).hashCompute(algorithm(given), bytes(given, "data"))),
  "hash-compare": (given) => on(given).hashCompare(algorithm(given), bytes(given, "data"), bytes(given, "hash")),
  agree: (given) => hex("secret", on(given).rawKeyAgreement(nameOf(given), algorithm(given), bytes(given, "peer"))),
  random: (given) => hex("data", on(given).random(Number(text(given, "size")))),
  "can-do": (given) => on(given).canDo(/** @type {any} */ (text(given, "check")), attributes(given)),
  "high-level": async (given) => {
    const key = await on(given).generate(nameOf(given), presets.ecdsaP256());
    const signature = await key.sign("hello");
    if (!(await key.verify("hello", signature))) {
      return false;
    }
    return { ...(await hex("public", key.exportPublicKey())), ...(await hex("signature", Promise.resolve(signature))) };
  },
};

/**
 * @param {string} line
 * @returns {Promise<string>}
 */
async function answer(line) {
  const [operation = "", ...words] = line.split(" ");
  const given = Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
  );
  const work = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  try {
    const result = work ? await work(given) : "unsupported";
    if (result === "unsupported" || result === false) {
      return result === false ? "no" : result;
    }
    return [
      "ok",
      ...Object.entries(typeof result === "object" ? result : {}).map(([name, value]) => `${name}=${value}`),
    ].join(" ");
  } catch (error) {
    console.error(`${operation}: ${error}`);
    return failure(error);
  }
}

/** @param {unknown} error */
function failure(error) {
  if (error instanceof Unsupported) {
    return "unsupported";
  }
  if (error instanceof RefusedError) {
    return `error status=${error.status}`;
  }
  const kinds = /** @type {const} */ ([
    [UsageError, "usage"],
    [ConnectionError, "connection"],
    [TimeoutError, "timeout"],
    [IdentityError, "identity"],
    [ResponseError, "response"],
  ]);
  const kind = kinds.find(([type]) => error instanceof type);
  if (!kind) {
    throw error;
  }
  return `error client=${kind[1]}`;
}

for await (const line of createInterface({ input: process.stdin })) {
  stdout.write(`${await answer(line)}\n`);
}
