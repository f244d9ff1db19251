//! Verification and encryption here with the public key, for what the token lacks: if the operator allows it, and never with
//! anything but a public key.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, SignHash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::digest_info;
use keystead_provider::{Key, ProviderError, hashing};

use crate::host::{self, RsaKey};
use crate::named_curves::NamedCurve;
use crate::objects::Prepared;

/// The public half of such a key.
pub(crate) fn public_half(key: KeyShape) -> KeyShape {
    let key_type = match key.key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        other => other,
    };
    KeyShape { key_type, ..key }
}

/// Whether signatures by such a public key can be verified here.
pub(crate) fn verifies(key: KeyShape, alg: AsymmetricSignature) -> bool {
    let on_curve = |family: keystead_interface::attributes::EccFamily| {
        family.sizes().iter().any(|bits| (key.bits == 0 || key.bits == *bits) && host::computes_on(family, *bits))
    };
    match (alg, key.key_type) {
        (AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)), KeyType::RsaPublicKey) => {
            hashing::can_hash(hash)
        }
        (AsymmetricSignature::RsaPkcs1v15SignRaw, KeyType::RsaPublicKey) => true,
        (AsymmetricSignature::RsaPss(SignHash::Specific(hash)), KeyType::RsaPublicKey) => {
            host::has_digest(hash) && (key.bits == 0 || 2 * hash.len() + 2 <= (key.bits as usize - 1).div_ceil(8))
        }
        (
            AsymmetricSignature::Ecdsa(SignHash::Specific(hash))
            | AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(hash)),
            KeyType::EccPublicKey(family),
        ) => hashing::can_hash(hash) && on_curve(family),
        (AsymmetricSignature::EcdsaAny, KeyType::EccPublicKey(family)) => on_curve(family),
        _ => false,
    }
}

/// Verifies a signature over a hash.
pub(crate) fn verify(
    key: Key<'_>,
    alg: AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let public = public(&key)?;
    let verifies = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(alg)) => {
            rsa(public)?.verifies_v15(&digest_info(alg, hash), signature)
        }
        AsymmetricSignature::RsaPkcs1v15SignRaw => rsa(public)?.verifies_v15(hash, signature),
        AsymmetricSignature::RsaPss(SignHash::Specific(alg)) => rsa(public)?.verifies_pss(alg, hash, signature),
        _ => {
            let attributes = key.attributes;
            let family = attributes.key_type().ecc_family();
            let curve = family.and_then(|family| NamedCurve::of(family, attributes.bits()));
            let curve = curve.ok_or_else(|| ProviderError::not_supported("the curve is not known here"))?;
            host::verifies_ecdsa(curve, public, hash, signature)
        }
    };
    if verifies { Ok(()) } else { Err(ProviderError::invalid_signature()) }
}

/// Whether texts can be encrypted here to such a public key.
pub(crate) fn encrypts(key: KeyShape, alg: AsymmetricEncryption) -> bool {
    let has_room = |overhead: usize| key.bits == 0 || overhead < (key.bits as usize).div_ceil(8);
    key.key_type == KeyType::RsaPublicKey
        && match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => has_room(11),
            AsymmetricEncryption::RsaOaep(hash) => host::has_digest(hash) && has_room(2 * hash.len() + 2),
        }
}

/// Encrypts a text of a length that fits.
pub(crate) fn encrypt(
    key: Key<'_>,
    alg: AsymmetricEncryption,
    text: &SecretBytes,
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let public = rsa(public(&key)?)?;
    let encrypted = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => public.encrypts_v15(text),
        AsymmetricEncryption::RsaOaep(hash) => public.encrypts_oaep(hash, text, label),
    };
    encrypted.ok_or_else(|| ProviderError::invalid_argument("the text cannot be encrypted to this key"))
}

fn public<'a>(key: &Key<'a>) -> Result<&'a [u8], ProviderError> {
    let public = Prepared::of(key)?.public();
    public.ok_or_else(|| ProviderError::not_supported("the public key is not known"))
}

fn rsa(der: &[u8]) -> Result<RsaKey, ProviderError> {
    RsaKey::from_der(der).ok_or_else(|| ProviderError::corruption("the public key in the handle is none"))
}
