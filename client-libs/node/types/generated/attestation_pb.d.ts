/**
 * Describes the file attestation.proto.
 */
export const file_attestation: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PrepareKeyAttestation.
 * Use `create(PrepareKeyAttestationSchema)` to create a new message.
 */
export const PrepareKeyAttestationSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PrepareKeyAttestationParameters.
 * Use `create(PrepareKeyAttestationParametersSchema)` to create a new message.
 */
export const PrepareKeyAttestationParametersSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PrepareActivateCredential.
 * Use `create(PrepareActivateCredentialSchema)` to create a new message.
 */
export const PrepareActivateCredentialSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PrepareKeyAttestationResult.
 * Use `create(PrepareKeyAttestationResultSchema)` to create a new message.
 */
export const PrepareKeyAttestationResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PrepareKeyAttestationOutput.
 * Use `create(PrepareKeyAttestationOutputSchema)` to create a new message.
 */
export const PrepareKeyAttestationOutputSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ActivateCredentialKeys.
 * Use `create(ActivateCredentialKeysSchema)` to create a new message.
 */
export const ActivateCredentialKeysSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AttestKey.
 * Use `create(AttestKeySchema)` to create a new message.
 */
export const AttestKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AttestKeyParameters.
 * Use `create(AttestKeyParametersSchema)` to create a new message.
 */
export const AttestKeyParametersSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ActivateCredentialChallenge.
 * Use `create(ActivateCredentialChallengeSchema)` to create a new message.
 */
export const ActivateCredentialChallengeSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AttestKeyResult.
 * Use `create(AttestKeyResultSchema)` to create a new message.
 */
export const AttestKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AttestKeyOutput.
 * Use `create(AttestKeyOutputSchema)` to create a new message.
 */
export const AttestKeyOutputSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ActivatedCredential.
 * Use `create(ActivatedCredentialSchema)` to create a new message.
 */
export const ActivatedCredentialSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmCertify.
 * Use `create(TpmCertifySchema)` to create a new message.
 */
export const TpmCertifySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmCertifyResult.
 * Use `create(TpmCertifyResultSchema)` to create a new message.
 */
export const TpmCertifyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmQuote.
 * Use `create(TpmQuoteSchema)` to create a new message.
 */
export const TpmQuoteSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmQuoteResult.
 * Use `create(TpmQuoteResultSchema)` to create a new message.
 */
export const TpmQuoteResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmEndorsementCertificates.
 * Use `create(TpmEndorsementCertificatesSchema)` to create a new message.
 */
export const TpmEndorsementCertificatesSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TpmEndorsementCertificatesResult.
 * Use `create(TpmEndorsementCertificatesResultSchema)` to create a new message.
 */
export const TpmEndorsementCertificatesResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
