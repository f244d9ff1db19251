// Proof to others: that a key lives in a TPM, and what else a TPM states.

import { bufferOf, bytesOf, checkedName } from "./bytes.js";
import { ResponseError, UsageError } from "./errors.js";
import * as operations from "./operations.js";
import { hashNumber } from "./words/hash.js";
import { signatureWord } from "./words/signature.js";

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
  #send;

  /**
   * @internal
   * @param {Send} send
   */
  constructor(send) {
    this.#send = send;
  }

  /**
   * What a verifier needs to make a challenge for a key in a TPM: its TPM2B_NAME and TPM2B_PUBLIC without their size
   * fields, and the attesting key's public half.
   *
   * @param {string} attested
   * @param {string} [attesting] Empty for the TPM's default endorsement key.
   * @param {CallOptions} [options]
   */
  async prepare(attested, attesting = "", options) {
    const value = { attestedKeyName: checkedName(attested), attestingKeyName: checkedName(attesting) };
    const message = { parameters: { variant: { case: /** @type {const} */ ("activateCredential"), value } } };
    const { output } = await this.#send(operations.PrepareKeyAttestation, message, options);
    if (output?.variant.case !== "activateCredential") {
      throw new ResponseError("it holds no keys for a challenge");
    }
    const { name, public: publicArea, attestingKeyPub } = output.variant.value;
    return {
      name: bufferOf(name),
      publicArea: bufferOf(publicArea),
      attestingPublicKey: bufferOf(attestingKeyPub),
    };
  }

  /**
   * Answers a verifier's challenge: gives the credential that it holds.
   *
   * @param {string} attested
   * @param {{ credentialBlob: BytesLike, secret: BytesLike }} challenge TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET,
   *   without their size fields.
   * @param {string} [attesting] Empty for the TPM's default endorsement key.
   * @param {CallOptions} [options]
   */
  async attest(attested, { credentialBlob, secret }, attesting = "", options) {
    const value = { credentialBlob: bytesOf(credentialBlob, "credential"), secret: bytesOf(secret, "secret") };
    const message = {
      attestedKeyName: checkedName(attested),
      parameters: { variant: { case: /** @type {const} */ ("activateCredential"), value } },
      attestingKeyName: checkedName(attesting),
    };
    const { output } = await this.#send(operations.AttestKey, message, options);
    if (output?.variant.case !== "activateCredential") {
      throw new ResponseError("it holds no credential");
    }
    return bufferOf(output.variant.value.credential);
  }

  /**
   * Has a TPM state that a key is in it, signed by the caller's key `signing`, whose usage must allow it to sign messages
   * (TPM2_Certify). Parsec does not have this operation.
   *
   * @param {string} name
   * @param {string} signing
   * @param {BytesLike} nonce The verifier's, up to 64 bytes.
   * @param {CallOptions} [options]
   */
  async certify(name, signing, nonce, options) {
    const message = {
      keyName: checkedName(name),
      signingKeyName: checkedName(signing),
      qualifyingData: bytesOf(nonce, "nonce"),
    };
    return statement(await this.#send(operations.TpmCertify, message, options));
  }

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
  async quote(signing, bank, registers, nonce, options) {
    if (!registers.every((register) => Number.isInteger(register) && register >= 0 && register < 2 ** 32)) {
      throw new UsageError("registers have numbers from 0 on");
    }
    const message = {
      signingKeyName: checkedName(signing),
      pcrBank: hashNumber(bank),
      pcrs: registers,
      qualifyingData: bytesOf(nonce, "nonce"),
    };
    return statement(await this.#send(operations.TpmQuote, message, options));
  }

  /**
   * The certificates that a TPM's maker put into it, in DER: those of endorsement keys first, then their issuers'. There
   * may be none. Parsec does not have this operation.
   *
   * @param {CallOptions} [options]
   */
  async endorsementCertificates(options) {
    const { certificates } = await this.#send(operations.TpmEndorsementCertificates, {}, options);
    return certificates.map(bufferOf);
  }
}

/**
 * A TPM's statement (TPMS_ATTEST), its signature, and how it was made.
 *
 * @param {messages.TpmCertifyResult | messages.TpmQuoteResult} answer
 */
function statement({ attest, signature, alg }) {
  return { attest: bufferOf(attest), signature: bufferOf(signature), algorithm: signatureWord(alg) };
}
