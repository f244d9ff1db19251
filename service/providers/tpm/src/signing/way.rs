//! How a TPM makes a signature of a certain algorithm.

use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::hashing::can_hash;
use tss_esapi::constants::AlgorithmIdentifier;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;

use crate::names;
use crate::properties::Properties;

/// How a TPM makes a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// TPM2_Sign with RSASSA.
    Pkcs1(HashingAlgorithm),
    /// TPM2_Sign with RSAPSS.
    Pss(HashingAlgorithm),
    /// The PKCS#1 padding is made here, and the TPM does RSA without one: for hashes that the TPM lacks, and for a DigestInfo
    /// that the caller made (`None`).
    PaddedPkcs1(Option<Hash>),
    /// The same with PSS.
    PaddedPss(Hash),
    /// TPM2_Sign with ECDSA, of a digest of any hash.
    Ecdsa,
}

/// How a TPM signs with keys of this type and size, `None` if it cannot. `SignHash::Any` asks whether there is a hash with
/// which it can.
pub(crate) fn way(properties: &Properties, key: KeyShape, alg: AsymmetricSignature) -> Option<Way> {
    if !properties.holds(key) {
        return None;
    }
    match key.key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey if alg.is_rsa() => {
            let way = rsa(properties, alg)?;
            has_room(key.bits, alg).then_some(way)
        }
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) if !alg.is_rsa() => ecc(properties, key.bits, alg),
        _ => None,
    }
}

/// Whether a pair can sign with this algorithm only if it may also decrypt, because the TPM is to do RSA without a padding.
pub(crate) fn decrypts_to_sign(properties: &Properties, alg: AsymmetricSignature) -> bool {
    match alg.hash() {
        // A policy for any hash is one for hashes that the TPM lacks too.
        Some(SignHash::Any) => alg.is_rsa(),
        _ => matches!(rsa(properties, alg), Some(Way::PaddedPkcs1(_) | Way::PaddedPss(_))),
    }
}

/// Lengths in bytes of the digests that the TPM signs, in rising order, with a hash of each.
pub(crate) fn digest_lengths(properties: &Properties) -> Vec<(usize, HashingAlgorithm)> {
    let hashes = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];
    let name = |hash: Hash| properties.has_hash(hash).then(|| names::hashing_algorithm(hash)).flatten();
    hashes.into_iter().filter_map(|hash| Some((hash.len(), name(hash)?))).collect()
}

fn rsa(properties: &Properties, alg: AsymmetricSignature) -> Option<Way> {
    let native = |scheme, hash| match names::hashing_algorithm(hash) {
        Some(name) if properties.has_hash(hash) && properties.has(scheme) => Some(name),
        _ => None,
    };
    match alg {
        AsymmetricSignature::RsaPkcs1v15SignRaw => Some(Way::PaddedPkcs1(None)),
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any) => Some(Way::PaddedPkcs1(None)),
        AsymmetricSignature::RsaPss(SignHash::Any) => Some(Way::PaddedPss(Hash::Sha256)),
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)) => native(AlgorithmIdentifier::RsaSsa, hash)
            .map(Way::Pkcs1)
            .or_else(|| can_hash(hash).then_some(Way::PaddedPkcs1(Some(hash)))),
        AsymmetricSignature::RsaPss(SignHash::Specific(hash)) => native(AlgorithmIdentifier::RsaPss, hash)
            .filter(|_| properties.salts_like_hashes)
            .map(Way::Pss)
            .or_else(|| can_hash(hash).then_some(Way::PaddedPss(hash))),
        _ => None,
    }
}

/// Whether a modulus has room for the padding (RFC 8017, 9.1.1 step 3 and 9.2 step 3): PSS with SHA-512 needs more than 1,024
/// bits, and a TPM would shorten the salt without a word.
fn has_room(bits: u32, alg: AsymmetricSignature) -> bool {
    const LONGEST_DIGEST_INFO_HEAD: usize = 19;
    const SHORTEST_PKCS1_PADDING: usize = 11;
    let bytes = bits as usize / 8;
    match alg {
        _ if bits == 0 => true,
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)) => {
            bytes >= hash.len() + LONGEST_DIGEST_INFO_HEAD + SHORTEST_PKCS1_PADDING
        }
        AsymmetricSignature::RsaPss(SignHash::Specific(hash)) => bytes >= 2 * hash.len() + 2,
        _ => true,
    }
}

fn ecc(properties: &Properties, bits: u32, alg: AsymmetricSignature) -> Option<Way> {
    if !properties.has(AlgorithmIdentifier::EcDsa) {
        return None;
    }
    let order = bits.div_ceil(8) as usize;
    let longest = digest_lengths(properties).last().map_or(0, |(length, _)| *length);
    match alg {
        AsymmetricSignature::Ecdsa(SignHash::Specific(hash)) => {
            // What is longer than the order is cut off.
            (can_hash(hash) && (bits == 0 || hash.len().min(order) <= longest)).then_some(Way::Ecdsa)
        }
        AsymmetricSignature::Ecdsa(SignHash::Any) | AsymmetricSignature::EcdsaAny => {
            (longest > 0).then_some(Way::Ecdsa)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tpm(salts_like_hashes: bool) -> Properties {
        use AlgorithmIdentifier as Id;
        Properties {
            algorithms: [Id::Rsa, Id::RsaSsa, Id::RsaPss, Id::Sha1, Id::Sha256, Id::EcDsa].into(),
            rsa_bits: vec![1024, 2048],
            curves: vec![256, 384],
            salts_like_hashes,
            ..Properties::default()
        }
    }

    fn rsa_way(properties: &Properties, bits: u32, alg: AsymmetricSignature) -> Option<Way> {
        way(properties, KeyShape { key_type: KeyType::RsaKeyPair, bits }, alg)
    }

    #[test]
    fn the_tpm_pads_what_it_pads_rightly() {
        let pss = |hash| AsymmetricSignature::RsaPss(SignHash::Specific(hash));
        let pkcs1 = |hash| AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash));
        let (good, other) = (tpm(true), tpm(false));
        assert_eq!(rsa_way(&good, 2048, pss(Hash::Sha256)), Some(Way::Pss(HashingAlgorithm::Sha256)));
        assert_eq!(rsa_way(&other, 2048, pss(Hash::Sha256)), Some(Way::PaddedPss(Hash::Sha256)));
        assert_eq!(rsa_way(&other, 2048, pkcs1(Hash::Sha256)), Some(Way::Pkcs1(HashingAlgorithm::Sha256)));
        // The TPM lacks the hash.
        assert_eq!(rsa_way(&good, 2048, pss(Hash::Sha384)), Some(Way::PaddedPss(Hash::Sha384)));
        assert_eq!(rsa_way(&good, 2048, pkcs1(Hash::Sha384)), Some(Way::PaddedPkcs1(Some(Hash::Sha384))));
        assert_eq!(rsa_way(&good, 2048, pkcs1(Hash::Md5)), None);
        // Pairs must be allowed to decrypt exactly where the padding is made here.
        assert!(!decrypts_to_sign(&good, pss(Hash::Sha256)) && decrypts_to_sign(&other, pss(Hash::Sha256)));
        assert!(decrypts_to_sign(&good, pkcs1(Hash::Sha384)) && !decrypts_to_sign(&good, pkcs1(Hash::Sha256)));
        assert!(decrypts_to_sign(&good, AsymmetricSignature::RsaPkcs1v15SignRaw));
        assert!(decrypts_to_sign(&good, AsymmetricSignature::RsaPss(SignHash::Any)));
        assert!(!decrypts_to_sign(&good, AsymmetricSignature::Ecdsa(SignHash::Any)));
    }

    #[test]
    fn a_modulus_too_short_for_the_padding_is_not_used() {
        let pss = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha512));
        assert_eq!(rsa_way(&tpm(true), 1024, pss), None);
        assert_eq!(rsa_way(&tpm(true), 2048, pss), Some(Way::PaddedPss(Hash::Sha512)));
        assert_eq!(rsa_way(&tpm(true), 3072, pss), None, "the TPM has no such keys");
    }

    #[test]
    fn ecdsa_needs_a_hash_of_the_tpm_that_has_room_for_the_digest() {
        let ecdsa = |bits, hash| {
            let key =
                KeyShape { key_type: KeyType::EccKeyPair(keystead_interface::attributes::EccFamily::SecpR1), bits };
            way(&tpm(true), key, AsymmetricSignature::Ecdsa(SignHash::Specific(hash)))
        };
        assert_eq!(ecdsa(256, Hash::Sha512), Some(Way::Ecdsa), "it is cut to 32 bytes");
        assert_eq!(ecdsa(384, Hash::Sha3_224), Some(Way::Ecdsa), "it is filled up to 32 bytes");
        assert_eq!(ecdsa(384, Hash::Sha384), None, "it has 48 bytes");
        assert_eq!(ecdsa(521, Hash::Sha256), None, "the TPM has no such keys");
    }
}
