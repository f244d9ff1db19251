//! Keys as files: the formats of other programs, and the service's own (wire contract 4.2).

use keystead_client::interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_client::interface::secret::SecretBytes;
use keystead_der::{Reader, bit_string, element, sequence, tag};

use crate::pem;

/// rsaEncryption (RFC 8017 A.1).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// id-ecPublicKey (RFC 5480 2.1.1).
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/// Curves that have an algorithm of their own (RFC 8410 3).
const MONTGOMERY: &[(u32, &[u8])] = &[(255, &[0x2b, 0x65, 0x6e]), (448, &[0x2b, 0x65, 0x6f])];

/// Named curves (SEC 2, RFC 5480 2.1.1.1, RFC 5639 4.1).
const CURVES: &[(EccFamily, u32, &[u8])] = &[
    (EccFamily::SecpR1, 192, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01]),
    (EccFamily::SecpR1, 224, &[0x2b, 0x81, 0x04, 0x00, 0x21]),
    (EccFamily::SecpR1, 256, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
    (EccFamily::SecpR1, 384, &[0x2b, 0x81, 0x04, 0x00, 0x22]),
    (EccFamily::SecpR1, 521, &[0x2b, 0x81, 0x04, 0x00, 0x23]),
    (EccFamily::SecpK1, 192, &[0x2b, 0x81, 0x04, 0x00, 0x1f]),
    (EccFamily::SecpK1, 225, &[0x2b, 0x81, 0x04, 0x00, 0x20]),
    (EccFamily::SecpK1, 256, &[0x2b, 0x81, 0x04, 0x00, 0x0a]),
    (EccFamily::BrainpoolPR1, 224, &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x05]),
    (EccFamily::BrainpoolPR1, 256, &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]),
    (EccFamily::BrainpoolPR1, 320, &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x09]),
    (EccFamily::BrainpoolPR1, 384, &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b]),
    (EccFamily::BrainpoolPR1, 512, &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d]),
];

/// A key read from a file.
pub(crate) struct KeyFile {
    /// Type and size, if the format tells them; 0 bits where the service takes the size from the data.
    pub(crate) shape: Option<KeyShape>,
    /// The key in the service's format.
    pub(crate) data: SecretBytes,
}

/// A public key in PEM, as OpenSSL takes it; `None` if it is of a kind that has no such form. `data` is in the service's
/// format.
pub(crate) fn public_key_pem(shape: KeyShape, data: &[u8]) -> Option<String> {
    Some(pem::encode("PUBLIC KEY", &subject_public_key_info(shape, data)?))
}

/// The same as the bytes of SubjectPublicKeyInfo (RFC 5280 4.1).
pub(crate) fn subject_public_key_info(shape: KeyShape, data: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match shape.key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => sequence(&[&element(tag::OID, RSA), &element(tag::NULL, &[])]),
        KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => {
            let own = MONTGOMERY.iter().find(|(bits, _)| family == EccFamily::Montgomery && *bits == shape.bits);
            match own {
                Some((_, oid)) => sequence(&[&element(tag::OID, oid)]),
                None => {
                    let (.., oid) = CURVES.iter().find(|(f, bits, _)| (*f, *bits) == (family, shape.bits))?;
                    sequence(&[&element(tag::OID, EC), &element(tag::OID, oid)])
                }
            }
        }
        _ => return None,
    };
    Some(sequence(&[&algorithm, &bit_string(data)]))
}

/// Reads a key: PEM with a public key (PKCS#1, SubjectPublicKeyInfo) or a private one (PKCS#1, PKCS#8, SEC 1), or
/// else bytes in the service's own format. Errors if it is PEM that cannot be read.
pub(crate) fn read(bytes: SecretBytes) -> Result<KeyFile, String> {
    if !pem::is_pem(bytes.expose()) {
        return Ok(KeyFile { shape: None, data: bytes });
    }
    let (label, der) = pem::decode(bytes.expose()).ok_or("the PEM is damaged or not whole")?;
    let rsa = |key_type| Some(KeyShape { key_type, bits: 0 });
    let found = match label.as_str() {
        "RSA PUBLIC KEY" => return Ok(KeyFile { shape: rsa(KeyType::RsaPublicKey), data: der }),
        "RSA PRIVATE KEY" => return Ok(KeyFile { shape: rsa(KeyType::RsaKeyPair), data: der }),
        "PUBLIC KEY" => public_key_info(der.expose()),
        "PRIVATE KEY" => private_key_info(der.expose()),
        "EC PRIVATE KEY" => ec_private_key(der.expose(), None),
        "ENCRYPTED PRIVATE KEY" => return Err("the key is encrypted; decrypt it first (openssl pkey)".to_owned()),
        other => return Err(format!("PEM with {other:?} is not a key that can be read")),
    };
    found.ok_or_else(|| format!("the {label} is malformed or of an unknown kind"))
}

fn public_key_info(der: &[u8]) -> Option<KeyFile> {
    let mut info = Reader(der).sequence()?;
    let shape = algorithm(&mut info)?;
    let data = info.bit_string()?.to_vec();
    let key_type = match shape.key_type {
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        _ => KeyType::RsaPublicKey,
    };
    Some(KeyFile { shape: Some(KeyShape { key_type, ..shape }), data: data.into() })
}

/// OneAsymmetricKey (RFC 5958 2).
fn private_key_info(der: &[u8]) -> Option<KeyFile> {
    let mut info = Reader(der).sequence()?;
    info.take(tag::INTEGER)?;
    let shape = algorithm(&mut info)?;
    let inner = info.take(tag::OCTET_STRING)?;
    match shape.key_type {
        KeyType::EccKeyPair(EccFamily::Montgomery) => {
            let data = Reader(inner).take(tag::OCTET_STRING)?.to_vec();
            Some(KeyFile { shape: Some(shape), data: data.into() })
        }
        KeyType::EccKeyPair(_) => ec_private_key(inner, Some(shape)),
        _ => Some(KeyFile { shape: Some(shape), data: inner.to_vec().into() }),
    }
}

/// ECPrivateKey (RFC 5915 3); its curve may stand outside.
fn ec_private_key(der: &[u8], outside: Option<KeyShape>) -> Option<KeyFile> {
    /// The tag of the optional parameters.
    const PARAMETERS: u8 = 0xa0;
    let mut key = Reader(der).sequence()?;
    key.take(tag::INTEGER)?;
    let data = key.take(tag::OCTET_STRING)?.to_vec();
    let shape = match outside {
        Some(shape) => shape,
        None => curve(Reader(key.take(PARAMETERS)?).take(tag::OID)?)?,
    };
    Some(KeyFile { shape: Some(shape), data: data.into() })
}

/// Reads AlgorithmIdentifier as the type of a pair.
fn algorithm(info: &mut Reader<'_>) -> Option<KeyShape> {
    let mut algorithm = info.sequence()?;
    let oid = algorithm.take(tag::OID)?;
    match oid {
        RSA => Some(KeyShape { key_type: KeyType::RsaKeyPair, bits: 0 }),
        EC => curve(algorithm.take(tag::OID)?),
        other => {
            let (bits, _) = MONTGOMERY.iter().find(|(_, known)| *known == other)?;
            Some(KeyShape { key_type: KeyType::EccKeyPair(EccFamily::Montgomery), bits: *bits })
        }
    }
}

fn curve(oid: &[u8]) -> Option<KeyShape> {
    let (family, bits, _) = CURVES.iter().find(|(.., known)| *known == oid)?;
    Some(KeyShape { key_type: KeyType::EccKeyPair(*family), bits: *bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    const P256: KeyShape = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::SecpR1), bits: 256 };

    #[test]
    fn a_public_key_comes_back_from_its_pem_as_the_same_key() {
        let montgomery = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::Montgomery), bits: 255 };
        let rsa = KeyShape { key_type: KeyType::RsaPublicKey, bits: 0 };
        for (shape, public, length) in [
            (P256, KeyType::EccPublicKey(EccFamily::SecpR1), 65),
            (montgomery, KeyType::EccPublicKey(EccFamily::Montgomery), 32),
            (rsa, KeyType::RsaPublicKey, 270),
        ] {
            let pem = public_key_pem(shape, &vec![4; length]).unwrap();
            let file = read(pem.into_bytes().into()).unwrap();
            assert_eq!(file.shape, Some(KeyShape { key_type: public, ..shape }));
            assert_eq!(file.data.expose(), &vec![4; length]);
        }
    }

    #[test]
    fn brainpool_curves_have_the_numbers_of_openssl() {
        // What `openssl ecparam -name brainpoolP224r1 -outform DER` and so on print.
        for (bits, last) in [(224, 5), (256, 7), (320, 9), (384, 11), (512, 13)] {
            let shape = KeyShape { key_type: KeyType::EccPublicKey(EccFamily::BrainpoolPR1), bits };
            let pem = public_key_pem(shape, &[4; 57]).unwrap();
            let (_, der) = pem::decode(pem.as_bytes()).unwrap();
            let oid = [0x06, 0x09, 0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, last];
            assert!(der.expose().windows(oid.len()).any(|window| window == oid), "{bits}");
            assert_eq!(read(pem.into_bytes().into()).unwrap().shape, Some(shape));
        }
    }

    #[test]
    fn private_keys_of_openssl_give_their_scalar() {
        // RFC 9500 2.3, the test key for P-256, in SEC 1.
        let pem = "-----BEGIN EC PRIVATE KEY-----\n\
            MHcCAQEEIObLW92AqkWunJXowVR2Z5/+yVPBaFHnEedDk5WJxk/BoAoGCCqGSM49\n\
            AwEHoUQDQgAEQiVI+I+3gv+17KN0RFLHKh5Vj71vc75eSOkyMsxFxbFsTNEMTLjV\n\
            uKFxOelIgsiZJXKZNCX0FBmrfpCkKklCcg==\n\
            -----END EC PRIVATE KEY-----\n";
        let file = read(pem.as_bytes().to_vec().into()).unwrap();
        assert_eq!((file.shape, file.data.expose().len()), (Some(P256), 32));
        assert_eq!(file.data.expose()[..4], [0xe6, 0xcb, 0x5b, 0xdd]);
    }

    #[test]
    fn other_bytes_are_a_key_as_they_are_and_other_pem_is_refused() {
        let file = read(vec![1, 2, 3].into()).unwrap();
        assert!(file.shape.is_none() && file.data.expose() == &[1, 2, 3]);
        let certificate = pem::encode("CERTIFICATE", &[0x30, 0]);
        assert!(read(certificate.into_bytes().into()).err().unwrap().contains("CERTIFICATE"));
        let cut = pem::encode("PUBLIC KEY", &[0x30, 5, 1]);
        assert!(read(cut.into_bytes().into()).is_err());
        // A key that nobody made shall not be imported in place of a damaged file.
        let whole = pem::encode("PUBLIC KEY", &[0x30, 0]);
        let latin1 = [b"# cl\xe9\n", whole.as_bytes()].concat();
        for damaged in [&whole.as_bytes()[..whole.len() - 10], b"-----BEGIN X-----\n****\n-----END X-----\n", &latin1] {
            assert!(read(damaged.to_vec().into()).err().unwrap().contains("damaged"));
        }
    }
}
