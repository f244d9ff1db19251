/**
 * The public key's bytes in a SubjectPublicKeyInfo.
 *
 * @param {Uint8Array[]} algorithm The object identifiers of the algorithm, encoded.
 * @param {Uint8Array} key
 */
export function subjectPublicKeyInfo(algorithm: Uint8Array[], key: Uint8Array): Buffer<ArrayBuffer>;
/**
 * An ECDSA signature r ‖ s as the structure that X.509 and TLS use.
 *
 * @param {Uint8Array} signature
 */
export function signatureToDer(signature: Uint8Array): Buffer<ArrayBuffer>;
/**
 * An ECDSA signature in DER as r ‖ s; undefined if it is none for a curve of this size.
 *
 * @param {Uint8Array} der
 * @param {number} bytes Of each half.
 */
export function signatureFromDer(der: Uint8Array, bytes: number): Buffer<ArrayBuffer> | undefined;
