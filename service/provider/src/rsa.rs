//! What tokens leave to their callers of RSA: the ASN.1 of keys, and the paddings of PKCS#1 (RFC 8017).

mod implicit_rejection;
mod padding;

use der::asn1::UintRef;
use der::{Decode, Encode, Reader, SliceReader, Tag};
use keystead_interface::secret::SecretBytes;

pub use implicit_rejection::RejectionSecret;
pub use padding::{digest_info, left_padded, pad_encryption, pad_signature, unpad_encryption};

use crate::error::ProviderError;

/// The public half of an RSA key. Numbers are big-endian, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    /// n.
    pub modulus: Vec<u8>,
    /// e.
    pub exponent: Vec<u8>,
}

impl RsaPublicKey {
    /// Reads an RSAPublicKey (RFC 8017, A.1.1). `InvalidArgument` if it is malformed or has anything behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, ProviderError> {
        let [modulus, exponent] = numbers(der, |_| Ok(()))?;
        let key = RsaPublicKey { modulus: modulus.into_exposed(), exponent: exponent.into_exposed() };
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        if !is_odd(&key.modulus) || !is_odd(&key.exponent) || key.exponent == [1] {
            return Err(ProviderError::invalid_argument("no RSA key has this modulus and exponent"));
        }
        Ok(key)
    }

    /// Writes an RSAPublicKey.
    pub fn to_der(&self) -> Result<Vec<u8>, ProviderError> {
        let number = |bytes| UintRef::new(bytes).and_then(|number| number.to_der());
        let content = number(&self.modulus).and_then(|mut modulus| {
            modulus.extend(number(&self.exponent)?);
            Ok(modulus)
        });
        let content = content.map_err(|_| ProviderError::corruption("an RSA key's numbers cannot be written"))?;
        let header = der::Header::new(Tag::Sequence, length(content.len())?);
        let mut der = header.to_der().map_err(|_| ProviderError::corruption("an RSA key cannot be written"))?;
        der.extend(content);
        Ok(der)
    }

    /// Size of the modulus in bits.
    pub fn bits(&self) -> u32 {
        bits(&self.modulus)
    }
}

/// An RSA pair. Numbers are big-endian, without leading zeros.
pub struct RsaPrivateKey {
    /// n and e.
    pub public: RsaPublicKey,
    /// d.
    pub exponent: SecretBytes,
    /// p and q.
    pub primes: [SecretBytes; 2],
    /// d mod (p − 1) and d mod (q − 1).
    pub exponents: [SecretBytes; 2],
    /// The inverse of q mod p.
    pub coefficient: SecretBytes,
}

impl RsaPrivateKey {
    /// Reads an RSAPrivateKey of version 0 (RFC 8017, A.1.2). `InvalidArgument` if it is malformed or has anything behind
    /// it. That the numbers belong together is not looked at.
    pub fn from_der(der: &[u8]) -> Result<Self, ProviderError> {
        let version = |reader: &mut SliceReader<'_>| match u8::decode(reader) {
            Ok(0) => Ok(()),
            _ => Err(ProviderError::invalid_argument("an RSA pair of another version than 0")),
        };
        let [modulus, e, exponent, p, q, dp, dq, coefficient] = numbers(der, version)?;
        let public = RsaPublicKey { modulus: modulus.into_exposed(), exponent: e.into_exposed() };
        Ok(RsaPrivateKey { public, exponent, primes: [p, q], exponents: [dp, dq], coefficient })
    }
}

/// Reads a SEQUENCE of so many INTEGERs that are not negative, after `head`, and nothing else.
fn numbers<const COUNT: usize>(
    der: &[u8],
    head: impl FnOnce(&mut SliceReader<'_>) -> Result<(), ProviderError>,
) -> Result<[SecretBytes; COUNT], ProviderError> {
    let malformed = |_: der::Error| ProviderError::invalid_argument("not a proper PKCS#1 key");
    let mut outer = SliceReader::new(der).map_err(malformed)?;
    let header = der::Header::decode(&mut outer).map_err(malformed)?;
    header.tag().assert_eq(Tag::Sequence).map_err(malformed)?;
    let content = outer.read_slice(header.length()).map_err(malformed)?;
    outer.finish().map_err(malformed)?;
    let mut reader = SliceReader::new(content).map_err(malformed)?;
    head(&mut reader)?;
    let mut numbers = [const { SecretBytes::new(Vec::new()) }; COUNT];
    for number in &mut numbers {
        let read = UintRef::decode(&mut reader).map_err(malformed)?;
        *number = SecretBytes::new(read.as_bytes().to_vec());
    }
    reader.finish().map_err(malformed)?;
    Ok(numbers)
}

fn length(bytes: usize) -> Result<der::Length, ProviderError> {
    der::Length::try_from(bytes).map_err(|_| ProviderError::corruption("an RSA key that is too long"))
}

/// Size of a number in bits.
fn bits(number: &[u8]) -> u32 {
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    // A number of 512 MiB would be needed to overflow.
    u32::try_from(number.len() * 8).unwrap_or(u32::MAX) - zeros
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RSAPublicKey { 3233, 17 }, the textbook's key.
    const PUBLIC: &[u8] = &[0x30, 7, 2, 2, 0x0C, 0xA1, 2, 1, 17];

    #[test]
    fn a_public_key_comes_back_as_it_was_written() {
        let key = RsaPublicKey::from_der(PUBLIC).expect("a key");
        assert_eq!((key.modulus.as_slice(), key.exponent.as_slice(), key.bits()), (&[0x0C, 0xA1][..], &[17][..], 12));
        assert_eq!(key.to_der().expect("DER"), PUBLIC);
    }

    #[test]
    fn a_number_with_the_highest_bit_set_stays_positive() {
        let key = RsaPublicKey { modulus: vec![0x81], exponent: vec![3] };
        let der = key.to_der().expect("DER");
        assert_eq!(der, [0x30, 7, 2, 2, 0, 0x81, 2, 1, 3]);
        assert_eq!(RsaPublicKey::from_der(&der).expect("a key"), key);
    }

    #[test]
    fn what_is_not_exactly_a_key_is_refused() {
        let behind = [PUBLIC, &[0]].concat();
        let negative = [0x30, 7, 2, 2, 0x8C, 0xA1, 2, 1, 17];
        let inside = [0x30, 8, 2, 2, 0x0C, 0xA1, 2, 1, 17, 0];
        let even = [0x30, 7, 2, 2, 0x0C, 0xA2, 2, 1, 17];
        for bad in [&behind[..], &negative, &inside, &even, &PUBLIC[..8], &[], &[0x30, 0]] {
            assert!(RsaPublicKey::from_der(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_pair_gives_its_numbers() {
        let pair = [
            0x30, 29, 2, 1, 0, 2, 2, 0x0C, 0xA1, 2, 1, 17, 2, 2, 0x0A, 0xC1, 2, 1, 61, 2, 1, 53, 2, 1, 53, 2, 1, 49, 2,
            1, 38,
        ];
        let pair = &[&[0x30, 29][..], &pair[2..]].concat();
        let key = RsaPrivateKey::from_der(pair).expect("a pair");
        assert_eq!(key.public, RsaPublicKey { modulus: vec![0x0C, 0xA1], exponent: vec![17] });
        assert_eq!(
            (key.exponent.expose().as_slice(), key.coefficient.expose().as_slice()),
            (&[0x0A, 0xC1][..], &[38][..])
        );
        assert_eq!(key.primes.each_ref().map(|prime| prime.expose().clone()), [vec![61], vec![53]]);
        let mut other = pair.clone();
        other[4] = 1;
        assert!(RsaPrivateKey::from_der(&other).is_err(), "version 1 has more primes");
    }
}
