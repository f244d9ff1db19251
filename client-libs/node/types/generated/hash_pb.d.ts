/**
 * Describes the file hash.proto.
 */
export const file_hash: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaHashCompute.
 * Use `create(PsaHashComputeSchema)` to create a new message.
 */
export const PsaHashComputeSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaHashComputeResult.
 * Use `create(PsaHashComputeResultSchema)` to create a new message.
 */
export const PsaHashComputeResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaHashCompare.
 * Use `create(PsaHashCompareSchema)` to create a new message.
 */
export const PsaHashCompareSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaHashCompareResult.
 * Use `create(PsaHashCompareResultSchema)` to create a new message.
 */
export const PsaHashCompareResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
