/**
 * A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.
 *
 * Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy permits
 * any hash is used with SHA-256. To choose an algorithm, call the client's methods by name. Plaintexts, shared secrets and
 * exported keys are given in memory of their own: `fill(0)` clears the only copy.
 */
export class Key {
    /**
     * @internal
     * @param {Client} client
     * @param {string} name
     * @param {KeyAttributes} [attributes] If they are known.
     */
    constructor(client: Client, name: string, attributes?: KeyAttributes);
    /** Its name. */
    name: string;
    /**
     * Type, size and policy, asked from the service once.
     *
     * @param {CallOptions} [options]
     */
    attributes(options?: CallOptions): Promise<Readonly<KeyAttributes>>;
    /**
     * The public half as a KeyObject of Node's own crypto, which can verify, encrypt and export it. Errors if Node knows no
     * such keys.
     *
     * @param {CallOptions} [options]
     */
    publicKey(options?: CallOptions): Promise<import("crypto").KeyObject>;
    /**
     * The public half; see {@link Client.exportPublicKey}.
     *
     * @param {CallOptions} [options]
     */
    exportPublicKey(options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * The key itself, if its usage allows it.
     *
     * @param {CallOptions} [options]
     */
    export(options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Destroys the key. Leaving the scope of a handle does not: keys outlive programs.
     *
     * @param {CallOptions} [options]
     */
    destroy(options?: CallOptions): Promise<void>;
    /**
     * Hashes a message in the service and signs the hash.
     *
     * @param {BytesLike} message
     * @param {SignatureOptions} [options]
     */
    sign(message: BytesLike, options?: SignatureOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the signature over the message is right.
     *
     * @param {BytesLike} message
     * @param {BytesLike} signature
     * @param {SignatureOptions} [options]
     */
    verify(message: BytesLike, signature: BytesLike, options?: SignatureOptions): Promise<boolean>;
    /**
     * Encrypts and authenticates under a random nonce of the service's; the result is nonce ‖ ciphertext ‖ tag. With AES,
     * make a new key after 2³² messages.
     *
     * @param {BytesLike} plaintext
     * @param {CallOptions & { additionalData?: BytesLike }} [options] `additionalData` is authenticated too.
     */
    seal(plaintext: BytesLike, { additionalData, ...options }?: CallOptions & {
        additionalData?: BytesLike;
    }): Promise<Buffer<ArrayBuffer>>;
    /**
     * Checks and decrypts what {@link Key.seal} made, with the same additional data.
     *
     * @param {BytesLike} sealed
     * @param {CallOptions & { additionalData?: BytesLike }} [options]
     */
    open(sealed: BytesLike, { additionalData, ...options }?: CallOptions & {
        additionalData?: BytesLike;
    }): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Encrypts: to an RSA key, or with a key for a cipher (nothing protects the result from being changed then). Keys for
     * authenticated encryption {@link Key.seal}.
     *
     * @param {BytesLike} plaintext
     * @param {CallOptions & { label?: BytesLike }} [options] `label` is OAEP's.
     */
    encrypt(plaintext: BytesLike, options?: CallOptions & {
        label?: BytesLike;
    }): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Decrypts what {@link Key.encrypt} made, with the same label.
     *
     * @param {BytesLike} ciphertext
     * @param {CallOptions & { label?: BytesLike }} [options]
     */
    decrypt(ciphertext: BytesLike, options?: CallOptions & {
        label?: BytesLike;
    }): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Computes an authentication code over the input.
     *
     * @param {BytesLike} input
     * @param {CallOptions} [options]
     */
    mac(input: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Whether the authentication code over the input is right.
     *
     * @param {BytesLike} input
     * @param {BytesLike} code
     * @param {CallOptions} [options]
     */
    verifyMac(input: BytesLike, code: BytesLike, options?: CallOptions): Promise<boolean>;
    /**
     * Agrees on a secret with the owner of a public key; see {@link Client.rawKeyAgreement}.
     *
     * @param {BytesLike} peerKey
     * @param {CallOptions} [options]
     */
    agree(peerKey: BytesLike, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    #private;
}
/**
 * How ECDSA signatures look, by the words of Node's own crypto: `ieee-p1363` is r ‖ s, as in the wire contract and in
 * JWTs, and the default here; `der` is the structure that X.509 and TLS use.
 */
export type SignatureOptions = CallOptions & {
    dsaEncoding?: "ieee-p1363" | "der";
};
import type { CallOptions } from "./caller.js";
import type { KeyAttributes } from "./words/attributes.js";
import type { BytesLike } from "./bytes.js";
import type { Client } from "./client.js";
