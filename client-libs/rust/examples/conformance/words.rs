//! The words of `e2e_tests/scenarios/README.md` for types, usages and algorithms, in both directions.

use keystead_client::interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    Mac, RawKeyAgreement, SignHash,
};
use keystead_client::interface::attributes::{DhFamily, EccFamily, KeyType, Usage};

const HASHES: &[(&str, Hash)] = &[
    ("md2", Hash::Md2),
    ("md4", Hash::Md4),
    ("md5", Hash::Md5),
    ("ripemd160", Hash::Ripemd160),
    ("sha-1", Hash::Sha1),
    ("sha-224", Hash::Sha224),
    ("sha-256", Hash::Sha256),
    ("sha-384", Hash::Sha384),
    ("sha-512", Hash::Sha512),
    ("sha-512-224", Hash::Sha512_224),
    ("sha-512-256", Hash::Sha512_256),
    ("sha3-224", Hash::Sha3_224),
    ("sha3-256", Hash::Sha3_256),
    ("sha3-384", Hash::Sha3_384),
    ("sha3-512", Hash::Sha3_512),
];

const FAMILIES: &[(&str, EccFamily)] = &[
    ("secp-k1", EccFamily::SecpK1),
    ("secp-r1", EccFamily::SecpR1),
    ("secp-r2", EccFamily::SecpR2),
    ("sect-k1", EccFamily::SectK1),
    ("sect-r1", EccFamily::SectR1),
    ("sect-r2", EccFamily::SectR2),
    ("brainpool-p-r1", EccFamily::BrainpoolPR1),
    ("frp", EccFamily::Frp),
    ("montgomery", EccFamily::Montgomery),
];

const TYPES: &[(&str, KeyType)] = &[
    ("raw-data", KeyType::RawData),
    ("hmac", KeyType::Hmac),
    ("derive", KeyType::Derive),
    ("aes", KeyType::Aes),
    ("des", KeyType::Des),
    ("camellia", KeyType::Camellia),
    ("arc4", KeyType::Arc4),
    ("chacha20", KeyType::Chacha20),
    ("rsa-key-pair", KeyType::RsaKeyPair),
    ("rsa-public-key", KeyType::RsaPublicKey),
    ("dh-key-pair:rfc7919", KeyType::DhKeyPair(DhFamily::Rfc7919)),
    ("dh-public-key:rfc7919", KeyType::DhPublicKey(DhFamily::Rfc7919)),
];

const CIPHERS: &[(&str, Cipher)] = &[
    ("stream-cipher", Cipher::StreamCipher),
    ("ctr", Cipher::Ctr),
    ("cfb", Cipher::Cfb),
    ("ofb", Cipher::Ofb),
    ("xts", Cipher::Xts),
    ("ecb", Cipher::EcbNoPadding),
    ("cbc", Cipher::CbcNoPadding),
    ("cbc-pkcs7", Cipher::CbcPkcs7),
];

const AEADS: &[(&str, AeadAlg)] =
    &[("gcm", AeadAlg::Gcm), ("ccm", AeadAlg::Ccm), ("chacha20-poly1305", AeadAlg::Chacha20Poly1305)];

const AGREEMENTS: &[(&str, RawKeyAgreement)] = &[("ecdh", RawKeyAgreement::Ecdh), ("ffdh", RawKeyAgreement::Ffdh)];

/// What a word stands for in a table.
fn value<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

/// The word that stands for it.
fn word<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> Option<&'static str> {
    table.iter().find(|(_, known)| known == value).map(|(word, _)| *word)
}

/// A type of keys.
pub fn key_type(name: &str) -> Option<KeyType> {
    match name.split_once(':') {
        Some(("ecc-key-pair", family)) => value(FAMILIES, family).map(KeyType::EccKeyPair),
        Some(("ecc-public-key", family)) => value(FAMILIES, family).map(KeyType::EccPublicKey),
        _ => value(TYPES, name),
    }
}

/// The word for a type.
pub fn word_of_type(key_type: KeyType) -> Option<String> {
    match key_type {
        KeyType::EccKeyPair(family) => word(FAMILIES, &family).map(|family| format!("ecc-key-pair:{family}")),
        KeyType::EccPublicKey(family) => word(FAMILIES, &family).map(|family| format!("ecc-public-key:{family}")),
        other => word(TYPES, &other).map(str::to_owned),
    }
}

/// Flags, with commas between.
pub fn usage(names: &str) -> Option<Usage> {
    let flag = |name: &str| {
        let found = Usage::ALL.iter().find(|(known, _)| known.replace('_', "-") == name);
        found.map(|(_, flag)| *flag)
    };
    names.split(',').filter(|name| !name.is_empty()).try_fold(Usage::NONE, |all, name| Some(all.and(flag(name)?)))
}

/// The words for flags.
pub fn words_of_usage(usage: Usage) -> String {
    let set = Usage::ALL.iter().filter(|(_, flag)| usage.contains(*flag));
    set.map(|(name, _)| name.replace('_', "-")).collect::<Vec<_>>().join(",")
}

/// An algorithm.
pub fn algorithm(name: &str) -> Option<Algorithm> {
    let parts: Vec<&str> = name.split(':').collect();
    if let Some(mac) = mac(&parts) {
        return Some(Algorithm::Mac(mac));
    }
    Some(match parts[..] {
        ["none"] => Algorithm::None,
        ["rsa-pkcs1v15-crypt"] => Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt),
        ["rsa-oaep", hash] => Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(value(HASHES, hash)?)),
        [one] => value(CIPHERS, one)
            .map(Algorithm::Cipher)
            .or_else(|| value(AEADS, one).map(|alg| Algorithm::Aead(Aead::DefaultLengthTag(alg))))
            .or_else(|| value(HASHES, one).map(Algorithm::Hash))
            .or_else(|| value(AGREEMENTS, one).map(|alg| Algorithm::KeyAgreement(KeyAgreement::Raw(alg))))
            .or_else(|| signature(one, None).map(Algorithm::AsymmetricSignature))?,
        [one, other] => match value(AEADS, one) {
            Some(alg) => Algorithm::Aead(Aead::ShortenedTag { alg, tag_length: other.parse().ok()? }),
            None => Algorithm::AsymmetricSignature(signature(one, Some(sign_hash(other)?))?),
        },
        _ => return None,
    })
}

/// The word for an algorithm.
pub fn word_of_algorithm(algorithm: Algorithm) -> Option<String> {
    Some(match algorithm {
        Algorithm::None => "none".to_owned(),
        Algorithm::Hash(hash) => word(HASHES, &hash)?.to_owned(),
        Algorithm::Cipher(cipher) => word(CIPHERS, &cipher)?.to_owned(),
        Algorithm::Aead(Aead::DefaultLengthTag(alg)) => word(AEADS, &alg)?.to_owned(),
        Algorithm::Aead(Aead::ShortenedTag { alg, tag_length }) => format!("{}:{tag_length}", word(AEADS, &alg)?),
        Algorithm::Mac(Mac::FullLength(mac)) => word_of_mac(mac)?,
        Algorithm::Mac(Mac::Truncated { mac, length }) => format!("{}:{length}", word_of_mac(mac)?),
        Algorithm::AsymmetricSignature(alg) => word_of_signature(alg)?,
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt) => "rsa-pkcs1v15-crypt".to_owned(),
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash)) => {
            format!("rsa-oaep:{}", word(HASHES, &hash)?)
        }
        Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => word(AGREEMENTS, &alg)?.to_owned(),
        Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { .. }) | Algorithm::KeyDerivation(_) => return None,
    })
}

fn mac(parts: &[&str]) -> Option<Mac> {
    let (mac, length) = match *parts {
        ["hmac", hash] => (FullLengthMac::Hmac(value(HASHES, hash)?), None),
        ["hmac", hash, length] => (FullLengthMac::Hmac(value(HASHES, hash)?), Some(length)),
        ["cmac"] => (FullLengthMac::Cmac, None),
        ["cmac", length] => (FullLengthMac::Cmac, Some(length)),
        ["cbc-mac"] => (FullLengthMac::CbcMac, None),
        ["cbc-mac", length] => (FullLengthMac::CbcMac, Some(length)),
        _ => return None,
    };
    match length {
        None => Some(Mac::FullLength(mac)),
        Some(length) => Some(Mac::Truncated { mac, length: length.parse().ok()? }),
    }
}

fn word_of_mac(mac: FullLengthMac) -> Option<String> {
    Some(match mac {
        FullLengthMac::Hmac(hash) => format!("hmac:{}", word(HASHES, &hash)?),
        FullLengthMac::CbcMac => "cbc-mac".to_owned(),
        FullLengthMac::Cmac => "cmac".to_owned(),
    })
}

fn sign_hash(name: &str) -> Option<SignHash> {
    if name == "any" { Some(SignHash::Any) } else { value(HASHES, name).map(SignHash::Specific) }
}

fn signature(scheme: &str, hash: Option<SignHash>) -> Option<AsymmetricSignature> {
    Some(match (scheme, hash) {
        ("rsa-pkcs1v15-sign", Some(hash)) => AsymmetricSignature::RsaPkcs1v15Sign(hash),
        ("rsa-pkcs1v15-sign-raw", None) => AsymmetricSignature::RsaPkcs1v15SignRaw,
        ("rsa-pss", Some(hash)) => AsymmetricSignature::RsaPss(hash),
        ("ecdsa", Some(hash)) => AsymmetricSignature::Ecdsa(hash),
        ("ecdsa-any", None) => AsymmetricSignature::EcdsaAny,
        ("deterministic-ecdsa", Some(hash)) => AsymmetricSignature::DeterministicEcdsa(hash),
        _ => return None,
    })
}

fn word_of_signature(alg: AsymmetricSignature) -> Option<String> {
    let scheme = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(_) => "rsa-pkcs1v15-sign",
        AsymmetricSignature::RsaPkcs1v15SignRaw => "rsa-pkcs1v15-sign-raw",
        AsymmetricSignature::RsaPss(_) => "rsa-pss",
        AsymmetricSignature::Ecdsa(_) => "ecdsa",
        AsymmetricSignature::EcdsaAny => "ecdsa-any",
        AsymmetricSignature::DeterministicEcdsa(_) => "deterministic-ecdsa",
    };
    Some(match alg.hash() {
        None => scheme.to_owned(),
        Some(SignHash::Any) => format!("{scheme}:any"),
        Some(SignHash::Specific(hash)) => format!("{scheme}:{}", word(HASHES, &hash)?),
    })
}
