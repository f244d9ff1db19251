/**
 * Describes the file mac.proto.
 */
export const file_mac: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaMacCompute.
 * Use `create(PsaMacComputeSchema)` to create a new message.
 */
export const PsaMacComputeSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaMacComputeResult.
 * Use `create(PsaMacComputeResultSchema)` to create a new message.
 */
export const PsaMacComputeResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaMacVerify.
 * Use `create(PsaMacVerifySchema)` to create a new message.
 */
export const PsaMacVerifySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaMacVerifyResult.
 * Use `create(PsaMacVerifyResultSchema)` to create a new message.
 */
export const PsaMacVerifyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
