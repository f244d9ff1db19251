//! Attributes of the keys that most programs want.

use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, FullLengthMac, Hash, KeyAgreement, Mac,
    RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};

const SIGN: Usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
const SHA256: SignHash = SignHash::Specific(Hash::Sha256);

/// An ECDSA pair on P-256 for signatures with SHA-256.
pub const fn ecdsa_p256() -> KeyAttributes {
    signature(KeyType::EccKeyPair(EccFamily::SecpR1), 256, AsymmetricSignature::Ecdsa(SHA256))
}

/// An RSA pair for signatures with PKCS#1 v1.5 and SHA-256; 2048, 3072 or 4096 bits.
pub const fn rsa_pkcs1(bits: u32) -> KeyAttributes {
    signature(KeyType::RsaKeyPair, bits, AsymmetricSignature::RsaPkcs1v15Sign(SHA256))
}

/// An RSA pair for signatures with PSS and SHA-256; 2048, 3072 or 4096 bits.
pub const fn rsa_pss(bits: u32) -> KeyAttributes {
    signature(KeyType::RsaKeyPair, bits, AsymmetricSignature::RsaPss(SHA256))
}

/// An RSA pair for encryption with OAEP and SHA-256; 2048, 3072 or 4096 bits.
pub const fn rsa_oaep(bits: u32) -> KeyAttributes {
    let alg = Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(Hash::Sha256));
    KeyAttributes::new(KeyType::RsaKeyPair, bits, Usage::ENCRYPT.and(Usage::DECRYPT), alg)
}

/// An AES-256 key for GCM.
pub const fn aes_256_gcm() -> KeyAttributes {
    let alg = Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm));
    KeyAttributes::new(KeyType::Aes, 256, Usage::ENCRYPT.and(Usage::DECRYPT), alg)
}

/// A key of 256 bits for HMAC with SHA-256.
pub const fn hmac_sha256() -> KeyAttributes {
    let alg = Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac(Hash::Sha256)));
    KeyAttributes::new(KeyType::Hmac, 256, Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE), alg)
}

/// An X25519 pair for key agreement.
pub const fn x25519() -> KeyAttributes {
    let alg = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    KeyAttributes::new(KeyType::EccKeyPair(EccFamily::Montgomery), 255, Usage::DERIVE, alg)
}

const fn signature(key_type: KeyType, bits: u32, alg: AsymmetricSignature) -> KeyAttributes {
    KeyAttributes::new(key_type, bits, SIGN, Algorithm::AsymmetricSignature(alg))
}
