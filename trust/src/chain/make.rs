//! The private side of a chain: a root's key, and certificates as the profile of [`super`] wants them.
//!
//! Keys are made here and never leave the process; AWS-LC clears them when they are dropped.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use time::OffsetDateTime;

use super::{INTERMEDIATE_NAME, ROOT_NAME, ROOT_VALIDITY, key_identifier};
use crate::jws::SigningKey;

/// A certificate could not be made: no randomness, or a time that certificates cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key or a certificate could not be made")]
pub struct NotMade;

/// A root's key with its certificate.
pub struct RootKey {
    pair: EcdsaKeyPair,
    params: CertificateParams,
    certificate: Vec<u8>,
}

impl RootKey {
    /// A new key, which signs its own certificate.
    pub fn generate() -> Result<RootKey, NotMade> {
        RootKey::generate_but(|_| {})
    }

    /// The certificate, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The certificate of an intermediate, in DER, valid from the first of these seconds to the last.
    pub fn certify(&self, key: &SigningKey, validity: (u64, u64)) -> Result<Vec<u8>, NotMade> {
        self.certify_but(&Public(key.point()), validity, |_| {})
    }

    /// A root with a certificate that deviates from the profile if `change` does something.
    pub(super) fn generate_but(change: impl FnOnce(&mut CertificateParams)) -> Result<RootKey, NotMade> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| NotMade)?;
        let spki = pair.public_key().as_der().map_err(|_| NotMade)?;
        let mut params = params(ROOT_NAME, spki.as_ref(), ROOT_VALIDITY)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        change(&mut params);
        let certificate = params.self_signed(&Signer(&pair)).map_err(|_| NotMade)?.der().to_vec();
        Ok(RootKey { pair, params, certificate })
    }

    /// The same for an intermediate.
    pub(super) fn certify_but(
        &self,
        key: &impl PublicKeyData,
        validity: (u64, u64),
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Vec<u8>, NotMade> {
        let mut params = params(INTERMEDIATE_NAME, &key.subject_public_key_info(), validity)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        let issuer = Issuer::from_params(&self.params, Signer(&self.pair));
        let certificate = params.signed_by(key, &issuer).map_err(|_| NotMade)?;
        Ok(certificate.der().to_vec())
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey")
    }
}

/// What root and intermediate have in common.
fn params(name: &str, spki: &[u8], (from, until): (u64, u64)) -> Result<CertificateParams, NotMade> {
    let mut serial = [0; 16];
    fill(&mut serial).map_err(|_| NotMade)?;
    // Positive, and of the same length each time.
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::CommonName, name);
    let at = |seconds: u64| {
        let seconds = i64::try_from(seconds).map_err(|_| NotMade)?;
        OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| NotMade)
    };
    let mut params = CertificateParams::default();
    params.not_before = at(from)?;
    params.not_after = at(until)?;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.distinguished_name = distinguished_name;
    params.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(spki).to_vec());
    Ok(params)
}

/// A public key as rcgen wants it: its point.
pub(super) struct Public<'a>(pub(super) &'a [u8]);

impl PublicKeyData for Public<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

/// The root's key as rcgen wants it.
struct Signer<'a>(&'a EcdsaKeyPair);

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.as_ref().to_vec())
    }
}
