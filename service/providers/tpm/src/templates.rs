//! The public areas of keys: what the TPM is told about a key that is made or taken over (TPM 2.0 part 2, 12.2).

use keystead_interface::algorithm::{Algorithm, FullLengthMac, Hash};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use tss_esapi::Result;
use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder};
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm, SymmetricMode};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::key_bits::{AesKeyBits, RsaKeyBits};
use tss_esapi::structures::{
    Digest, EccPoint, EccScheme, HmacScheme, KeyDerivationFunctionScheme, KeyedHashScheme, Public, PublicBuilder,
    PublicEccParameters, PublicKeyRsa, PublicKeyedHashParameters, PublicRsaParameters, RsaExponent, RsaScheme,
    SymmetricCipherParameters, SymmetricDefinitionObject,
};

use crate::names;

/// The hash of Names and of what protects a key at rest.
const NAME_HASH: HashingAlgorithm = HashingAlgorithm::Sha256;

/// Where a key comes from. Keys that were not always in this TPM must not say that they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The TPM chose it.
    Tpm,
    /// The TPM was told it when it made the object.
    Data,
    /// It was given to the TPM as an object of its own, or it is a public key.
    Elsewhere,
}

/// What an object of the TPM may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uses {
    /// Sign and verify; for AES, encrypt.
    pub(crate) sign: bool,
    /// Encrypt, decrypt and agree; for AES, decrypt.
    pub(crate) decrypt: bool,
}

impl Uses {
    /// What a key's policy asks for. A key that may do nothing still needs one of them.
    pub(crate) fn of(key: &KeyAttributes) -> Uses {
        const SIGN: Usage =
            Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE).and(Usage::VERIFY_HASH).and(Usage::VERIFY_MESSAGE);
        let usage = key.usage();
        let uses = match key.key_type() {
            KeyType::Aes => Uses { sign: usage.contains(Usage::ENCRYPT), decrypt: usage.contains(Usage::DECRYPT) },
            _ => Uses {
                sign: usage.intersects(SIGN),
                decrypt: usage.intersects(Usage::ENCRYPT.and(Usage::DECRYPT).and(Usage::DERIVE)),
            },
        };
        if uses.sign || uses.decrypt { uses } else { Uses { sign: true, decrypt: true } }
    }
}

/// The hash of an HMAC key's policy.
pub(crate) const fn hmac_hash(key: &KeyAttributes) -> Option<Hash> {
    match key.algorithm() {
        Algorithm::Mac(mac) => match mac.full_length() {
            FullLengthMac::Hmac(hash) => Some(hash),
            _ => None,
        },
        _ => None,
    }
}

/// An RSA key that can be used with any scheme.
pub(crate) const fn rsa(bits: RsaKeyBits, exponent: RsaExponent) -> PublicRsaParameters {
    PublicRsaParameters::new(SymmetricDefinitionObject::Null, RsaScheme::Null, bits, exponent)
}

/// A key on a curve that can be used with any scheme.
pub(crate) const fn ecc(curve: EccCurve) -> PublicEccParameters {
    PublicEccParameters::new(SymmetricDefinitionObject::Null, EccScheme::Null, curve, KeyDerivationFunctionScheme::Null)
}

/// An AES key that can be used in any mode.
pub(crate) const fn aes(bits: AesKeyBits) -> SymmetricCipherParameters {
    SymmetricCipherParameters::new(SymmetricDefinitionObject::Aes { key_bits: bits, mode: SymmetricMode::Null })
}

/// The public area of an RSA key. An empty modulus is chosen by the TPM.
pub(crate) fn rsa_public(
    uses: Uses,
    origin: Origin,
    parameters: PublicRsaParameters,
    modulus: PublicKeyRsa,
) -> Result<Public> {
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Rsa)
        .with_name_hashing_algorithm(NAME_HASH)
        .with_object_attributes(attributes(uses, origin)?)
        .with_rsa_parameters(parameters)
        .with_rsa_unique_identifier(modulus)
        .build()
}

/// The public area of a key on a curve. An empty point is chosen by the TPM.
pub(crate) fn ecc_public(uses: Uses, origin: Origin, curve: EccCurve, point: EccPoint) -> Result<Public> {
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(NAME_HASH)
        .with_object_attributes(attributes(uses, origin)?)
        .with_ecc_parameters(ecc(curve))
        .with_ecc_unique_identifier(point)
        .build()
}

/// The public area of an AES key.
pub(crate) fn aes_public(uses: Uses, origin: Origin, bits: AesKeyBits) -> Result<Public> {
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::SymCipher)
        .with_name_hashing_algorithm(NAME_HASH)
        .with_object_attributes(attributes(uses, origin)?)
        .with_symmetric_cipher_parameters(aes(bits))
        .with_symmetric_cipher_unique_identifier(Digest::default())
        .build()
}

/// The public area of an HMAC key: for this hash, or for any.
pub(crate) fn hmac_public(hash: Option<Hash>, origin: Origin) -> Result<Public> {
    let scheme = match hash.and_then(names::hashing_algorithm) {
        Some(hash) => KeyedHashScheme::Hmac { hmac_scheme: HmacScheme::new(hash) },
        None => KeyedHashScheme::Null,
    };
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(NAME_HASH)
        .with_object_attributes(attributes(Uses { sign: true, decrypt: hash.is_none() }, origin)?)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(scheme))
        .with_keyed_hash_unique_identifier(Digest::default())
        .build()
}

/// Every key is used by its authorisation value, which nobody can guess: it is exempt from the lock-out (noDA), so that
/// nobody can lock others out by trying.
fn attributes(uses: Uses, origin: Origin) -> Result<ObjectAttributes> {
    ObjectAttributesBuilder::new()
        .with_fixed_tpm(origin != Origin::Elsewhere)
        .with_fixed_parent(origin != Origin::Elsewhere)
        .with_sensitive_data_origin(origin == Origin::Tpm)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_sign_encrypt(uses.sign)
        .with_decrypt(uses.decrypt)
        .build()
}
