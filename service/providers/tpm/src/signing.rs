//! Signatures: made in the TPM, and verified there.

mod digest;
mod pss;
pub(crate) mod salt;
mod way;

use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::hashing::hash as hash_message;
use keystead_provider::rsa::{digest_info, pad_signature};
use keystead_provider::{Key, ProviderError, Signing};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Code;
use tss_esapi::constants::tss::{TPM2_RH_NULL, TPM2_ST_HASHCHECK};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::structures::{
    Digest, EccParameter, EccSignature, HashScheme, HashcheckTicket, PublicKeyRsa, RsaSignature, Signature,
    SignatureScheme,
};
use tss_esapi::tss2_esys::{TPM2B_DIGEST, TPMT_TK_HASHCHECK};

use crate::encryption::raw;
use crate::error;
use crate::generating::fill_random;
use crate::names;
use crate::tpm::Tpm;
use digest::padded;
pub(crate) use way::decrypts_to_sign;
use way::{Way, digest_lengths, way};

impl Signing for Tpm {
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool {
        self.properties().is_some_and(|properties| way(&properties, key, alg).is_some())
    }

    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
        check_length(alg, hash)?;
        match chosen(self, key, alg)? {
            Way::Pkcs1(_) | Way::Pss(_) => sign_digest(self, key, hash, native_scheme(self, key, alg)?),
            Way::PaddedPkcs1(alg) => sign_block(self, key, &pkcs1_block(key, alg, hash)?),
            Way::PaddedPss(alg) => {
                let mut salt = vec![0; alg.len()];
                fill_random(&mut salt)?;
                sign_block(self, key, &pss::encode(alg, hash, &salt, key.attributes.bits())?)
            }
            Way::Ecdsa => sign_ecdsa(self, key, hash),
        }
    }

    fn verify_hash(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        check_length(alg, hash)?;
        let way = chosen(self, key, alg)?;
        let length = key.attributes.bits().div_ceil(8) as usize;
        let length = if matches!(way, Way::Ecdsa) { 2 * length } else { length };
        if signature.len() != length {
            return Err(ProviderError::invalid_signature());
        }
        let verified = match way {
            Way::Pkcs1(name) => verify(self, key, hash, || Ok(Signature::RsaSsa(rsa_signature(name, signature)?)))?,
            // TPMs take salts of any length, and the contract only those as long as the hash.
            Way::Pss(_) => is_pss(alg, hash, raw::public_of_signer(self, key, signature)?)?,
            Way::PaddedPkcs1(alg) => {
                let expected = pkcs1_block(key, alg, hash)?;
                raw::public(self, key, signature)?.is_some_and(|block| *block.expose() == expected)
            }
            Way::PaddedPss(_) => is_pss(alg, hash, raw::public(self, key, signature)?)?,
            Way::Ecdsa => verify_ecdsa(self, key, hash, signature)?,
        };
        if verified { Ok(()) } else { Err(ProviderError::invalid_signature()) }
    }

    fn sign_message(&self, key: Key<'_>, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
        self.sign_hash(key, alg, &hashed(alg, message)?)
    }

    fn verify_message(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        self.verify_hash(key, alg, &hashed(alg, message)?, signature)
    }
}

/// The way to sign, if there is one.
fn chosen(tpm: &Tpm, key: Key<'_>, alg: AsymmetricSignature) -> Result<Way, ProviderError> {
    if alg.hash() == Some(SignHash::Any) {
        return Err(ProviderError::invalid_argument("a signature is made with one hash, not any"));
    }
    let properties = tpm.properties();
    properties
        .and_then(|properties| way(&properties, key.attributes.shape(), alg))
        .ok_or_else(|| ProviderError::not_supported("the TPM cannot sign so with such a key"))
}

/// The service has checked the length; a TPM would answer something else.
fn check_length(alg: AsymmetricSignature, hash: &[u8]) -> Result<(), ProviderError> {
    match alg.hash() {
        Some(SignHash::Specific(alg)) if alg.len() != hash.len() => {
            Err(ProviderError::invalid_argument("the hash is not as long as the algorithm's"))
        }
        _ => Ok(()),
    }
}

/// The hash of a message, made here: an unrestricted key signs any digest.
fn hashed(alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError> {
    match alg.hash() {
        Some(SignHash::Specific(alg)) => {
            hash_message(alg, message).ok_or_else(|| ProviderError::not_supported("this hash is unknown"))
        }
        _ => Err(ProviderError::invalid_argument("the algorithm names no hash for the message")),
    }
}

/// The block that PKCS#1 v1.5 signs; without a hash function the caller gave the DigestInfo.
fn pkcs1_block(key: Key<'_>, alg: Option<Hash>, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let modulus = key.attributes.bits() as usize / 8;
    match alg {
        Some(alg) => pad_signature(&digest_info(alg, hash), modulus),
        None => pad_signature(hash, modulus),
    }
}

fn sign(tpm: &Tpm, key: Key<'_>, digest: &[u8], scheme: SignatureScheme) -> Result<Signature, ProviderError> {
    tpm.with_key("TPM2_Sign", &key, |context, handle| {
        context.sign(handle, Digest::try_from(digest)?, scheme, no_ticket()?)
    })
}

/// Only restricted keys need a ticket for the digest: this one says that there is none.
fn no_ticket() -> tss_esapi::Result<HashcheckTicket> {
    HashcheckTicket::try_from(TPMT_TK_HASHCHECK {
        tag: TPM2_ST_HASHCHECK,
        hierarchy: TPM2_RH_NULL,
        digest: TPM2B_DIGEST::default(),
    })
}

/// Signs in the TPM, padding and all.
fn sign_digest(tpm: &Tpm, key: Key<'_>, digest: &[u8], scheme: SignatureScheme) -> Result<Vec<u8>, ProviderError> {
    signature_bytes(key.attributes.bits(), &sign(tpm, key, digest, scheme)?)
}

/// The scheme with which the TPM itself signs and pads, for what it also hashes itself.
pub(crate) fn native_scheme(
    tpm: &Tpm,
    key: Key<'_>,
    alg: AsymmetricSignature,
) -> Result<SignatureScheme, ProviderError> {
    let own_hash = match alg.hash() {
        Some(SignHash::Specific(hash)) if tpm.properties().is_some_and(|properties| properties.has_hash(hash)) => {
            names::hashing_algorithm(hash)
        }
        _ => None,
    };
    match (chosen(tpm, key, alg)?, own_hash) {
        (Way::Pkcs1(name), _) => Ok(SignatureScheme::RsaSsa { hash_scheme: HashScheme::new(name) }),
        (Way::Pss(name), _) => Ok(SignatureScheme::RsaPss { hash_scheme: HashScheme::new(name) }),
        (Way::Ecdsa, Some(name)) => Ok(SignatureScheme::EcDsa { hash_scheme: HashScheme::new(name) }),
        _ => Err(ProviderError::not_supported("the TPM does not sign so on its own")),
    }
}

/// A signature of a key of so many bits in the format of wire contract 4.2. A TPM may leave out leading zeros.
pub(crate) fn signature_bytes(bits: u32, signature: &Signature) -> Result<Vec<u8>, ProviderError> {
    let length = bits.div_ceil(8) as usize;
    match signature {
        Signature::RsaSsa(signature) | Signature::RsaPss(signature) => Ok(padded(signature.signature(), length)),
        Signature::EcDsa(signature) => {
            Ok([padded(signature.signature_r(), length), padded(signature.signature_s(), length)].concat())
        }
        _ => Err(ProviderError::corruption("the TPM made a signature of another kind")),
    }
}

/// Signs a block that was padded here.
fn sign_block(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Vec<u8>, ProviderError> {
    raw::private(tpm, key, block)?
        .map(SecretBytes::into_exposed)
        .ok_or_else(|| ProviderError::corruption("the TPM cannot sign a padded hash"))
}

fn sign_ecdsa(tpm: &Tpm, key: Key<'_>, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let (digest, name) = ecdsa_digest(tpm, key, hash)?;
    sign_digest(tpm, key, &digest, SignatureScheme::EcDsa { hash_scheme: HashScheme::new(name) })
}

fn verify_ecdsa(tpm: &Tpm, key: Key<'_>, hash: &[u8], signature: &[u8]) -> Result<bool, ProviderError> {
    let (digest, name) = ecdsa_digest(tpm, key, hash)?;
    let (r, s) = signature.split_at(signature.len() / 2);
    verify(tpm, key, &digest, || {
        let signature = EccSignature::create(name, EccParameter::try_from(r)?, EccParameter::try_from(s)?)?;
        Ok(Signature::EcDsa(signature))
    })
}

/// The digest in a length that the TPM takes, and a hash of that length.
fn ecdsa_digest(tpm: &Tpm, key: Key<'_>, hash: &[u8]) -> Result<(Vec<u8>, HashingAlgorithm), ProviderError> {
    let hashes = tpm.properties().map(|properties| digest_lengths(&properties)).unwrap_or_default();
    let lengths: Vec<usize> = hashes.iter().map(|(length, _)| *length).collect();
    let digest = digest::fit(hash, key.attributes.bits(), &lengths);
    let name = |digest: &Vec<u8>| hashes.iter().find(|(length, _)| *length == digest.len()).map(|(_, name)| *name);
    digest
        .and_then(|digest| name(&digest).map(|name| (digest, name)))
        .ok_or_else(|| ProviderError::not_supported("the TPM has no hash as long as this one"))
}

fn rsa_signature(name: HashingAlgorithm, signature: &[u8]) -> tss_esapi::Result<RsaSignature> {
    RsaSignature::create(name, PublicKeyRsa::try_from(signature)?)
}

/// Whether what the public key made of a signature, if it made anything of it, is the digest with PSS's padding.
fn is_pss(alg: AsymmetricSignature, digest: &[u8], block: Option<SecretBytes>) -> Result<bool, ProviderError> {
    match (alg.hash(), block) {
        (Some(SignHash::Specific(hash)), Some(block)) => pss::encodes(hash, digest, block.expose()),
        _ => Ok(false),
    }
}

/// Whether the TPM finds the signature good. Key and digest are well-formed, so whatever else it finds wrong is the
/// signature's fault too: a half that is zero, or not below the order.
fn verify(
    tpm: &Tpm,
    key: Key<'_>,
    digest: &[u8],
    signature: impl Fn() -> tss_esapi::Result<Signature>,
) -> Result<bool, ProviderError> {
    tpm.with_key("TPM2_VerifySignature", &key, |context, handle| {
        let (digest, signature) = (Digest::try_from(digest)?, signature()?);
        match context.execute_without_session(|context| context.verify_signature(handle, digest, signature)) {
            Ok(_) => Ok(true),
            Err(bad)
                if matches!(
                    error::kind(bad),
                    Some(Code::Signature | Code::Value | Code::Range | Code::Size | Code::EccPoint)
                ) =>
            {
                Ok(false)
            }
            // TPMs fail over halves that are zero or too large; one that has failed altogether gives no random bytes.
            Err(bad) if error::kind(bad) == Some(Code::Failure) => {
                context.execute_without_session(|context| context.get_random(1)).map(|_| false)
            }
            Err(other) => Err(other),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tpm_leaves_out_is_filled_with_zeros() {
        let number = |bytes: &[u8]| EccParameter::try_from(bytes).unwrap();
        for (bits, length) in [(256, 32), (521, 66)] {
            let signature = EccSignature::create(HashingAlgorithm::Sha256, number(&[7; 30]), number(&[9])).unwrap();
            let bytes = signature_bytes(bits, &Signature::EcDsa(signature)).unwrap();
            let expected = [&vec![0; length - 30][..], &[7; 30], &vec![0; length - 1], &[9]].concat();
            assert_eq!(bytes, expected, "{bits}");
        }
        let signature = rsa_signature(HashingAlgorithm::Sha256, &[5; 255]).unwrap();
        let bytes = signature_bytes(2048, &Signature::RsaSsa(signature)).unwrap();
        assert_eq!(bytes, [&[0][..], &[5; 255]].concat());
    }
}
