/**
 * Describes the file core.proto.
 */
export const file_core: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.Ping.
 * Use `create(PingSchema)` to create a new message.
 */
export const PingSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.PingResult.
 * Use `create(PingResultSchema)` to create a new message.
 */
export const PingResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListProviders.
 * Use `create(ListProvidersSchema)` to create a new message.
 */
export const ListProvidersSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListProvidersResult.
 * Use `create(ListProvidersResultSchema)` to create a new message.
 */
export const ListProvidersResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ProviderInfo.
 * Use `create(ProviderInfoSchema)` to create a new message.
 */
export const ProviderInfoSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListOpcodes.
 * Use `create(ListOpcodesSchema)` to create a new message.
 */
export const ListOpcodesSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListOpcodesResult.
 * Use `create(ListOpcodesResultSchema)` to create a new message.
 */
export const ListOpcodesResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListAuthenticators.
 * Use `create(ListAuthenticatorsSchema)` to create a new message.
 */
export const ListAuthenticatorsSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListAuthenticatorsResult.
 * Use `create(ListAuthenticatorsResultSchema)` to create a new message.
 */
export const ListAuthenticatorsResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AuthenticatorInfo.
 * Use `create(AuthenticatorInfoSchema)` to create a new message.
 */
export const AuthenticatorInfoSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListKeys.
 * Use `create(ListKeysSchema)` to create a new message.
 */
export const ListKeysSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListKeysResult.
 * Use `create(ListKeysResultSchema)` to create a new message.
 */
export const ListKeysResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyInfo.
 * Use `create(KeyInfoSchema)` to create a new message.
 */
export const KeyInfoSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.CanDoCrypto.
 * Use `create(CanDoCryptoSchema)` to create a new message.
 */
export const CanDoCryptoSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.CanDoCryptoResult.
 * Use `create(CanDoCryptoResultSchema)` to create a new message.
 */
export const CanDoCryptoResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the enum keystead.v1.CheckType.
 */
export const CheckTypeSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.CheckType
 */
export const CheckType: {
    [key: number]: string;
    [k: string]: string | number;
};
