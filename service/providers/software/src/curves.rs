//! The table of elliptic curves: which there are, and which code computes with them.

use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::ProviderError;

use crate::aws_lc::ec::Group;
use crate::montgomery::Function;

/// A curve that keys can be on.
#[derive(Clone, Copy)]
pub(crate) struct Curve {
    family: EccFamily,
    /// Its size in bits, as the contract names it.
    pub(crate) bits: u32,
    /// What computes with it.
    pub(crate) arithmetic: Arithmetic,
    /// Whether each operation takes less than 100 µs, deterministic signatures with their verification included.
    pub(crate) quick: bool,
}

/// What computes with a curve.
#[derive(Clone, Copy)]
pub(crate) enum Arithmetic {
    /// AWS-LC, for a curve in short Weierstrass form: signatures and key agreement.
    Weierstrass(Group),
    /// A function of RFC 7748: key agreement alone.
    Montgomery(Function),
}

const fn weierstrass(family: EccFamily, bits: u32, group: Group, quick: bool) -> Curve {
    Curve { family, bits, arithmetic: Arithmetic::Weierstrass(group), quick }
}

const fn montgomery(bits: u32, function: Function, quick: bool) -> Curve {
    Curve { family: EccFamily::Montgomery, bits, arithmetic: Arithmetic::Montgomery(function), quick }
}

/// All of them. Whether one is quick was measured: a signature takes 17 µs on P-256, 35 on P-224, 150 on P-384, and 400
/// and more where AWS-LC has no arithmetic for the curve alone (secp256k1 and Brainpool); a deterministic one takes 74 on
/// P-256 and 150 on P-224.
const CURVES: &[Curve] = &[
    weierstrass(EccFamily::SecpR1, 224, Group::P224, false),
    weierstrass(EccFamily::SecpR1, 256, Group::P256, true),
    weierstrass(EccFamily::SecpR1, 384, Group::P384, false),
    weierstrass(EccFamily::SecpR1, 521, Group::P521, false),
    weierstrass(EccFamily::SecpK1, 256, Group::SECP256K1, false),
    weierstrass(EccFamily::BrainpoolPR1, 224, Group::BRAINPOOL_P224R1, false),
    weierstrass(EccFamily::BrainpoolPR1, 256, Group::BRAINPOOL_P256R1, false),
    weierstrass(EccFamily::BrainpoolPR1, 320, Group::BRAINPOOL_P320R1, false),
    weierstrass(EccFamily::BrainpoolPR1, 384, Group::BRAINPOOL_P384R1, false),
    weierstrass(EccFamily::BrainpoolPR1, 512, Group::BRAINPOOL_P512R1, false),
    montgomery(255, Function::X25519, true),
    montgomery(448, Function::X448, false),
];

impl Curve {
    /// The curves that a key of this type and size can be on: one, all of its family for 0 bits, none for other keys.
    pub(crate) fn matching(key: KeyShape) -> impl Iterator<Item = &'static Curve> {
        CURVES.iter().filter(move |curve| {
            key.key_type.ecc_family() == Some(curve.family) && (key.bits == 0 || key.bits == curve.bits)
        })
    }

    /// The curve of a key whose size is known.
    pub(crate) fn of(key: KeyShape) -> Result<&'static Curve, ProviderError> {
        CURVES
            .iter()
            .find(|curve| key.key_type.ecc_family() == Some(curve.family) && key.bits == curve.bits)
            .ok_or_else(|| ProviderError::not_supported("there is no such curve here"))
    }

    /// The curve that key material of this length is on. `key` may name its size.
    pub(crate) fn of_material(key: KeyShape, length: usize) -> Result<&'static Curve, ProviderError> {
        let Some(family) = key.key_type.ecc_family() else {
            return Err(ProviderError::not_supported("not a key on an elliptic curve"));
        };
        let bits = family.sizes().iter().copied().find(|bits| length == material_length(family, key.key_type, *bits));
        let Some(bits) = bits else {
            return Err(ProviderError::invalid_argument("no curve of the family has keys of this length"));
        };
        if key.bits != 0 && key.bits != bits {
            return Err(ProviderError::invalid_argument("the key is of another size"));
        }
        Curve::of(KeyShape { bits, ..key })
    }
}

/// Length in bytes of a private scalar, or of a public key, on a curve (wire contract 4.2).
fn material_length(family: EccFamily, key_type: KeyType, bits: u32) -> usize {
    let coordinate = (bits as usize).div_ceil(8);
    if key_type.is_public() && family != EccFamily::Montgomery { 1 + 2 * coordinate } else { coordinate }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_is_one_that_the_contract_has_and_is_found_by_its_name() {
        for curve in CURVES {
            assert!(curve.family.sizes().contains(&curve.bits));
            let key = KeyShape { key_type: KeyType::EccKeyPair(curve.family), bits: curve.bits };
            assert_eq!(Curve::matching(key).count(), 1);
            assert_eq!(Curve::of(key).unwrap().bits, curve.bits);
        }
    }

    #[test]
    fn a_size_that_the_family_has_but_not_we_is_not_supported_and_any_other_is_malformed() {
        use keystead_provider::ErrorKind;
        let p_any = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::SecpR1), bits: 0 };
        let kind = |key, length| Curve::of_material(key, length).err().map(|error| error.kind);
        assert_eq!(kind(p_any, 24), Some(ErrorKind::NotSupported));
        assert_eq!(kind(p_any, 31), Some(ErrorKind::InvalidArgument));
        assert_eq!(kind(KeyShape { bits: 256, ..p_any }, 48), Some(ErrorKind::InvalidArgument));
        assert_eq!(kind(p_any, 66), None);
    }
}
