/**
 * Describes the file admin.proto.
 */
export const file_admin: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.ListClients.
 * Use `create(ListClientsSchema)` to create a new message.
 */
export const ListClientsSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ListClientsResult.
 * Use `create(ListClientsResultSchema)` to create a new message.
 */
export const ListClientsResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.DeleteClient.
 * Use `create(DeleteClientSchema)` to create a new message.
 */
export const DeleteClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.DeleteClientResult.
 * Use `create(DeleteClientResultSchema)` to create a new message.
 */
export const DeleteClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ReleaseClient.
 * Use `create(ReleaseClientSchema)` to create a new message.
 */
export const ReleaseClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ReleaseClientResult.
 * Use `create(ReleaseClientResultSchema)` to create a new message.
 */
export const ReleaseClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Health.
 * Use `create(HealthSchema)` to create a new message.
 */
export const HealthSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.HealthResult.
 * Use `create(HealthResultSchema)` to create a new message.
 */
export const HealthResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.ProviderHealth.
 * Use `create(ProviderHealthSchema)` to create a new message.
 */
export const ProviderHealthSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.DamagedRecord.
 * Use `create(DamagedRecordSchema)` to create a new message.
 */
export const DamagedRecordSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Quarantined.
 * Use `create(QuarantinedSchema)` to create a new message.
 */
export const QuarantinedSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AcceptToken.
 * Use `create(AcceptTokenSchema)` to create a new message.
 */
export const AcceptTokenSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AcceptTokenResult.
 * Use `create(AcceptTokenResultSchema)` to create a new message.
 */
export const AcceptTokenResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AdoptKey.
 * Use `create(AdoptKeySchema)` to create a new message.
 */
export const AdoptKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AdoptKeyResult.
 * Use `create(AdoptKeyResultSchema)` to create a new message.
 */
export const AdoptKeyResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.RekeyStore.
 * Use `create(RekeyStoreSchema)` to create a new message.
 */
export const RekeyStoreSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.RekeyStoreResult.
 * Use `create(RekeyStoreResultSchema)` to create a new message.
 */
export const RekeyStoreResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.MoveClient.
 * Use `create(MoveClientSchema)` to create a new message.
 */
export const MoveClientSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.MoveClientResult.
 * Use `create(MoveClientResultSchema)` to create a new message.
 */
export const MoveClientResultSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
