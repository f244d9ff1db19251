//! What asymmetric keys can do: each operation goes to the code for the key's type.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, RawKeyAgreement, SignHash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AsymmetricEncrypting, Key, KeyAgreeing, ProviderError, Signing};

use crate::aws_lc::Failed;
use crate::aws_lc::digest::Digest;
use crate::curves::{Arithmetic, Curve};
use crate::{ec, montgomery, rsa};

/// Signatures, encryption and agreement with asymmetric keys.
pub(crate) struct Asymmetric {
    /// See [`crate::Settings::implicit_rejection`].
    pub(crate) implicit_rejection: bool,
}

impl Signing for Asymmetric {
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool {
        if key.key_type.is_rsa() {
            return rsa::signs(key.bits, alg);
        }
        Curve::matching(key).any(|curve| match curve.arithmetic {
            Arithmetic::Weierstrass(_) => ec::supports(alg),
            Arithmetic::Montgomery(_) => false,
        })
    }

    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
        check_private(key)?;
        check_hash(alg, hash)?;
        match family(key)? {
            Family::Rsa => rsa::sign(key, alg, hash),
            Family::Curve => ec::sign(key, alg, hash),
        }
    }

    fn verify_hash(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        check_hash(alg, hash)?;
        match family(key)? {
            Family::Rsa => rsa::verify(key, alg, hash, signature),
            Family::Curve => ec::verify(key, hash, signature),
        }
    }

    fn sign_message(&self, key: Key<'_>, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.sign_hash(key, alg, &hash_of(alg, message)?)
    }

    fn verify_message(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        self.verify_hash(key, alg, &hash_of(alg, message)?, signature)
    }
}

impl AsymmetricEncrypting for Asymmetric {
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool {
        key.key_type.is_rsa() && rsa::encrypts(key.bits, alg)
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        rsa::encrypt(key, alg, plaintext.expose(), label)
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        check_private(key)?;
        rsa::decrypt(key, alg, ciphertext, label, self.implicit_rejection)
    }
}

impl KeyAgreeing for Asymmetric {
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool {
        let is_pair = matches!(key.key_type, KeyType::EccKeyPair(_));
        alg == RawKeyAgreement::Ecdh && is_pair && Curve::matching(key).next().is_some()
    }

    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
        let shape = key.attributes.shape();
        if !KeyAgreeing::supports(self, shape, alg) {
            return Err(ProviderError::not_supported("no key agreement with such a key"));
        }
        match Curve::of(shape)?.arithmetic {
            Arithmetic::Weierstrass(_) => ec::agree(key, peer_key),
            Arithmetic::Montgomery(function) => montgomery::agree(function, key, peer_key),
        }
    }
}

/// The two kinds of keys that sign.
enum Family {
    Rsa,
    Curve,
}

fn family(key: Key<'_>) -> Result<Family, ProviderError> {
    match key.attributes.key_type() {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => Ok(Family::Rsa),
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => Ok(Family::Curve),
        _ => Err(ProviderError::not_supported("keys of this type do not sign")),
    }
}

/// The hash function of a signature, `None` for algorithms that take any bytes.
fn digest(alg: AsymmetricSignature) -> Result<Option<Digest>, ProviderError> {
    match alg.hash() {
        None => Ok(None),
        Some(SignHash::Any) => Err(ProviderError::invalid_argument("a signature is made with one hash, not any")),
        Some(SignHash::Specific(hash)) => {
            Digest::of(hash).map(Some).ok_or_else(|| ProviderError::not_supported("there is no such hash"))
        }
    }
}

/// A public key may have the flags to sign and decrypt, but not the means.
fn check_private(key: Key<'_>) -> Result<(), ProviderError> {
    if key.attributes.key_type().is_public() {
        return Err(ProviderError::invalid_argument("it takes a pair, and the key is a public one"));
    }
    Ok(())
}

fn check_hash(alg: AsymmetricSignature, hash: &[u8]) -> Result<(), ProviderError> {
    match digest(alg)? {
        Some(digest) if digest.len() != hash.len() => {
            Err(ProviderError::invalid_argument("the hash is not as long as the algorithm's"))
        }
        _ => Ok(()),
    }
}

fn hash_of(alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let digest = digest(alg)?.ok_or_else(|| ProviderError::invalid_argument("the algorithm takes hashes alone"))?;
    digest.compute(message).map_err(|Failed| ProviderError::generic("the message could not be hashed"))
}
