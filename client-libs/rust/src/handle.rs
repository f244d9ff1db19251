//! What a key's handle is made of, however its client waits.

use std::sync::OnceLock;

use keystead_interface::algorithm::{
    Aead, Algorithm, AsymmetricSignature, Hash, KeyAgreement, Mac, RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::KeyAttributes;
use keystead_interface::names::KeyName;

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::runtime::Runtime;

/// A name, and the algorithms that the key's policy permits.
pub(crate) struct Handle<R: Runtime> {
    pub(crate) caller: Caller<R>,
    name: KeyName,
    attributes: OnceLock<KeyAttributes>,
}

impl<R: Runtime> Caller<R> {
    pub(crate) fn handle(&self, name: &str) -> Result<Handle<R>> {
        Ok(Handle { caller: self.clone(), name: KeyName::new(name)?, attributes: OnceLock::new() })
    }
}

impl<R: Runtime> Handle<R> {
    /// The same handle, of a key whose attributes are known.
    pub(crate) fn known(self, attributes: KeyAttributes) -> Handle<R> {
        Handle { attributes: OnceLock::from(attributes), ..self }
    }

    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    pub(crate) async fn kept_attributes(&self) -> Result<KeyAttributes> {
        if let Some(attributes) = self.attributes.get() {
            return Ok(*attributes);
        }
        let attributes = self.caller.attributes_of(self.name()).await?;
        Ok(*self.attributes.get_or_init(|| attributes))
    }

    pub(crate) async fn signature_algorithm(&self) -> Result<AsymmetricSignature> {
        match self.kept_attributes().await?.algorithm() {
            Algorithm::AsymmetricSignature(alg) => match alg.hash() {
                Some(SignHash::Any) => Ok(alg.with_hash(SignHash::Specific(Hash::Sha256))),
                Some(SignHash::Specific(_)) => Ok(alg),
                None => Err(Error::WrongAlgorithm("signing messages")),
            },
            _ => Err(Error::WrongAlgorithm("signing")),
        }
    }

    pub(crate) async fn aead_algorithm(&self) -> Result<Aead> {
        match self.kept_attributes().await?.algorithm() {
            Algorithm::Aead(alg) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("authenticated encryption")),
        }
    }

    pub(crate) async fn mac_algorithm(&self) -> Result<Mac> {
        match self.kept_attributes().await?.algorithm() {
            Algorithm::Mac(alg) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("authentication codes")),
        }
    }

    pub(crate) async fn agreement_algorithm(&self) -> Result<RawKeyAgreement> {
        match self.kept_attributes().await?.algorithm() {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => Ok(alg),
            _ => Err(Error::WrongAlgorithm("raw key agreement")),
        }
    }
}
