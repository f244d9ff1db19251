//! What a key is for if nothing but its type is named.

use keystead_client::interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement, KeyDerivation, Mac,
    RawKeyAgreement, SignHash,
};
use keystead_client::interface::attributes::{EccFamily, KeyShape, KeyType, Usage};

/// The algorithm that a key of this type usually serves. RSA signs with PKCS#1 v1.5, as certificates do.
pub(crate) fn usual_algorithm(shape: KeyShape) -> Algorithm {
    match shape.key_type {
        KeyType::RawData => Algorithm::None,
        KeyType::Hmac => Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac(hash_of_strength(shape.bits)))),
        KeyType::Derive => Algorithm::KeyDerivation(KeyDerivation::Hkdf(Hash::Sha256)),
        // The double keys of XTS.
        KeyType::Aes | KeyType::Camellia if shape.bits > 256 => Algorithm::Cipher(Cipher::Xts),
        KeyType::Aes => Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm)),
        // Hardly any provider has an authenticated mode for these.
        KeyType::Camellia | KeyType::Des => Algorithm::Cipher(Cipher::CbcPkcs7),
        KeyType::Arc4 => Algorithm::Cipher(Cipher::StreamCipher),
        KeyType::Chacha20 => Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Chacha20Poly1305)),
        KeyType::RsaPublicKey | KeyType::RsaKeyPair => {
            Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256)))
        }
        KeyType::EccKeyPair(EccFamily::Montgomery) | KeyType::EccPublicKey(EccFamily::Montgomery) => {
            Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh))
        }
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => {
            Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(hash_of_strength(shape.bits))))
        }
        KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_) => {
            Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ffdh))
        }
    }
}

/// All usages that the algorithm gives a key of this type.
pub(crate) fn usual_usage(key_type: KeyType, algorithm: Algorithm) -> Usage {
    let for_pair = |private: Usage, public: Usage| if key_type.is_public() { public } else { private.and(public) };
    match algorithm {
        Algorithm::None | Algorithm::Hash(_) => Usage::EXPORT,
        Algorithm::Mac(_) => Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE),
        Algorithm::Cipher(_) | Algorithm::Aead(_) => Usage::ENCRYPT.and(Usage::DECRYPT),
        Algorithm::AsymmetricSignature(_) => for_pair(Usage::SIGN_HASH, Usage::VERIFY_HASH),
        Algorithm::AsymmetricEncryption(_) => for_pair(Usage::DECRYPT, Usage::ENCRYPT),
        Algorithm::KeyAgreement(_) | Algorithm::KeyDerivation(_) => Usage::DERIVE,
    }
}

/// The member of SHA-2 that does not weaken a key of this size.
fn hash_of_strength(bits: u32) -> Hash {
    match bits {
        0..=256 => Hash::Sha256,
        257..=384 => Hash::Sha384,
        _ => Hash::Sha512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{algorithm_word, parse_key_type, usage_words};
    use keystead_client::interface::policy::fits;

    fn usual(word: &str) -> (String, String) {
        let shape = parse_key_type(word).unwrap();
        let algorithm = usual_algorithm(shape);
        (algorithm_word(algorithm), usage_words(usual_usage(shape.key_type, algorithm)).join(","))
    }

    #[test]
    fn a_type_alone_gives_a_key_that_is_good_for_something() {
        let pair = |alg: &str, usage: &str| (alg.to_owned(), usage.to_owned());
        assert_eq!(usual("ecc-p384"), pair("ecdsa-sha384", "sign-hash,verify-hash"));
        assert_eq!(usual("rsa-2048-public"), pair("rsa-pkcs1v15-sha256", "verify-hash"));
        assert_eq!(usual("x25519"), pair("ecdh", "derive"));
        assert_eq!(usual("aes-256"), pair("gcm", "encrypt,decrypt"));
        assert_eq!(usual("raw"), pair("none", "export"));
    }

    #[test]
    fn the_usual_algorithm_fits_the_type() {
        for word in ["hmac-512", "derive-256", "aes-512", "camellia-128", "des-192", "arc4-128", "ffdh-2048", "x448"] {
            let shape = parse_key_type(word).unwrap();
            assert!(fits(usual_algorithm(shape), shape.key_type), "{word}");
        }
    }
}
