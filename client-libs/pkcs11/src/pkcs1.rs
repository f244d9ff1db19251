//! RSA keys between the attributes of PKCS#11 and the DER of PKCS#1, which the service takes and gives.

use cryptoki_sys::*;
use keystead_client::interface::secret::SecretBytes;
use keystead_der::{self as der, Reader, tag};
use zeroize::Zeroizing;

use crate::error::{Refusal, Result};
use crate::template::Template;

/// The numbers of an RSAPrivateKey after its version, in their order (RFC 8017, A.1.2).
pub(crate) const PRIVATE_NUMBERS: [CK_ATTRIBUTE_TYPE; 8] = [
    CKA_MODULUS,
    CKA_PUBLIC_EXPONENT,
    CKA_PRIVATE_EXPONENT,
    CKA_PRIME_1,
    CKA_PRIME_2,
    CKA_EXPONENT_1,
    CKA_EXPONENT_2,
    CKA_COEFFICIENT,
];

/// The numbers of an RSAPublicKey, in their order.
const PUBLIC_NUMBERS: [CK_ATTRIBUTE_TYPE; 2] = [CKA_MODULUS, CKA_PUBLIC_EXPONENT];

/// An RSAPublicKey from a template.
pub(crate) fn public_key(template: &Template) -> Result<Vec<u8>> {
    let mut numbers = Vec::new();
    for kind in PUBLIC_NUMBERS {
        der::put_unsigned(&mut numbers, template.required(kind)?);
    }
    Ok(der::element(tag::SEQUENCE, &numbers))
}

/// An RSAPrivateKey from a template, which must have all of its numbers.
pub(crate) fn private_key(template: &Template) -> Result<SecretBytes> {
    let room =
        PRIVATE_NUMBERS.iter().map(|kind| template.bytes(*kind).unwrap_or_default().len() + 8).sum::<usize>() + 8;
    // One that grows would leave pieces of the key behind.
    let mut numbers = Zeroizing::new(Vec::with_capacity(room));
    der::put_unsigned(&mut numbers, &[0]);
    for kind in PRIVATE_NUMBERS {
        der::put_unsigned(&mut numbers, template.required(kind)?);
    }
    let mut key = SecretBytes::new(Vec::with_capacity(room + 8));
    der::put(key.expose_mut(), tag::SEQUENCE, &numbers);
    Ok(key)
}

/// A number of an RSAPublicKey.
pub(crate) fn public_number(key: &[u8], kind: CK_ATTRIBUTE_TYPE) -> Result<Vec<u8>> {
    number(key, &PUBLIC_NUMBERS, kind, false)
}

/// A number of an RSAPrivateKey.
pub(crate) fn private_number(key: &SecretBytes, kind: CK_ATTRIBUTE_TYPE) -> Result<SecretBytes> {
    number(key.expose(), &PRIVATE_NUMBERS, kind, true).map(SecretBytes::new)
}

fn number(key: &[u8], order: &[CK_ATTRIBUTE_TYPE], kind: CK_ATTRIBUTE_TYPE, has_version: bool) -> Result<Vec<u8>> {
    let read = || {
        let mut numbers = Reader(der::whole(key, tag::SEQUENCE)?);
        if has_version {
            numbers.take_unsigned()?;
        }
        let at = order.iter().position(|one| *one == kind)?;
        for _ in 0..at {
            numbers.take_unsigned()?;
        }
        numbers.take_unsigned()
    };
    // The service gives nothing else.
    read().map(<[u8]>::to_vec).ok_or(Refusal(CKR_DEVICE_ERROR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_given() {
        let values: Vec<_> = PRIVATE_NUMBERS.iter().zip(1_u8..).map(|(kind, n)| (*kind, vec![0x80 + n; 40])).collect();
        let attributes = values.iter().map(|(kind, value)| (*kind, SecretBytes::new(value.clone()))).collect();
        let template = Template::new(attributes).unwrap();
        let (public, private) = (public_key(&template).unwrap(), private_key(&template).unwrap());
        for (kind, value) in &values {
            assert_eq!(private_number(&private, *kind).unwrap().expose(), value);
        }
        assert_eq!(&public_number(&public, CKA_PUBLIC_EXPONENT).unwrap(), &values[1].1);
        assert_eq!(public_key(&Template::default()).err(), Some(Refusal(CKR_TEMPLATE_INCOMPLETE)));
    }
}
