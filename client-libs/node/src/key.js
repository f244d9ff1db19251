// A key by its name, used with its own algorithm.

import { bytesOf } from "./bytes.js";
import { signatureFromDer, signatureToDer } from "./der.js";
import { UsageError } from "./errors.js";
import { keyObject } from "./public-key.js";
import { agreement } from "./words/agreement.js";
import { encryption, signature } from "./words/signature.js";
import { aead, cipher, mac } from "./words/symmetric.js";

/**
 * @import { BytesLike } from "./bytes.js"
 * @import { CallOptions } from "./caller.js"
 * @import { Client } from "./client.js"
 * @import { KeyAgreementAlgorithm } from "./words/agreement.js"
 * @import { KeyAttributes } from "./words/attributes.js"
 * @import { AsymmetricEncryptionAlgorithm, SignatureAlgorithm } from "./words/signature.js"
 * @import { AeadAlgorithm, CipherAlgorithm, MacAlgorithm } from "./words/symmetric.js"
 */

/**
 * How ECDSA signatures look, by the words of Node's own crypto: `ieee-p1363` is r ‖ s, as in the wire contract and in
 * JWTs, and the default here; `der` is the structure that X.509 and TLS use.
 *
 * @typedef {CallOptions & { dsaEncoding?: "ieee-p1363" | "der" }} SignatureOptions
 */

/** A nonce that GCM, CCM and ChaCha20-Poly1305 all take, in bytes. */
const NONCE_BYTES = 12;

/**
 * A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.
 *
 * Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy permits
 * any hash is used with SHA-256. To choose an algorithm, call the client's methods by name. Plaintexts, shared secrets and
 * exported keys are given in memory of their own: `fill(0)` clears the only copy.
 */
export class Key {
  #client;
  /** @type {KeyAttributes | undefined} */
  #attributes;

  /**
   * @internal
   * @param {Client} client
   * @param {string} name
   * @param {KeyAttributes} [attributes] If they are known.
   */
  constructor(client, name, attributes) {
    this.#client = client;
    this.#attributes = attributes && Object.freeze(attributes);
    /** Its name. */
    this.name = name;
  }

  /**
   * Type, size and policy, asked from the service once.
   *
   * @param {CallOptions} [options]
   */
  async attributes(options) {
    return (this.#attributes ??= Object.freeze(await this.#client.keyAttributes(this.name, options)));
  }

  /**
   * The public half as a KeyObject of Node's own crypto, which can verify, encrypt and export it. Errors if Node knows no
   * such keys.
   *
   * @param {CallOptions} [options]
   */
  async publicKey(options) {
    const attributes = await this.attributes(options);
    return keyObject(attributes, await this.exportPublicKey(options));
  }

  /**
   * The public half; see {@link Client.exportPublicKey}.
   *
   * @param {CallOptions} [options]
   */
  exportPublicKey(options) {
    return this.#client.exportPublicKey(this.name, options);
  }

  /**
   * The key itself, if its usage allows it.
   *
   * @param {CallOptions} [options]
   */
  export(options) {
    return this.#client.export(this.name, options);
  }

  /**
   * Destroys the key. Leaving the scope of a handle does not: keys outlive programs.
   *
   * @param {CallOptions} [options]
   */
  destroy(options) {
    return this.#client.destroy(this.name, options);
  }

  /**
   * Hashes a message in the service and signs the hash.
   *
   * @param {BytesLike} message
   * @param {SignatureOptions} [options]
   */
  async sign(message, options) {
    const bytes = bytesOf(message, "message");
    const algorithm = await this.#signatureAlgorithm(options);
    const asDer = isDer(algorithm, options);
    const raw = await this.#client.signMessage(this.name, algorithm, bytes, options);
    return asDer ? signatureToDer(raw) : raw;
  }

  /**
   * Whether the signature over the message is right.
   *
   * @param {BytesLike} message
   * @param {BytesLike} signature
   * @param {SignatureOptions} [options]
   */
  async verify(message, signature, options) {
    const [bytes, given] = [bytesOf(message, "message"), bytesOf(signature, "signature")];
    const algorithm = await this.#signatureAlgorithm(options);
    const { bits } = await this.attributes(options);
    const raw = isDer(algorithm, options) ? signatureFromDer(given, Math.ceil(bits / 8)) : given;
    return raw !== undefined && this.#client.verifyMessage(this.name, algorithm, bytes, raw, options);
  }

  /**
   * Encrypts and authenticates under a random nonce of the service's; the result is nonce ‖ ciphertext ‖ tag. With AES,
   * make a new key after 2³² messages.
   *
   * @param {BytesLike} plaintext
   * @param {CallOptions & { additionalData?: BytesLike }} [options] `additionalData` is authenticated too.
   */
  async seal(plaintext, { additionalData = "", ...options } = {}) {
    const algorithm = await this.#aeadAlgorithm(options);
    const nonce = await this.#client.random(NONCE_BYTES, options);
    const aad = bytesOf(additionalData, "additional data");
    return Buffer.concat([nonce, await this.#client.aeadEncrypt(this.name, algorithm, nonce, aad, plaintext, options)]);
  }

  /**
   * Checks and decrypts what {@link Key.seal} made, with the same additional data.
   *
   * @param {BytesLike} sealed
   * @param {CallOptions & { additionalData?: BytesLike }} [options]
   */
  async open(sealed, { additionalData = "", ...options } = {}) {
    const bytes = bytesOf(sealed, "sealed text");
    const [nonce, ciphertext] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
    const algorithm = await this.#aeadAlgorithm(options);
    return this.#client.aeadDecrypt(this.name, algorithm, nonce, additionalData, ciphertext, options);
  }

  /**
   * Encrypts: to an RSA key, or with a key for a cipher (nothing protects the result from being changed then). Keys for
   * authenticated encryption {@link Key.seal}.
   *
   * @param {BytesLike} plaintext
   * @param {CallOptions & { label?: BytesLike }} [options] `label` is OAEP's.
   */
  async encrypt(plaintext, options) {
    const { asymmetric, symmetric } = await this.#encryptionAlgorithm(options);
    return asymmetric
      ? this.#client.asymmetricEncrypt(this.name, asymmetric, plaintext, options)
      : this.#client.cipherEncrypt(this.name, symmetric, plaintext, options);
  }

  /**
   * Decrypts what {@link Key.encrypt} made, with the same label.
   *
   * @param {BytesLike} ciphertext
   * @param {CallOptions & { label?: BytesLike }} [options]
   */
  async decrypt(ciphertext, options) {
    const { asymmetric, symmetric } = await this.#encryptionAlgorithm(options);
    return asymmetric
      ? this.#client.asymmetricDecrypt(this.name, asymmetric, ciphertext, options)
      : this.#client.cipherDecrypt(this.name, symmetric, ciphertext, options);
  }

  /**
   * Computes an authentication code over the input.
   *
   * @param {BytesLike} input
   * @param {CallOptions} [options]
   */
  async mac(input, options) {
    return this.#client.macCompute(this.name, await this.#macAlgorithm(options), input, options);
  }

  /**
   * Whether the authentication code over the input is right.
   *
   * @param {BytesLike} input
   * @param {BytesLike} code
   * @param {CallOptions} [options]
   */
  async verifyMac(input, code, options) {
    return this.#client.macVerify(this.name, await this.#macAlgorithm(options), input, code, options);
  }

  /**
   * Agrees on a secret with the owner of a public key; see {@link Client.rawKeyAgreement}.
   *
   * @param {BytesLike} peerKey
   * @param {CallOptions} [options]
   */
  async agree(peerKey, options) {
    const algorithm = await this.#algorithm("raw key agreement", isRawAgreement, options);
    return this.#client.rawKeyAgreement(this.name, /** @type {KeyAgreementAlgorithm} */ (algorithm), peerKey, options);
  }

  /** @param {CallOptions} [options] */
  async #signatureAlgorithm(options) {
    const word = await this.#algorithm("signing messages", isSignatureWithHash, options);
    return /** @type {SignatureAlgorithm} */ (word.replace(/:any$/, ":sha-256"));
  }

  /**
   * @param {CallOptions & { label?: BytesLike }} [options]
   * @returns {Promise<{ asymmetric: AsymmetricEncryptionAlgorithm, symmetric?: undefined } |
   *   { asymmetric?: undefined, symmetric: CipherAlgorithm }>}
   */
  async #encryptionAlgorithm(options) {
    const word = await this.#algorithm("encryption", (name) => !!encryption(name) || !!cipher(name), options);
    if (encryption(word)) {
      return { asymmetric: /** @type {AsymmetricEncryptionAlgorithm} */ (word) };
    }
    if (options?.label !== undefined) {
      throw new UsageError(`encryption with ${word} has no label`);
    }
    return { symmetric: /** @type {CipherAlgorithm} */ (word) };
  }

  /** @param {CallOptions} [options] */
  async #aeadAlgorithm(options) {
    return /** @type {AeadAlgorithm} */ (await this.#algorithm("authenticated encryption", (w) => !!aead(w), options));
  }

  /** @param {CallOptions} [options] */
  async #macAlgorithm(options) {
    return /** @type {MacAlgorithm} */ (await this.#algorithm("authentication codes", (word) => !!mac(word), options));
  }

  /**
   * @param {string} purpose
   * @param {(word: string) => boolean} suits
   * @param {CallOptions} [options]
   */
  async #algorithm(purpose, suits, options) {
    const { algorithm } = await this.attributes(options);
    if (!suits(algorithm)) {
      throw new UsageError(`the key's algorithm, ${algorithm}, is not one for ${purpose}`);
    }
    return algorithm;
  }
}

/** @param {string} word */
function isSignatureWithHash(word) {
  return word.includes(":") && signature(word) !== undefined;
}

/** @param {string} word */
function isRawAgreement(word) {
  return agreement(word)?.variant?.case === "raw";
}

/**
 * @param {SignatureAlgorithm} algorithm
 * @param {SignatureOptions} [options]
 */
function isDer(algorithm, options) {
  const encoding = options?.dsaEncoding ?? "ieee-p1363";
  if (encoding !== "der" && encoding !== "ieee-p1363") {
    throw new UsageError(`${encoding} is not an encoding of signatures`);
  }
  return encoding === "der" && algorithm.includes("ecdsa");
}
