// What programs use of this library. In reading order: Client and Key, presets, then the words (words/), the errors, and
// what lies below: caller, pool, connection, frame.

export { Client } from "./client.js";
export { PeerCredentials } from "./credential.js";
export { Endpoint } from "./endpoint.js";
export {
  ConnectionError,
  IdentityError,
  KeysteadError,
  RefusedError,
  ResponseError,
  TimeoutError,
  UsageError,
} from "./errors.js";
export { Key } from "./key.js";
export * as presets from "./presets.js";
export { Status, statusName } from "./status.js";
export { TokenSource } from "./token.js";

/**
 * @typedef {import("./administration.js").Administration} Administration
 * @typedef {import("./administration.js").ClientIdentity} ClientIdentity
 * @typedef {import("./administration.js").HealthReport} HealthReport
 * @typedef {import("./attestation.js").Attestation} Attestation
 * @typedef {import("./bytes.js").BytesLike} BytesLike
 * @typedef {import("./caller.js").CallOptions} CallOptions
 * @typedef {import("./client/keys.js").ListedKey} ListedKey
 * @typedef {import("./client/session.js").AuthenticatorInfo} AuthenticatorInfo
 * @typedef {import("./client/session.js").ClientOptions} ClientOptions
 * @typedef {import("./client/session.js").ProviderInfo} ProviderInfo
 * @typedef {import("./credential.js").Credential} Credential
 * @typedef {import("./key.js").SignatureOptions} SignatureOptions
 * @typedef {import("./words/agreement.js").KeyAgreementAlgorithm} KeyAgreementAlgorithm
 * @typedef {import("./words/algorithm.js").Algorithm} Algorithm
 * @typedef {import("./words/attributes.js").EccFamily} EccFamily
 * @typedef {import("./words/attributes.js").KeyAttributes} KeyAttributes
 * @typedef {import("./words/attributes.js").KeyType} KeyType
 * @typedef {import("./words/attributes.js").Usage} Usage
 * @typedef {import("./words/hash.js").HashAlgorithm} HashAlgorithm
 * @typedef {import("./words/signature.js").AsymmetricEncryptionAlgorithm} AsymmetricEncryptionAlgorithm
 * @typedef {import("./words/signature.js").SignatureAlgorithm} SignatureAlgorithm
 * @typedef {import("./words/symmetric.js").AeadAlgorithm} AeadAlgorithm
 * @typedef {import("./words/symmetric.js").CipherAlgorithm} CipherAlgorithm
 * @typedef {import("./words/symmetric.js").MacAlgorithm} MacAlgorithm
 */
