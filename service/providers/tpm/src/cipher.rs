//! Unauthenticated encryption: AES in the TPM, a command for each piece of the text.

mod padding;

use keystead_interface::algorithm::Cipher;
use keystead_interface::arguments::{BLOCK, InvalidArgument, cipher_decrypt, cipher_encrypt, cipher_iv, iv_length};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError, UnauthenticatedCipher};
use tss_esapi::constants::CommandCode;
use tss_esapi::interface_types::algorithm::SymmetricMode;
use tss_esapi::structures::{InitialValue, MaxBuffer};

use crate::generating::fill_random;
use crate::names;
use crate::tpm::Tpm;

impl UnauthenticatedCipher for Tpm {
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool {
        let Some((_, mode)) = names::mode(alg) else { return false };
        let can = self.properties().is_some_and(|properties| {
            properties.holds(key) && properties.has(mode) && properties.has_command(CommandCode::EncryptDecrypt2)
        });
        key.key_type == KeyType::Aes && can
    }

    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let mut iv = vec![0; iv_length(alg, key.attributes.key_type())];
        fill_random(&mut iv)?;
        self.encrypt_under(key, alg, &iv, plaintext)
    }

    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError> {
        let mode = mode(self, key, alg)?;
        let (key_type, plaintext) = (key.attributes.key_type(), plaintext.expose());
        cipher_encrypt(alg, key_type, plaintext.len()).map_err(refused)?;
        cipher_iv(alg, key_type, iv.len()).map_err(refused)?;
        let mut text = SecretBytes::new(Vec::with_capacity(plaintext.len() + BLOCK));
        text.expose_mut().extend_from_slice(plaintext);
        if alg == Cipher::CbcPkcs7 {
            padding::add(text.expose_mut());
        }
        convert(self, key, mode, Direction::Encrypt, iv, text.expose_mut())?;
        Ok([iv, text.expose()].concat())
    }

    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
        let mode = mode(self, key, alg)?;
        let key_type = key.attributes.key_type();
        cipher_decrypt(alg, key_type, ciphertext.len()).map_err(refused)?;
        let (iv, text) = ciphertext
            .split_at_checked(iv_length(alg, key_type))
            .ok_or_else(|| ProviderError::invalid_argument("the ciphertext is shorter than its IV"))?;
        let mut text = SecretBytes::new(text.to_vec());
        convert(self, key, mode, Direction::Decrypt, iv, text.expose_mut())?;
        if alg == Cipher::CbcPkcs7 {
            let length = padding::text_length(text.expose()).ok_or_else(ProviderError::invalid_padding)?;
            text.expose_mut().truncate(length);
        }
        Ok(text)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Encrypt,
    Decrypt,
}

fn mode(tpm: &Tpm, key: Key<'_>, alg: Cipher) -> Result<SymmetricMode, ProviderError> {
    match names::mode(alg) {
        Some((mode, _)) if UnauthenticatedCipher::supports(tpm, key.attributes.shape(), alg) => Ok(mode),
        _ => Err(ProviderError::not_supported("the TPM does not encrypt so with such a key")),
    }
}

fn refused(why: InvalidArgument) -> ProviderError {
    ProviderError::invalid_argument(why.0)
}

/// Encrypts or decrypts a text in place. The TPM gives the IV with which the next piece goes on.
fn convert(
    tpm: &Tpm,
    key: Key<'_>,
    mode: SymmetricMode,
    direction: Direction,
    iv: &[u8],
    text: &mut [u8],
) -> Result<(), ProviderError> {
    let longest = tpm.properties().map_or(0, |properties| properties.input_bytes).min(MaxBuffer::MAX_SIZE);
    // Whole blocks, and at least one: no TPM takes less.
    let piece_length = (longest / BLOCK * BLOCK).max(BLOCK);
    let mut iv = iv.to_vec();
    for piece in text.chunks_mut(piece_length) {
        let (converted, next) = tpm.with_key("TPM2_EncryptDecrypt2", &key, |context, handle| {
            let (input, iv) = (MaxBuffer::try_from(&*piece)?, InitialValue::try_from(iv.as_slice())?);
            context.encrypt_decrypt_2(handle, direction == Direction::Decrypt, mode, input, iv)
        })?;
        if converted.len() != piece.len() {
            return Err(ProviderError::corruption("TPM2_EncryptDecrypt2 gave a text of another length"));
        }
        piece.copy_from_slice(&converted);
        iv = next.to_vec();
    }
    Ok(())
}
