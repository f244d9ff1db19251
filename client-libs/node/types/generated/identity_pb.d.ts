/**
 * Describes the file identity.proto.
 */
export const file_identity: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.GetInstance.
 * Use `create(GetInstanceSchema)` to create a new message.
 */
export const GetInstanceSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.GetInstanceResult.
 * Use `create(GetInstanceResultSchema)` to create a new message.
 */
export const GetInstanceResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.SenderSequence.
 * Use `create(SenderSequenceSchema)` to create a new message.
 */
export const SenderSequenceSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ShareTrustBundle.
 * Use `create(ShareTrustBundleSchema)` to create a new message.
 */
export const ShareTrustBundleSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ShareTrustBundleResult.
 * Use `create(ShareTrustBundleResultSchema)` to create a new message.
 */
export const ShareTrustBundleResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AddClient.
 * Use `create(AddClientSchema)` to create a new message.
 */
export const AddClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AddClientResult.
 * Use `create(AddClientResultSchema)` to create a new message.
 */
export const AddClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ProveClient.
 * Use `create(ProveClientSchema)` to create a new message.
 */
export const ProveClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ProveClientResult.
 * Use `create(ProveClientResultSchema)` to create a new message.
 */
export const ProveClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.GetToken.
 * Use `create(GetTokenSchema)` to create a new message.
 */
export const GetTokenSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.GetTokenResult.
 * Use `create(GetTokenResultSchema)` to create a new message.
 */
export const GetTokenResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.RemoveClient.
 * Use `create(RemoveClientSchema)` to create a new message.
 */
export const RemoveClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.RemoveClientResult.
 * Use `create(RemoveClientResultSchema)` to create a new message.
 */
export const RemoveClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListClientDefinitions.
 * Use `create(ListClientDefinitionsSchema)` to create a new message.
 */
export const ListClientDefinitionsSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListClientDefinitionsResult.
 * Use `create(ListClientDefinitionsResultSchema)` to create a new message.
 */
export const ListClientDefinitionsResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ClientDefinition.
 * Use `create(ClientDefinitionSchema)` to create a new message.
 */
export const ClientDefinitionSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the enum keystead.v1.TrustRole.
 */
export const TrustRoleSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.TrustRole
 */
export const TrustRole: {
    [key: number]: string;
    [k: string]: string | number;
};
/**
 * Describes the enum keystead.v1.ClientState.
 */
export const ClientStateSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.ClientState
 */
export const ClientState: {
    [key: number]: string;
    [k: string]: string | number;
};
