/**
 * Describes the file sign.proto.
 */
export const file_sign: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.PsaSignHash.
 * Use `create(PsaSignHashSchema)` to create a new message.
 */
export const PsaSignHashSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaSignHashResult.
 * Use `create(PsaSignHashResultSchema)` to create a new message.
 */
export const PsaSignHashResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaVerifyHash.
 * Use `create(PsaVerifyHashSchema)` to create a new message.
 */
export const PsaVerifyHashSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaVerifyHashResult.
 * Use `create(PsaVerifyHashResultSchema)` to create a new message.
 */
export const PsaVerifyHashResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaSignMessage.
 * Use `create(PsaSignMessageSchema)` to create a new message.
 */
export const PsaSignMessageSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaSignMessageResult.
 * Use `create(PsaSignMessageResultSchema)` to create a new message.
 */
export const PsaSignMessageResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaVerifyMessage.
 * Use `create(PsaVerifyMessageSchema)` to create a new message.
 */
export const PsaVerifyMessageSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PsaVerifyMessageResult.
 * Use `create(PsaVerifyMessageResultSchema)` to create a new message.
 */
export const PsaVerifyMessageResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
