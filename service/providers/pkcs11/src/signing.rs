//! Signatures: each goes to the code for the key's type. Messages are hashed here, so that a signature costs two calls
//! however long its message is, and so that the token need not have the hash.

use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_provider::{Key, ProviderError, Signing, hashing};

use crate::mechanisms::Mechanisms;
use crate::token::Token;
use crate::{ec, rsa};

impl Signing for Token {
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool {
        let Some(offered) = self.mechanisms() else { return false };
        let supports = |alg| in_token(&offered, key, alg);
        match alg.hash() {
            Some(SignHash::Any) => Hash::ALL.iter().any(|hash| supports(alg.with_hash(SignHash::Specific(*hash)))),
            _ => supports(alg),
        }
    }

    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
        check_hash(alg, hash)?;
        if key.attributes.key_type().is_public() {
            return Err(ProviderError::invalid_argument("it takes a pair, and the key is a public one"));
        }
        if key.attributes.key_type().is_rsa() {
            rsa::sign(self, key, alg, hash)
        } else {
            ec::sign(self, key, hash, alg.hash().is_some())
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
        if key.attributes.key_type().is_rsa() {
            rsa::verify(self, key, alg, hash, signature)
        } else {
            ec::verify(self, key, hash, signature)
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

/// Whether the token signs so with a private key, or verifies with a public one; messages must be hashed here for it.
fn in_token(offered: &Mechanisms, key: KeyShape, alg: AsymmetricSignature) -> bool {
    let can_hash = match alg.hash() {
        Some(SignHash::Specific(hash)) => hashing::can_hash(hash),
        Some(SignHash::Any) => false,
        None => true,
    };
    can_hash
        && if key.key_type.is_rsa() {
            rsa::supports_signing(offered, key, alg)
        } else {
            ec::supports_signing(offered, key, alg)
        }
}

fn hash_of(alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
    match alg.hash() {
        Some(SignHash::Specific(hash)) => hashing::hash(hash, message)
            .ok_or_else(|| ProviderError::not_supported("messages cannot be hashed so for a signature")),
        _ => Err(ProviderError::invalid_argument("the algorithm takes hashes alone")),
    }
}

fn check_hash(alg: AsymmetricSignature, hash: &[u8]) -> Result<(), ProviderError> {
    match alg.hash() {
        Some(SignHash::Specific(alg)) if alg.len() == hash.len() => Ok(()),
        Some(_) => Err(ProviderError::invalid_argument("the hash is not as long as the algorithm's")),
        None => Ok(()),
    }
}
