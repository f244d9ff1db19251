/**
 * Describes the file algorithm.proto.
 */
export const file_algorithm: import("@bufbuild/protobuf").DescFile;
/**
 * Describes the message keystead.v1.Algorithm.
 * Use `create(AlgorithmSchema)` to create a new message.
 */
export const AlgorithmSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Empty.
 * Use `create(EmptySchema)` to create a new message.
 */
export const EmptySchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Mac.
 * Use `create(MacSchema)` to create a new message.
 */
export const MacSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.FullLengthMac.
 * Use `create(FullLengthMacSchema)` to create a new message.
 */
export const FullLengthMacSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Hmac.
 * Use `create(HmacSchema)` to create a new message.
 */
export const HmacSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.TruncatedMac.
 * Use `create(TruncatedMacSchema)` to create a new message.
 */
export const TruncatedMacSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.Aead.
 * Use `create(AeadSchema)` to create a new message.
 */
export const AeadSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AeadWithShortenedTag.
 * Use `create(AeadWithShortenedTagSchema)` to create a new message.
 */
export const AeadWithShortenedTagSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AsymmetricSignature.
 * Use `create(AsymmetricSignatureSchema)` to create a new message.
 */
export const AsymmetricSignatureSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.SignatureWithHash.
 * Use `create(SignatureWithHashSchema)` to create a new message.
 */
export const SignatureWithHashSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.SignHash.
 * Use `create(SignHashSchema)` to create a new message.
 */
export const SignHashSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.AsymmetricEncryption.
 * Use `create(AsymmetricEncryptionSchema)` to create a new message.
 */
export const AsymmetricEncryptionSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.RsaOaep.
 * Use `create(RsaOaepSchema)` to create a new message.
 */
export const RsaOaepSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyAgreement.
 * Use `create(KeyAgreementSchema)` to create a new message.
 */
export const KeyAgreementSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyAgreementWithKeyDerivation.
 * Use `create(KeyAgreementWithKeyDerivationSchema)` to create a new message.
 */
export const KeyAgreementWithKeyDerivationSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyDerivation.
 * Use `create(KeyDerivationSchema)` to create a new message.
 */
export const KeyDerivationSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the message keystead.v1.KeyDerivationWithHash.
 * Use `create(KeyDerivationWithHashSchema)` to create a new message.
 */
export const KeyDerivationWithHashSchema: import("@bufbuild/protobuf/codegenv2").GenMessage<import("@bufbuild/protobuf").Message, {
    jsonType: undefined;
    validType: undefined;
}>;
/**
 * Describes the enum keystead.v1.Hash.
 */
export const HashSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.Hash
 */
export const Hash: {
    [key: number]: string;
    [k: string]: string | number;
};
/**
 * Describes the enum keystead.v1.Cipher.
 */
export const CipherSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.Cipher
 */
export const Cipher: {
    [key: number]: string;
    [k: string]: string | number;
};
/**
 * Describes the enum keystead.v1.AeadAlg.
 */
export const AeadAlgSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.AeadAlg
 */
export const AeadAlg: {
    [key: number]: string;
    [k: string]: string | number;
};
/**
 * Describes the enum keystead.v1.RawKeyAgreement.
 */
export const RawKeyAgreementSchema: import("@bufbuild/protobuf/codegenv2").GenEnum<number, import("@bufbuild/protobuf").JsonValue>;
/**
 * @generated from enum keystead.v1.RawKeyAgreement
 */
export const RawKeyAgreement: {
    [key: number]: string;
    [k: string]: string | number;
};
