//! May this key be used so? Usage × algorithm × key type, without looking at the key itself (wire contract 4.1 and 4.5).

use crate::algorithm::{
    AeadAlg, Algorithm, AsymmetricSignature, Cipher, FullLengthMac, KeyAgreement, RawKeyAgreement, SignHash,
};
use crate::attributes::{KeyAttributes, KeyType, Usage};

/// Why a key may not be used. All of them are PsaErrorNotPermitted to the client; the log says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// None of the flags that would allow it is set.
    #[error("the key's usage flags do not allow this operation")]
    Usage,
    /// The policy names another algorithm.
    #[error("the key's policy permits another algorithm")]
    Algorithm,
    /// The algorithm is not one for keys of this type.
    #[error("the algorithm does not fit the key's type")]
    KeyType,
}

/// Checks 2 to 4 of wire contract 4.1, in their order: a flag of `any_of`, the policy's algorithm, the key's type.
pub fn permit(key: &KeyAttributes, any_of: Usage, algorithm: Algorithm) -> Result<(), Denied> {
    if !key.usage().intersects(any_of) {
        return Err(Denied::Usage);
    }
    if !policy_allows(key.algorithm(), algorithm) {
        return Err(Denied::Algorithm);
    }
    if !fits(algorithm, key.key_type()) {
        return Err(Denied::KeyType);
    }
    Ok(())
}

/// Equality, except that `any` as the policy's hash stands for every specific one of the same scheme, and with PKCS#1 v1.5
/// for the raw scheme too, as TLS 1.0 and 1.1 sign (PSA Crypto API 1.2, PSA_ALG_RSA_PKCS1V15_SIGN_RAW). ECDSA is stricter:
/// PSA_ALG_ECDSA_ANY takes a policy of its own.
fn policy_allows(policy: Algorithm, asked: Algorithm) -> bool {
    if let Algorithm::AsymmetricSignature(asked) = asked {
        let Algorithm::AsymmetricSignature(policy) = policy else { return false };
        return match (policy.hash(), asked.hash()) {
            // An operation cannot be done with "any" hash.
            (_, Some(SignHash::Any)) => false,
            (Some(SignHash::Any), Some(_)) => policy.with_hash(SignHash::Any) == asked.with_hash(SignHash::Any),
            (Some(SignHash::Any), None) => {
                policy == AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any)
                    && asked == AsymmetricSignature::RsaPkcs1v15SignRaw
            }
            _ => policy == asked,
        };
    }
    policy == asked && asked != Algorithm::None
}

/// Whether an algorithm works with keys of this type (wire contract 4.1, check 4).
pub fn fits(algorithm: Algorithm, key_type: KeyType) -> bool {
    let block_cipher = matches!(key_type, KeyType::Aes | KeyType::Camellia | KeyType::Des);
    match algorithm {
        Algorithm::None | Algorithm::Hash(_) => false,
        Algorithm::Mac(mac) => match mac.full_length() {
            FullLengthMac::Hmac(_) => key_type == KeyType::Hmac,
            FullLengthMac::CbcMac | FullLengthMac::Cmac => block_cipher,
        },
        Algorithm::Cipher(Cipher::StreamCipher) => matches!(key_type, KeyType::Arc4 | KeyType::Chacha20),
        Algorithm::Cipher(_) => block_cipher,
        Algorithm::Aead(aead) => match aead.alg() {
            AeadAlg::Ccm | AeadAlg::Gcm => matches!(key_type, KeyType::Aes | KeyType::Camellia),
            AeadAlg::Chacha20Poly1305 => key_type == KeyType::Chacha20,
        },
        Algorithm::AsymmetricSignature(alg) if alg.is_rsa() => key_type.is_rsa(),
        Algorithm::AsymmetricSignature(_) => key_type.ecc_family().is_some(),
        Algorithm::AsymmetricEncryption(_) => key_type.is_rsa(),
        Algorithm::KeyAgreement(agreement) => match agreement.agreement() {
            RawKeyAgreement::Ecdh => key_type.ecc_family().is_some(),
            RawKeyAgreement::Ffdh => matches!(key_type, KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_)),
        },
        Algorithm::KeyDerivation(_) => key_type == KeyType::Derive,
    }
}

/// Whether new keys of this kind are too weak, unless the configuration allows them (wire contract 4.6). A size of 0 is none:
/// an import has it from its material, and a question means any. Then only what is weak in all its sizes is.
pub fn is_deprecated(key: &KeyAttributes) -> bool {
    let weak_type = match key.key_type() {
        KeyType::Des | KeyType::Arc4 => true,
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => (1..2048).contains(&key.bits()),
        KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => family.is_deprecated(key.bits()),
        _ => false,
    };
    weak_type || key.algorithm().hash().is_some_and(|hash| hash.is_deprecated())
}

/// Whether the algorithm stands for a signature over a message rather than over any bytes that the caller likes.
pub const fn hashes_the_message(alg: AsymmetricSignature) -> bool {
    matches!(alg.hash(), Some(SignHash::Specific(_)))
}

/// The policy's algorithm for a raw key agreement.
pub const fn raw_agreement(alg: RawKeyAgreement) -> Algorithm {
    Algorithm::KeyAgreement(KeyAgreement::Raw(alg))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::{Aead, Hash, Mac};
    use crate::attributes::EccFamily;

    const P256: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);

    fn ecdsa(hash: SignHash) -> Algorithm {
        Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(hash))
    }

    #[test]
    fn any_in_the_policy_allows_every_hash_of_the_same_scheme_and_no_other_scheme() {
        let key = KeyAttributes::new(P256, 256, Usage::SIGN_HASH, ecdsa(SignHash::Any));
        for hash in Hash::ALL {
            assert_eq!(permit(&key, Usage::SIGN_HASH, ecdsa(SignHash::Specific(*hash))), Ok(()));
        }
        let other =
            Algorithm::AsymmetricSignature(AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(Hash::Sha256)));
        assert_eq!(permit(&key, Usage::SIGN_HASH, other), Err(Denied::Algorithm));
        let any = Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny);
        assert_eq!(permit(&key, Usage::SIGN_HASH, any), Err(Denied::Algorithm));
        assert_eq!(permit(&key, Usage::SIGN_HASH, ecdsa(SignHash::Any)), Err(Denied::Algorithm));
    }

    #[test]
    fn any_hash_of_pkcs1_v15_allows_the_raw_scheme_and_no_other_policy_does() {
        let raw = AsymmetricSignature::RsaPkcs1v15SignRaw;
        let verdict = |policy| {
            let policy = Algorithm::AsymmetricSignature(policy);
            let key = KeyAttributes::new(KeyType::RsaKeyPair, 2048, Usage::SIGN_HASH, policy);
            permit(&key, Usage::SIGN_HASH, Algorithm::AsymmetricSignature(raw))
        };
        assert_eq!(verdict(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any)), Ok(()));
        assert_eq!(verdict(raw), Ok(()));
        for other in [
            AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256)),
            AsymmetricSignature::RsaPss(SignHash::Any),
        ] {
            assert_eq!(verdict(other), Err(Denied::Algorithm), "{other:?}");
        }
    }

    #[test]
    fn no_size_is_no_weak_size_but_types_and_hashes_are_weak_without_one() {
        let is_weak =
            |key_type, bits, algorithm| is_deprecated(&KeyAttributes::new(key_type, bits, Usage::SIGN_HASH, algorithm));
        for (bits, weak) in [(0, false), (1, true), (1024, true), (2047, true), (2048, false), (4096, false)] {
            for key_type in [KeyType::RsaKeyPair, KeyType::RsaPublicKey] {
                assert_eq!(is_weak(key_type, bits, Algorithm::None), weak, "{key_type:?} of {bits} bits");
            }
        }
        let (sect, brainpool) = (KeyType::EccKeyPair(EccFamily::SectR1), KeyType::EccKeyPair(EccFamily::BrainpoolPR1));
        for (key_type, bits) in [(sect, 163), (brainpool, 160)] {
            assert!(is_weak(key_type, bits, Algorithm::None) && !is_weak(key_type, 0, Algorithm::None));
        }
        for key_type in [KeyType::Des, KeyType::Arc4, KeyType::EccPublicKey(EccFamily::SectR2)] {
            assert!(is_weak(key_type, 0, Algorithm::None), "{key_type:?}");
        }
        assert!(is_weak(P256, 0, ecdsa(SignHash::Specific(Hash::Sha1))));
    }

    #[test]
    fn the_usage_flag_is_judged_before_the_algorithm() {
        let key = KeyAttributes::new(P256, 256, Usage::VERIFY_HASH, ecdsa(SignHash::Any));
        assert_eq!(permit(&key, Usage::SIGN_HASH, Algorithm::None), Err(Denied::Usage));
    }

    #[test]
    fn tag_and_mac_lengths_must_be_equal() {
        let short = Algorithm::Aead(Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length: 12 });
        let key = KeyAttributes::new(KeyType::Aes, 128, Usage::ENCRYPT, short);
        let full = Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm));
        assert_eq!(permit(&key, Usage::ENCRYPT, full), Err(Denied::Algorithm));
        assert_eq!(permit(&key, Usage::ENCRYPT, short), Ok(()));
        let cmac = Algorithm::Mac(Mac::Truncated { mac: FullLengthMac::Cmac, length: 8 });
        let key = KeyAttributes::new(KeyType::Hmac, 128, Usage::SIGN_MESSAGE, cmac);
        assert_eq!(permit(&key, Usage::SIGN_MESSAGE, cmac), Err(Denied::KeyType));
    }
}
