//! Unauthenticated encryption: the modes of AES that tokens have.
//!
//! IVs come from the kernel: everybody sees them, and to ask the token would be a round trip more. PKCS#7 padding is put on
//! and taken away here, in constant time: how long a module takes for it, and what it answers, nobody knows.

mod padding;

use cryptoki_sys::{
    CK_FLAGS, CK_MECHANISM_TYPE, CKF_DECRYPT, CKF_ENCRYPT, CKM_AES_CBC, CKM_AES_CFB128, CKM_AES_CTR, CKM_AES_ECB,
    CKM_AES_OFB,
};
use keystead_interface::algorithm::Cipher;
use keystead_interface::arguments::{self, BLOCK, InvalidArgument};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError, UnauthenticatedCipher};

use crate::error::CallError;
use crate::objects::Class;
use crate::parameters::Mechanism;
use crate::random::fill_here;
use crate::refusal;
use crate::session::Session;
use crate::token::{Repeat, Token};

impl UnauthenticatedCipher for Token {
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool {
        const BOTH: CK_FLAGS = CKF_ENCRYPT | CKF_DECRYPT;
        let Some(mechanism) = mechanism_type(alg) else { return false };
        key.key_type == KeyType::Aes
            && matches!(key.bits, 0 | 128 | 192 | 256)
            && self.mechanisms().is_some_and(|offered| offered.offers_key(mechanism, BOTH, key.bits))
    }

    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let mut iv = [0; BLOCK];
        let iv = &mut iv[..arguments::iv_length(alg, key.attributes.key_type())];
        fill_here(iv)?;
        self.encrypt_under(key, alg, iv, plaintext)
    }

    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let key_type = key.attributes.key_type();
        arguments::cipher_encrypt(alg, key_type, plaintext.expose().len()).map_err(refused)?;
        arguments::cipher_iv(alg, key_type, iv.len()).map_err(refused)?;
        let mut block = [0; BLOCK];
        block[..iv.len()].copy_from_slice(iv);
        let mechanism = self.mode(key, alg, block)?;
        let padded;
        let text = if alg == Cipher::CbcPkcs7 {
            padded = padding::pad(plaintext.expose());
            padded.expose()
        } else {
            plaintext.expose()
        };
        let encrypted = self.with_session(Repeat::Always, |session| {
            let object = session.object(&key, Class::Secret)?;
            session.encrypt(&mechanism, object, text, text.len()).map_err(|error| about_text(session, error))
        })?;
        Ok([iv, &encrypted].concat())
    }

    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        let key_type = key.attributes.key_type();
        arguments::cipher_decrypt(alg, key_type, ciphertext.len()).map_err(refused)?;
        let (front, text) = ciphertext
            .split_at_checked(arguments::iv_length(alg, key_type))
            .ok_or_else(|| ProviderError::invalid_argument("the ciphertext is shorter than its IV"))?;
        if text.is_empty() {
            // An IV alone is a ciphertext of nothing, which modules need not take.
            return Ok(SecretBytes::new(Vec::new()));
        }
        let mut iv = [0; BLOCK];
        iv[..front.len()].copy_from_slice(front);
        let mechanism = self.mode(key, alg, iv)?;
        let mut plaintext = self.with_session(Repeat::Always, |session| {
            let object = session.object(&key, Class::Secret)?;
            session.decrypt(&mechanism, object, text, text.len()).map_err(|error| about_text(session, error))
        })?;
        if alg == Cipher::CbcPkcs7 {
            padding::remove(plaintext.expose_mut())?;
        }
        Ok(plaintext)
    }
}

impl Token {
    /// The mechanism for one operation.
    fn mode(&self, key: Key<'_>, alg: Cipher, iv: [u8; BLOCK]) -> Result<Mechanism<'static>, ProviderError> {
        if !UnauthenticatedCipher::supports(self, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the token does not have this mode with such a key"));
        }
        match mechanism_type(alg) {
            Some(CKM_AES_CTR) => Ok(Mechanism::Ctr(iv)),
            Some(CKM_AES_ECB) => Ok(Mechanism::Plain(CKM_AES_ECB)),
            Some(mechanism) => Ok(Mechanism::Iv(mechanism, iv)),
            None => Err(ProviderError::not_supported("tokens do not have this mode")),
        }
    }
}

const fn mechanism_type(alg: Cipher) -> Option<CK_MECHANISM_TYPE> {
    match alg {
        Cipher::Ctr => Some(CKM_AES_CTR),
        Cipher::Cfb => Some(CKM_AES_CFB128),
        Cipher::Ofb => Some(CKM_AES_OFB),
        Cipher::EcbNoPadding => Some(CKM_AES_ECB),
        Cipher::CbcNoPadding | Cipher::CbcPkcs7 => Some(CKM_AES_CBC),
        Cipher::StreamCipher | Cipher::Xts => None,
    }
}

fn about_text(session: &Session, error: CallError) -> CallError {
    refusal::of_data(session, error, || {
        ProviderError::invalid_argument("the token does not take a text of this length")
    })
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}
