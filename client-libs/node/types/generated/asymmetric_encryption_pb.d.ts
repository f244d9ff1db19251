/**
 * Describes the file asymmetric_encryption.proto.
 */
export const file_asymmetric_encryption: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaAsymmetricEncrypt.
 * Use `create(PsaAsymmetricEncryptSchema)` to create a new message.
 */
export const PsaAsymmetricEncryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAsymmetricEncryptResult.
 * Use `create(PsaAsymmetricEncryptResultSchema)` to create a new message.
 */
export const PsaAsymmetricEncryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAsymmetricDecrypt.
 * Use `create(PsaAsymmetricDecryptSchema)` to create a new message.
 */
export const PsaAsymmetricDecryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAsymmetricDecryptResult.
 * Use `create(PsaAsymmetricDecryptResultSchema)` to create a new message.
 */
export const PsaAsymmetricDecryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
