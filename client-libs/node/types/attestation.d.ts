/**
 * @import { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf"
 * @import { BytesLike } from "./bytes.js"
 * @import { CallOptions } from "./caller.js"
 * @import * as messages from "./generated/attestation_pb.js"
 * @import { Operation } from "./operations.js"
 * @import { HashAlgorithm } from "./words/hash.js"
 */
/**
 * What sends a request and gives what the answer holds.
 *
 * @typedef {<Q extends DescMessage, A extends DescMessage>(operation: Operation<Q, A>, message: MessageInitShape<Q>,
 *   options?: CallOptions) => Promise<MessageShape<A>>} Send
 */
/** The calls that prove something to others, as {@link Client}'s `attestation`. */
export class Attestation {
    /**
     * @internal
     * @param {Send} send
     */
    constructor(send: Send);
    /**
     * What a verifier needs to make a challenge for a key in a TPM: its TPM2B_NAME and TPM2B_PUBLIC without their size
     * fields, and the attesting key's public half.
     *
     * @param {string} attested
     * @param {string} [attesting] Empty for the TPM's default endorsement key.
     * @param {CallOptions} [options]
     */
    prepare(attested: string, attesting?: string, options?: CallOptions): Promise<{
        name: Buffer<ArrayBufferLike>;
        publicArea: Buffer<ArrayBufferLike>;
        attestingPublicKey: Buffer<ArrayBufferLike>;
    }>;
    /**
     * Answers a verifier's challenge: gives the credential that it holds.
     *
     * @param {string} attested
     * @param {{ credentialBlob: BytesLike, secret: BytesLike }} challenge TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET,
     *   without their size fields.
     * @param {string} [attesting] Empty for the TPM's default endorsement key.
     * @param {CallOptions} [options]
     */
    attest(attested: string, { credentialBlob, secret }: {
        credentialBlob: BytesLike;
        secret: BytesLike;
    }, attesting?: string, options?: CallOptions): Promise<Buffer<ArrayBufferLike>>;
    /**
     * Has a TPM state that a key is in it, signed by the caller's key `signing`, whose usage must allow it to sign messages
     * (TPM2_Certify). Parsec does not have this operation.
     *
     * @param {string} name
     * @param {string} signing
     * @param {BytesLike} nonce The verifier's, up to 64 bytes.
     * @param {CallOptions} [options]
     */
    certify(name: string, signing: string, nonce: BytesLike, options?: CallOptions): Promise<{
        attest: Buffer<ArrayBufferLike>;
        signature: Buffer<ArrayBufferLike>;
        algorithm: import("./words/signature.js").SignatureAlgorithm;
    }>;
    /**
     * Has a TPM state what was measured into registers of one bank, signed as by {@link Attestation.certify} (TPM2_Quote).
     * Registers that the TPM does not keep are missing in the statement. Parsec does not have this operation.
     *
     * @param {string} signing
     * @param {HashAlgorithm} bank
     * @param {number[]} registers 0 to 23.
     * @param {BytesLike} nonce The verifier's, up to 64 bytes.
     * @param {CallOptions} [options]
     */
    quote(signing: string, bank: HashAlgorithm, registers: number[], nonce: BytesLike, options?: CallOptions): Promise<{
        attest: Buffer<ArrayBufferLike>;
        signature: Buffer<ArrayBufferLike>;
        algorithm: import("./words/signature.js").SignatureAlgorithm;
    }>;
    /**
     * The certificates that a TPM's maker put into it, in DER: those of endorsement keys first, then their issuers'. There
     * may be none. Parsec does not have this operation.
     *
     * @param {CallOptions} [options]
     */
    endorsementCertificates(options?: CallOptions): Promise<Buffer<ArrayBufferLike>[]>;
    #private;
}
/**
 * What sends a request and gives what the answer holds.
 */
export type Send = <Q extends DescMessage, A extends DescMessage>(operation: operations.Operation<Q, A>, message: MessageInitShape<Q>, options?: CallOptions) => Promise<MessageShape<A>>;
import type { CallOptions } from "./caller.js";
import type { BytesLike } from "./bytes.js";
import type { HashAlgorithm } from "./words/hash.js";
import type { DescMessage } from "@bufbuild/protobuf";
import * as operations from "./operations.js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MessageShape } from "@bufbuild/protobuf";
