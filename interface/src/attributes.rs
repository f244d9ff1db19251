//! What a key is and what it may be used for (wire contract 3.3).

use crate::algorithm::Algorithm;
use crate::numbered::numbered;

numbered! {
    /// A family of elliptic curves (PSA Crypto API 9.6); with a size in bits it names a curve.
    #[allow(missing_docs)]
    pub enum EccFamily {
        SecpK1 = 1,
        SecpR1 = 2,
        SecpR2 = 3,
        SectK1 = 4,
        SectR1 = 5,
        SectR2 = 6,
        BrainpoolPR1 = 7,
        Frp = 8,
        Montgomery = 9,
    }
}

impl EccFamily {
    /// The sizes in bits for which the family has a curve.
    pub const fn sizes(self) -> &'static [u32] {
        match self {
            EccFamily::SecpK1 => &[192, 225, 256],
            EccFamily::SecpR1 => &[192, 224, 256, 384, 521],
            EccFamily::SecpR2 => &[160],
            EccFamily::SectK1 => &[163, 233, 239, 283, 409, 571],
            EccFamily::SectR1 => &[163, 233, 283, 409, 571],
            EccFamily::SectR2 => &[163],
            EccFamily::BrainpoolPR1 => &[160, 192, 224, 256, 320, 384, 512],
            EccFamily::Frp => &[256],
            EccFamily::Montgomery => &[255, 448],
        }
    }

    /// Whether the curve of this size is too weak for new keys (wire contract 4.6).
    pub const fn is_deprecated(self, bits: u32) -> bool {
        match self {
            EccFamily::SecpR2 | EccFamily::SectR2 => true,
            EccFamily::SectK1 | EccFamily::SectR1 => bits == 163,
            EccFamily::BrainpoolPR1 => bits == 160,
            _ => false,
        }
    }
}

/// A family of finite-field groups (PSA Crypto API 9.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DhFamily {
    /// The groups of RFC 7919.
    Rfc7919,
}

/// What kind of thing a key is (PSA Crypto API 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum KeyType {
    RawData,
    Hmac,
    Derive,
    Aes,
    Des,
    Camellia,
    Arc4,
    Chacha20,
    RsaPublicKey,
    RsaKeyPair,
    EccKeyPair(EccFamily),
    EccPublicKey(EccFamily),
    DhKeyPair(DhFamily),
    DhPublicKey(DhFamily),
}

impl KeyType {
    /// Whether it is the public half of a pair.
    pub const fn is_public(self) -> bool {
        matches!(self, KeyType::RsaPublicKey | KeyType::EccPublicKey(_) | KeyType::DhPublicKey(_))
    }

    /// Whether it is a pair.
    pub const fn is_key_pair(self) -> bool {
        matches!(self, KeyType::RsaKeyPair | KeyType::EccKeyPair(_) | KeyType::DhKeyPair(_))
    }

    /// Whether it is either half of a pair.
    pub const fn is_asymmetric(self) -> bool {
        self.is_public() || self.is_key_pair()
    }

    /// Whether it is RSA.
    pub const fn is_rsa(self) -> bool {
        matches!(self, KeyType::RsaPublicKey | KeyType::RsaKeyPair)
    }

    /// The family of curves, if it is of one.
    pub const fn ecc_family(self) -> Option<EccFamily> {
        match self {
            KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => Some(family),
            _ => None,
        }
    }

    /// Whether keys of this type can have `bits` bits at all, on any provider.
    pub fn has_size(self, bits: u32) -> bool {
        match self {
            KeyType::RawData | KeyType::Hmac | KeyType::Derive => bits > 0 && bits.is_multiple_of(8),
            // 384 and 512: the double keys of XTS.
            KeyType::Aes => matches!(bits, 128 | 192 | 256 | 384 | 512),
            KeyType::Camellia => matches!(bits, 128 | 192 | 256 | 384 | 512),
            KeyType::Des => matches!(bits, 64 | 128 | 192),
            KeyType::Arc4 => (40..=2048).contains(&bits) && bits.is_multiple_of(8),
            KeyType::Chacha20 => bits == 256,
            KeyType::RsaPublicKey | KeyType::RsaKeyPair => bits >= 512 && bits.is_multiple_of(8),
            KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => family.sizes().contains(&bits),
            KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_) => matches!(bits, 2048 | 3072 | 4096 | 6144 | 8192),
        }
    }
}

/// What may be done with a key: a set of flags (PSA Crypto API 9.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage(u16);

#[allow(missing_docs)]
impl Usage {
    pub const NONE: Usage = Usage(0);
    pub const EXPORT: Usage = Usage(1 << 0);
    pub const COPY: Usage = Usage(1 << 1);
    pub const CACHE: Usage = Usage(1 << 2);
    pub const ENCRYPT: Usage = Usage(1 << 3);
    pub const DECRYPT: Usage = Usage(1 << 4);
    pub const SIGN_MESSAGE: Usage = Usage(1 << 5);
    pub const VERIFY_MESSAGE: Usage = Usage(1 << 6);
    pub const SIGN_HASH: Usage = Usage(1 << 7);
    pub const VERIFY_HASH: Usage = Usage(1 << 8);
    pub const DERIVE: Usage = Usage(1 << 9);

    /// Every flag with its name in the `.proto` file.
    pub const ALL: &[(&'static str, Usage)] = &[
        ("export", Usage::EXPORT),
        ("copy", Usage::COPY),
        ("cache", Usage::CACHE),
        ("encrypt", Usage::ENCRYPT),
        ("decrypt", Usage::DECRYPT),
        ("sign_message", Usage::SIGN_MESSAGE),
        ("verify_message", Usage::VERIFY_MESSAGE),
        ("sign_hash", Usage::SIGN_HASH),
        ("verify_hash", Usage::VERIFY_HASH),
        ("derive", Usage::DERIVE),
    ];

    /// Whether every flag of `other` is set.
    pub const fn contains(self, other: Usage) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any flag of `other` is set.
    pub const fn intersects(self, other: Usage) -> bool {
        self.0 & other.0 != 0
    }

    /// The flags of both.
    pub const fn and(self, other: Usage) -> Usage {
        Usage(self.0 | other.0)
    }

    /// The flags as they count once a key has them: who may sign a hash may sign a message, and so for
    /// verification (wire contract 4.5).
    pub const fn widened(self) -> Usage {
        let mut usage = self;
        if usage.contains(Usage::SIGN_HASH) {
            usage = usage.and(Usage::SIGN_MESSAGE);
        }
        if usage.contains(Usage::VERIFY_HASH) {
            usage = usage.and(Usage::VERIFY_MESSAGE);
        }
        usage
    }
}

/// Type, size, policy and lifetime of a key. The usage flags are always the widened ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyAttributes {
    key_type: KeyType,
    bits: u32,
    usage: Usage,
    algorithm: Algorithm,
    is_volatile: bool,
}

impl KeyAttributes {
    /// Puts the attributes of a persistent key together, and widens the usage flags.
    pub const fn new(key_type: KeyType, bits: u32, usage: Usage, algorithm: Algorithm) -> Self {
        KeyAttributes { key_type, bits, usage: usage.widened(), algorithm, is_volatile: false }
    }

    /// The same for a key that is kept in the service's memory alone, and that ends with the process that makes it
    /// (PSA Crypto API, key lifetimes: PSA_KEY_LIFETIME_VOLATILE). A service that knows no such keys makes an ordinary one.
    pub const fn volatile(self) -> Self {
        KeyAttributes { is_volatile: true, ..self }
    }

    /// The same for a key that stays until it is destroyed (PSA_KEY_LIFETIME_PERSISTENT).
    pub const fn persistent(self) -> Self {
        KeyAttributes { is_volatile: false, ..self }
    }

    /// The same with the size that the material really has.
    pub const fn with_bits(self, bits: u32) -> Self {
        KeyAttributes { bits, ..self }
    }

    /// What kind of thing it is.
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// Size in bits; in a request 0 may stand for "as the material has it".
    pub const fn bits(&self) -> u32 {
        self.bits
    }

    /// What may be done with it.
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// The one algorithm that it may be used with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it ends with the process that makes it.
    pub const fn is_volatile(&self) -> bool {
        self.is_volatile
    }

    /// Type and size alone.
    pub const fn shape(&self) -> KeyShape {
        KeyShape { key_type: self.key_type, bits: self.bits }
    }

    /// The attributes as the protobuf message of the contract. Equal attributes give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        use prost::Message;
        crate::encoding::attributes_to_proto(self).encode_to_vec()
    }

    /// Reads what [`KeyAttributes::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, crate::error::DecodeError> {
        use prost::Message;
        crate::encoding::attributes_from_proto(crate::proto::KeyAttributes::decode(bytes)?)
    }
}

/// Type and size of a key, without its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyShape {
    /// What kind of thing it is.
    pub key_type: KeyType,
    /// Size in bits.
    pub bits: u32,
}
