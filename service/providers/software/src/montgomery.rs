//! Keys on Curve25519 (RFC 7748): key agreement alone.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, ProviderError, Random};

use crate::aws_lc::Failed;
use crate::aws_lc::x25519::{self, LENGTH};
use crate::random::SystemRandom;

/// Makes a pair: 32 random bytes, as RFC 7748 6.1 has it.
pub(crate) fn generate(bits: u32) -> Result<Created, ProviderError> {
    let mut private = SecretBytes::new(vec![0; LENGTH]);
    SystemRandom.fill(private.expose_mut())?;
    Ok(Created { handle: KeyHandle(private), bits })
}

/// The u coordinate.
pub(crate) fn public_key(key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
    let material = material(&key)?;
    Ok(if key.attributes.key_type().is_public() { material.to_vec() } else { x25519::public(material).to_vec() })
}

/// The shared u coordinate.
pub(crate) fn agree(key: Key<'_>, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
    let peer_key =
        peer_key.try_into().map_err(|_| ProviderError::invalid_argument("the peer's key is not 32 bytes"))?;
    let shared = x25519::agree(material(&key)?, peer_key)
        .map_err(|Failed| ProviderError::invalid_argument("the peer's key is of small order"))?;
    Ok(SecretBytes::new(shared.to_vec()))
}

fn material<'a>(key: &Key<'a>) -> Result<&'a [u8; LENGTH], ProviderError> {
    let material: &[u8] = key.handle.0.expose();
    material.try_into().map_err(|_| ProviderError::corruption("the handle is not a key"))
}
