/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.KeyDerivationSchema> | undefined}
 */
export function derivation(word: string): MessageInitShape<typeof messages.KeyDerivationSchema> | undefined;
/**
 * @param {messages.KeyDerivation | undefined} message
 * @returns {string}
 */
export function derivationWordOf(message: messages.KeyDerivation | undefined): string;
/**
 * @param {string} word
 * @returns {MessageInitShape<typeof messages.KeyAgreementSchema> | undefined}
 */
export function agreement(word: string): MessageInitShape<typeof messages.KeyAgreementSchema> | undefined;
/**
 * @param {messages.KeyAgreement} message
 * @returns {string}
 */
export function agreementWordOf({ variant }: messages.KeyAgreement): string;
export function agreementNumber(word: KeyAgreementAlgorithm): number;
/**
 * How to agree on a secret.
 */
export type KeyAgreementAlgorithm = "ecdh" | "ffdh";
/**
 * How to derive keys from a secret. In policies only: the service derives no keys yet.
 */
export type KeyDerivationAlgorithm = `${"hkdf" | "tls12-prf" | "tls12-psk-to-ms"}:${HashAlgorithm}`;
import type * as messages from "../generated/algorithm_pb.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HashAlgorithm } from "./hash.js";
