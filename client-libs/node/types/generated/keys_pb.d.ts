/**
 * Describes the file keys.proto.
 */
export const file_keys: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaGenerateKey.
 * Use `create(PsaGenerateKeySchema)` to create a new message.
 */
export const PsaGenerateKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaGenerateKeyResult.
 * Use `create(PsaGenerateKeyResultSchema)` to create a new message.
 */
export const PsaGenerateKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaImportKey.
 * Use `create(PsaImportKeySchema)` to create a new message.
 */
export const PsaImportKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaImportKeyResult.
 * Use `create(PsaImportKeyResultSchema)` to create a new message.
 */
export const PsaImportKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaDestroyKey.
 * Use `create(PsaDestroyKeySchema)` to create a new message.
 */
export const PsaDestroyKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaDestroyKeyResult.
 * Use `create(PsaDestroyKeyResultSchema)` to create a new message.
 */
export const PsaDestroyKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaExportKey.
 * Use `create(PsaExportKeySchema)` to create a new message.
 */
export const PsaExportKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaExportKeyResult.
 * Use `create(PsaExportKeyResultSchema)` to create a new message.
 */
export const PsaExportKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaExportPublicKey.
 * Use `create(PsaExportPublicKeySchema)` to create a new message.
 */
export const PsaExportPublicKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaExportPublicKeyResult.
 * Use `create(PsaExportPublicKeyResultSchema)` to create a new message.
 */
export const PsaExportPublicKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
