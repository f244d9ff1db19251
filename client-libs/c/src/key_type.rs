//! Types of keys: the specification's numbers (PSA Crypto API 9.3) and the contract's types.

use keystead_client::interface::attributes::{DhFamily, EccFamily, KeyType};

use crate::status::{INVALID_ARGUMENT, NOT_SUPPORTED, Result, refuse};

/// A `psa_key_type_t`.
pub(crate) type PsaKeyType = u16;

const ECC_PAIR: PsaKeyType = 0x7100;
const ECC_PUBLIC: PsaKeyType = 0x4100;
const FAMILY_MASK: PsaKeyType = 0x00ff;

/// Types with one number each. The groups of RFC 7919 are the only ones of their kind.
const TYPES: &[(PsaKeyType, KeyType)] = &[
    (0x1001, KeyType::RawData),
    (0x1100, KeyType::Hmac),
    (0x1200, KeyType::Derive),
    (0x2400, KeyType::Aes),
    (0x2301, KeyType::Des),
    (0x2403, KeyType::Camellia),
    (0x2002, KeyType::Arc4),
    (0x2004, KeyType::Chacha20),
    (0x4001, KeyType::RsaPublicKey),
    (0x7001, KeyType::RsaKeyPair),
    (0x7203, KeyType::DhKeyPair(DhFamily::Rfc7919)),
    (0x4203, KeyType::DhPublicKey(DhFamily::Rfc7919)),
];

/// Families of curves (`psa_ecc_family_t`).
const FAMILIES: &[(PsaKeyType, EccFamily)] = &[
    (0x17, EccFamily::SecpK1),
    (0x12, EccFamily::SecpR1),
    (0x1b, EccFamily::SecpR2),
    (0x27, EccFamily::SectK1),
    (0x22, EccFamily::SectR1),
    (0x2b, EccFamily::SectR2),
    (0x30, EccFamily::BrainpoolPR1),
    (0x33, EccFamily::Frp),
    (0x41, EccFamily::Montgomery),
];

/// The contract's type for a number. PSA_KEY_TYPE_NONE is none, and others may be types that the service has not.
pub(crate) fn from_psa(number: PsaKeyType) -> Result<KeyType> {
    if number == 0 {
        return refuse(INVALID_ARGUMENT);
    }
    if let Some((_, found)) = TYPES.iter().find(|(known, _)| *known == number) {
        return Ok(*found);
    }
    let family = FAMILIES.iter().find(|(known, _)| *known == number & FAMILY_MASK);
    match (number & !FAMILY_MASK, family) {
        (ECC_PAIR, Some((_, family))) => Ok(KeyType::EccKeyPair(*family)),
        (ECC_PUBLIC, Some((_, family))) => Ok(KeyType::EccPublicKey(*family)),
        _ => refuse(NOT_SUPPORTED),
    }
}

/// The number of a type.
pub(crate) fn to_psa(key_type: KeyType) -> PsaKeyType {
    let of_family =
        |wanted: EccFamily| FAMILIES.iter().find(|(_, family)| *family == wanted).map_or(0, |(number, _)| *number);
    match key_type {
        KeyType::EccKeyPair(family) => ECC_PAIR | of_family(family),
        KeyType::EccPublicKey(family) => ECC_PUBLIC | of_family(family),
        other => TYPES.iter().find(|(_, known)| *known == other).map_or(0, |(number, _)| *number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_number_of_its_own_and_comes_back() {
        let families = EccFamily::ALL.iter().flat_map(|one| [KeyType::EccKeyPair(*one), KeyType::EccPublicKey(*one)]);
        let all: Vec<_> = families.chain(TYPES.iter().map(|(_, one)| *one)).collect();
        for one in &all {
            assert_eq!(from_psa(to_psa(*one)), Ok(*one));
        }
        assert_eq!(from_psa(0), refuse(INVALID_ARGUMENT));
        // An Edwards curve, ARIA, and a Diffie-Hellman group of another family.
        for unknown in [0x7142, 0x2406, 0x7205] {
            assert_eq!(from_psa(unknown), refuse(NOT_SUPPORTED));
        }
    }
}
