//! Algorithms: the specification's numbers (PSA Crypto API 10) and the contract's algorithms.
//!
//! A number has its category in bits 24 to 30, and in the lowest 8 bits the hash that it is built on. MACs and authenticated
//! encryption have in bits 16 to 21 the length of the result.

use keystead_client::interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    KeyDerivation, Mac, RawKeyAgreement, SignHash,
};

use crate::status::{INVALID_ARGUMENT, NOT_SUPPORTED, Refusal, Result, refuse};

/// A `psa_algorithm_t`.
pub(crate) type PsaAlgorithm = u32;

const HASH: PsaAlgorithm = 0x0200_0000;
const HASH_MASK: PsaAlgorithm = 0xff;
const ANY_HASH: PsaAlgorithm = 0xff;
const LENGTH_MASK: PsaAlgorithm = 0x003f_0000;
const LENGTH_SHIFT: u32 = 16;
const HMAC: PsaAlgorithm = 0x0380_0000;
const PKCS1V15_SIGN: PsaAlgorithm = 0x0600_0200;
const PSS: PsaAlgorithm = 0x0600_0300;
const ECDSA: PsaAlgorithm = 0x0600_0600;
const DETERMINISTIC_ECDSA: PsaAlgorithm = 0x0600_0700;
const OAEP: PsaAlgorithm = 0x0700_0300;
const AGREEMENT_MASK: PsaAlgorithm = 0x007f_0000;
const AGREEMENT: PsaAlgorithm = 0x0900_0000;
const DERIVATION: PsaAlgorithm = 0x0800_0000;

const HASHES: &[(PsaAlgorithm, Hash)] = &[
    (0x01, Hash::Md2),
    (0x02, Hash::Md4),
    (0x03, Hash::Md5),
    (0x04, Hash::Ripemd160),
    (0x05, Hash::Sha1),
    (0x08, Hash::Sha224),
    (0x09, Hash::Sha256),
    (0x0a, Hash::Sha384),
    (0x0b, Hash::Sha512),
    (0x0c, Hash::Sha512_224),
    (0x0d, Hash::Sha512_256),
    (0x10, Hash::Sha3_224),
    (0x11, Hash::Sha3_256),
    (0x12, Hash::Sha3_384),
    (0x13, Hash::Sha3_512),
];

const CIPHERS: &[(PsaAlgorithm, Cipher)] = &[
    (0x0480_0100, Cipher::StreamCipher),
    (0x04c0_1000, Cipher::Ctr),
    (0x04c0_1100, Cipher::Cfb),
    (0x04c0_1200, Cipher::Ofb),
    (0x0440_ff00, Cipher::Xts),
    (0x0440_4400, Cipher::EcbNoPadding),
    (0x0440_4000, Cipher::CbcNoPadding),
    (0x0440_4100, Cipher::CbcPkcs7),
];

/// Modes, without the length of a tag.
const AEADS: &[(PsaAlgorithm, AeadAlg)] =
    &[(0x0540_0100, AeadAlg::Ccm), (0x0540_0200, AeadAlg::Gcm), (0x0500_0500, AeadAlg::Chacha20Poly1305)];

/// MACs over block ciphers, without a length.
const BLOCK_MACS: &[(PsaAlgorithm, FullLengthMac)] =
    &[(0x03c0_0100, FullLengthMac::CbcMac), (0x03c0_0200, FullLengthMac::Cmac)];

const AGREEMENTS: &[(PsaAlgorithm, RawKeyAgreement)] =
    &[(0x0901_0000, RawKeyAgreement::Ffdh), (0x0902_0000, RawKeyAgreement::Ecdh)];

/// The contract's algorithm for a number. Others may be algorithms that the service has not.
pub(crate) fn from_psa(number: PsaAlgorithm) -> Result<Algorithm> {
    let found = match number >> 24 {
        0x00 if number == 0 => Some(Algorithm::None),
        0x02 if number & !HASH_MASK == HASH => hash(number).map(Algorithm::Hash),
        0x03 => mac(number).map(Algorithm::Mac),
        0x04 => value(CIPHERS, number).map(Algorithm::Cipher),
        0x05 => aead(number).map(Algorithm::Aead),
        0x06 => signature(number).map(Algorithm::AsymmetricSignature),
        0x07 => encryption(number).map(Algorithm::AsymmetricEncryption),
        0x08 => derivation(number).map(Algorithm::KeyDerivation),
        0x09 => agreement(number).map(Algorithm::KeyAgreement),
        _ => None,
    };
    found.ok_or(Refusal(NOT_SUPPORTED))
}

/// The number of an algorithm.
pub(crate) fn to_psa(algorithm: Algorithm) -> PsaAlgorithm {
    match algorithm {
        Algorithm::None => 0,
        Algorithm::Hash(hash) => HASH | number_of(HASHES, hash),
        Algorithm::Mac(Mac::FullLength(mac)) => number_of_mac(mac),
        Algorithm::Mac(Mac::Truncated { mac, length }) => number_of_mac(mac) | of_length(length),
        Algorithm::Cipher(cipher) => number_of(CIPHERS, cipher),
        Algorithm::Aead(aead) => number_of(AEADS, aead.alg()) | of_length(aead.tag_length()),
        Algorithm::AsymmetricSignature(alg) => number_of_signature(alg),
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt) => 0x0700_0200,
        Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash)) => OAEP | number_of(HASHES, hash),
        Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => number_of(AGREEMENTS, alg),
        Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { agreement, derivation }) => {
            number_of(AGREEMENTS, agreement) | number_of_derivation(derivation) & !DERIVATION
        }
        Algorithm::KeyDerivation(alg) => number_of_derivation(alg),
    }
}

/// An algorithm for an operation of its family: another family's is an argument of the wrong kind.
pub(crate) fn of_family<T>(number: PsaAlgorithm, family: impl FnOnce(Algorithm) -> Option<T>) -> Result<T> {
    match family(from_psa(number)?) {
        Some(alg) => Ok(alg),
        None => refuse(INVALID_ARGUMENT),
    }
}

/// A signature algorithm for an operation, where "any hash" is none.
pub(crate) fn of_signature(number: PsaAlgorithm) -> Result<AsymmetricSignature> {
    of_family(number, |found| match found {
        Algorithm::AsymmetricSignature(alg) => (alg.hash() != Some(SignHash::Any)).then_some(alg),
        _ => None,
    })
}

/// What both of two policies permit (PSA Crypto API, psa_copy_key): the same, or the one that the other's wildcard includes.
pub(crate) fn permitted_by_both(one: Algorithm, other: Algorithm) -> Option<Algorithm> {
    if one == other {
        return Some(one);
    }
    let (Algorithm::AsymmetricSignature(a), Algorithm::AsymmetricSignature(b)) = (one, other) else { return None };
    if a.with_hash(SignHash::Any) != b.with_hash(SignHash::Any) {
        return None;
    }
    match (a.hash(), b.hash()) {
        (Some(SignHash::Any), _) => Some(other),
        (_, Some(SignHash::Any)) => Some(one),
        _ => None,
    }
}

fn value<T: Copy>(table: &[(PsaAlgorithm, T)], number: PsaAlgorithm) -> Option<T> {
    table.iter().find(|(known, _)| *known == number).map(|(_, value)| *value)
}

fn number_of<T: PartialEq>(table: &[(PsaAlgorithm, T)], value: T) -> PsaAlgorithm {
    table.iter().find(|(_, known)| *known == value).map_or(0, |(number, _)| *number)
}

fn hash(number: PsaAlgorithm) -> Option<Hash> {
    value(HASHES, number & HASH_MASK)
}

fn sign_hash(number: PsaAlgorithm) -> Option<SignHash> {
    if number & HASH_MASK == ANY_HASH { Some(SignHash::Any) } else { hash(number).map(SignHash::Specific) }
}

const fn length(number: PsaAlgorithm) -> u32 {
    (number & LENGTH_MASK) >> LENGTH_SHIFT
}

const fn of_length(length: u32) -> PsaAlgorithm {
    length << LENGTH_SHIFT & LENGTH_MASK
}

fn mac(number: PsaAlgorithm) -> Option<Mac> {
    let whole = number & !LENGTH_MASK;
    let mac = match value(BLOCK_MACS, whole) {
        Some(mac) => mac,
        None if whole & !HASH_MASK == HMAC => FullLengthMac::Hmac(hash(number)?),
        None => return None,
    };
    Some(match length(number) {
        0 => Mac::FullLength(mac),
        length => Mac::Truncated { mac, length },
    })
}

fn number_of_mac(mac: FullLengthMac) -> PsaAlgorithm {
    match mac {
        FullLengthMac::Hmac(hash) => HMAC | number_of(HASHES, hash),
        other => number_of(BLOCK_MACS, other),
    }
}

fn aead(number: PsaAlgorithm) -> Option<Aead> {
    let alg = value(AEADS, number & !LENGTH_MASK)?;
    Some(match length(number) {
        Aead::DEFAULT_TAG_LENGTH => Aead::DefaultLengthTag(alg),
        tag_length => Aead::ShortenedTag { alg, tag_length },
    })
}

fn signature(number: PsaAlgorithm) -> Option<AsymmetricSignature> {
    Some(match (number & !HASH_MASK, number & HASH_MASK) {
        (PKCS1V15_SIGN, 0) => AsymmetricSignature::RsaPkcs1v15SignRaw,
        (ECDSA, 0) => AsymmetricSignature::EcdsaAny,
        (PKCS1V15_SIGN, _) => AsymmetricSignature::RsaPkcs1v15Sign(sign_hash(number)?),
        (PSS, _) => AsymmetricSignature::RsaPss(sign_hash(number)?),
        (ECDSA, _) => AsymmetricSignature::Ecdsa(sign_hash(number)?),
        (DETERMINISTIC_ECDSA, _) => AsymmetricSignature::DeterministicEcdsa(sign_hash(number)?),
        _ => return None,
    })
}

fn number_of_signature(alg: AsymmetricSignature) -> PsaAlgorithm {
    let scheme = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(_) | AsymmetricSignature::RsaPkcs1v15SignRaw => PKCS1V15_SIGN,
        AsymmetricSignature::RsaPss(_) => PSS,
        AsymmetricSignature::Ecdsa(_) | AsymmetricSignature::EcdsaAny => ECDSA,
        AsymmetricSignature::DeterministicEcdsa(_) => DETERMINISTIC_ECDSA,
    };
    match alg.hash() {
        None => scheme,
        Some(SignHash::Any) => scheme | ANY_HASH,
        Some(SignHash::Specific(hash)) => scheme | number_of(HASHES, hash),
    }
}

fn encryption(number: PsaAlgorithm) -> Option<AsymmetricEncryption> {
    match (number & !HASH_MASK, number & HASH_MASK) {
        (0x0700_0200, 0) => Some(AsymmetricEncryption::RsaPkcs1v15Crypt),
        (OAEP, _) => hash(number).map(AsymmetricEncryption::RsaOaep),
        _ => None,
    }
}

fn derivation(number: PsaAlgorithm) -> Option<KeyDerivation> {
    let scheme = match number & !HASH_MASK {
        0x0800_0100 => KeyDerivation::Hkdf,
        0x0800_0200 => KeyDerivation::Tls12Prf,
        0x0800_0300 => KeyDerivation::Tls12PskToMs,
        _ => return None,
    };
    hash(number).map(scheme)
}

fn number_of_derivation(alg: KeyDerivation) -> PsaAlgorithm {
    let scheme = match alg {
        KeyDerivation::Hkdf(_) => 0x0800_0100,
        KeyDerivation::Tls12Prf(_) => 0x0800_0200,
        KeyDerivation::Tls12PskToMs(_) => 0x0800_0300,
    };
    scheme | number_of(HASHES, alg.hash())
}

fn agreement(number: PsaAlgorithm) -> Option<KeyAgreement> {
    let agreement = value(AGREEMENTS, number & AGREEMENT_MASK | AGREEMENT)?;
    match number & !AGREEMENT_MASK & !AGREEMENT {
        0 => Some(KeyAgreement::Raw(agreement)),
        rest => {
            derivation(rest | DERIVATION).map(|derivation| KeyAgreement::WithKeyDerivation { agreement, derivation })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        // Each as the specification's macros make it.
        let numbers = [
            0,
            0x0200_0009,
            0x0200_0013,
            0x0380_0009,
            0x0388_0009,
            0x03c0_0200,
            0x03c4_0100,
            0x0480_0100,
            0x0440_4100,
            0x0550_0100,
            0x0550_0200,
            0x0510_0500,
            0x0544_0100,
            0x0600_0209,
            0x0600_02ff,
            0x0600_0200,
            0x0600_030b,
            0x0600_0609,
            0x0600_0600,
            0x0600_07ff,
            0x0700_0200,
            0x0700_0309,
            0x0901_0000,
            0x0902_0000,
            0x0902_0109,
            0x0800_0109,
            0x0800_020a,
            0x0800_0309,
        ];
        for number in numbers {
            assert_eq!(to_psa(from_psa(number).unwrap()), number, "{number:#010x}");
        }
    }

    #[test]
    fn what_the_service_has_not_is_not_supported() {
        // Lengths of "at least", PSS with any salt, EdDSA, SM3, a stretched password, an AES key wrap, any hash as a hash.
        let numbers =
            [0x0380_8009, 0x0548_8200, 0x0600_1309, 0x0600_0800, 0x0200_0014, 0x0880_0109, 0x0b40_0100, 0x0200_00ff];
        for number in numbers {
            assert_eq!(from_psa(number), refuse(NOT_SUPPORTED), "{number:#010x}");
        }
        assert_eq!(of_signature(0x0600_06ff), refuse(INVALID_ARGUMENT));
        assert_eq!(of_signature(0x0200_0009), refuse(INVALID_ARGUMENT));
    }

    #[test]
    fn two_policies_permit_the_narrower_of_one_scheme() {
        let algorithm = |number| from_psa(number).unwrap();
        let both = |one, other| permitted_by_both(algorithm(one), algorithm(other)).map(to_psa);
        assert_eq!(both(0x0600_06ff, 0x0600_0609), Some(0x0600_0609));
        assert_eq!(both(0x0600_0609, 0x0600_06ff), Some(0x0600_0609));
        assert_eq!(both(0x0600_06ff, 0x0600_06ff), Some(0x0600_06ff));
        assert_eq!(both(0x0600_0609, 0x0600_060a), None);
        assert_eq!(both(0x0600_07ff, 0x0600_0609), None);
        assert_eq!(both(0x0550_0200, 0x0548_0200), None);
    }
}
