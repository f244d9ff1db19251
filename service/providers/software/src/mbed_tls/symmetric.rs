//! What symmetric keys can do, and what takes no key.

use keystead_interface::algorithm::{Aead, AeadAlg, Cipher, FullLengthMac, Hash, Mac as MacAlgorithm};
use keystead_interface::arguments::{self, BLOCK, InvalidArgument};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AeadCipher, Hashing, Key, Mac, ProviderError, Random, UnauthenticatedCipher};
use psa_crypto::types::algorithm::Cipher as PsaCipher;
use psa_crypto::types::key::UsageFlags;

use super::keys::{accepts, open};
use super::library::lock;
use super::{Engine, names};

impl AeadCipher for Engine {
    fn supports(&self, key: KeyShape, alg: Aead) -> bool {
        let fits = match alg.alg() {
            AeadAlg::Gcm | AeadAlg::Ccm => key.key_type == KeyType::Aes,
            AeadAlg::Chacha20Poly1305 => key.key_type == KeyType::Chacha20,
        };
        fits && accepts(key) && arguments::takes_tag_length(alg.alg(), alg.tag_length())
    }

    fn encrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let plaintext = plaintext.expose();
        arguments::aead_encrypt(alg, nonce.len(), plaintext.len(), true).map_err(refused)?;
        let psa = self.checked_aead(key, alg)?;
        let length = plaintext.len() + alg.tag_length() as usize;
        let library = lock()?;
        open(&library, key, encrypting(), psa.into())?.seal(psa, nonce, additional_data, plaintext, length)
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
        let psa = self.checked_aead(key, alg)?;
        let library = lock()?;
        open(&library, key, decrypting(), psa.into())?.open(psa, nonce, additional_data, ciphertext)
    }
}

impl UnauthenticatedCipher for Engine {
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool {
        let fits = match alg {
            Cipher::StreamCipher => key.key_type == KeyType::Chacha20,
            // The library has Camellia in no other modes.
            Cipher::Ctr | Cipher::Cfb | Cipher::CbcNoPadding | Cipher::CbcPkcs7 => {
                matches!(key.key_type, KeyType::Aes | KeyType::Camellia)
            }
            Cipher::Ofb => key.key_type == KeyType::Aes,
            Cipher::Xts | Cipher::EcbNoPadding => false,
        };
        fits && accepts(key)
    }

    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let mut iv = vec![0; arguments::iv_length(alg, key.attributes.key_type())];
        lock()?.random(&mut iv)?;
        self.encrypt_under(key, alg, &iv, plaintext)
    }

    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let (key_type, plaintext) = (key.attributes.key_type(), plaintext.expose());
        arguments::cipher_encrypt(alg, key_type, plaintext.len()).map_err(refused)?;
        arguments::cipher_iv(alg, key_type, iv.len()).map_err(refused)?;
        let psa = self.checked_cipher(key, alg)?;
        let library = lock()?;
        let opened = open(&library, key, encrypting(), psa.into())?;
        let ciphertext = opened.encipher(psa, iv, plaintext, plaintext.len() + BLOCK)?;
        Ok([iv, &ciphertext].concat())
    }

    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        let key_type = key.attributes.key_type();
        arguments::cipher_decrypt(alg, key_type, ciphertext.len()).map_err(refused)?;
        let psa = self.checked_cipher(key, alg)?;
        let (iv, text) = ciphertext
            .split_at_checked(arguments::iv_length(alg, key_type))
            .ok_or_else(|| ProviderError::invalid_argument("the ciphertext is shorter than its IV"))?;
        let library = lock()?;
        open(&library, key, decrypting(), psa.into())?.decipher(psa, iv, text, text.len() + BLOCK)
    }
}

impl Mac for Engine {
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool {
        let fits = match alg.full_length() {
            FullLengthMac::Hmac(_) => key.key_type == KeyType::Hmac,
            // The library has CMAC over AES alone.
            FullLengthMac::Cmac => key.key_type == KeyType::Aes,
            FullLengthMac::CbcMac => false,
        };
        fits && accepts(key) && names::mac(alg).is_some() && arguments::mac_length(alg, key).is_ok()
    }

    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let (psa, length) = self.checked_mac(key, alg)?;
        let mut usage = UsageFlags::default();
        usage.set_sign_hash();
        let library = lock()?;
        open(&library, key, usage, psa.into())?.mac(psa, input, length)
    }

    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError> {
        let (psa, _) = self.checked_mac(key, alg)?;
        let mut usage = UsageFlags::default();
        usage.set_verify_hash();
        let library = lock()?;
        open(&library, key, usage, psa.into())?.verify_mac(psa, input, mac)
    }
}

impl Hashing for Engine {
    fn supports(&self, alg: Hash) -> bool {
        names::hash(alg).is_some()
    }

    fn compute(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        let psa = names::hash(alg).ok_or_else(|| ProviderError::not_supported("there is no such hash here"))?;
        lock()?.hash(psa, input, alg.len())
    }
}

impl Random for Engine {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        lock()?.random(out)
    }
}

impl Engine {
    fn checked_aead(&self, key: Key<'_>, alg: Aead) -> Result<psa_crypto::types::algorithm::Aead, ProviderError> {
        if !AeadCipher::supports(self, key.attributes.shape(), alg) {
            return Err(ProviderError::not_supported("the key is not one for this algorithm"));
        }
        Ok(names::aead(alg))
    }

    fn checked_cipher(&self, key: Key<'_>, alg: Cipher) -> Result<PsaCipher, ProviderError> {
        names::cipher(alg)
            .filter(|_| UnauthenticatedCipher::supports(self, key.attributes.shape(), alg))
            .ok_or_else(|| ProviderError::not_supported("the key is not one for this mode"))
    }

    fn checked_mac(
        &self,
        key: Key<'_>,
        alg: MacAlgorithm,
    ) -> Result<(psa_crypto::types::algorithm::Mac, usize), ProviderError> {
        let shape = key.attributes.shape();
        let length = arguments::mac_length(alg, shape).map_err(refused)?;
        let psa = names::mac(alg).filter(|_| Mac::supports(self, shape, alg));
        psa.map(|psa| (psa, length)).ok_or_else(|| ProviderError::not_supported("the key is not one for this MAC"))
    }
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}

fn encrypting() -> UsageFlags {
    let mut usage = UsageFlags::default();
    usage.set_encrypt();
    usage
}

fn decrypting() -> UsageFlags {
    let mut usage = UsageFlags::default();
    usage.set_decrypt();
    usage
}
