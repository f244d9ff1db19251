//! Our words for algorithms in the words of the TPM.

use keystead_interface::algorithm::{Cipher, Hash};
use keystead_interface::attributes::{EccFamily, KeyShape};
use tss_esapi::constants::AlgorithmIdentifier;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, SymmetricMode};
use tss_esapi::interface_types::ecc::EccCurve;

/// The TPM's name of a hash, if there is one (TPM 2.0 part 2, 6.3).
pub(crate) const fn hashing_algorithm(hash: Hash) -> Option<HashingAlgorithm> {
    match hash {
        Hash::Sha1 => Some(HashingAlgorithm::Sha1),
        Hash::Sha256 => Some(HashingAlgorithm::Sha256),
        Hash::Sha384 => Some(HashingAlgorithm::Sha384),
        Hash::Sha512 => Some(HashingAlgorithm::Sha512),
        Hash::Sha3_256 => Some(HashingAlgorithm::Sha3_256),
        Hash::Sha3_384 => Some(HashingAlgorithm::Sha3_384),
        Hash::Sha3_512 => Some(HashingAlgorithm::Sha3_512),
        _ => None,
    }
}

/// The same as the TPM lists it among what it implements.
pub(crate) const fn hash_identifier(hash: Hash) -> Option<AlgorithmIdentifier> {
    match hash {
        Hash::Sha1 => Some(AlgorithmIdentifier::Sha1),
        Hash::Sha256 => Some(AlgorithmIdentifier::Sha256),
        Hash::Sha384 => Some(AlgorithmIdentifier::Sha384),
        Hash::Sha512 => Some(AlgorithmIdentifier::Sha512),
        Hash::Sha3_256 => Some(AlgorithmIdentifier::Sha3_256),
        Hash::Sha3_384 => Some(AlgorithmIdentifier::Sha3_384),
        Hash::Sha3_512 => Some(AlgorithmIdentifier::Sha3_512),
        _ => None,
    }
}

/// The TPM's name of a curve that ECDSA and ECDH know (TPM 2.0 part 2, 6.4).
pub(crate) const fn curve(family: EccFamily, bits: u32) -> Option<EccCurve> {
    match (family, bits) {
        (EccFamily::SecpR1, 192) => Some(EccCurve::NistP192),
        (EccFamily::SecpR1, 224) => Some(EccCurve::NistP224),
        (EccFamily::SecpR1, 256) => Some(EccCurve::NistP256),
        (EccFamily::SecpR1, 384) => Some(EccCurve::NistP384),
        (EccFamily::SecpR1, 521) => Some(EccCurve::NistP521),
        _ => None,
    }
}

/// The curve of a key of this type and size.
pub(crate) fn curve_of(key: KeyShape) -> Option<EccCurve> {
    curve(key.key_type.ecc_family()?, key.bits)
}

/// The TPM's name of a mode, with how the TPM lists it among what it implements. CBC with padding is CBC to the TPM.
pub(crate) const fn mode(cipher: Cipher) -> Option<(SymmetricMode, AlgorithmIdentifier)> {
    match cipher {
        Cipher::Ctr => Some((SymmetricMode::Ctr, AlgorithmIdentifier::Ctr)),
        Cipher::Cfb => Some((SymmetricMode::Cfb, AlgorithmIdentifier::Cfb)),
        Cipher::Ofb => Some((SymmetricMode::Ofb, AlgorithmIdentifier::Ofb)),
        Cipher::EcbNoPadding => Some((SymmetricMode::Ecb, AlgorithmIdentifier::Ecb)),
        Cipher::CbcNoPadding | Cipher::CbcPkcs7 => Some((SymmetricMode::Cbc, AlgorithmIdentifier::Cbc)),
        Cipher::StreamCipher | Cipher::Xts => None,
    }
}
