/**
 * Describes the file key_agreement.proto.
 */
export const file_key_agreement: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaRawKeyAgreement.
 * Use `create(PsaRawKeyAgreementSchema)` to create a new message.
 */
export const PsaRawKeyAgreementSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaRawKeyAgreementResult.
 * Use `create(PsaRawKeyAgreementResultSchema)` to create a new message.
 */
export const PsaRawKeyAgreementResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
