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
    /** What an administrator may ask. */
    admin: Administration;
    /** Proof to others of what a TPM holds. */
    attestation: Attestation;
    /**
     * Signs a hash that the caller computed. ECDSA gives r ‖ s.
     *
     * @param {string} name
     * @param {SignatureAlgorithm} algorithm
     * @param {BytesLike} hash
     * @param {CallOptions} [options]
     */
    signHash(name: string, algorithm: SignatureAlgorithm, hash: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the signature over the hash is right.
     *
     * @param {string} name
     * @param {SignatureAlgorithm} algorithm
     * @param {BytesLike} hash
     * @param {BytesLike} signature
     * @param {CallOptions} [options]
     */
    verifyHash(name: string, algorithm: SignatureAlgorithm, hash: BytesLike, signature: BytesLike, options?: CallOptions): Promise<boolean>;
    /**
     * Hashes a message in the service and signs the hash. ECDSA gives r ‖ s.
     *
     * @param {string} name
     * @param {SignatureAlgorithm} algorithm
     * @param {BytesLike} message
     * @param {CallOptions} [options]
     */
    signMessage(name: string, algorithm: SignatureAlgorithm, message: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the signature over the message is right.
     *
     * @param {string} name
     * @param {SignatureAlgorithm} algorithm
     * @param {BytesLike} message
     * @param {BytesLike} signature
     * @param {CallOptions} [options]
     */
    verifyMessage(name: string, algorithm: SignatureAlgorithm, message: BytesLike, signature: BytesLike, options?: CallOptions): Promise<boolean>;
    /**
     * Encrypts to an RSA key.
     *
     * @param {string} name
     * @param {AsymmetricEncryptionAlgorithm} algorithm
     * @param {BytesLike} plaintext
     * @param {CallOptions & { label?: BytesLike }} [options] `label` is OAEP's.
     */
    asymmetricEncrypt(name: string, algorithm: AsymmetricEncryptionAlgorithm, plaintext: BytesLike, { label, ...options }?: CallOptions & {
        label?: BytesLike;
    }): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Decrypts with an RSA key, under the label with which it was encrypted.
     *
     * @param {string} name
     * @param {AsymmetricEncryptionAlgorithm} algorithm
     * @param {BytesLike} ciphertext
     * @param {CallOptions & { label?: BytesLike }} [options]
     */
    asymmetricDecrypt(name: string, algorithm: AsymmetricEncryptionAlgorithm, ciphertext: BytesLike, { label, ...options }?: CallOptions & {
        label?: BytesLike;
    }): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Agrees on a secret with the owner of a public key. The secret is raw: derive keys from it, never use it as one.
     *
     * @param {string} name
     * @param {KeyAgreementAlgorithm} algorithm
     * @param {BytesLike} peerKey In the format of the wire contract (4.2).
     * @param {CallOptions} [options]
     */
    rawKeyAgreement(name: string, algorithm: KeyAgreementAlgorithm, peerKey: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
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
    aeadEncrypt(name: string, algorithm: AeadAlgorithm, nonce: BytesLike, additionalData: BytesLike, plaintext: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
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
    aeadDecrypt(name: string, algorithm: AeadAlgorithm, nonce: BytesLike, additionalData: BytesLike, ciphertext: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed.
     *
     * @param {string} name
     * @param {CipherAlgorithm} algorithm
     * @param {BytesLike} plaintext
     * @param {CallOptions} [options]
     */
    cipherEncrypt(name: string, algorithm: CipherAlgorithm, plaintext: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Decrypts IV ‖ ciphertext.
     *
     * @param {string} name
     * @param {CipherAlgorithm} algorithm
     * @param {BytesLike} ciphertext
     * @param {CallOptions} [options]
     */
    cipherDecrypt(name: string, algorithm: CipherAlgorithm, ciphertext: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Computes an authentication code. Parsec does not have this operation.
     *
     * @param {string} name
     * @param {MacAlgorithm} algorithm
     * @param {BytesLike} input
     * @param {CallOptions} [options]
     */
    macCompute(name: string, algorithm: MacAlgorithm, input: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the authentication code over the input is right. Parsec does not have this operation.
     *
     * @param {string} name
     * @param {MacAlgorithm} algorithm
     * @param {BytesLike} input
     * @param {BytesLike} mac
     * @param {CallOptions} [options]
     */
    macVerify(name: string, algorithm: MacAlgorithm, input: BytesLike, mac: BytesLike, options?: CallOptions): Promise<boolean>;
    /**
     * Computes a hash.
     *
     * @param {HashAlgorithm} algorithm
     * @param {BytesLike} input
     * @param {CallOptions} [options]
     */
    hashCompute(algorithm: HashAlgorithm, input: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the input's hash is this one.
     *
     * @param {HashAlgorithm} algorithm
     * @param {BytesLike} input
     * @param {BytesLike} hash
     * @param {CallOptions} [options]
     */
    hashCompare(algorithm: HashAlgorithm, input: BytesLike, hash: BytesLike, options?: CallOptions): Promise<boolean>;
    /**
     * Random bytes, exactly `size` of them; by default the service gives 1,048,576 at most.
     *
     * @param {number} size
     * @param {CallOptions} [options]
     */
    random(size: number, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
}
import { Keys } from "./client/keys.js";
import { Administration } from "./administration.js";
import { Attestation } from "./attestation.js";
import type { SignatureAlgorithm } from "./words/signature.js";
import type { BytesLike } from "./bytes.js";
import type { CallOptions } from "./caller.js";
import type { AsymmetricEncryptionAlgorithm } from "./words/signature.js";
import type { KeyAgreementAlgorithm } from "./words/agreement.js";
import type { AeadAlgorithm } from "./words/symmetric.js";
import type { CipherAlgorithm } from "./words/symmetric.js";
import type { MacAlgorithm } from "./words/symmetric.js";
import type { HashAlgorithm } from "./words/hash.js";
