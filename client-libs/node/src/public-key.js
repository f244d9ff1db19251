// Public keys of the wire contract (4.2) as KeyObjects of Node's own crypto.

import { createPublicKey } from "node:crypto";

import { subjectPublicKeyInfo } from "./der.js";
import { UsageError } from "./errors.js";

/** @import { KeyAttributes } from "./words/attributes.js" */

/** DER of the object identifier id-ecPublicKey (RFC 5480). */
const EC_PUBLIC_KEY = "06072a8648ce3d0201";

/**
 * DER of the object identifiers of curves, by family and size (RFC 5480, SEC 2, RFC 5639).
 *
 * @type {Readonly<Record<string, string>>}
 */
const CURVES = Object.freeze({
  "secp-r1 192": "06082a8648ce3d030101",
  "secp-r1 224": "06052b81040021",
  "secp-r1 256": "06082a8648ce3d030107",
  "secp-r1 384": "06052b81040022",
  "secp-r1 521": "06052b81040023",
  "secp-k1 256": "06052b8104000a",
  "brainpool-p-r1 256": "06092b2403030208010107",
  "brainpool-p-r1 384": "06092b240303020801010b",
  "brainpool-p-r1 512": "06092b240303020801010d",
});

/**
 * DER of the object identifiers of key agreement on Montgomery curves, by size (RFC 8410).
 *
 * @type {Readonly<Record<number, string>>}
 */
const MONTGOMERY = Object.freeze({ 255: "06032b656e", 448: "06032b656f" });

/**
 * A public key as a KeyObject. Errors if Node's crypto knows no such keys.
 *
 * @param {KeyAttributes} attributes Of the pair or of its public half.
 * @param {Buffer} data In the format of the wire contract.
 */
export function keyObject({ type, bits }, data) {
  if (type.startsWith("rsa-")) {
    return createPublicKey({ key: data, format: "der", type: "pkcs1" });
  }
  const family = type.split(":", 2)[1];
  const curve = CURVES[`${family} ${bits}`];
  const montgomery = family === "montgomery" ? MONTGOMERY[bits] : undefined;
  const algorithm = montgomery ? [montgomery] : curve ? [EC_PUBLIC_KEY, curve] : undefined;
  if (!algorithm) {
    throw new UsageError(`Node's crypto has no public keys of type ${type} with ${bits} bits: use exportPublicKey`);
  }
  const oids = algorithm.map((hex) => Buffer.from(hex, "hex"));
  return createPublicKey({ key: subjectPublicKeyInfo(oids, data), format: "der", type: "spki" });
}
