//! What asymmetric keys can do.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, Hash, RawKeyAgreement, SignHash};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AsymmetricEncrypting, ErrorKind, Hashing, Key, KeyAgreeing, ProviderError, Signing};
use psa_crypto::types::algorithm::{Algorithm, KeyAgreement, RawKeyAgreement as PsaRawKeyAgreement};
use psa_crypto::types::key::UsageFlags;

use super::keys::{accepts, open};
use super::library::lock;
use super::{Engine, names};
use crate::rsa;

impl Signing for Engine {
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool {
        if alg.hash() == Some(SignHash::Any) {
            let specific = |hash: &Hash| alg.with_hash(SignHash::Specific(*hash));
            return Hash::ALL.iter().any(|hash| Signing::supports(self, key, specific(hash)));
        }
        if !accepts(key) || names::signature(alg).is_none() {
            return false;
        }
        match key.key_type {
            // Which sizes hold what is signed is a matter of RFC 8017, and so the same for both engines.
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => rsa::signs(key.bits, alg),
            KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => {
                family != EccFamily::Montgomery && !alg.is_rsa()
            }
            _ => false,
        }
    }

    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let shape = key.attributes.shape();
        if shape.key_type.is_public() {
            return Err(ProviderError::invalid_argument("it takes a pair, and the key is a public one"));
        }
        let psa = self.checked_signature(shape, alg, hash)?;
        let mut usage = UsageFlags::default();
        usage.set_sign_hash();
        let library = lock()?;
        open(&library, key, usage, psa.into())?.sign(psa, hash, signature_length(shape))
    }

    fn verify_hash(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        let shape = key.attributes.shape();
        let psa = self.checked_signature(shape, alg, hash)?;
        if signature.len() != signature_length(shape) {
            return Err(ProviderError::invalid_signature());
        }
        let mut usage = UsageFlags::default();
        usage.set_verify_hash();
        let library = lock()?;
        let verified = open(&library, key, usage, psa.into())?.verify(psa, hash, signature);
        // Of an RSA signature that is no number below the modulus, the library says that it is no proper argument.
        verified.map_err(|error| match error.kind {
            ErrorKind::InvalidArgument => ProviderError::invalid_signature(),
            _ => error,
        })
    }

    fn sign_message(&self, key: Key<'_>, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.sign_hash(key, alg, &self.hash_of(alg, message)?)
    }

    fn verify_message(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        self.verify_hash(key, alg, &self.hash_of(alg, message)?, signature)
    }
}

impl AsymmetricEncrypting for Engine {
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool {
        key.key_type.is_rsa() && rsa::encrypts(key.bits, alg) && names::encryption(alg).is_some()
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let plaintext = plaintext.expose();
        let psa = self.checked_encryption(key, alg, label)?;
        let mut usage = UsageFlags::default();
        usage.set_encrypt();
        let library = lock()?;
        let length = signature_length(key.attributes.shape());
        open(&library, key, usage, psa.into())?.encrypt_rsa(psa, plaintext, some(label), length)
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        let psa = self.checked_encryption(key, alg, label)?;
        if key.attributes.key_type().is_public() {
            return Err(ProviderError::invalid_argument("it takes a pair, and the key is a public one"));
        }
        if ciphertext.len() != signature_length(key.attributes.shape()) {
            return Err(ProviderError::invalid_argument("the ciphertext is not as long as the modulus"));
        }
        let mut usage = UsageFlags::default();
        usage.set_decrypt();
        let library = lock()?;
        let opened = open(&library, key, usage, psa.into())?;
        // Whatever is wrong inside a ciphertext of the right length is one and the same error (wire contract 4.10).
        opened.decrypt_rsa(psa, ciphertext, some(label)).map_err(|_| ProviderError::invalid_padding())
    }
}

impl KeyAgreeing for Engine {
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool {
        alg == RawKeyAgreement::Ecdh && matches!(key.key_type, KeyType::EccKeyPair(_)) && accepts(key)
    }

    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
        let shape = key.attributes.shape();
        if !KeyAgreeing::supports(self, shape, alg) {
            return Err(ProviderError::not_supported("no key agreement with such a key"));
        }
        let mut usage = UsageFlags::default();
        usage.set_derive();
        let library = lock()?;
        let algorithm = Algorithm::KeyAgreement(KeyAgreement::Raw(PsaRawKeyAgreement::Ecdh));
        let opened = open(&library, key, usage, algorithm)?;
        opened.agree(peer_key, (shape.bits as usize).div_ceil(8))
    }
}

impl Engine {
    fn checked_signature(
        &self,
        key: KeyShape,
        alg: AsymmetricSignature,
        hash: &[u8],
    ) -> Result<psa_crypto::types::algorithm::AsymmetricSignature, ProviderError> {
        match alg.hash() {
            Some(SignHash::Any) => {
                return Err(ProviderError::invalid_argument("a signature is made with one hash, not any"));
            }
            Some(SignHash::Specific(specific)) if specific.len() != hash.len() => {
                return Err(ProviderError::invalid_argument("the hash is not as long as the algorithm's"));
            }
            _ => {}
        }
        names::signature(alg)
            .filter(|_| Signing::supports(self, key, alg))
            .ok_or_else(|| ProviderError::not_supported("no such signatures with this key"))
    }

    fn checked_encryption(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        label: &[u8],
    ) -> Result<psa_crypto::types::algorithm::AsymmetricEncryption, ProviderError> {
        if alg == AsymmetricEncryption::RsaPkcs1v15Crypt && !label.is_empty() {
            return Err(ProviderError::invalid_argument("PKCS#1 v1.5 takes no label"));
        }
        names::encryption(alg)
            .filter(|_| AsymmetricEncrypting::supports(self, key.attributes.shape(), alg))
            .ok_or_else(|| ProviderError::not_supported("no such encryption with this key"))
    }

    fn hash_of(&self, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        match alg.hash() {
            Some(SignHash::Specific(hash)) => Hashing::compute(self, hash, message),
            _ => Err(ProviderError::invalid_argument("the algorithm names no hash")),
        }
    }
}

/// Length of a signature in bytes: the modulus, or two numbers as long as the order of the curve. An RSA ciphertext has
/// the same.
fn signature_length(key: KeyShape) -> usize {
    let number = (key.bits as usize).div_ceil(8);
    if key.key_type.is_rsa() { number } else { 2 * number }
}

fn some(label: &[u8]) -> Option<&[u8]> {
    if label.is_empty() { None } else { Some(label) }
}
