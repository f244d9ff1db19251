//! Signatures and MACs: what is gathered of a message, and what becomes of it.
//!
//! Messages are hashed here and only the hash is sent, so they may be of any length; what a MAC is made of goes to the
//! service whole.

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash, Mac, SignHash};
use keystead_client::interface::attributes::Usage;

use crate::error::{Refusal, Result, about, refuse};
use crate::hashes::{HASHES, Hasher, digest_info};
use crate::limits::MAX_GATHERED_BYTES;
use crate::mechanism::{CMAC, hashed_signature, hmac};
use crate::module::Module;
use crate::object::{Key, Object};
use crate::parameters::Mechanism;
use crate::records::Side;
use crate::session::{Output, Room, early};

/// A signature or MAC that is being made or verified.
pub(crate) struct Signing {
    key: Arc<Key>,
    scheme: Scheme,
    /// Bytes of the result.
    length: usize,
}

enum Scheme {
    /// A signature over a message that is hashed here.
    Message(AsymmetricSignature, Hasher),
    /// A signature over what the caller made of its message.
    Prepared(Prepared, Vec<u8>),
    /// A MAC.
    Mac(Mac, Vec<u8>),
}

/// What the caller made of its message.
#[derive(Clone, Copy)]
enum Prepared {
    /// A DigestInfo.
    DigestInfo,
    /// A hash, for PSS.
    Pss(Hash),
    /// A hash of any length, for a curve of this size.
    OnCurve(u32),
}

/// Which of the two is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Signing, encrypting.
    Make,
    /// Verifying, decrypting.
    Undo,
}

impl Signing {
    /// Begins: checks that the key may be used so.
    pub(crate) fn begin(object: &Object, mechanism: &Mechanism, direction: Direction) -> Result<Signing> {
        let Object::Key(key, side) = object else { return refuse(CKR_KEY_HANDLE_INVALID) };
        let fits = match direction {
            Direction::Make => *side != Side::Public,
            Direction::Undo => *side != Side::Private,
        };
        if !fits {
            return refuse(CKR_KEY_FUNCTION_NOT_PERMITTED);
        }
        let signing = Signing::of(key, mechanism)?;
        key.permit(signing.usage(direction), signing.algorithm())?;
        Ok(signing)
    }

    fn of(key: &Arc<Key>, mechanism: &Mechanism) -> Result<Signing> {
        let bits = key.attributes.bits();
        let rsa_length = bits.div_ceil(8) as usize;
        let with = |scheme, length| Ok(Signing { key: Arc::clone(key), scheme, length });
        match mechanism.kind {
            CKM_RSA_PKCS => {
                mechanism.without_parameters()?;
                with(Scheme::Prepared(Prepared::DigestInfo, Vec::new()), rsa_length)
            }
            CKM_RSA_PKCS_PSS => with(Scheme::Prepared(Prepared::Pss(mechanism.pss_hash()?), Vec::new()), rsa_length),
            CKM_ECDSA => {
                mechanism.without_parameters()?;
                with(Scheme::Prepared(Prepared::OnCurve(bits), Vec::new()), 2 * rsa_length)
            }
            CKM_AES_CMAC => with(Scheme::Mac(mac(CMAC)?, Vec::new()), 16),
            kind => {
                if let Some(names) = HASHES.iter().find(|names| names.hmac == kind) {
                    mechanism.without_parameters()?;
                    return with(Scheme::Mac(mac(hmac(names.hash))?, Vec::new()), names.hash.len());
                }
                let (alg, hash) = hashed_signature(kind).ok_or(Refusal(CKR_MECHANISM_INVALID))?;
                if matches!(alg, AsymmetricSignature::RsaPss(_)) && mechanism.pss_hash()? != hash {
                    return refuse(CKR_MECHANISM_PARAM_INVALID);
                }
                let length = if alg.is_rsa() { rsa_length } else { 2 * rsa_length };
                with(Scheme::Message(as_the_key_has_it(key, alg), Hasher::new(hash)?), length)
            }
        }
    }

    fn usage(&self, direction: Direction) -> Usage {
        match (&self.scheme, direction) {
            (Scheme::Mac(..), Direction::Make) => Usage::SIGN_MESSAGE,
            (Scheme::Mac(..), Direction::Undo) => Usage::VERIFY_MESSAGE,
            (_, Direction::Make) => Usage::SIGN_HASH,
            (_, Direction::Undo) => Usage::VERIFY_HASH,
        }
    }

    /// The algorithm as far as it is known now: a DigestInfo or a bare hash say more of it later.
    fn algorithm(&self) -> Algorithm {
        let hash = match self.key.attributes.algorithm() {
            Algorithm::AsymmetricSignature(policy) => match policy.hash() {
                Some(SignHash::Specific(hash)) => hash,
                _ => Hash::Sha256,
            },
            _ => Hash::Sha256,
        };
        let signature = match &self.scheme {
            Scheme::Mac(mac, _) => return Algorithm::Mac(*mac),
            Scheme::Message(alg, _) => *alg,
            Scheme::Prepared(Prepared::DigestInfo, _) => rsa_pkcs(&self.key, hash),
            Scheme::Prepared(Prepared::Pss(hash), _) => AsymmetricSignature::RsaPss(SignHash::Specific(*hash)),
            Scheme::Prepared(Prepared::OnCurve(_), _) => {
                as_the_key_has_it(&self.key, AsymmetricSignature::Ecdsa(SignHash::Specific(hash)))
            }
        };
        Algorithm::AsymmetricSignature(signature)
    }

    /// Takes more of the message.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        match &mut self.scheme {
            Scheme::Message(_, hasher) => hasher.update(piece),
            Scheme::Prepared(_, gathered) | Scheme::Mac(_, gathered) => {
                if gathered.len() + piece.len() > MAX_GATHERED_BYTES {
                    return refuse(CKR_DATA_LEN_RANGE);
                }
                gathered.extend_from_slice(piece);
            }
        }
        Ok(())
    }

    /// What can be answered before it is signed.
    pub(crate) fn early(&self, room: Room) -> Option<Output> {
        early(self.length, room)
    }

    /// The signature or MAC.
    pub(crate) fn sign(self, module: &Module) -> Result<Vec<u8>> {
        let client = module.client.with_provider(self.key.slot);
        let (key, length) = (Arc::clone(&self.key), self.length);
        let signature = match self.input()? {
            Input::Hash(alg, hash) => {
                let name = key.name_for(&module.client, &module.owner, for_any_hash(alg))?;
                client.sign_hash(&name, alg, &hash).map_err(about(CKR_DATA_LEN_RANGE))?
            }
            Input::Mac(alg, input) => {
                let name = key.name_for(&module.client, &module.owner, Algorithm::Mac(alg))?;
                client.mac_compute(&name, alg, &input).map_err(about(CKR_DATA_LEN_RANGE))?
            }
        };
        if signature.len() == length { Ok(signature) } else { refuse(CKR_DEVICE_ERROR) }
    }

    /// Whether a signature or MAC is right.
    pub(crate) fn verify(self, module: &Module, signature: &[u8]) -> Result<()> {
        if signature.len() != self.length {
            return refuse(CKR_SIGNATURE_LEN_RANGE);
        }
        let client = module.client.with_provider(self.key.slot);
        let key = Arc::clone(&self.key);
        match self.input()? {
            Input::Hash(alg, hash) => {
                let name = key.name_for(&module.client, &module.owner, for_any_hash(alg))?;
                client.verify_hash(&name, alg, &hash, signature).map_err(about(CKR_DATA_LEN_RANGE))
            }
            Input::Mac(alg, input) => {
                let name = key.name_for(&module.client, &module.owner, Algorithm::Mac(alg))?;
                client.mac_verify(&name, alg, &input, signature).map_err(about(CKR_DATA_LEN_RANGE))
            }
        }
    }

    fn input(self) -> Result<Input> {
        Ok(match self.scheme {
            Scheme::Message(alg, hasher) => Input::Hash(alg, hasher.finish()),
            Scheme::Mac(alg, gathered) => Input::Mac(alg, gathered),
            Scheme::Prepared(Prepared::Pss(hash), gathered) => {
                if gathered.len() != hash.len() {
                    return refuse(CKR_DATA_LEN_RANGE);
                }
                Input::Hash(AsymmetricSignature::RsaPss(SignHash::Specific(hash)), gathered)
            }
            Scheme::Prepared(Prepared::DigestInfo, gathered) => {
                if rsa_pkcs(&self.key, Hash::Sha256) == AsymmetricSignature::RsaPkcs1v15SignRaw {
                    return Ok(Input::Hash(AsymmetricSignature::RsaPkcs1v15SignRaw, gathered));
                }
                let (hash, value) = digest_info(&gathered).ok_or(Refusal(CKR_DATA_INVALID))?;
                Input::Hash(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)), value.to_vec())
            }
            Scheme::Prepared(Prepared::OnCurve(bits), gathered) => {
                if self.key.attributes.algorithm() == Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny) {
                    return Ok(Input::Hash(AsymmetricSignature::EcdsaAny, gathered));
                }
                let (hash, value) = as_a_hash(&gathered, bits).ok_or(Refusal(CKR_DATA_LEN_RANGE))?;
                let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(hash));
                Input::Hash(as_the_key_has_it(&self.key, alg), value)
            }
        })
    }
}

/// What goes to the service.
enum Input {
    Hash(AsymmetricSignature, Vec<u8>),
    Mac(Mac, Vec<u8>),
}

fn mac(algorithm: Algorithm) -> Result<Mac> {
    match algorithm {
        Algorithm::Mac(mac) => Ok(mac),
        _ => refuse(CKR_MECHANISM_INVALID),
    }
}

/// A key that the caller brought serves every hash.
fn for_any_hash(alg: AsymmetricSignature) -> Algorithm {
    Algorithm::AsymmetricSignature(alg.with_hash(SignHash::Any))
}

/// PKCS#1 v1.5 with this hash, or over the caller's bytes if the key is one for that.
fn rsa_pkcs(key: &Key, hash: Hash) -> AsymmetricSignature {
    match key.attributes.algorithm() {
        Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15SignRaw) => {
            AsymmetricSignature::RsaPkcs1v15SignRaw
        }
        _ => AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash)),
    }
}

/// PKCS#11 has one name for ECDSA, whatever the nonce and the policy are.
fn as_the_key_has_it(key: &Key, alg: AsymmetricSignature) -> AsymmetricSignature {
    match (key.attributes.algorithm(), alg) {
        (
            Algorithm::AsymmetricSignature(AsymmetricSignature::DeterministicEcdsa(_)),
            AsymmetricSignature::Ecdsa(hash),
        ) => AsymmetricSignature::DeterministicEcdsa(hash),
        (Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny), AsymmetricSignature::Ecdsa(_)) => {
            AsymmetricSignature::EcdsaAny
        }
        _ => alg,
    }
}

/// A value that ECDSA takes as the same number as these bytes, in the length of some hash. ECDSA reads the leftmost bits, as
/// many as the curve's order has, as a number (FIPS 186-5, 6.4.1): what is longer may be cut off, and what is shorter may
/// have zeros before it.
fn as_a_hash(bytes: &[u8], bits: u32) -> Option<(Hash, Vec<u8>)> {
    const BY_LENGTH: [Hash; 5] = [Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];
    if let Some(hash) = BY_LENGTH.into_iter().find(|hash| hash.len() == bytes.len()) {
        return Some((hash, bytes.to_vec()));
    }
    let order = bits.div_ceil(8) as usize;
    // Only where the order fills its bytes does cutting off bytes cut off the right bits.
    let kept = if bytes.len() > order && bits.is_multiple_of(8) { &bytes[..order] } else { bytes };
    let hash = BY_LENGTH.into_iter().find(|hash| hash.len() >= kept.len() && hash.len() <= order.max(kept.len()))?;
    let mut value = vec![0; hash.len() - kept.len()];
    value.extend_from_slice(kept);
    (!bytes.is_empty()).then_some((hash, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_any_length_becomes_one_that_signs_the_same_number() {
        let as_hash = |length: usize, bits| as_a_hash(&vec![1; length], bits);
        assert_eq!(as_hash(32, 256), Some((Hash::Sha256, vec![1; 32])));
        assert_eq!(as_hash(64, 256), Some((Hash::Sha512, vec![1; 64])), "the service cuts it off itself");
        let padded = [vec![0; 2], vec![1; 30]].concat();
        assert_eq!(as_hash(30, 256), Some((Hash::Sha256, padded)));
        assert_eq!(as_hash(50, 384), Some((Hash::Sha384, vec![1; 48])));
        assert_eq!(as_hash(65, 521), None, "no hash is as long, and bits cannot be cut off");
        assert_eq!(as_hash(0, 256), None);
    }
}
