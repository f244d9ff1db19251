//! Encryption with asymmetric keys, which is RSA's alone.

use keystead_interface::algorithm::AsymmetricEncryption;
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AsymmetricEncrypting, Key, ProviderError};

use crate::rsa;
use crate::token::Token;

impl AsymmetricEncrypting for Token {
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool {
        let Some(offered) = self.mechanisms() else { return false };
        key.key_type.is_rsa() && rsa::supports_encryption(&offered, key, alg, self.settings.token_unpadding)
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        rsa::encrypt(self, key, alg, plaintext, label)
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        if key.attributes.key_type().is_public() {
            return Err(ProviderError::invalid_argument("it takes a pair, and the key is a public one"));
        }
        rsa::decrypt(self, key, alg, ciphertext, label)
    }
}
