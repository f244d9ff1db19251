/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AsymmetricSignatureSchema> | undefined}
 */
export function signature(word: string): MessageInitShape<typeof messages.AsymmetricSignatureSchema> | undefined;
/**
 * @param {messages.AsymmetricSignature} message
 * @returns {string}
 */
export function signatureWordOf({ variant }: messages.AsymmetricSignature): string;
/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.AsymmetricEncryptionSchema> | undefined}
 */
export function encryption(word: string): MessageInitShape<typeof messages.AsymmetricEncryptionSchema> | undefined;
/**
 * @param {messages.AsymmetricEncryption} message
 * @returns {string}
 */
export function encryptionWordOf({ variant }: messages.AsymmetricEncryption): string;
/**
 * The word for a signature algorithm; `unknown`, or a word with that in it, for one of a newer service.
 *
 * @param {messages.AsymmetricSignature | undefined} message
 */
export function signatureWord(message: messages.AsymmetricSignature | undefined): SignatureAlgorithm;
export function signatureMessage(word: SignatureAlgorithm): messages.AsymmetricSignature | {
    readonly $typeName?: undefined;
    variant?: {
        case: undefined;
        value?: undefined;
    } | {
        case: "rsaPkcs1v15Sign";
        value: messages.SignatureWithHash | {
            readonly $typeName?: undefined;
            hashAlg?: (messages.SignHash | {
                readonly $typeName?: undefined;
                variant?: {
                    value: messages.Hash;
                    case: "specific";
                } | {
                    case: undefined;
                    value?: undefined;
                } | {
                    case: "any";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | undefined;
            }) | undefined;
        };
    } | {
        case: "rsaPkcs1v15SignRaw";
        value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
            readonly $typeName?: undefined;
        };
    } | {
        case: "rsaPss";
        value: messages.SignatureWithHash | {
            readonly $typeName?: undefined;
            hashAlg?: (messages.SignHash | {
                readonly $typeName?: undefined;
                variant?: {
                    value: messages.Hash;
                    case: "specific";
                } | {
                    case: undefined;
                    value?: undefined;
                } | {
                    case: "any";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | undefined;
            }) | undefined;
        };
    } | {
        case: "ecdsa";
        value: messages.SignatureWithHash | {
            readonly $typeName?: undefined;
            hashAlg?: (messages.SignHash | {
                readonly $typeName?: undefined;
                variant?: {
                    value: messages.Hash;
                    case: "specific";
                } | {
                    case: undefined;
                    value?: undefined;
                } | {
                    case: "any";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | undefined;
            }) | undefined;
        };
    } | {
        case: "ecdsaAny";
        value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
            readonly $typeName?: undefined;
        };
    } | {
        case: "deterministicEcdsa";
        value: messages.SignatureWithHash | {
            readonly $typeName?: undefined;
            hashAlg?: (messages.SignHash | {
                readonly $typeName?: undefined;
                variant?: {
                    value: messages.Hash;
                    case: "specific";
                } | {
                    case: undefined;
                    value?: undefined;
                } | {
                    case: "any";
                    value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
                        readonly $typeName?: undefined;
                    };
                } | undefined;
            }) | undefined;
        };
    } | undefined;
};
export function encryptionMessage(word: AsymmetricEncryptionAlgorithm): messages.AsymmetricEncryption | {
    readonly $typeName?: undefined;
    variant?: {
        case: undefined;
        value?: undefined;
    } | {
        case: "rsaPkcs1v15Crypt";
        value: import("@bufbuild/protobuf").Message<"keystead.v1.Empty"> | {
            readonly $typeName?: undefined;
        };
    } | {
        case: "rsaOaep";
        value: messages.RsaOaep | {
            readonly $typeName?: undefined;
            hashAlg?: messages.Hash | undefined;
        };
    } | undefined;
};
/**
 * How to sign. `any` as the hash stands in a key's policy only: it allows every hash.
 */
export type SignatureAlgorithm = `${"rsa-pkcs1v15-sign" | "rsa-pss" | "ecdsa" | "deterministic-ecdsa"}:${HashAlgorithm | "any"}` | "rsa-pkcs1v15-sign-raw" | "ecdsa-any";
/**
 * How to encrypt to an RSA key.
 */
export type AsymmetricEncryptionAlgorithm = "rsa-pkcs1v15-crypt" | `rsa-oaep:${HashAlgorithm}`;
import type * as messages from "../generated/algorithm_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HashAlgorithm } from "./hash.js";
