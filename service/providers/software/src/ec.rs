//! Keys on curves in Weierstrass form: SECP and Brainpool.

pub(crate) mod deterministic;

use keystead_interface::algorithm::{AsymmetricSignature, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, ProviderError};

use crate::aws_lc::Failed;
use crate::aws_lc::digest::Digest;
use crate::aws_lc::ec::{EcKey, Group};
use crate::curves::{Arithmetic, Curve};

/// Makes a pair.
pub(crate) fn generate(group: Group, bits: u32) -> Result<Created, ProviderError> {
    let generated = EcKey::generate(group).and_then(|key| key.private());
    let mut scalar = generated.map_err(|Failed| ProviderError::generic("no key could be generated"))?;
    Ok(Created { handle: KeyHandle::new(std::mem::take(&mut *scalar)), bits })
}

/// Whether this is a key that the curve has.
pub(crate) fn check(group: Group, key: KeyShape, material: &[u8]) -> Result<(), ProviderError> {
    parse(group, key, material).map(|_| ()).map_err(|Failed| ProviderError::invalid_argument("not a key of this curve"))
}

/// The uncompressed point.
pub(crate) fn public_key(key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
    open(key)?.public().map_err(|Failed| ProviderError::generic("the point cannot be encoded"))
}

/// Whether signatures of this kind can be made and verified on curves of this form. All of them take all hashes.
pub(crate) fn supports(alg: AsymmetricSignature) -> bool {
    match alg {
        AsymmetricSignature::Ecdsa(hash) | AsymmetricSignature::DeterministicEcdsa(hash) => match hash {
            SignHash::Any => true,
            SignHash::Specific(hash) => Digest::of(hash).is_some(),
        },
        AsymmetricSignature::EcdsaAny => true,
        _ => false,
    }
}

/// Signs a hash: r ‖ s.
pub(crate) fn sign(key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let pair = open(key)?;
    let signed = match alg {
        AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(digest)) => {
            let digest = Digest::of(digest).ok_or_else(|| ProviderError::not_supported("there is no such hash"))?;
            deterministic::sign(pair, digest, hash)
        }
        _ => pair.sign(hash),
    };
    signed.map_err(|Failed| ProviderError::generic("the signature could not be made"))
}

/// Verifies r ‖ s.
pub(crate) fn verify(key: Key<'_>, hash: &[u8], signature: &[u8]) -> Result<(), ProviderError> {
    if open(key)?.verify(hash, signature) { Ok(()) } else { Err(ProviderError::invalid_signature()) }
}

/// The x coordinate of the shared point.
pub(crate) fn agree(key: Key<'_>, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
    let shared = open(key)?.agree(peer_key);
    let mut shared = shared.map_err(|Failed| ProviderError::invalid_argument("the peer's key is not on the curve"))?;
    Ok(SecretBytes::new(std::mem::take(&mut *shared)))
}

/// The key, parsed once for as long as the service keeps it open.
fn open<'a>(key: Key<'a>) -> Result<&'a EcKey, ProviderError> {
    let shape = key.attributes.shape();
    key.prepared(|material| match Curve::of(shape)?.arithmetic {
        Arithmetic::Weierstrass(group) => {
            parse(group, shape, material).map_err(|Failed| ProviderError::corruption("the handle is not a key"))
        }
        Arithmetic::Montgomery(_) => Err(ProviderError::not_supported("the curve is of another form")),
    })
}

fn parse(group: Group, key: KeyShape, material: &[u8]) -> Result<EcKey, Failed> {
    if key.key_type.is_public() { EcKey::from_public(group, material) } else { EcKey::from_private(group, material) }
}
