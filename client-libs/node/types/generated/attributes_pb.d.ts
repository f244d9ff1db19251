/**
 * Describes the file attributes.proto.
 */
export const file_attributes: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.KeyAttributes.
 * Use `create(KeyAttributesSchema)` to create a new message.
 */
export const KeyAttributesSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyPolicy.
 * Use `create(KeyPolicySchema)` to create a new message.
 */
export const KeyPolicySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.UsageFlags.
 * Use `create(UsageFlagsSchema)` to create a new message.
 */
export const UsageFlagsSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyType.
 * Use `create(KeyTypeSchema)` to create a new message.
 */
export const KeyTypeSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.EccKey.
 * Use `create(EccKeySchema)` to create a new message.
 */
export const EccKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.DhKey.
 * Use `create(DhKeySchema)` to create a new message.
 */
export const DhKeySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the enum keystead.v1.EccFamily.
 */
export const EccFamilySchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.EccFamily
 */
export const EccFamily: {
    [key: number]: string;
    [k: string]: string | number;
};
/**
 * Describes the enum keystead.v1.DhFamily.
 */
export const DhFamilySchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.DhFamily
 */
export const DhFamily: {
    [key: number]: string;
    [k: string]: string | number;
};
