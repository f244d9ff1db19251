//! Certificates of trust between two daemons: a root that a process makes at its start, and the intermediates that it
//! certifies one after the other. This file reads and verifies them; [`make`] makes them.
//!
//! The profile has no choices, so a certificate is compared more than it is interpreted. Both are X.509 version 3 with a
//! P-256 key, signed by ECDSA with SHA-256, of at most [`MAX_CERTIFICATE_BYTES`].
//!
//! | | root | intermediate |
//! |---|---|---|
//! | issuer | `CN=Keystead root` | `CN=Keystead root` |
//! | subject | `CN=Keystead root` | `CN=Keystead intermediate` |
//! | validity | 1970 to 9999 | at most a day and a minute |
//! | basicConstraints, critical | CA, no CA below | no CA |
//! | keyUsage, critical | keyCertSign | digitalSignature |
//! | subjectKeyIdentifier | of its key | of its key |
//! | authorityKeyIdentifier | – | of the root's key |
//!
//! A root has no end of its own because it ends with its process, which the receiver watches; a machine whose clock is
//! set at last, years after 1970, must not lose it. The intermediate is what the architecture calls so; it signs
//! payloads and tokens, never certificates, so it is no CA, and the root's path length is 0.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;
use x509_parser::oid_registry::{
    OID_SIG_ECDSA_WITH_SHA256, OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_KEY_USAGE, OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, Oid,
};
use x509_parser::x509::X509Version;

use crate::jws::{Algorithm, VerifyingKey, key_id};

pub mod make;

/// The longest certificate, in bytes: ours have about 400.
pub const MAX_CERTIFICATE_BYTES: usize = 1024;
/// How long before it is made an intermediate is valid, in seconds: the clock may be set back a little meanwhile.
pub const BACKDATED_SECONDS: u64 = 60;
/// The longest that an intermediate may be valid, in seconds: a day, and by how much it is backdated.
pub const MAX_INTERMEDIATE_SECONDS: u64 = 24 * 3600 + BACKDATED_SECONDS;
/// From when to when a root is valid, in seconds since 1970: always (RFC 5280 section 4.1.2.5, 99991231235959Z).
pub const ROOT_VALIDITY: (u64, u64) = (0, 253_402_300_799);
/// How a root is called.
pub const ROOT_NAME: &str = "Keystead root";
/// How an intermediate is called.
pub const INTERMEDIATE_NAME: &str = "Keystead intermediate";

/// Why a certificate is not one of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Over [`MAX_CERTIFICATE_BYTES`].
    #[error("the certificate is too long")]
    TooLong,
    /// Not one certificate in DER and nothing else.
    #[error("the bytes are not one certificate in DER")]
    Malformed,
    /// Another version than 3, or unique identifiers, which nobody uses any more.
    #[error("the certificate is not of version 3 without unique identifiers")]
    Version,
    /// Another signature algorithm than ECDSA with SHA-256.
    #[error("the certificate is not signed with ECDSA and SHA-256")]
    Algorithm,
    /// The serial number is not positive, or has more than 20 bytes.
    #[error("the serial number is not positive or too long")]
    Serial,
    /// Issuer or subject are not those of the profile.
    #[error("the certificate's names are not those of the profile")]
    Name,
    /// The key is not on P-256, or not on it in fact.
    #[error("the certificate's key is not one of P-256")]
    Key,
    /// Valid for another time than the profile has, or for no time.
    #[error("the certificate's validity is not that of the profile")]
    Validity,
    /// An extension is missing, is one too many, or says something else.
    #[error("the certificate's extensions are not exactly those of the profile")]
    Extensions,
    /// Not by the root's key.
    #[error("the certificate's signature is not the root's")]
    Signature,
    /// Not valid yet, or no more.
    #[error("the certificate is not valid now")]
    NotNow,
}

/// A root that fits the profile and signed itself.
#[derive(Debug)]
pub struct Root {
    key: ParsedPublicKey,
    key_identifier: KeyIdentifier,
}

/// An intermediate that fits the profile and that its root signed.
#[derive(Debug)]
pub struct Intermediate {
    key: VerifyingKey,
    key_id: String,
    not_before: u64,
    not_after: u64,
}

impl Root {
    /// Reads a root.
    pub fn parse(der: &[u8]) -> Result<Root, Unfit> {
        let certificate = read(der, ROOT_NAME)?;
        let spki = certificate.tbs_certificate.subject_pki.raw;
        let (key, key_identifier) = (root_key(spki)?, key_identifier(spki));
        if validity(&certificate) != Some(ROOT_VALIDITY) {
            return Err(Unfit::Validity);
        }
        check_extensions(&certificate, &root_extensions(&key_identifier))?;
        check_signature(&certificate, &key)?;
        Ok(Root { key, key_identifier })
    }

    /// Reads an intermediate that this root signed and that is valid `now`, in seconds since 1970.
    pub fn verify(&self, der: &[u8], now: u64) -> Result<Intermediate, Unfit> {
        let certificate = read(der, INTERMEDIATE_NAME)?;
        let spki = certificate.tbs_certificate.subject_pki.raw;
        let key = VerifyingKey::from_spki(spki).map_err(|_| Unfit::Key)?;
        if !key.serves(Algorithm::Es256) {
            return Err(Unfit::Key);
        }
        let (not_before, not_after) = validity(&certificate).ok_or(Unfit::Validity)?;
        if not_before >= not_after || not_after - not_before > MAX_INTERMEDIATE_SECONDS {
            return Err(Unfit::Validity);
        }
        check_extensions(&certificate, &intermediate_extensions(&key_identifier(spki), &self.key_identifier))?;
        check_signature(&certificate, &self.key)?;
        let intermediate = Intermediate { key, key_id: key_id(spki), not_before, not_after };
        if intermediate.is_valid_at(now) { Ok(intermediate) } else { Err(Unfit::NotNow) }
    }
}

impl Intermediate {
    /// The key with which it verifies.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// How payloads and tokens name it.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The last second in which it is valid, since 1970.
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    /// Whether it is valid in this second, since 1970.
    pub fn is_valid_at(&self, now: u64) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }
}

/// The leftmost 160 bits of the SHA-256 of a SubjectPublicKeyInfo (RFC 7093 section 2, method 4).
type KeyIdentifier = [u8; 20];

fn key_identifier(spki: &[u8]) -> KeyIdentifier {
    std::array::from_fn(|at| digest(&SHA256, spki).as_ref()[at])
}

/// Reads what root and intermediate have in common. Extensions stay bytes.
fn read<'a>(der: &'a [u8], subject: &str) -> Result<X509Certificate<'a>, Unfit> {
    if der.len() > MAX_CERTIFICATE_BYTES {
        return Err(Unfit::TooLong);
    }
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    let (rest, certificate) = parser.parse(der).map_err(|_| Unfit::Malformed)?;
    if !rest.is_empty() || envelope(&certificate).as_deref() != Some(der) {
        return Err(Unfit::Malformed);
    }
    let tbs = &certificate.tbs_certificate;
    if tbs.version != X509Version::V3 || tbs.issuer_uid.is_some() || tbs.subject_uid.is_some() {
        return Err(Unfit::Version);
    }
    if tbs.signature.algorithm != OID_SIG_ECDSA_WITH_SHA256 || tbs.signature.parameters.is_some() {
        return Err(Unfit::Algorithm);
    }
    if !is_positive(tbs.raw_serial()) {
        return Err(Unfit::Serial);
    }
    if tbs.issuer.as_raw() != name(ROOT_NAME) || tbs.subject.as_raw() != name(subject) {
        return Err(Unfit::Name);
    }
    Ok(certificate)
}

/// What is signed, in the one DER form of a certificate around it: nothing signs the rest, and the parser is not strict.
fn envelope(certificate: &X509Certificate<'_>) -> Option<Vec<u8>> {
    let signature = &certificate.signature_value.data;
    let head = [0x03, u8::try_from(signature.len() + 1).ok().filter(|length| *length < 0x80)?, 0];
    let content = [certificate.tbs_certificate.as_ref(), ECDSA_WITH_SHA256, &head, signature].concat();
    let length = u16::try_from(content.len()).ok().filter(|length| *length > 0xff)?.to_be_bytes();
    Some([&[0x30, 0x82], &length[..], &content].concat())
}

/// AlgorithmIdentifier of RFC 5758 section 3.2: no parameters.
const ECDSA_WITH_SHA256: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

/// RFC 5280 section 4.1.2.2.
fn is_positive(serial: &[u8]) -> bool {
    serial.len() <= 20 && serial.first().is_some_and(|first| *first < 0x80) && serial.iter().any(|byte| *byte != 0)
}

/// A name of one part in DER: SEQUENCE { SET { SEQUENCE { id-at-commonName, UTF8String } } }.
fn name(common: &str) -> Vec<u8> {
    // The names of the profile are far below 100 bytes, so every length is one byte.
    let length = common.len() as u8;
    let head = [0x30, length + 11, 0x31, length + 9, 0x30, length + 7, 0x06, 3, 0x55, 4, 3, 0x0c, length];
    [&head[..], common.as_bytes()].concat()
}

/// The first and the last second, since 1970; none if either is before.
fn validity(certificate: &X509Certificate<'_>) -> Option<(u64, u64)> {
    let validity = certificate.validity();
    let seconds = |timestamp: i64| u64::try_from(timestamp).ok();
    Some((seconds(validity.not_before.timestamp())?, seconds(validity.not_after.timestamp())?))
}

fn root_key(spki: &[u8]) -> Result<ParsedPublicKey, Unfit> {
    // Only the one encoding of a P-256 key passes the first of these; its point is the last 65 bytes.
    let is_p256 = VerifyingKey::from_spki(spki).is_ok_and(|key| key.serves(Algorithm::Es256));
    let point = spki.last_chunk::<65>().filter(|_| is_p256).ok_or(Unfit::Key)?;
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).map_err(|_| Unfit::Key)
}

fn check_signature(certificate: &X509Certificate<'_>, root: &ParsedPublicKey) -> Result<(), Unfit> {
    let signature = &certificate.signature_value.data;
    root.verify_sig(certificate.tbs_certificate.as_ref(), signature).map_err(|_| Unfit::Signature)
}

/// An extension as it must be: what, whether critical, and its bytes.
type Extension = (Oid<'static>, bool, Vec<u8>);

fn root_extensions(own: &KeyIdentifier) -> [Extension; 3] {
    [
        (OID_X509_EXT_KEY_USAGE, true, b"\x03\x02\x02\x04".to_vec()),
        (OID_X509_EXT_BASIC_CONSTRAINTS, true, b"\x30\x06\x01\x01\xff\x02\x01\x00".to_vec()),
        (OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, false, [b"\x04\x14", &own[..]].concat()),
    ]
}

fn intermediate_extensions(own: &KeyIdentifier, root: &KeyIdentifier) -> [Extension; 4] {
    [
        (OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, false, [b"\x30\x16\x80\x14", &root[..]].concat()),
        (OID_X509_EXT_KEY_USAGE, true, b"\x03\x02\x07\x80".to_vec()),
        (OID_X509_EXT_BASIC_CONSTRAINTS, true, b"\x30\x00".to_vec()),
        (OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, false, [b"\x04\x14", &own[..]].concat()),
    ]
}

/// In any order, but exactly these: as many, and each of them there.
fn check_extensions(certificate: &X509Certificate<'_>, expected: &[Extension]) -> Result<(), Unfit> {
    let found = certificate.extensions();
    let is_there = |(oid, critical, value): &Extension| {
        found.iter().any(|one| one.oid == *oid && one.critical == *critical && one.value == *value)
    };
    if found.len() == expected.len() && expected.iter().all(is_there) { Ok(()) } else { Err(Unfit::Extensions) }
}

#[cfg(test)]
mod tests;
