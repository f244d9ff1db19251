//! The public half of a key: from the TPM's words to wire contract 4.2 and back.

use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_provider::rsa::RsaPublicKey;
use keystead_provider::{ErrorKind, ProviderError};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::structures::{EccParameter, EccPoint, Public, PublicKeyRsa, RsaExponent};

use crate::properties::RSA_SIZES;
use crate::templates::{self, Origin, Uses};
use crate::{error, names};

/// What the TPM writes as 0.
const DEFAULT_EXPONENT: [u8; 3] = [1, 0, 1];

/// A public half in the format of wire contract 4.2.
pub(crate) fn write(public: &Public) -> Result<Vec<u8>, ProviderError> {
    match public {
        Public::Rsa { parameters, unique, .. } => {
            let exponent = match parameters.exponent().value() {
                0 => DEFAULT_EXPONENT.to_vec(),
                other => without_zeros(&other.to_be_bytes()).to_vec(),
            };
            RsaPublicKey { modulus: without_zeros(unique.value()).to_vec(), exponent }.to_der()
        }
        Public::Ecc { parameters, unique, .. } => {
            let length = coordinate_bytes(parameters.ecc_curve())
                .ok_or_else(|| ProviderError::new(ErrorKind::DataCorrupt, "a key on an unknown curve"))?;
            let mut point = vec![4];
            for coordinate in [unique.x(), unique.y()] {
                // TPMs may leave leading zeros out.
                let coordinate = without_zeros(coordinate.value());
                let zeros = length
                    .checked_sub(coordinate.len())
                    .ok_or_else(|| ProviderError::corruption("a coordinate is longer than its field"))?;
                point.resize(point.len() + zeros, 0);
                point.extend_from_slice(coordinate);
            }
            Ok(point)
        }
        _ => Err(ProviderError::invalid_argument("the key has no public half")),
    }
}

/// A public key as the TPM is told it, with its size in bits.
pub(crate) fn read(key: &KeyAttributes, material: &[u8]) -> Result<(Public, u32), ProviderError> {
    match key.key_type() {
        KeyType::RsaPublicKey => {
            let read = RsaPublicKey::from_der(material)?;
            // RSA without a padding is "decrypt" to the TPM, also where it verifies with a hash that the TPM lacks.
            let public = rsa(key, &read, Uses { sign: true, decrypt: true })?;
            Ok((public, read.bits()))
        }
        KeyType::EccPublicKey(family) => {
            let [4, coordinates @ ..] = material else {
                return Err(ProviderError::invalid_argument("not an uncompressed point"));
            };
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let bits = family.sizes().iter().copied().find(|bits| bits.div_ceil(8) as usize == x.len());
            let bits = bits.filter(|bits| x.len() == y.len() && (key.bits() == 0 || key.bits() == *bits));
            let bits = bits.ok_or_else(|| ProviderError::invalid_argument("the point is of another size"))?;
            let curve = names::curve(family, bits).ok_or_else(unknown_size)?;
            let public =
                point(x, y).and_then(|point| templates::ecc_public(Uses::of(key), Origin::Elsewhere, curve, point));
            Ok((public.map_err(|fault| error::provider_error("making a template", fault))?, bits))
        }
        _ => Err(ProviderError::not_supported("no such public key can be imported")),
    }
}

/// The public half of an RSA key that is not of this TPM.
pub(crate) fn rsa(key: &KeyAttributes, half: &RsaPublicKey, uses: Uses) -> Result<Public, ProviderError> {
    if key.bits() != 0 && key.bits() != half.bits() {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    let (_, size) = RSA_SIZES.iter().find(|(bits, _)| *bits == half.bits()).ok_or_else(unknown_size)?;
    let exponent = match half.exponent.as_slice() {
        exponent if exponent == DEFAULT_EXPONENT => 0,
        exponent => exponent
            .iter()
            .try_fold(0_u32, |value, byte| value.checked_mul(256).map(|value| value | u32::from(*byte)))
            .ok_or_else(|| ProviderError::not_supported("a TPM has no keys with so long an exponent"))?,
    };
    let exponent = RsaExponent::create(exponent);
    let modulus = PublicKeyRsa::try_from(half.modulus.as_slice());
    exponent
        .and_then(|exponent| templates::rsa_public(uses, Origin::Elsewhere, templates::rsa(*size, exponent), modulus?))
        .map_err(|fault| error::provider_error("making a template", fault))
}

/// A point from its coordinates.
pub(crate) fn point(x: &[u8], y: &[u8]) -> tss_esapi::Result<EccPoint> {
    Ok(EccPoint::new(EccParameter::try_from(x)?, EccParameter::try_from(y)?))
}

/// Length of a coordinate on a curve in bytes.
pub(crate) const fn coordinate_bytes(curve: EccCurve) -> Option<usize> {
    match curve {
        EccCurve::NistP192 => Some(24),
        EccCurve::NistP224 => Some(28),
        EccCurve::NistP256 => Some(32),
        EccCurve::NistP384 => Some(48),
        EccCurve::NistP521 => Some(66),
        _ => None,
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

fn unknown_size() -> ProviderError {
    ProviderError::not_supported("there are no keys of this size here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_that_a_tpm_shortened_are_padded() {
        let uses = Uses { sign: true, decrypt: false };
        let point = point(&[7; 31], &[9; 30]).expect("a point");
        let public = templates::ecc_public(uses, Origin::Tpm, EccCurve::NistP256, point).expect("a public area");
        let written = write(&public).expect("a public key");
        assert_eq!((written.len(), &written[..3], &written[33..36]), (65, &[4, 0, 7][..], &[0, 0, 9][..]));
    }
}
