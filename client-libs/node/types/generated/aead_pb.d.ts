/**
 * Describes the file aead.proto.
 */
export const file_aead: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaAeadEncrypt.
 * Use `create(PsaAeadEncryptSchema)` to create a new message.
 */
export const PsaAeadEncryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAeadEncryptResult.
 * Use `create(PsaAeadEncryptResultSchema)` to create a new message.
 */
export const PsaAeadEncryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAeadDecrypt.
 * Use `create(PsaAeadDecryptSchema)` to create a new message.
 */
export const PsaAeadDecryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaAeadDecryptResult.
 * Use `create(PsaAeadDecryptResultSchema)` to create a new message.
 */
export const PsaAeadDecryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
