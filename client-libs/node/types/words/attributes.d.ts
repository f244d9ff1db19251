/**
 * The message for a key's attributes. The usage is sent as it is given; the service widens it.
 *
 * @param {KeyAttributes} attributes
 * @returns {MessageInitShape<typeof messages.KeyAttributesSchema>}
 */
export function attributesMessage(attributes: KeyAttributes): MessageInitShape<typeof messages.KeyAttributesSchema>;
/**
 * The attributes that a message holds. What a newer service has added is `unknown`.
 *
 * @param {messages.KeyAttributes | undefined} message
 * @returns {KeyAttributes}
 */
export function attributesOf(message: messages.KeyAttributes | undefined): KeyAttributes;
/**
 * The attributes as the service lists them: it widens the usage of hashes to messages (wire contract 4.5).
 *
 * @param {KeyAttributes} attributes
 * @returns {KeyAttributes}
 */
export function asListed({ type, bits, usage, algorithm }: KeyAttributes): KeyAttributes;
/**
 * Whether a key that the service lists is one that was asked for with these attributes; 0 bits stood for any size.
 *
 * @param {KeyAttributes} listed
 * @param {KeyAttributes} asked
 */
export function areWhatWasAsked(listed: KeyAttributes, asked: KeyAttributes): boolean;
/**
 * A family of elliptic curves; the size tells which curve.
 */
export type EccFamily = "secp-k1" | "secp-r1" | "secp-r2" | "sect-k1" | "sect-r1" | "sect-r2" | "brainpool-p-r1" | "frp" | "montgomery";
/**
 * The type of a key. `unknown` is one of a newer service, and cannot be sent.
 */
export type KeyType = "raw-data" | "hmac" | "derive" | "aes" | "des" | "camellia" | "arc4" | "chacha20" | "rsa-key-pair" | "rsa-public-key" | `ecc-key-pair:${EccFamily}` | `ecc-public-key:${EccFamily}` | "dh-key-pair:rfc7919" | "dh-public-key:rfc7919" | "unknown";
/**
 * Something that a key may be used for.
 */
export type Usage = "export" | "copy" | "cache" | "encrypt" | "decrypt" | "sign-message" | "verify-message" | "sign-hash" | "verify-hash" | "derive";
/**
 * Type, size and policy of a key.
 */
export type KeyAttributes = {
    type: KeyType;
    /**
     * Its size in bits, 0 for any: an import takes the size that the data has.
     */
    bits: number;
    /**
     * What it may be used for. `sign-hash` and `verify-hash` allow messages too.
     */
    usage: readonly Usage[];
    /**
     * The one algorithm that it may be used with.
     */
    algorithm: Algorithm;
};
import type * as messages from "../generated/attributes_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Algorithm } from "./algorithm.js";
