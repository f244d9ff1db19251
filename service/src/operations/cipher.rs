//! Unauthenticated symmetric encryption.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::arguments;
use keystead_interface::attributes::Usage;
use keystead_interface::operations::cipher::{
    PsaCipherDecrypt, PsaCipherDecryptResult, PsaCipherEncrypt, PsaCipherEncryptResult,
};
use keystead_provider::{Half, UnauthenticatedCipher, Work};

use super::{Call, Select, require};
use crate::error::Failure;

const CIPHER: Select<dyn UnauthenticatedCipher> = |capabilities| capabilities.cipher;

pub(super) async fn encrypt(call: &Call<'_>, asked: PsaCipherEncrypt) -> Result<PsaCipherEncryptResult, Failure> {
    let PsaCipherEncrypt { key_name, alg, plaintext, iv } = asked;
    // A field that clients without extensions do not know is one that they did not send.
    let iv = if call.extended { iv } else { Vec::new() };
    let cipher = call.capability(CIPHER)?;
    let key = call.open(key_name)?.permit(Usage::ENCRYPT, Algorithm::Cipher(alg))?;
    let bytes = plaintext.expose().len();
    arguments::cipher_encrypt(alg, key.attributes().key_type(), bytes)?;
    if !iv.is_empty() {
        arguments::cipher_iv(alg, key.attributes().key_type(), iv.len())?;
    }
    require(cipher.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm: Algorithm::Cipher(alg), half: Half::Private, bytes };
    let ciphertext = call
        .run(CIPHER, work, move |cipher| match iv.is_empty() {
            true => cipher.encrypt(key.key(), alg, &plaintext),
            false => cipher.encrypt_under(key.key(), alg, &iv, &plaintext),
        })
        .await?;
    Ok(PsaCipherEncryptResult { ciphertext })
}

pub(super) async fn decrypt(call: &Call<'_>, asked: PsaCipherDecrypt) -> Result<PsaCipherDecryptResult, Failure> {
    let PsaCipherDecrypt { key_name, alg, ciphertext } = asked;
    let cipher = call.capability(CIPHER)?;
    let key = call.open(key_name)?.permit(Usage::DECRYPT, Algorithm::Cipher(alg))?;
    let bytes = ciphertext.len();
    arguments::cipher_decrypt(alg, key.attributes().key_type(), bytes)?;
    require(cipher.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use { key: &attributes, algorithm: Algorithm::Cipher(alg), half: Half::Private, bytes };
    let plaintext = call.run(CIPHER, work, move |cipher| cipher.decrypt(key.key(), alg, &ciphertext)).await?;
    Ok(PsaCipherDecryptResult { plaintext })
}
