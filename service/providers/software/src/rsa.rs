//! RSA keys.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, ProviderError};

fn missing() -> ProviderError {
    ProviderError::not_supported("no RSA")
}
pub(crate) fn accepts(_bits: u32) -> bool {
    false
}
pub(crate) fn signs(_bits: u32, _alg: AsymmetricSignature) -> bool {
    false
}
pub(crate) fn encrypts(_bits: u32, _alg: AsymmetricEncryption) -> bool {
    false
}
pub(crate) fn generate(_bits: u32) -> Result<Created, ProviderError> {
    Err(missing())
}
pub(crate) fn check(_key: KeyShape, _material: &[u8]) -> Result<u32, ProviderError> {
    Err(missing())
}
pub(crate) fn public_key(_key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
    Err(missing())
}
pub(crate) fn sign(_key: Key<'_>, _alg: AsymmetricSignature, _hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
    Err(missing())
}
pub(crate) fn verify(_: Key<'_>, _: AsymmetricSignature, _: &[u8], _: &[u8]) -> Result<(), ProviderError> {
    Err(missing())
}
pub(crate) fn encrypt(_: Key<'_>, _: AsymmetricEncryption, _: &[u8], _: &[u8]) -> Result<Vec<u8>, ProviderError> {
    Err(missing())
}
pub(crate) fn decrypt(_: Key<'_>, _: AsymmetricEncryption, _: &[u8], _: &[u8]) -> Result<SecretBytes, ProviderError> {
    Err(missing())
}
