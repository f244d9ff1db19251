// The client: typed methods for every operation of the service that an application uses.

import { Administration } from "./administration.js";
import { Attestation } from "./attestation.js";
import { bufferOf, bytesOf, checkedName } from "./bytes.js";
import { Keys, yesUnless } from "./client/keys.js";
import { ResponseError, UsageError } from "./errors.js";
import * as operations from "./operations.js";
import { Status } from "./status.js";
import { agreementNumber } from "./words/agreement.js";
import { hashNumber } from "./words/hash.js";
import { encryptionMessage, signatureMessage } from "./words/signature.js";
import { aeadMessage, cipherNumber, macMessage } from "./words/symmetric.js";

/**
 * @import { BytesLike } from "./bytes.js"
 * @import { CallOptions } from "./caller.js"
 * @import { ClientOptions } from "./client/session.js"
 * @import { KeyAgreementAlgorithm } from "./words/agreement.js"
 * @import { HashAlgorithm } from "./words/hash.js"
 * @import { AsymmetricEncryptionAlgorithm, SignatureAlgorithm } from "./words/signature.js"
 * @import { AeadAlgorithm, CipherAlgorithm, MacAlgorithm } from "./words/symmetric.js"
 */

/**
 * A client of the service. Any number of calls may be under way at once: they share a few kept connections. Nothing is
 * sent before the first call, and connections on which nobody waits do not keep the program from ending.
 *
 * Every method that talks to the service takes {@link CallOptions} last. Bytes that are given must not be changed before
 * the call is done. Plaintexts, shared secrets, exported keys and random bytes are given in memory of their own: `fill(0)`
 * clears the only copy.
 *
 * These methods name a key and an algorithm; {@link Key} uses a key with its own.
 */
export class Client extends Keys {
  /** @param {ClientOptions} [options] */
  constructor(options) {
    super(options);
    /** What an administrator may ask. */
    this.admin = new Administration(this.send.bind(this));
    /** Proof to others of what a TPM holds. */
    this.attestation = new Attestation(this.send.bind(this));
  }

  /**
   * Signs a hash that the caller computed. ECDSA gives r ‖ s.
   *
   * @param {string} name
   * @param {SignatureAlgorithm} algorithm
   * @param {BytesLike} hash
   * @param {CallOptions} [options]
   */
  async signHash(name, algorithm, hash, options) {
    const message = { keyName: checkedName(name), alg: signatureMessage(algorithm), hash: bytesOf(hash, "hash") };
    return bufferOf((await this.send(operations.PsaSignHash, message, options)).signature);
  }

  /**
   * Whether the signature over the hash is right.
   *
   * @param {string} name
   * @param {SignatureAlgorithm} algorithm
   * @param {BytesLike} hash
   * @param {BytesLike} signature
   * @param {CallOptions} [options]
   */
  async verifyHash(name, algorithm, hash, signature, options) {
    const message = {
      keyName: checkedName(name),
      alg: signatureMessage(algorithm),
      hash: bytesOf(hash, "hash"),
      signature: bytesOf(signature, "signature"),
    };
    return isRight(this.send(operations.PsaVerifyHash, message, options));
  }

  /**
   * Hashes a message in the service and signs the hash. ECDSA gives r ‖ s.
   *
   * @param {string} name
   * @param {SignatureAlgorithm} algorithm
   * @param {BytesLike} message
   * @param {CallOptions} [options]
   */
  async signMessage(name, algorithm, message, options) {
    const alg = signatureMessage(algorithm);
    const request = { keyName: checkedName(name), alg, message: bytesOf(message, "message") };
    return bufferOf((await this.send(operations.PsaSignMessage, request, options)).signature);
  }

  /**
   * Whether the signature over the message is right.
   *
   * @param {string} name
   * @param {SignatureAlgorithm} algorithm
   * @param {BytesLike} message
   * @param {BytesLike} signature
   * @param {CallOptions} [options]
   */
  async verifyMessage(name, algorithm, message, signature, options) {
    const request = {
      keyName: checkedName(name),
      alg: signatureMessage(algorithm),
      message: bytesOf(message, "message"),
      signature: bytesOf(signature, "signature"),
    };
    return isRight(this.send(operations.PsaVerifyMessage, request, options));
  }

  /**
   * Encrypts to an RSA key.
   *
   * @param {string} name
   * @param {AsymmetricEncryptionAlgorithm} algorithm
   * @param {BytesLike} plaintext
   * @param {CallOptions & { label?: BytesLike }} [options] `label` is OAEP's.
   */
  async asymmetricEncrypt(name, algorithm, plaintext, { label = "", ...options } = {}) {
    const message = {
      keyName: checkedName(name),
      alg: encryptionMessage(algorithm),
      plaintext: bytesOf(plaintext, "plaintext"),
      salt: bytesOf(label, "label"),
    };
    return bufferOf((await this.send(operations.PsaAsymmetricEncrypt, message, options)).ciphertext);
  }

  /**
   * Decrypts with an RSA key, under the label with which it was encrypted.
   *
   * @param {string} name
   * @param {AsymmetricEncryptionAlgorithm} algorithm
   * @param {BytesLike} ciphertext
   * @param {CallOptions & { label?: BytesLike }} [options]
   */
  async asymmetricDecrypt(name, algorithm, ciphertext, { label = "", ...options } = {}) {
    const message = {
      keyName: checkedName(name),
      alg: encryptionMessage(algorithm),
      ciphertext: bytesOf(ciphertext, "ciphertext"),
      salt: bytesOf(label, "label"),
    };
    return bufferOf((await this.send(operations.PsaAsymmetricDecrypt, message, options)).plaintext);
  }

  /**
   * Agrees on a secret with the owner of a public key. The secret is raw: derive keys from it, never use it as one.
   *
   * @param {string} name
   * @param {KeyAgreementAlgorithm} algorithm
   * @param {BytesLike} peerKey In the format of the wire contract (4.2).
   * @param {CallOptions} [options]
   */
  async rawKeyAgreement(name, algorithm, peerKey, options) {
    const alg = agreementNumber(algorithm);
    const message = { privateKeyName: checkedName(name), alg, peerKey: bytesOf(peerKey, "peer's key") };
    return bufferOf((await this.send(operations.PsaRawKeyAgreement, message, options)).sharedSecret);
  }

  /**
   * Encrypts and authenticates; the result is ciphertext ‖ tag. Never use a nonce twice with one key.
   *
   * @param {string} name
   * @param {AeadAlgorithm} algorithm
   * @param {BytesLike} nonce
   * @param {BytesLike} additionalData
   * @param {BytesLike} plaintext
   * @param {CallOptions} [options]
   */
  async aeadEncrypt(name, algorithm, nonce, additionalData, plaintext, options) {
    const message = {
      keyName: checkedName(name),
      alg: aeadMessage(algorithm),
      nonce: bytesOf(nonce, "nonce"),
      additionalData: bytesOf(additionalData, "additional data"),
      plaintext: bytesOf(plaintext, "plaintext"),
    };
    return bufferOf((await this.send(operations.PsaAeadEncrypt, message, options)).ciphertext);
  }

  /**
   * Checks and decrypts ciphertext ‖ tag. A wrong tag is refused as `PsaErrorInvalidSignature`.
   *
   * @param {string} name
   * @param {AeadAlgorithm} algorithm
   * @param {BytesLike} nonce
   * @param {BytesLike} additionalData
   * @param {BytesLike} ciphertext
   * @param {CallOptions} [options]
   */
  async aeadDecrypt(name, algorithm, nonce, additionalData, ciphertext, options) {
    const message = {
      keyName: checkedName(name),
      alg: aeadMessage(algorithm),
      nonce: bytesOf(nonce, "nonce"),
      additionalData: bytesOf(additionalData, "additional data"),
      ciphertext: bytesOf(ciphertext, "ciphertext"),
    };
    return bufferOf((await this.send(operations.PsaAeadDecrypt, message, options)).plaintext);
  }

  /**
   * Encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed.
   *
   * @param {string} name
   * @param {CipherAlgorithm} algorithm
   * @param {BytesLike} plaintext
   * @param {CallOptions} [options]
   */
  async cipherEncrypt(name, algorithm, plaintext, options) {
    const alg = cipherNumber(algorithm);
    const message = { keyName: checkedName(name), alg, plaintext: bytesOf(plaintext, "plaintext") };
    return bufferOf((await this.send(operations.PsaCipherEncrypt, message, options)).ciphertext);
  }

  /**
   * Decrypts IV ‖ ciphertext.
   *
   * @param {string} name
   * @param {CipherAlgorithm} algorithm
   * @param {BytesLike} ciphertext
   * @param {CallOptions} [options]
   */
  async cipherDecrypt(name, algorithm, ciphertext, options) {
    const alg = cipherNumber(algorithm);
    const message = { keyName: checkedName(name), alg, ciphertext: bytesOf(ciphertext, "ciphertext") };
    return bufferOf((await this.send(operations.PsaCipherDecrypt, message, options)).plaintext);
  }

  /**
   * Computes an authentication code. Parsec does not have this operation.
   *
   * @param {string} name
   * @param {MacAlgorithm} algorithm
   * @param {BytesLike} input
   * @param {CallOptions} [options]
   */
  async macCompute(name, algorithm, input, options) {
    const message = { keyName: checkedName(name), alg: macMessage(algorithm), input: bytesOf(input, "input") };
    return bufferOf((await this.send(operations.PsaMacCompute, message, options)).mac);
  }

  /**
   * Whether the authentication code over the input is right. Parsec does not have this operation.
   *
   * @param {string} name
   * @param {MacAlgorithm} algorithm
   * @param {BytesLike} input
   * @param {BytesLike} mac
   * @param {CallOptions} [options]
   */
  async macVerify(name, algorithm, input, mac, options) {
    const message = {
      keyName: checkedName(name),
      alg: macMessage(algorithm),
      input: bytesOf(input, "input"),
      mac: bytesOf(mac, "authentication code"),
    };
    return isRight(this.send(operations.PsaMacVerify, message, options));
  }

  /**
   * Computes a hash.
   *
   * @param {HashAlgorithm} algorithm
   * @param {BytesLike} input
   * @param {CallOptions} [options]
   */
  async hashCompute(algorithm, input, options) {
    const message = { alg: hashNumber(algorithm), input: bytesOf(input, "input") };
    return bufferOf((await this.send(operations.PsaHashCompute, message, options)).hash);
  }

  /**
   * Whether the input's hash is this one.
   *
   * @param {HashAlgorithm} algorithm
   * @param {BytesLike} input
   * @param {BytesLike} hash
   * @param {CallOptions} [options]
   */
  async hashCompare(algorithm, input, hash, options) {
    const message = { alg: hashNumber(algorithm), input: bytesOf(input, "input"), hash: bytesOf(hash, "hash") };
    return isRight(this.send(operations.PsaHashCompare, message, options));
  }

  /**
   * Random bytes, exactly `size` of them; by default the service gives 1,048,576 at most.
   *
   * @param {number} size
   * @param {CallOptions} [options]
   */
  async random(size, options) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new UsageError(`${size} is not a number of bytes`);
    }
    const { randomBytes } = await this.send(operations.PsaGenerateRandom, { size: BigInt(size) }, options);
    // What is too short may become a nonce or a key.
    if (randomBytes.length !== size) {
      throw new ResponseError(`it holds ${randomBytes.length} bytes, and ${size} were asked for`);
    }
    return bufferOf(randomBytes);
  }
}

/**
 * A wrong signature is an answer and not a failure.
 *
 * @param {Promise<unknown>} verified
 */
function isRight(verified) {
  return yesUnless(Status.PsaErrorInvalidSignature, verified);
}
