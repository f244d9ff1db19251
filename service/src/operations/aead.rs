//! Authenticated encryption.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::arguments;
use keystead_interface::attributes::Usage;
use keystead_interface::operations::aead::{
    PsaAeadDecrypt, PsaAeadDecryptResult, PsaAeadEncrypt, PsaAeadEncryptResult,
};
use keystead_provider::{AeadCipher, Half, Work};

use super::{Call, Select, require};
use crate::error::Failure;

const AEAD: Select<dyn AeadCipher> = |capabilities| capabilities.aead;

pub(super) async fn encrypt(call: &Call<'_>, asked: PsaAeadEncrypt) -> Result<PsaAeadEncryptResult, Failure> {
    let PsaAeadEncrypt { key_name, alg, nonce, additional_data, plaintext } = asked;
    let aead = call.capability(AEAD)?;
    let key = call.open(key_name)?.permit(Usage::ENCRYPT, Algorithm::Aead(alg))?;
    let bytes = plaintext.expose().len();
    arguments::aead_encrypt(alg, nonce.len(), bytes, call.extended)?;
    require(aead.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use {
        key: &attributes,
        algorithm: Algorithm::Aead(alg),
        half: Half::Private,
        bytes: bytes + additional_data.len() + nonce.len(),
    };
    let ciphertext =
        call.run(AEAD, work, move |aead| aead.encrypt(key.key(), alg, &nonce, &additional_data, &plaintext)).await?;
    Ok(PsaAeadEncryptResult { ciphertext })
}

pub(super) async fn decrypt(call: &Call<'_>, asked: PsaAeadDecrypt) -> Result<PsaAeadDecryptResult, Failure> {
    let PsaAeadDecrypt { key_name, alg, nonce, additional_data, ciphertext } = asked;
    let aead = call.capability(AEAD)?;
    let key = call.open(key_name)?.permit(Usage::DECRYPT, Algorithm::Aead(alg))?;
    arguments::aead_decrypt(alg, nonce.len(), ciphertext.len(), call.extended)?;
    require(aead.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let work = Work::Use {
        key: &attributes,
        algorithm: Algorithm::Aead(alg),
        half: Half::Private,
        bytes: ciphertext.len() + additional_data.len() + nonce.len(),
    };
    let plaintext =
        call.run(AEAD, work, move |aead| aead.decrypt(key.key(), alg, &nonce, &additional_data, &ciphertext)).await?;
    Ok(PsaAeadDecryptResult { plaintext })
}
