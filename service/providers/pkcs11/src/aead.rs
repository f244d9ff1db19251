//! Authenticated encryption: AES in GCM and CCM, in the token.

use cryptoki_sys::{CK_FLAGS, CK_MECHANISM_TYPE, CKF_DECRYPT, CKF_ENCRYPT, CKM_AES_CCM, CKM_AES_GCM};
use keystead_interface::algorithm::{Aead, AeadAlg};
use keystead_interface::arguments::{self, InvalidArgument};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AeadCipher, Key, ProviderError};

use crate::objects::Class;
use crate::parameters::{Mechanism, Sealed};
use crate::refusal;
use crate::token::{Repeat, Token};

impl AeadCipher for Token {
    fn supports(&self, key: KeyShape, alg: Aead) -> bool {
        const BOTH: CK_FLAGS = CKF_ENCRYPT | CKF_DECRYPT;
        let Some(offered) = self.mechanisms() else { return false };
        let Some(mechanism) = mechanism(alg.alg()) else { return false };
        key.key_type == KeyType::Aes
            && matches!(key.bits, 0 | 128 | 192 | 256)
            && offered.offers_key(mechanism, BOTH, key.bits)
            && arguments::takes_tag_length(alg.alg(), alg.tag_length())
            && offered.trials().tags.contains(&(alg.alg(), alg.tag_length()))
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let text = plaintext.expose();
        arguments::aead_encrypt(alg, nonce.len(), text.len(), true).map_err(refused)?;
        let tag_length = alg.tag_length() as usize;
        let mechanism = self.parameters(key, alg, Sealed::new(nonce, additional_data, tag_length), text.len())?;
        self.with_session(Repeat::Always, |session| {
            let object = session.object(&key, Class::Secret)?;
            let sealed = session.encrypt(&mechanism, object, text, text.len() + tag_length);
            let sealed = sealed.map_err(|error| {
                refusal::of_data(session, error, || {
                    ProviderError::invalid_argument("the token does not encrypt this text")
                })
            })?;
            // A nonce that the token chose itself would come with it, and nobody could decrypt.
            if sealed.len() == text.len() + tag_length {
                Ok(sealed)
            } else {
                Err(ProviderError::not_supported("the token does not give ciphertext and tag alone").into())
            }
        })
    }

    fn decrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        arguments::aead_decrypt(alg, nonce.len(), ciphertext.len(), true).map_err(refused)?;
        let tag_length = alg.tag_length() as usize;
        let text_length = ciphertext.len().saturating_sub(tag_length);
        let mechanism = self.parameters(key, alg, Sealed::new(nonce, additional_data, tag_length), text_length)?;
        self.with_session(Repeat::Always, |session| {
            let object = session.object(&key, Class::Secret)?;
            // Some modules want room for the tag too.
            session
                .decrypt(&mechanism, object, ciphertext, ciphertext.len())
                .map_err(|error| refusal::of_data(session, error, ProviderError::invalid_signature))
        })
    }
}

impl Token {
    /// The mechanism for one operation.
    fn parameters<'a>(
        &self,
        key: Key<'_>,
        alg: Aead,
        sealed: Sealed<'a>,
        text: usize,
    ) -> Result<Mechanism<'a>, ProviderError> {
        if !AeadCipher::supports(self, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the token does not have this mode with such a key"));
        }
        let longest = self.mechanisms().map_or(0, |offered| offered.trials().longest_nonce);
        match alg.alg() {
            AeadAlg::Gcm if sealed.nonce_length() > longest => {
                Err(ProviderError::not_supported("the token does not take nonces of this length"))
            }
            AeadAlg::Gcm => Ok(Mechanism::Gcm(sealed)),
            AeadAlg::Ccm if text as u64 > ccm_limit(sealed.nonce_length()) => {
                Err(ProviderError::invalid_argument("the text is too long for CCM with this nonce"))
            }
            AeadAlg::Ccm => Ok(Mechanism::Ccm(sealed, text)),
            AeadAlg::Chacha20Poly1305 => Err(ProviderError::not_supported("no ChaCha20-Poly1305 in tokens")),
        }
    }
}

const fn mechanism(alg: AeadAlg) -> Option<CK_MECHANISM_TYPE> {
    match alg {
        AeadAlg::Gcm => Some(CKM_AES_GCM),
        AeadAlg::Ccm => Some(CKM_AES_CCM),
        AeadAlg::Chacha20Poly1305 => None,
    }
}

/// The longest text under a nonce of `nonce` bytes: its length must fit into what the nonce leaves of 15 bytes
/// (NIST SP 800-38C, A.1).
const fn ccm_limit(nonce: usize) -> u64 {
    match 15_usize.saturating_sub(nonce) {
        field @ 0..8 => (1 << (8 * field)) - 1,
        _ => u64::MAX,
    }
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}
