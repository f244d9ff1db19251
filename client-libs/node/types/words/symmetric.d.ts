/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AeadSchema> | undefined}
 */
export function aead(word: string): MessageInitShape<typeof messages.AeadSchema> | undefined;
/**
 * @param {messages.Aead} message
 * @returns {string}
 */
export function aeadWordOf({ variant }: messages.Aead): string;
/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.MacSchema> | undefined}
 */
export function mac(word: string): MessageInitShape<typeof messages.MacSchema> | undefined;
/**
 * @param {messages.Mac} message
 * @returns {string}
 */
export function macWordOf({ variant }: messages.Mac): string;
export function cipher(word: string): number | undefined;
export function cipherWordOf(number: number): string;
export function aeadMessage(word: AeadAlgorithm): messages.Aead | {
    readonly $typeName?: undefined;
    variant?: {
        value: messages.AeadAlg;
        case: "aeadWithDefaultLengthTag";
    } | {
        case: undefined;
        value?: undefined;
    } | {
        case: "aeadWithShortenedTag";
        value: messages.AeadWithShortenedTag | {
            readonly $typeName?: undefined;
            aeadAlg?: messages.AeadAlg | undefined;
            tagLength?: number | undefined;
        };
    } | undefined;
};
export function cipherNumber(word: CipherAlgorithm): number;
export function macMessage(word: MacAlgorithm): messages.Mac | {
    readonly $typeName?: undefined;
    variant?: {
        case: undefined;
        value?: undefined;
    } | {
        case: "fullLength";
        value: messages.FullLengthMac | {
            readonly $typeName?: undefined;
            variant?: {
                case: undefined;
                value?: undefined;
            } | {
                case: "hmac";
                value: messages.Hmac | {
                    readonly $typeName?: undefined;
                    hashAlg?: messages.Hash | undefined;
                };
            } | {
                case: "cbcMac";
                value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                    readonly $typeName?: undefined;
                };
            } | {
                case: "cmac";
                value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                    readonly $typeName?: undefined;
                };
            } | undefined;
        };
    } | {
        case: "truncated";
        value: messages.TruncatedMac | {
            readonly $typeName?: undefined;
            macAlg?: (messages.FullLengthMac | {
                readonly $typeName?: undefined;
                variant?: {
                    case: undefined;
                    value?: undefined;
                } | {
                    case: "hmac";
                    value: messages.Hmac | {
                        readonly $typeName?: undefined;
                        hashAlg?: messages.Hash | undefined;
                    };
                } | {
                    case: "cbcMac";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | {
                    case: "cmac";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | undefined;
            }) | undefined;
            macLength?: number | undefined;
        };
    } | undefined;
};
/**
 * How to encrypt and authenticate; `:12` stands for a tag of 12 bytes, where it is not the usual 16.
 */
export type AeadName = "gcm" | "ccm" | "chacha20-poly1305";
/**
 * How to encrypt and authenticate; `:12` stands for a tag of 12 bytes, where it is not the usual 16.
 */
export type AeadAlgorithm = AeadName | `${AeadName}:${number}`;
/**
 * How to encrypt without authentication.
 */
export type CipherAlgorithm = "stream-cipher" | "ctr" | "cfb" | "ofb" | "xts" | "ecb" | "cbc" | "cbc-pkcs7";
/**
 * How to make an authentication code; a number at the end is its length in bytes, where it is cut.
 */
export type FullLengthMacAlgorithm = `hmac:${HashAlgorithm}` | "cbc-mac" | "cmac";
/**
 * How to make an authentication code; a number at the end is its length in bytes, where it is cut.
 */
export type MacAlgorithm = FullLengthMacAlgorithm | `${FullLengthMacAlgorithm}:${number}`;
import type * as messages from "../generated/algorithm_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HashAlgorithm } from "./hash.js";
