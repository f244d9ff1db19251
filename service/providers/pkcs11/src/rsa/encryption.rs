//! RSA encryption: OAEP as the token has it, and PKCS#1 v1.5, whose padding is taken away here wherever the token offers
//! raw RSA (wire contract 4.10).

use cryptoki_sys::{CKF_DECRYPT, CKF_ENCRYPT, CKM_RSA_PKCS, CKM_RSA_PKCS_OAEP, CKM_RSA_X_509};
use keystead_interface::algorithm::{AsymmetricEncryption, Hash};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::{RejectionSecret, left_padded, pad_encryption, unpad_encryption};
use keystead_provider::{ErrorKind, Key, ProviderError};

use super::{V15_OVERHEAD, modulus_length};
use crate::mechanisms::Mechanisms;
use crate::objects::{Class, Prepared};
use crate::parameters::{Mechanism, RsaHash};
use crate::random;
use crate::refusal;
use crate::token::{Repeat, Token};

/// Whether the token decrypts so with a private key, or encrypts with a public one, of this size.
pub(crate) fn supports_encryption(
    mechanisms: &Mechanisms,
    key: KeyShape,
    alg: AsymmetricEncryption,
    token_unpadding: bool,
) -> bool {
    let offers = |mechanism, flag| mechanisms.offers_key(mechanism, flag, key.bits);
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt if key.key_type.is_public() => {
            offers(CKM_RSA_PKCS, CKF_ENCRYPT) || offers(CKM_RSA_X_509, CKF_ENCRYPT)
        }
        AsymmetricEncryption::RsaPkcs1v15Crypt => {
            offers(CKM_RSA_X_509, CKF_DECRYPT) || (token_unpadding && offers(CKM_RSA_PKCS, CKF_DECRYPT))
        }
        AsymmetricEncryption::RsaOaep(hash) => {
            let flag = if key.key_type.is_public() { CKF_ENCRYPT } else { CKF_DECRYPT };
            offers(CKM_RSA_PKCS_OAEP, flag)
                && mechanisms.trials().oaep.contains(&hash)
                && (key.bits == 0 || oaep_overhead(hash) < modulus_length(key.bits))
        }
    }
}

/// Encrypts to the public key.
pub(crate) fn encrypt(
    token: &Token,
    key: Key<'_>,
    alg: AsymmetricEncryption,
    text: &SecretBytes,
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let mechanisms = token.mechanisms().unwrap_or_default();
    let length = modulus_length(key.attributes.bits());
    let overhead = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => V15_OVERHEAD,
        AsymmetricEncryption::RsaOaep(hash) => oaep_overhead(hash),
    };
    if text.expose().len() + overhead > length {
        return Err(ProviderError::invalid_argument("the text is too long for the key"));
    }
    if alg == AsymmetricEncryption::RsaPkcs1v15Crypt {
        check_no_label(label)?;
    }
    let padded;
    let (mechanism, data) = match alg {
        AsymmetricEncryption::RsaOaep(hash) => (oaep(&mechanisms, hash, label)?, text),
        AsymmetricEncryption::RsaPkcs1v15Crypt => {
            if mechanisms.offers_key(CKM_RSA_PKCS, CKF_ENCRYPT, key.attributes.bits()) {
                (Mechanism::Plain(CKM_RSA_PKCS), text)
            } else {
                padded = pad_encryption(text, length, random::fill_here)?;
                (Mechanism::Plain(CKM_RSA_X_509), &padded)
            }
        }
    };
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Public)?;
        session.encrypt(&mechanism, object, data.expose(), length).map_err(|error| {
            refusal::of_data(session, error, || ProviderError::invalid_argument("the token does not encrypt this text"))
        })
    })
}

/// Decrypts with the private key.
pub(crate) fn decrypt(
    token: &Token,
    key: Key<'_>,
    alg: AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<SecretBytes, ProviderError> {
    let mechanisms = token.mechanisms().unwrap_or_default();
    let length = modulus_length(key.attributes.bits());
    if ciphertext.len() != length {
        return Err(ProviderError::invalid_argument("the ciphertext is not as long as the modulus"));
    }
    let offers = |mechanism| mechanisms.offers_key(mechanism, CKF_DECRYPT, key.attributes.bits());
    let mechanism = match alg {
        AsymmetricEncryption::RsaOaep(hash) => oaep(&mechanisms, hash, label)?,
        AsymmetricEncryption::RsaPkcs1v15Crypt => {
            check_no_label(label)?;
            if offers(CKM_RSA_X_509) {
                return decrypt_unpadded(token, key, ciphertext);
            }
            if !(token.settings.token_unpadding && offers(CKM_RSA_PKCS)) {
                return Err(ProviderError::not_supported("the token does not offer raw RSA, and may not unpad itself"));
            }
            Mechanism::Plain(CKM_RSA_PKCS)
        }
    };
    apply(token, key, &mechanism, ciphertext)
}

/// PKCS#1 v1.5 with a token that leaves the padding to us.
fn decrypt_unpadded(token: &Token, key: Key<'_>, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
    let decrypt = |block: &[u8]| {
        let decrypted = apply(token, key, &Mechanism::Plain(CKM_RSA_X_509), block)?;
        // Some modules leave leading zeros away.
        Ok(left_padded(decrypted.expose(), block.len()).unwrap_or(decrypted))
    };
    if !token.settings.implicit_rejection {
        return unpad_encryption(&decrypt(ciphertext)?);
    }
    let secret = Prepared::of(&key)?.rejection_secret(|| {
        decrypt(&RejectionSecret::question(ciphertext.len())).map(|secret| RejectionSecret::of(&secret))
    })?;
    let block = decrypt(ciphertext).map_err(|error| match error.kind {
        ErrorKind::InvalidPadding => ProviderError::invalid_argument("the token does not take the ciphertext"),
        _ => error,
    })?;
    secret.unpad_encryption(&block, ciphertext)
}

/// Lets the token decrypt. Whatever it says against the ciphertext is a wrong padding, also that the ciphertext is a number
/// above the modulus: to tell more would help to guess plaintexts.
fn apply(token: &Token, key: Key<'_>, mechanism: &Mechanism<'_>, text: &[u8]) -> Result<SecretBytes, ProviderError> {
    token.with_session(Repeat::Always, |session| {
        let object = session.object(&key, Class::Private)?;
        session
            .decrypt(mechanism, object, text, text.len())
            .map_err(|error| refusal::of_data(session, error, ProviderError::invalid_padding))
    })
}

/// OAEP, if the token has it so. Which labels it takes was tried when it was connected: one that drops a label in silence
/// gets none.
fn oaep<'a>(mechanisms: &Mechanisms, hash: Hash, label: &'a [u8]) -> Result<Mechanism<'a>, ProviderError> {
    let trials = mechanisms.trials();
    if !label.is_empty() && !trials.oaep_labels {
        return Err(ProviderError::not_supported("the token does not take OAEP labels"));
    }
    RsaHash::of(hash)
        .filter(|_| trials.oaep.contains(&hash))
        .map(|hash| Mechanism::Oaep(hash, label))
        .ok_or_else(|| ProviderError::not_supported("the token does not do OAEP with this hash"))
}

/// What OAEP adds to a text (RFC 8017, 7.1.1).
const fn oaep_overhead(hash: Hash) -> usize {
    2 * hash.len() + 2
}

fn check_no_label(label: &[u8]) -> Result<(), ProviderError> {
    if label.is_empty() { Ok(()) } else { Err(ProviderError::invalid_argument("PKCS#1 v1.5 has no label")) }
}
