//! Keys of the service in TLS, with rustls (feature `rustls`): the private key never enters the process that serves.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use rustls::pki_types::{CertificateDer, pem::PemObject};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = keystead_client::Client::new()?.key("tls")?;
//! let chain = CertificateDer::pem_file_iter("tls.pem")?.collect::<Result<Vec<_>, _>>()?;
//! let certified = rustls::sign::CertifiedKey::new(chain, Arc::new(keystead_client::tls::TlsKey::new(key)?));
//! certified.keys_match()?;
//! let config = rustls::ServerConfig::builder()
//!     .with_no_client_auth()
//!     .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
//! # Ok(()) }
//! ```
//!
//! A signature is a call to the service, and blocks the handshake's thread as long as that: at most for the client's
//! time limit (see [`Client::with_timeout`](crate::Client::with_timeout)).

use std::sync::Arc;

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::policy::permit;
use rustls::pki_types::{AlgorithmIdentifier, SubjectPublicKeyInfoDer, alg_id};
use rustls::sign::{Signer, SigningKey, public_key_to_spki};
use rustls::{OtherError, SignatureAlgorithm, SignatureScheme};

use crate::ecdsa;
use crate::error::{Error, Result};
use crate::key::Key;

/// A signing key of TLS that is in the service: ECDSA on P-256, P-384 or P-521, or RSA. Its policy decides with which
/// schemes it signs; TLS 1.3 takes RSA keys for PSS alone, TLS 1.2 those for PKCS#1 v1.5 too.
#[derive(Debug)]
pub struct TlsKey {
    key: Arc<Key>,
    schemes: Vec<Scheme>,
    public_key: SubjectPublicKeyInfoDer<'static>,
}

/// A scheme of TLS, and the algorithm of the service that makes its signatures.
type Scheme = (SignatureScheme, AsymmetricSignature);

const SHA256: SignHash = SignHash::Specific(Hash::Sha256);
const SHA384: SignHash = SignHash::Specific(Hash::Sha384);
const SHA512: SignHash = SignHash::Specific(Hash::Sha512);

/// What RSA keys sign with, the best first (RFC 8446 4.2.3; the service's salts are as long as the hash, as they must be).
const RSA: &[Scheme] = &[
    (SignatureScheme::RSA_PSS_SHA512, AsymmetricSignature::RsaPss(SHA512)),
    (SignatureScheme::RSA_PSS_SHA384, AsymmetricSignature::RsaPss(SHA384)),
    (SignatureScheme::RSA_PSS_SHA256, AsymmetricSignature::RsaPss(SHA256)),
    (SignatureScheme::RSA_PKCS1_SHA512, AsymmetricSignature::RsaPkcs1v15Sign(SHA512)),
    (SignatureScheme::RSA_PKCS1_SHA384, AsymmetricSignature::RsaPkcs1v15Sign(SHA384)),
    (SignatureScheme::RSA_PKCS1_SHA256, AsymmetricSignature::RsaPkcs1v15Sign(SHA256)),
];

const P256: &[Scheme] = &[
    (SignatureScheme::ECDSA_NISTP256_SHA256, AsymmetricSignature::Ecdsa(SHA256)),
    (SignatureScheme::ECDSA_NISTP256_SHA256, AsymmetricSignature::DeterministicEcdsa(SHA256)),
];

const P384: &[Scheme] = &[
    (SignatureScheme::ECDSA_NISTP384_SHA384, AsymmetricSignature::Ecdsa(SHA384)),
    (SignatureScheme::ECDSA_NISTP384_SHA384, AsymmetricSignature::DeterministicEcdsa(SHA384)),
];

const P521: &[Scheme] = &[
    (SignatureScheme::ECDSA_NISTP521_SHA512, AsymmetricSignature::Ecdsa(SHA512)),
    (SignatureScheme::ECDSA_NISTP521_SHA512, AsymmetricSignature::DeterministicEcdsa(SHA512)),
];

impl TlsKey {
    /// Asks the service for the key's attributes and its public half. [`Error::WrongAlgorithm`] if its type or policy
    /// allows no signature of TLS.
    pub fn new(key: Key) -> Result<TlsKey> {
        let attributes = key.attributes()?;
        let unfit = || Error::WrongAlgorithm("signatures of TLS");
        let (known, identifier) = kind(&attributes).ok_or_else(unfit)?;
        let schemes = permitted(known, &attributes);
        if schemes.is_empty() {
            return Err(unfit());
        }
        let public_key = public_key_to_spki(&identifier, key.public_key()?);
        Ok(TlsKey { key: Arc::new(key), schemes, public_key })
    }
}

/// What keys of this type and size could sign with, and how their public halves are called in certificates.
fn kind(attributes: &KeyAttributes) -> Option<(&'static [Scheme], AlgorithmIdentifier)> {
    Some(match (attributes.key_type(), attributes.bits()) {
        (KeyType::RsaKeyPair, _) => (RSA, alg_id::RSA_ENCRYPTION),
        (KeyType::EccKeyPair(EccFamily::SecpR1), 256) => (P256, alg_id::ECDSA_P256),
        (KeyType::EccKeyPair(EccFamily::SecpR1), 384) => (P384, alg_id::ECDSA_P384),
        (KeyType::EccKeyPair(EccFamily::SecpR1), 521) => (P521, alg_id::ECDSA_P521),
        _ => return None,
    })
}

/// Those that the key's policy permits.
fn permitted(schemes: &[Scheme], attributes: &KeyAttributes) -> Vec<Scheme> {
    let permits = |alg| permit(attributes, Usage::SIGN_MESSAGE, Algorithm::AsymmetricSignature(alg)).is_ok();
    schemes.iter().copied().filter(|(_, alg)| permits(*alg)).collect()
}

impl SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let (scheme, alg) = *self.schemes.iter().find(|(scheme, _)| offered.contains(scheme))?;
        Some(Box::new(RemoteSigner { key: Arc::clone(&self.key), scheme, alg }))
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(SubjectPublicKeyInfoDer::from(self.public_key.as_ref()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        // There is one at least, and all of them are of one kind.
        let is_rsa = self.schemes.iter().any(|(_, alg)| alg.is_rsa());
        if is_rsa { SignatureAlgorithm::RSA } else { SignatureAlgorithm::ECDSA }
    }
}

/// One handshake's signature.
#[derive(Debug)]
struct RemoteSigner {
    key: Arc<Key>,
    scheme: SignatureScheme,
    alg: AsymmetricSignature,
}

impl Signer for RemoteSigner {
    fn sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, rustls::Error> {
        let signature = self.key.sign_with(self.alg, message);
        let signature = signature.map_err(|error| rustls::Error::Other(OtherError(Arc::new(error))))?;
        Ok(if self.alg.is_rsa() { signature } else { ecdsa::to_der(&signature) })
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    fn schemes(attributes: &KeyAttributes) -> Vec<SignatureScheme> {
        let known = kind(attributes).map_or(&[][..], |(known, _)| known);
        permitted(known, attributes).into_iter().map(|(scheme, _)| scheme).collect()
    }

    #[test]
    fn the_policy_decides_which_schemes_a_key_offers() {
        assert_eq!(schemes(&presets::ecdsa_p256()), [SignatureScheme::ECDSA_NISTP256_SHA256]);
        assert_eq!(schemes(&presets::rsa_pss(2048)), [SignatureScheme::RSA_PSS_SHA256]);
        let any = Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any));
        let key = KeyAttributes::new(KeyType::RsaKeyPair, 2048, Usage::SIGN_MESSAGE, any);
        assert_eq!(schemes(&key).len(), 3);
        let mute = KeyAttributes::new(KeyType::RsaKeyPair, 2048, Usage::VERIFY_HASH, any);
        assert!(schemes(&mute).is_empty());
    }

    #[test]
    fn a_key_that_tls_does_not_know_offers_nothing() {
        let with_sha256 = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SHA256));
        for (family, bits) in [(EccFamily::SecpK1, 256), (EccFamily::SecpR1, 224), (EccFamily::SecpR1, 384)] {
            let key = KeyAttributes::new(KeyType::EccKeyPair(family), bits, Usage::SIGN_HASH, with_sha256);
            assert!(schemes(&key).is_empty(), "{family:?} {bits}");
        }
        assert!(schemes(&presets::aes_256_gcm()).is_empty());
    }
}
