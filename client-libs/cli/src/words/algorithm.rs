//! Algorithms: `ecdsa-sha256`, `rsa-oaep-sha256`, `gcm`, `gcm-12`, `hmac-sha256`, `ecdh-hkdf-sha256` and so on.
//!
//! A number at the end is the length of a tag or MAC in bytes, where it is not the usual one.

use keystead_client::interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    KeyDerivation, Mac, RawKeyAgreement, SignHash,
};

use super::hash::HASHES;

/// Words that stand for one algorithm.
const SINGLE: &[(&str, Algorithm)] = &[
    ("none", Algorithm::None),
    ("stream-cipher", Algorithm::Cipher(Cipher::StreamCipher)),
    ("ctr", Algorithm::Cipher(Cipher::Ctr)),
    ("cfb", Algorithm::Cipher(Cipher::Cfb)),
    ("ofb", Algorithm::Cipher(Cipher::Ofb)),
    ("xts", Algorithm::Cipher(Cipher::Xts)),
    ("ecb", Algorithm::Cipher(Cipher::EcbNoPadding)),
    ("cbc", Algorithm::Cipher(Cipher::CbcNoPadding)),
    ("cbc-pkcs7", Algorithm::Cipher(Cipher::CbcPkcs7)),
    ("ccm", Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Ccm))),
    ("gcm", Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm))),
    ("chacha20-poly1305", Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Chacha20Poly1305))),
    ("cmac", Algorithm::Mac(Mac::FullLength(FullLengthMac::Cmac))),
    ("cbc-mac", Algorithm::Mac(Mac::FullLength(FullLengthMac::CbcMac))),
    ("ecdsa-any", Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny)),
    ("ecdsa-any-hash", signed(AsymmetricSignature::Ecdsa(SignHash::Any))),
    ("deterministic-ecdsa-any-hash", signed(AsymmetricSignature::DeterministicEcdsa(SignHash::Any))),
    ("rsa-pss-any-hash", signed(AsymmetricSignature::RsaPss(SignHash::Any))),
    ("rsa-pkcs1v15-any-hash", signed(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any))),
    ("rsa-pkcs1v15-raw", signed(AsymmetricSignature::RsaPkcs1v15SignRaw)),
    ("rsa-pkcs1v15-crypt", Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt)),
    ("ecdh", Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh))),
    ("ffdh", Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ffdh))),
];

/// Makes an algorithm of a hash.
type WithHash = fn(Hash) -> Algorithm;

/// Words that stand before the name of a hash.
const WITH_HASH: &[(&str, WithHash)] = &[
    ("", Algorithm::Hash),
    ("hmac-", |hash| Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac(hash)))),
    ("ecdsa-", |hash| signed(AsymmetricSignature::Ecdsa(SignHash::Specific(hash)))),
    ("deterministic-ecdsa-", |hash| signed(AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(hash)))),
    ("rsa-pss-", |hash| signed(AsymmetricSignature::RsaPss(SignHash::Specific(hash)))),
    ("rsa-pkcs1v15-", |hash| signed(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)))),
    ("rsa-oaep-", |hash| Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash))),
    ("hkdf-", |hash| Algorithm::KeyDerivation(KeyDerivation::Hkdf(hash))),
    ("tls12-prf-", |hash| Algorithm::KeyDerivation(KeyDerivation::Tls12Prf(hash))),
    ("tls12-psk-to-ms-", |hash| Algorithm::KeyDerivation(KeyDerivation::Tls12PskToMs(hash))),
    ("ecdh-hkdf-", |hash| derived(RawKeyAgreement::Ecdh, KeyDerivation::Hkdf(hash))),
    ("ecdh-tls12-prf-", |hash| derived(RawKeyAgreement::Ecdh, KeyDerivation::Tls12Prf(hash))),
    ("ecdh-tls12-psk-to-ms-", |hash| derived(RawKeyAgreement::Ecdh, KeyDerivation::Tls12PskToMs(hash))),
    ("ffdh-hkdf-", |hash| derived(RawKeyAgreement::Ffdh, KeyDerivation::Hkdf(hash))),
    ("ffdh-tls12-prf-", |hash| derived(RawKeyAgreement::Ffdh, KeyDerivation::Tls12Prf(hash))),
    ("ffdh-tls12-psk-to-ms-", |hash| derived(RawKeyAgreement::Ffdh, KeyDerivation::Tls12PskToMs(hash))),
];

const fn signed(alg: AsymmetricSignature) -> Algorithm {
    Algorithm::AsymmetricSignature(alg)
}

const fn derived(agreement: RawKeyAgreement, derivation: KeyDerivation) -> Algorithm {
    Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { agreement, derivation })
}

/// The algorithm that a word names.
pub(crate) fn parse_algorithm(word: &str) -> Result<Algorithm, String> {
    let unknown = || {
        "unknown algorithm; examples: ecdsa-sha256, deterministic-ecdsa-sha256, ecdsa-any, rsa-pss-sha256, \
         rsa-pkcs1v15-sha256, rsa-oaep-sha256, gcm, gcm-12, ccm, chacha20-poly1305, ctr, cbc-pkcs7, xts, \
         hmac-sha256, hmac-sha256-16, cmac, ecdh, hkdf-sha256, none"
            .to_owned()
    };
    // The whole word first: the number in sha512-256 is no length.
    if let Some((_, algorithm)) = all().find(|(known, _)| known == word) {
        return Ok(algorithm);
    }
    let (name, length) = word.rsplit_once('-').ok_or_else(unknown)?;
    let length: u32 = length.parse().map_err(|_| unknown())?;
    match all().find(|(known, _)| known == name) {
        Some((_, Algorithm::Aead(aead))) => {
            Ok(Algorithm::Aead(Aead::ShortenedTag { alg: aead.alg(), tag_length: length }))
        }
        Some((_, Algorithm::Mac(mac))) => Ok(Algorithm::Mac(Mac::Truncated { mac: mac.full_length(), length })),
        _ => Err(unknown()),
    }
}

/// The word for an algorithm.
pub(crate) fn algorithm_word(algorithm: Algorithm) -> String {
    let (usual, length) = match algorithm {
        Algorithm::Aead(Aead::ShortenedTag { alg, tag_length }) => {
            (Algorithm::Aead(Aead::DefaultLengthTag(alg)), Some(tag_length))
        }
        Algorithm::Mac(Mac::Truncated { mac, length }) => (Algorithm::Mac(Mac::FullLength(mac)), Some(length)),
        other => (other, None),
    };
    let word = all().find(|(_, known)| *known == usual).map_or_else(|| "unknown".to_owned(), |(word, _)| word);
    length.map_or(word.clone(), |length| format!("{word}-{length}"))
}

/// Every algorithm with its word, lengths left out.
fn all() -> impl Iterator<Item = (String, Algorithm)> {
    let single = SINGLE.iter().map(|(word, algorithm)| ((*word).to_owned(), *algorithm));
    let with_hash = WITH_HASH
        .iter()
        .flat_map(|(prefix, make)| HASHES.iter().map(move |(hash, value)| (format!("{prefix}{hash}"), make(*value))));
    single.chain(with_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_printed_as_the_word_that_names_it() {
        for (word, algorithm) in all() {
            assert_eq!(parse_algorithm(&word), Ok(algorithm), "{word}");
            assert_eq!(algorithm_word(algorithm), word);
        }
    }

    #[test]
    fn a_number_at_the_end_is_a_length() {
        let short = Algorithm::Aead(Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length: 12 });
        assert_eq!(parse_algorithm("gcm-12"), Ok(short));
        assert_eq!(algorithm_word(short), "gcm-12");
        let hmac = |hash, length| Algorithm::Mac(Mac::Truncated { mac: FullLengthMac::Hmac(hash), length });
        assert_eq!(parse_algorithm("hmac-sha512-32"), Ok(hmac(Hash::Sha512, 32)));
        assert_eq!(algorithm_word(hmac(Hash::Sha512_256, 16)), "hmac-sha512-256-16");
        assert_eq!(parse_algorithm("hmac-sha512-256-16"), Ok(hmac(Hash::Sha512_256, 16)));
        assert!(parse_algorithm("ctr-12").is_err() && parse_algorithm("ecdsa").is_err());
    }
}
