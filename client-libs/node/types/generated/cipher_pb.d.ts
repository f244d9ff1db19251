/**
 * Describes the file cipher.proto.
 */
export const file_cipher: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaCipherEncrypt.
 * Use `create(PsaCipherEncryptSchema)` to create a new message.
 */
export const PsaCipherEncryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaCipherEncryptResult.
 * Use `create(PsaCipherEncryptResultSchema)` to create a new message.
 */
export const PsaCipherEncryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaCipherDecrypt.
 * Use `create(PsaCipherDecryptSchema)` to create a new message.
 */
export const PsaCipherDecryptSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaCipherDecryptResult.
 * Use `create(PsaCipherDecryptResultSchema)` to create a new message.
 */
export const PsaCipherDecryptResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
