//! Key attributes as messages.

use super::algorithm::{algorithm_from_proto, algorithm_to_proto};
use crate::attributes::{DhFamily, EccFamily, KeyAttributes, KeyType, Usage};
use crate::error::DecodeError;
use crate::proto;

pub(crate) fn attributes_from_proto(message: proto::KeyAttributes) -> Result<KeyAttributes, DecodeError> {
    let key_type = key_type_from_proto(message.key_type.ok_or(DecodeError::Missing("key_type"))?)?;
    let policy = message.key_policy.ok_or(DecodeError::Missing("key_policy"))?;
    let usage = usage_from_proto(&policy.key_usage_flags.ok_or(DecodeError::Missing("key_usage_flags"))?);
    let algorithm = algorithm_from_proto(policy.key_algorithm.ok_or(DecodeError::Missing("key_algorithm"))?)?;
    let persistent = KeyAttributes::new(key_type, message.key_bits, usage, algorithm);
    Ok(if message.volatile { persistent.volatile() } else { persistent })
}

pub(crate) fn attributes_to_proto(attributes: &KeyAttributes) -> proto::KeyAttributes {
    proto::KeyAttributes {
        key_type: Some(key_type_to_proto(attributes.key_type())),
        key_bits: attributes.bits(),
        key_policy: Some(proto::KeyPolicy {
            key_usage_flags: Some(usage_to_proto(attributes.usage())),
            key_algorithm: Some(algorithm_to_proto(&attributes.algorithm())),
        }),
        volatile: attributes.is_volatile(),
    }
}

fn usage_from_proto(flags: &proto::UsageFlags) -> Usage {
    let set = |is_set: bool, usage: Usage| if is_set { usage } else { Usage::NONE };
    set(flags.export, Usage::EXPORT)
        .and(set(flags.copy, Usage::COPY))
        .and(set(flags.cache, Usage::CACHE))
        .and(set(flags.encrypt, Usage::ENCRYPT))
        .and(set(flags.decrypt, Usage::DECRYPT))
        .and(set(flags.sign_message, Usage::SIGN_MESSAGE))
        .and(set(flags.verify_message, Usage::VERIFY_MESSAGE))
        .and(set(flags.sign_hash, Usage::SIGN_HASH))
        .and(set(flags.verify_hash, Usage::VERIFY_HASH))
        .and(set(flags.derive, Usage::DERIVE))
}

fn usage_to_proto(usage: Usage) -> proto::UsageFlags {
    proto::UsageFlags {
        export: usage.contains(Usage::EXPORT),
        copy: usage.contains(Usage::COPY),
        cache: usage.contains(Usage::CACHE),
        encrypt: usage.contains(Usage::ENCRYPT),
        decrypt: usage.contains(Usage::DECRYPT),
        sign_message: usage.contains(Usage::SIGN_MESSAGE),
        verify_message: usage.contains(Usage::VERIFY_MESSAGE),
        sign_hash: usage.contains(Usage::SIGN_HASH),
        verify_hash: usage.contains(Usage::VERIFY_HASH),
        derive: usage.contains(Usage::DERIVE),
    }
}

fn curve_family(key: &proto::EccKey) -> Result<EccFamily, DecodeError> {
    super::Field::from_proto(key.curve_family, "curve_family")
}

impl super::Field<i32> for EccFamily {
    fn from_proto(value: i32, name: &'static str) -> Result<Self, DecodeError> {
        u32::try_from(value)
            .ok()
            .and_then(EccFamily::from_number)
            .ok_or(DecodeError::Unknown { field: name, value: value.into() })
    }

    fn into_proto(self) -> i32 {
        self.number() as i32
    }
}

fn group_family(key: &proto::DhKey) -> Result<DhFamily, DecodeError> {
    match key.group_family {
        0 => Ok(DhFamily::Rfc7919),
        value => Err(DecodeError::Unknown { field: "group_family", value: value.into() }),
    }
}

fn key_type_from_proto(message: proto::KeyType) -> Result<KeyType, DecodeError> {
    use proto::key_type::Variant;
    Ok(match message.variant.ok_or(DecodeError::Missing("key_type"))? {
        Variant::RawData(_) => KeyType::RawData,
        Variant::Hmac(_) => KeyType::Hmac,
        Variant::Derive(_) => KeyType::Derive,
        Variant::Aes(_) => KeyType::Aes,
        Variant::Des(_) => KeyType::Des,
        Variant::Camellia(_) => KeyType::Camellia,
        Variant::Arc4(_) => KeyType::Arc4,
        Variant::Chacha20(_) => KeyType::Chacha20,
        Variant::RsaPublicKey(_) => KeyType::RsaPublicKey,
        Variant::RsaKeyPair(_) => KeyType::RsaKeyPair,
        Variant::EccKeyPair(key) => KeyType::EccKeyPair(curve_family(&key)?),
        Variant::EccPublicKey(key) => KeyType::EccPublicKey(curve_family(&key)?),
        Variant::DhKeyPair(key) => KeyType::DhKeyPair(group_family(&key)?),
        Variant::DhPublicKey(key) => KeyType::DhPublicKey(group_family(&key)?),
    })
}

fn key_type_to_proto(key_type: KeyType) -> proto::KeyType {
    use proto::key_type::Variant;
    const EMPTY: proto::Empty = proto::Empty {};
    let ecc = |family: EccFamily| proto::EccKey { curve_family: family.number() as i32 };
    let dh = |DhFamily::Rfc7919: DhFamily| proto::DhKey { group_family: 0 };
    let variant = match key_type {
        KeyType::RawData => Variant::RawData(EMPTY),
        KeyType::Hmac => Variant::Hmac(EMPTY),
        KeyType::Derive => Variant::Derive(EMPTY),
        KeyType::Aes => Variant::Aes(EMPTY),
        KeyType::Des => Variant::Des(EMPTY),
        KeyType::Camellia => Variant::Camellia(EMPTY),
        KeyType::Arc4 => Variant::Arc4(EMPTY),
        KeyType::Chacha20 => Variant::Chacha20(EMPTY),
        KeyType::RsaPublicKey => Variant::RsaPublicKey(EMPTY),
        KeyType::RsaKeyPair => Variant::RsaKeyPair(EMPTY),
        KeyType::EccKeyPair(family) => Variant::EccKeyPair(ecc(family)),
        KeyType::EccPublicKey(family) => Variant::EccPublicKey(ecc(family)),
        KeyType::DhKeyPair(family) => Variant::DhKeyPair(dh(family)),
        KeyType::DhPublicKey(family) => Variant::DhPublicKey(dh(family)),
    };
    proto::KeyType { variant: Some(variant) }
}
