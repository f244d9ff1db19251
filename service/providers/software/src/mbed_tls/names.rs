//! Our words in the library's. `None` stands for what it does not know, or knows wrongly.

use keystead_interface::algorithm::{
    Aead, AeadAlg, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, Mac, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyType};
use psa_crypto::types::{algorithm as psa, key};

/// A hash. The bundled library has SHA-3, but not behind this interface; SHA-512/224 and /256, MD2 and MD4 it has not.
#[allow(deprecated)] // Which hashes are too weak is for the service to say.
pub(super) fn hash(hash: Hash) -> Option<psa::Hash> {
    match hash {
        Hash::Md5 => Some(psa::Hash::Md5),
        Hash::Ripemd160 => Some(psa::Hash::Ripemd160),
        Hash::Sha1 => Some(psa::Hash::Sha1),
        Hash::Sha224 => Some(psa::Hash::Sha224),
        Hash::Sha256 => Some(psa::Hash::Sha256),
        Hash::Sha384 => Some(psa::Hash::Sha384),
        Hash::Sha512 => Some(psa::Hash::Sha512),
        _ => None,
    }
}

/// A type of keys.
pub(super) fn key_type(key_type: KeyType) -> Option<key::Type> {
    match key_type {
        KeyType::RawData => Some(key::Type::RawData),
        KeyType::Hmac => Some(key::Type::Hmac),
        KeyType::Derive => Some(key::Type::Derive),
        KeyType::Aes => Some(key::Type::Aes),
        KeyType::Camellia => Some(key::Type::Camellia),
        KeyType::Chacha20 => Some(key::Type::Chacha20),
        KeyType::RsaPublicKey => Some(key::Type::RsaPublicKey),
        KeyType::RsaKeyPair => Some(key::Type::RsaKeyPair),
        KeyType::EccKeyPair(family) => Some(key::Type::EccKeyPair { curve_family: curves(family)? }),
        KeyType::EccPublicKey(family) => Some(key::Type::EccPublicKey { curve_family: curves(family)? }),
        _ => None,
    }
}

fn curves(family: EccFamily) -> Option<key::EccFamily> {
    match family {
        EccFamily::SecpR1 => Some(key::EccFamily::SecpR1),
        EccFamily::SecpK1 => Some(key::EccFamily::SecpK1),
        EccFamily::BrainpoolPR1 => Some(key::EccFamily::BrainpoolPR1),
        EccFamily::Montgomery => Some(key::EccFamily::Montgomery),
        _ => None,
    }
}

/// A signature, made with one hash and not any.
pub(super) fn signature(alg: AsymmetricSignature) -> Option<psa::AsymmetricSignature> {
    let hash_alg = match alg.hash() {
        Some(SignHash::Specific(specific)) => Some(psa::SignHash::Specific(hash(specific)?)),
        _ => None,
    };
    Some(match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(_) => psa::AsymmetricSignature::RsaPkcs1v15Sign { hash_alg: hash_alg? },
        AsymmetricSignature::RsaPkcs1v15SignRaw => psa::AsymmetricSignature::RsaPkcs1v15SignRaw,
        AsymmetricSignature::RsaPss(_) => psa::AsymmetricSignature::RsaPss { hash_alg: hash_alg? },
        AsymmetricSignature::Ecdsa(_) => psa::AsymmetricSignature::Ecdsa { hash_alg: hash_alg? },
        AsymmetricSignature::EcdsaAny => psa::AsymmetricSignature::EcdsaAny,
        AsymmetricSignature::DeterministicEcdsa(_) => {
            psa::AsymmetricSignature::DeterministicEcdsa { hash_alg: hash_alg? }
        }
    })
}

/// RSA encryption.
pub(super) fn encryption(alg: AsymmetricEncryption) -> Option<psa::AsymmetricEncryption> {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => Some(psa::AsymmetricEncryption::RsaPkcs1v15Crypt),
        AsymmetricEncryption::RsaOaep(oaep) => Some(psa::AsymmetricEncryption::RsaOaep { hash_alg: hash(oaep)? }),
    }
}

/// Authenticated encryption. The library computes nonsense from a tag length that does not exist: check it before.
pub(super) fn aead(alg: Aead) -> psa::Aead {
    let aead_alg = match alg.alg() {
        AeadAlg::Ccm => psa::AeadWithDefaultLengthTag::Ccm,
        AeadAlg::Gcm => psa::AeadWithDefaultLengthTag::Gcm,
        AeadAlg::Chacha20Poly1305 => psa::AeadWithDefaultLengthTag::Chacha20Poly1305,
    };
    match alg {
        Aead::DefaultLengthTag(_) => psa::Aead::AeadWithDefaultLengthTag(aead_alg),
        Aead::ShortenedTag { tag_length, .. } => {
            psa::Aead::AeadWithShortenedTag { aead_alg, tag_length: tag_length as usize }
        }
    }
}

/// Unauthenticated encryption. There is no XTS behind this interface, and `psa-crypto` cannot do ECB: it gives every mode
/// an IV.
pub(super) fn cipher(alg: Cipher) -> Option<psa::Cipher> {
    match alg {
        Cipher::StreamCipher => Some(psa::Cipher::StreamCipher),
        Cipher::Ctr => Some(psa::Cipher::Ctr),
        Cipher::Cfb => Some(psa::Cipher::Cfb),
        Cipher::Ofb => Some(psa::Cipher::Ofb),
        Cipher::CbcNoPadding => Some(psa::Cipher::CbcNoPadding),
        Cipher::CbcPkcs7 => Some(psa::Cipher::CbcPkcs7),
        Cipher::Xts | Cipher::EcbNoPadding => None,
    }
}

/// A MAC, of a length that was checked. CBC-MAC is declared in the library and not there.
pub(super) fn mac(alg: Mac) -> Option<psa::Mac> {
    let mac_alg = match alg.full_length() {
        FullLengthMac::Hmac(hmac) => psa::FullLengthMac::Hmac { hash_alg: hash(hmac)? },
        FullLengthMac::Cmac => psa::FullLengthMac::Cmac,
        FullLengthMac::CbcMac => return None,
    };
    Some(match alg {
        Mac::FullLength(_) => psa::Mac::FullLength(mac_alg),
        Mac::Truncated { length, .. } => psa::Mac::Truncated { mac_alg, mac_length: length as usize },
    })
}
