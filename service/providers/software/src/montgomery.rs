//! Keys on Curve25519 and Curve448 (RFC 7748): key agreement alone.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, ProviderError, Random};
use zeroize::Zeroizing;

use crate::aws_lc::{Failed, x25519};
use crate::random::SystemRandom;

/// Length of scalars, u coordinates and secrets of X448 in bytes.
const X448_LENGTH: usize = 56;

/// The functions of RFC 7748.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// By AWS-LC.
    X25519,
    /// By crrl.
    X448,
}

impl Function {
    const fn length(self) -> usize {
        match self {
            Function::X25519 => x25519::LENGTH,
            Function::X448 => X448_LENGTH,
        }
    }
}

/// Makes a pair: random bytes, as RFC 7748 6 has it. Which of their bits count is settled at each use.
pub(crate) fn generate(function: Function, bits: u32) -> Result<Created, ProviderError> {
    let mut private = SecretBytes::new(vec![0; function.length()]);
    SystemRandom.fill(private.expose_mut())?;
    Ok(Created { handle: KeyHandle(private), bits })
}

/// The u coordinate.
pub(crate) fn public_key(function: Function, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
    let private = key.handle.0.expose();
    Ok(match function {
        Function::X25519 => x25519::public(material(private)?).to_vec(),
        Function::X448 => crrl::x448::x448_base(material(private)?).to_vec(),
    })
}

/// The shared u coordinate.
pub(crate) fn agree(function: Function, key: Key<'_>, peer_key: &[u8]) -> Result<SecretBytes, ProviderError> {
    if peer_key.len() != function.length() {
        return Err(ProviderError::invalid_argument("the peer's key is not as long as the curve's"));
    }
    let private = key.handle.0.expose();
    let agreed = match function {
        Function::X25519 => x25519::agree(material(private)?, material(peer_key)?)
            .map(|mut shared| SecretBytes::new(std::mem::take(&mut *shared))),
        Function::X448 => x448(material(private)?, material(peer_key)?),
    };
    agreed.map_err(|Failed| ProviderError::invalid_argument("the peer's key is of small order"))
}

/// X448; `Failed` for a secret of zeros, which only points of small order give. Each byte is looked at in either case.
fn x448(private: &[u8; X448_LENGTH], peer: &[u8; X448_LENGTH]) -> Result<SecretBytes, Failed> {
    let shared = Zeroizing::new(crrl::x448::x448(peer, private));
    let any = shared.iter().fold(0, |any, byte| any | byte);
    if any == 0 { Err(Failed) } else { Ok(SecretBytes::new(shared.to_vec())) }
}

fn material<const LENGTH: usize>(bytes: &[u8]) -> Result<&[u8; LENGTH], ProviderError> {
    bytes.try_into().map_err(|_| ProviderError::corruption("the handle is not a key"))
}
