//! The algorithms of the PSA Crypto API, one enum for each family, so that a hash cannot be passed for a signature.
//!
//! Numbers are those of wire contract 3.4.

use crate::numbered::numbered;

numbered! {
    /// A hash function (PSA Crypto API 10.2).
    #[allow(missing_docs)]
    pub enum Hash {
        Md2 = 1,
        Md4 = 2,
        Md5 = 3,
        Ripemd160 = 4,
        Sha1 = 5,
        Sha224 = 6,
        Sha256 = 7,
        Sha384 = 8,
        Sha512 = 9,
        Sha512_224 = 10,
        Sha512_256 = 11,
        Sha3_224 = 12,
        Sha3_256 = 13,
        Sha3_384 = 14,
        Sha3_512 = 15,
    }
}

impl Hash {
    /// Length of its output in bytes.
    pub const fn len(self) -> usize {
        match self {
            Hash::Md2 | Hash::Md4 | Hash::Md5 => 16,
            Hash::Ripemd160 | Hash::Sha1 => 20,
            Hash::Sha224 | Hash::Sha512_224 | Hash::Sha3_224 => 28,
            Hash::Sha256 | Hash::Sha512_256 | Hash::Sha3_256 => 32,
            Hash::Sha384 | Hash::Sha3_384 => 48,
            Hash::Sha512 | Hash::Sha3_512 => 64,
        }
    }

    /// Never: every hash has an output.
    pub const fn is_empty(self) -> bool {
        false
    }

    /// Whether collisions or worse are known (wire contract 4.6).
    pub const fn is_deprecated(self) -> bool {
        matches!(self, Hash::Md2 | Hash::Md4 | Hash::Md5 | Hash::Sha1)
    }
}

numbered! {
    /// A mode of unauthenticated encryption (PSA Crypto API 10.4).
    #[allow(missing_docs)]
    pub enum Cipher {
        StreamCipher = 1,
        Ctr = 2,
        Cfb = 3,
        Ofb = 4,
        Xts = 5,
        EcbNoPadding = 6,
        CbcNoPadding = 7,
        CbcPkcs7 = 8,
    }
}

numbered! {
    /// A mode of authenticated encryption (PSA Crypto API 10.5).
    #[allow(missing_docs)]
    pub enum AeadAlg {
        Ccm = 1,
        Gcm = 2,
        Chacha20Poly1305 = 3,
    }
}

/// Authenticated encryption with the length of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aead {
    /// A tag of 16 bytes.
    DefaultLengthTag(AeadAlg),
    /// A tag of another length.
    ShortenedTag {
        /// The mode.
        alg: AeadAlg,
        /// Bytes, as the client asked: they need not be a length that the mode takes.
        tag_length: u32,
    },
}

impl Aead {
    /// Length of the tag where none is named, in bytes.
    pub const DEFAULT_TAG_LENGTH: u32 = 16;

    /// The mode.
    pub const fn alg(self) -> AeadAlg {
        match self {
            Aead::DefaultLengthTag(alg) | Aead::ShortenedTag { alg, .. } => alg,
        }
    }

    /// Length of the tag in bytes.
    pub const fn tag_length(self) -> u32 {
        match self {
            Aead::DefaultLengthTag(_) => Self::DEFAULT_TAG_LENGTH,
            Aead::ShortenedTag { tag_length, .. } => tag_length,
        }
    }
}

/// A message authentication code of full length (PSA Crypto API 10.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FullLengthMac {
    /// HMAC (RFC 2104).
    Hmac(Hash),
    /// CBC-MAC over a block cipher, without padding or length: safe for messages of one length only.
    CbcMac,
    /// CMAC over a block cipher (NIST SP 800-38B).
    Cmac,
}

/// A message authentication code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mac {
    /// All of it.
    FullLength(FullLengthMac),
    /// Its first bytes.
    Truncated {
        /// What is truncated.
        mac: FullLengthMac,
        /// Bytes that are kept, as the client asked.
        length: u32,
    },
}

impl Mac {
    /// The algorithm, whatever the length.
    pub const fn full_length(self) -> FullLengthMac {
        match self {
            Mac::FullLength(mac) | Mac::Truncated { mac, .. } => mac,
        }
    }
}

/// The hash that a signature algorithm works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignHash {
    /// Any: only in a key's policy, never in an operation.
    Any,
    /// This one.
    Specific(Hash),
}

/// A signature algorithm (PSA Crypto API 10.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AsymmetricSignature {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 8.2).
    RsaPkcs1v15Sign(SignHash),
    /// The same over a DigestInfo that the caller made.
    RsaPkcs1v15SignRaw,
    /// RSASSA-PSS (RFC 8017 8.1); MGF1 with the same hash, salt as long as the hash.
    RsaPss(SignHash),
    /// ECDSA with a random nonce.
    Ecdsa(SignHash),
    /// ECDSA over whatever the caller hashed, and however.
    EcdsaAny,
    /// ECDSA with the nonce of RFC 6979.
    DeterministicEcdsa(SignHash),
}

impl AsymmetricSignature {
    /// The hash, where the algorithm names one; in an operation it must be specific.
    pub const fn hash(self) -> Option<SignHash> {
        match self {
            AsymmetricSignature::RsaPkcs1v15Sign(hash)
            | AsymmetricSignature::RsaPss(hash)
            | AsymmetricSignature::Ecdsa(hash)
            | AsymmetricSignature::DeterministicEcdsa(hash) => Some(hash),
            AsymmetricSignature::RsaPkcs1v15SignRaw | AsymmetricSignature::EcdsaAny => None,
        }
    }

    /// The same scheme with another hash; schemes without a hash stay as they are.
    pub const fn with_hash(self, hash: SignHash) -> AsymmetricSignature {
        match self {
            AsymmetricSignature::RsaPkcs1v15Sign(_) => AsymmetricSignature::RsaPkcs1v15Sign(hash),
            AsymmetricSignature::RsaPss(_) => AsymmetricSignature::RsaPss(hash),
            AsymmetricSignature::Ecdsa(_) => AsymmetricSignature::Ecdsa(hash),
            AsymmetricSignature::DeterministicEcdsa(_) => AsymmetricSignature::DeterministicEcdsa(hash),
            AsymmetricSignature::RsaPkcs1v15SignRaw | AsymmetricSignature::EcdsaAny => self,
        }
    }

    /// Whether it works with RSA keys; the others work with elliptic curves.
    pub const fn is_rsa(self) -> bool {
        matches!(
            self,
            AsymmetricSignature::RsaPkcs1v15Sign(_)
                | AsymmetricSignature::RsaPkcs1v15SignRaw
                | AsymmetricSignature::RsaPss(_)
        )
    }
}

/// Asymmetric encryption (PSA Crypto API 10.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AsymmetricEncryption {
    /// RSAES-PKCS1-v1_5 (RFC 8017 7.2).
    RsaPkcs1v15Crypt,
    /// RSAES-OAEP (RFC 8017 7.1); MGF1 with the same hash.
    RsaOaep(Hash),
}

numbered! {
    /// Key agreement (PSA Crypto API 10.9).
    #[allow(missing_docs)]
    pub enum RawKeyAgreement {
        Ffdh = 1,
        Ecdh = 2,
    }
}

/// Key derivation (PSA Crypto API 10.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum KeyDerivation {
    Hkdf(Hash),
    Tls12Prf(Hash),
    Tls12PskToMs(Hash),
}

impl KeyDerivation {
    /// The hash that it works with.
    pub const fn hash(self) -> Hash {
        match self {
            KeyDerivation::Hkdf(hash) | KeyDerivation::Tls12Prf(hash) | KeyDerivation::Tls12PskToMs(hash) => hash,
        }
    }
}

/// Key agreement, alone or followed by a derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAgreement {
    /// The shared secret itself is the result.
    Raw(RawKeyAgreement),
    /// A derivation follows.
    WithKeyDerivation {
        /// The agreement.
        agreement: RawKeyAgreement,
        /// The derivation.
        derivation: KeyDerivation,
    },
}

impl KeyAgreement {
    /// The agreement, whatever follows.
    pub const fn agreement(self) -> RawKeyAgreement {
        match self {
            KeyAgreement::Raw(agreement) | KeyAgreement::WithKeyDerivation { agreement, .. } => agreement,
        }
    }
}

/// The one algorithm that a key's policy permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Algorithm {
    None,
    Hash(Hash),
    Mac(Mac),
    Cipher(Cipher),
    Aead(Aead),
    AsymmetricSignature(AsymmetricSignature),
    AsymmetricEncryption(AsymmetricEncryption),
    KeyAgreement(KeyAgreement),
    KeyDerivation(KeyDerivation),
}

impl Algorithm {
    /// The hash that it names, if it names a specific one.
    pub const fn hash(self) -> Option<Hash> {
        match self {
            Algorithm::Hash(hash)
            | Algorithm::Mac(
                Mac::FullLength(FullLengthMac::Hmac(hash)) | Mac::Truncated { mac: FullLengthMac::Hmac(hash), .. },
            )
            | Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash)) => Some(hash),
            Algorithm::AsymmetricSignature(alg) => match alg.hash() {
                Some(SignHash::Specific(hash)) => Some(hash),
                _ => None,
            },
            Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { derivation, .. })
            | Algorithm::KeyDerivation(derivation) => Some(derivation.hash()),
            _ => None,
        }
    }
}
