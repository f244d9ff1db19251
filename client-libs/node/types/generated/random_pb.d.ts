/**
 * Describes the file random.proto.
 */
export const file_random: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaGenerateRandom.
 * Use `create(PsaGenerateRandomSchema)` to create a new message.
 */
export const PsaGenerateRandomSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaGenerateRandomResult.
 * Use `create(PsaGenerateRandomResultSchema)` to create a new message.
 */
export const PsaGenerateRandomResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
