//! The curves by their names in tokens: object identifiers.

use keystead_interface::attributes::EccFamily;

/// A curve that tokens may know by name.
pub(crate) struct NamedCurve {
    /// Its family.
    pub(crate) family: EccFamily,
    /// Its size in bits.
    pub(crate) bits: u32,
    /// CKA_EC_PARAMS: the DER of its object identifier.
    pub(crate) parameters: &'static [u8],
}

const fn named(family: EccFamily, bits: u32, parameters: &'static [u8]) -> NamedCurve {
    NamedCurve { family, bits, parameters }
}

/// Of SEC 2, version 2.0, and RFC 5639, those whose points can be checked on the `host` too.
pub(crate) const CURVES: &[NamedCurve] = &[
    named(EccFamily::SecpR1, 256, b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
    named(EccFamily::SecpR1, 384, b"\x06\x05\x2b\x81\x04\x00\x22"),
    named(EccFamily::SecpR1, 521, b"\x06\x05\x2b\x81\x04\x00\x23"),
    named(EccFamily::SecpR1, 224, b"\x06\x05\x2b\x81\x04\x00\x21"),
    named(EccFamily::SecpK1, 256, b"\x06\x05\x2b\x81\x04\x00\x0a"),
    named(EccFamily::BrainpoolPR1, 224, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x05"),
    named(EccFamily::BrainpoolPR1, 256, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07"),
    named(EccFamily::BrainpoolPR1, 320, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x09"),
    named(EccFamily::BrainpoolPR1, 384, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b"),
    named(EccFamily::BrainpoolPR1, 512, b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"),
];

impl NamedCurve {
    /// The curve of this family and size.
    pub(crate) fn of(family: EccFamily, bits: u32) -> Option<&'static NamedCurve> {
        CURVES.iter().find(|curve| curve.family == family && curve.bits == bits)
    }

    /// Length of a coordinate, and of a private key, in bytes.
    pub(crate) const fn length(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    /// The point in the format of wire contract 4.2, from what a token has as CKA_EC_POINT: by the standard an OCTET STRING
    /// that holds it, with some modules the point itself. None if it is neither.
    pub(crate) fn point<'a>(&self, attribute: &'a [u8]) -> Option<&'a [u8]> {
        let length = 1 + 2 * self.length();
        let (header, point) = attribute.split_at_checked(attribute.len().checked_sub(length)?)?;
        let short = [4, length as u8];
        let long = [4, 0x81, length as u8];
        let is_header = header.is_empty() || header == if length < 0x80 { &short[..] } else { &long[..] };
        (is_header && point.first() == Some(&4)).then_some(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_with_its_header_and_without() {
        for (bits, header) in [(256, &[4, 65][..]), (521, &[4, 0x81, 133][..])] {
            let curve = NamedCurve::of(EccFamily::SecpR1, bits).expect("a curve");
            let mut point = vec![4; 1 + 2 * curve.length()];
            assert_eq!(curve.point(&point), Some(point.as_slice()));
            let wrapped = [header, &point].concat();
            assert_eq!(curve.point(&wrapped), Some(point.as_slice()));
            point.pop();
            assert_eq!(curve.point(&point), None);
        }
    }
}
