// Attributes of the keys that most programs want.

/**
 * @import { KeyAttributes, KeyType } from "./words/attributes.js"
 * @import { SignatureAlgorithm } from "./words/signature.js"
 */

/** An ECDSA pair on P-256 for signatures with SHA-256. */
export const ecdsaP256 = () => signing("ecc-key-pair:secp-r1", 256, "ecdsa:sha-256");

/** An ECDSA pair on P-384 for signatures with SHA-384. */
export const ecdsaP384 = () => signing("ecc-key-pair:secp-r1", 384, "ecdsa:sha-384");

/**
 * An RSA pair for signatures with PKCS#1 v1.5 and SHA-256.
 *
 * @param {number} [bits] 2048, 3072 or 4096.
 */
export const rsaPkcs1 = (bits = 2048) => signing("rsa-key-pair", bits, "rsa-pkcs1v15-sign:sha-256");

/**
 * An RSA pair for signatures with PSS and SHA-256.
 *
 * @param {number} [bits] 2048, 3072 or 4096.
 */
export const rsaPss = (bits = 2048) => signing("rsa-key-pair", bits, "rsa-pss:sha-256");

/**
 * An RSA pair for encryption with OAEP and SHA-256.
 *
 * @param {number} [bits] 2048, 3072 or 4096.
 * @returns {KeyAttributes}
 */
export const rsaOaep = (bits = 2048) => ({
  type: "rsa-key-pair",
  bits,
  usage: ["encrypt", "decrypt"],
  algorithm: "rsa-oaep:sha-256",
});

/**
 * An AES-256 key for GCM.
 *
 * @returns {KeyAttributes}
 */
export const aes256Gcm = () => ({ type: "aes", bits: 256, usage: ["encrypt", "decrypt"], algorithm: "gcm" });

/**
 * A key of 256 bits for HMAC with SHA-256.
 *
 * @returns {KeyAttributes}
 */
export const hmacSha256 = () => ({
  type: "hmac",
  bits: 256,
  usage: ["sign-message", "verify-message"],
  algorithm: "hmac:sha-256",
});

/**
 * An X25519 pair for key agreement.
 *
 * @returns {KeyAttributes}
 */
export const x25519 = () => ({ type: "ecc-key-pair:montgomery", bits: 255, usage: ["derive"], algorithm: "ecdh" });

/**
 * @param {KeyType} type
 * @param {number} bits
 * @param {SignatureAlgorithm} algorithm
 * @returns {KeyAttributes}
 */
function signing(type, bits, algorithm) {
  return { type, bits, usage: ["sign-hash", "verify-hash"], algorithm };
}
