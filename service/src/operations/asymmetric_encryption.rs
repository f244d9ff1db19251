//! RSA encryption.

use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption};
use keystead_interface::attributes::{KeyShape, Usage};
use keystead_interface::operations::asymmetric_encryption::{
    PsaAsymmetricDecrypt, PsaAsymmetricDecryptResult, PsaAsymmetricEncrypt, PsaAsymmetricEncryptResult,
};
use keystead_provider::{AsymmetricEncrypting, Half, Work};

use super::{Call, Select, require};
use crate::error::Failure;

const ENCRYPTING: Select<dyn AsymmetricEncrypting> = |capabilities| capabilities.asymmetric_encryption;

/// The longest plaintext in bytes (RFC 8017 7.1.1 and 7.2.1); `None` if the key is too short for the algorithm.
fn longest_plaintext(alg: AsymmetricEncryption, key: KeyShape) -> Option<usize> {
    let modulus = key.bits.div_ceil(8) as usize;
    modulus.checked_sub(match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => 11,
        AsymmetricEncryption::RsaOaep(hash) => 2 * hash.len() + 2,
    })
}

fn check_salt(alg: AsymmetricEncryption, salt: &[u8]) -> Result<(), Failure> {
    if alg == AsymmetricEncryption::RsaPkcs1v15Crypt && !salt.is_empty() {
        return Err(Failure::invalid_argument("PKCS#1 v1.5 takes no salt"));
    }
    Ok(())
}

pub(super) async fn encrypt(
    call: &Call<'_>,
    asked: PsaAsymmetricEncrypt,
) -> Result<PsaAsymmetricEncryptResult, Failure> {
    let PsaAsymmetricEncrypt { key_name, alg, plaintext, salt } = asked;
    let encrypting = call.capability(ENCRYPTING)?;
    let key = call.open(key_name)?.permit(Usage::ENCRYPT, Algorithm::AsymmetricEncryption(alg))?;
    check_salt(alg, &salt)?;
    let bytes = plaintext.expose().len();
    if longest_plaintext(alg, key.shape()).is_none_or(|longest| bytes > longest) {
        return Err(Failure::invalid_argument("the plaintext is too long for the key"));
    }
    if bytes == 0 && !call.extended {
        return Err(Failure::invalid_argument("the plaintext is empty, which Parsec refuses"));
    }
    let algorithm = Algorithm::AsymmetricEncryption(alg);
    let provider = call.provider()?;
    let public = key.public_attributes();
    let ciphertext = if encrypting.supports(key.shape(), alg) {
        let attributes = *key.attributes();
        let work = Work::Use { key: &attributes, algorithm, half: Half::Public, bytes: bytes + salt.len() };
        call.run(ENCRYPTING, work, move |rsa| rsa.encrypt(key.key(), alg, &plaintext, &salt)).await?
    } else {
        // The token cannot; whoever has the public key can.
        let software = provider.public_key_software.as_ref();
        let can = |rsa: &dyn AsymmetricEncrypting| rsa.supports(public.shape(), alg);
        let software = software.filter(|software| ENCRYPTING(software.capabilities()).is_some_and(can));
        let software = software.ok_or(Failure::not_supported("the provider cannot do this with such a key"))?;
        let half = key.public_half(provider).await?;
        let work = Work::Use { key: &public, algorithm, half: Half::Public, bytes: bytes + salt.len() };
        call.run_in_software(software, ENCRYPTING, work, move |rsa| rsa.encrypt(half.key(), alg, &plaintext, &salt))
            .await?
    };
    Ok(PsaAsymmetricEncryptResult { ciphertext })
}

pub(super) async fn decrypt(
    call: &Call<'_>,
    asked: PsaAsymmetricDecrypt,
) -> Result<PsaAsymmetricDecryptResult, Failure> {
    let PsaAsymmetricDecrypt { key_name, alg, ciphertext, salt } = asked;
    let encrypting = call.capability(ENCRYPTING)?;
    let key = call.open(key_name)?.permit(Usage::DECRYPT, Algorithm::AsymmetricEncryption(alg))?;
    if key.attributes().key_type().is_public() {
        return Err(Failure::invalid_argument("a public key cannot decrypt"));
    }
    check_salt(alg, &salt)?;
    let bytes = ciphertext.len();
    if bytes != key.shape().bits.div_ceil(8) as usize {
        return Err(Failure::invalid_argument("the ciphertext is not as long as the modulus"));
    }
    require(encrypting.supports(key.shape(), alg))?;
    let attributes = *key.attributes();
    let algorithm = Algorithm::AsymmetricEncryption(alg);
    let work = Work::Use { key: &attributes, algorithm, half: Half::Private, bytes: bytes + salt.len() };
    let plaintext = call.run(ENCRYPTING, work, move |rsa| rsa.decrypt(key.key(), alg, &ciphertext, &salt)).await?;
    Ok(PsaAsymmetricDecryptResult { plaintext })
}
