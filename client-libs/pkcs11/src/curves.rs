//! The curves by what CKA_EC_PARAMS says: an object identifier, or the name of one that has none of X9.62.

use keystead_client::interface::attributes::EccFamily;
use keystead_der::{self as der, tag};

/// A curve that has a name here.
pub(crate) struct Curve {
    /// Its family.
    pub(crate) family: EccFamily,
    /// Its size in bits.
    pub(crate) bits: u32,
    /// CKA_EC_PARAMS: the DER of its object identifier.
    pub(crate) parameters: &'static [u8],
    /// What CKA_EC_PARAMS may be too: a PrintableString with this (PKCS#11 3.0, 2.3.10).
    name: &'static str,
}

const fn curve(family: EccFamily, bits: u32, parameters: &'static [u8], name: &'static str) -> Curve {
    Curve { family, bits, parameters, name }
}

/// RFC 8410.
const CURVE25519: &[u8] = b"\x06\x03\x2b\x65\x6e";
/// The same curve as programs name it that are older than that; the second, with its wrong length, is OpenSC's.
const OLD_CURVE25519: [&[u8]; 2] = [b"\x06\x0a\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01", b"\x13\x0bcurve25519"];

/// SEC 2, RFC 5639 and RFC 8410.
pub(crate) const CURVES: &[Curve] = &[
    curve(EccFamily::SecpR1, 256, b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", "secp256r1"),
    curve(EccFamily::SecpR1, 384, b"\x06\x05\x2b\x81\x04\x00\x22", "secp384r1"),
    curve(EccFamily::SecpR1, 521, b"\x06\x05\x2b\x81\x04\x00\x23", "secp521r1"),
    curve(EccFamily::SecpR1, 224, b"\x06\x05\x2b\x81\x04\x00\x21", "secp224r1"),
    curve(EccFamily::SecpR1, 192, b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x01", "secp192r1"),
    curve(EccFamily::SecpK1, 256, b"\x06\x05\x2b\x81\x04\x00\x0a", "secp256k1"),
    curve(EccFamily::BrainpoolPR1, 224, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x05", "brainpoolP224r1"),
    curve(EccFamily::BrainpoolPR1, 256, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07", "brainpoolP256r1"),
    curve(EccFamily::BrainpoolPR1, 320, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x09", "brainpoolP320r1"),
    curve(EccFamily::BrainpoolPR1, 384, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", "brainpoolP384r1"),
    curve(EccFamily::BrainpoolPR1, 512, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", "brainpoolP512r1"),
    curve(EccFamily::Montgomery, 255, CURVE25519, "curve25519"),
    curve(EccFamily::Montgomery, 448, b"\x06\x03\x2b\x65\x6f", "curve448"),
];

impl Curve {
    /// The curve that CKA_EC_PARAMS names.
    pub(crate) fn named(parameters: &[u8]) -> Option<&'static Curve> {
        let name = der::whole(parameters, tag::PRINTABLE_STRING);
        let parameters = if OLD_CURVE25519.contains(&parameters) { CURVE25519 } else { parameters };
        CURVES.iter().find(|curve| curve.parameters == parameters || name == Some(curve.name.as_bytes()))
    }

    /// The curve of this family and size.
    pub(crate) fn of(family: EccFamily, bits: u32) -> Option<&'static Curve> {
        CURVES.iter().find(|curve| curve.family == family && curve.bits == bits)
    }

    /// Whether its points are x and y; the others have x alone and only agree on keys.
    pub(crate) fn is_weierstrass(&self) -> bool {
        self.family != EccFamily::Montgomery
    }

    /// Length of a coordinate, and of a private key, in bytes.
    pub(crate) const fn length(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    /// The point in the format of wire contract 4.2, from CKA_EC_POINT or an agreement's parameters: an OCTET STRING that
    /// holds it, or the point itself, as many programs have it.
    pub(crate) fn point<'a>(&self, given: &'a [u8]) -> Option<&'a [u8]> {
        let length = if self.is_weierstrass() { 1 + 2 * self.length() } else { self.length() };
        let is_point = |point: &[u8]| point.len() == length && (!self.is_weierstrass() || point[0] == 4);
        der::whole(given, tag::OCTET_STRING).filter(|point| is_point(point)).or(is_point(given).then_some(given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_with_its_header_and_without() {
        for curve in CURVES {
            let length = if curve.is_weierstrass() { 1 + 2 * curve.length() } else { curve.length() };
            let point = vec![4; length];
            assert_eq!(curve.point(&point), Some(point.as_slice()));
            assert_eq!(curve.point(&der::element(tag::OCTET_STRING, &point)), Some(point.as_slice()));
            assert_eq!(curve.point(&point[1..]), None);
        }
    }

    #[test]
    fn a_curve_is_found_by_its_identifier_and_by_its_name() {
        let named = Curve::named(b"\x13\x0acurve25519").map(|curve| curve.parameters);
        assert_eq!(named, Some(&b"\x06\x03\x2b\x65\x6e"[..]));
        for curve in CURVES {
            assert_eq!(Curve::named(curve.parameters).map(|found| found.bits), Some(curve.bits));
        }
    }
}
