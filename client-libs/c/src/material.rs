//! The size of a key, told from its material: of a volatile key nothing else says it, for no list has it.

use keystead_client::interface::attributes::{EccFamily, KeyType};
use keystead_der::{self as der, Reader, tag};

/// The size in bits of a key that is imported; 0 if its material is not that of such a key. The service judges it anyway.
pub(crate) fn bits(key_type: KeyType, material: &[u8]) -> u32 {
    let length = u32::try_from(material.len()).unwrap_or(0);
    match key_type {
        KeyType::RsaKeyPair => modulus(material, 1).unwrap_or(0),
        KeyType::RsaPublicKey => modulus(material, 0).unwrap_or(0),
        KeyType::EccKeyPair(family) => curve(family, length),
        KeyType::EccPublicKey(EccFamily::Montgomery) => curve(EccFamily::Montgomery, length),
        // An uncompressed point: a byte, and two coordinates.
        KeyType::EccPublicKey(family) => curve(family, length.saturating_sub(1) / 2),
        _ => length.saturating_mul(8),
    }
}

/// The size of the family's curve whose numbers have this many bytes.
fn curve(family: EccFamily, bytes: u32) -> u32 {
    family.sizes().iter().copied().find(|bits| bits.div_ceil(8) == bytes).unwrap_or(0)
}

/// The size of the modulus of an RSA key (RFC 8017, A.1), which stands behind `before` other numbers.
fn modulus(key: &[u8], before: usize) -> Option<u32> {
    let mut numbers = Reader(der::whole(key, tag::SEQUENCE)?);
    for _ in 0..before {
        numbers.take_unsigned()?;
    }
    u32::try_from(der::bit_length(numbers.take_unsigned()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_material() {
        assert_eq!(bits(KeyType::Aes, &[0; 32]), 256);
        assert_eq!(bits(KeyType::EccKeyPair(EccFamily::SecpR1), &[0; 66]), 521);
        assert_eq!(bits(KeyType::EccPublicKey(EccFamily::SecpR1), &[4; 65]), 256);
        assert_eq!(bits(KeyType::EccPublicKey(EccFamily::Montgomery), &[4; 56]), 448);
        assert_eq!(bits(KeyType::EccKeyPair(EccFamily::SecpR1), &[0; 65]), 0);
    }

    #[test]
    fn of_rsa_the_modulus_counts_without_its_sign() {
        let modulus = [&[0x02, 0x03, 0x00, 0x80, 0x01][..], &[0x02, 0x01, 0x03]].concat();
        let public = [&[0x30, 0x08][..], &modulus].concat();
        let pair = [&[0x30, 0x81, 0x0b, 0x02, 0x01, 0x00][..], &modulus].concat();
        assert_eq!(bits(KeyType::RsaPublicKey, &public), 16);
        assert_eq!(bits(KeyType::RsaKeyPair, &pair), 16);
        for end in 0..pair.len() {
            assert_eq!(bits(KeyType::RsaKeyPair, &pair[..end]), 0, "{end}");
        }
        assert_eq!(bits(KeyType::RsaPublicKey, &[0x30, 0xff]), 0);
    }
}
