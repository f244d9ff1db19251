//! Keys held as the service would hold them.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_tpm::TpmProvider;

/// An open key.
pub(crate) struct Held {
    pub(crate) tag: KeyTag,
    pub(crate) attributes: KeyAttributes,
    pub(crate) handle: KeyHandle,
    pub(crate) prepared: Prepared,
}

/// ECDSA with SHA-256.
pub(crate) const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub(crate) const PKCS1: AsymmetricSignature = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256));

/// A pair on a curve of NIST that signs.
pub(crate) fn ecc(bits: u32) -> KeyAttributes {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), bits, usage, Algorithm::AsymmetricSignature(ECDSA))
}

/// An RSA pair that signs.
pub(crate) fn rsa(bits: u32) -> KeyAttributes {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    KeyAttributes::new(KeyType::RsaKeyPair, bits, usage, Algorithm::AsymmetricSignature(PKCS1))
}

/// The public half of such a key, on its own.
pub(crate) fn public_of(pair: &KeyAttributes) -> KeyAttributes {
    let key_type = match pair.key_type() {
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        _ => KeyType::RsaPublicKey,
    };
    KeyAttributes::new(key_type, pair.bits(), Usage::VERIFY_HASH, pair.algorithm())
}

impl Held {
    pub(crate) fn generate(provider: &TpmProvider, attributes: KeyAttributes) -> Result<Held, ProviderError> {
        let tag = new_tag();
        let created = provider.vault().generate(NewKey { tag, label: "test", attributes: &attributes })?;
        Ok(Held::from(tag, attributes, created))
    }

    pub(crate) fn import(
        provider: &TpmProvider,
        attributes: KeyAttributes,
        material: &[u8],
    ) -> Result<Held, ProviderError> {
        let tag = new_tag();
        let material = SecretBytes::new(material.to_vec());
        let created = provider.vault().import(NewKey { tag, label: "test", attributes: &attributes }, &material)?;
        Ok(Held::from(tag, attributes, created))
    }

    pub(crate) fn key(&self) -> Key<'_> {
        Key { tag: self.tag, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    /// A signature algorithm that fits the key, and that AWS-LC knows.
    pub(crate) fn algorithm(&self) -> AsymmetricSignature {
        match (self.attributes.key_type(), self.attributes.bits()) {
            (KeyType::RsaKeyPair | KeyType::RsaPublicKey, _) => PKCS1,
            (_, 384) => AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha384)),
            (_, 521) => AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha512)),
            _ => ECDSA,
        }
    }

    pub(crate) fn sign(&self, provider: &TpmProvider, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let signing = provider.capabilities().signing.expect("a TPM signs");
        signing.sign_message(self.key(), self.algorithm(), message)
    }

    pub(crate) fn verify(&self, provider: &TpmProvider, message: &[u8], signature: &[u8]) -> Result<(), ProviderError> {
        let signing = provider.capabilities().signing.expect("a TPM signs");
        signing.verify_message(self.key(), self.algorithm(), message, signature)
    }

    pub(crate) fn public_key(&self, provider: &TpmProvider) -> Vec<u8> {
        provider.vault().public_key(self.key()).expect("it has a public half")
    }

    /// Signs, and lets AWS-LC verify it.
    pub(crate) fn signs_rightly(&self, provider: &TpmProvider) {
        let message = b"what was signed";
        let signature = self.sign(provider, message).expect("it signs");
        let algorithm: &dyn VerificationAlgorithm = match (self.attributes.key_type(), self.attributes.bits()) {
            (KeyType::EccKeyPair(_), 256) => &signature::ECDSA_P256_SHA256_FIXED,
            (KeyType::EccKeyPair(_), 384) => &signature::ECDSA_P384_SHA384_FIXED,
            (KeyType::EccKeyPair(_), 521) => &signature::ECDSA_P521_SHA512_FIXED,
            _ => &signature::RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, self.public_key(provider)).verify(message, &signature).expect("it verifies");
    }

    fn from(tag: KeyTag, attributes: KeyAttributes, created: Created) -> Held {
        let attributes = attributes.with_bits(created.bits);
        Held { tag, attributes, handle: created.handle, prepared: Prepared::default() }
    }
}

fn new_tag() -> KeyTag {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let mut tag = [0; 16];
    tag[..8].copy_from_slice(&LAST.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    KeyTag(tag)
}
