//! THE TABLE of mechanisms: what each is for, the sizes of its keys, and with which key a provider must be able to do it,
//! so that a token shows exactly what it can do.

use cryptoki_sys::*;
use keystead_client::interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    Mac, RawKeyAgreement, SignHash,
};
use keystead_client::interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_client::interface::operations::core::CheckType;

use crate::curves::CURVES;
use crate::hashes::{HASHES, HashNames};

/// A mechanism that a token may have.
pub(crate) struct Offer {
    /// Its number.
    pub(crate) mechanism: CK_MECHANISM_TYPE,
    /// What C_GetMechanismInfo says.
    pub(crate) info: CK_MECHANISM_INFO,
    /// The token has it if its provider says yes to one of these. None: the module does it itself.
    pub(crate) probes: Vec<(CheckType, KeyAttributes)>,
}

/// ECDH, without anything after it.
pub(crate) const ECDH: Algorithm = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
/// GCM with whole tags.
pub(crate) const GCM: Algorithm = Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm));
/// CMAC of full length.
pub(crate) const CMAC: Algorithm = Algorithm::Mac(Mac::FullLength(FullLengthMac::Cmac));
/// PKCS#1 v1.5 encryption.
pub(crate) const RSA_CRYPT: Algorithm = Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt);

/// HMAC of full length.
pub(crate) const fn hmac(hash: Hash) -> Algorithm {
    Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac(hash)))
}

/// OAEP.
pub(crate) const fn oaep(hash: Hash) -> Algorithm {
    Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash))
}

/// The modes of AES without authentication, by their mechanisms.
pub(crate) const MODES: &[(CK_MECHANISM_TYPE, Cipher)] = &[
    (CKM_AES_CBC_PAD, Cipher::CbcPkcs7),
    (CKM_AES_CBC, Cipher::CbcNoPadding),
    (CKM_AES_CTR, Cipher::Ctr),
    (CKM_AES_ECB, Cipher::EcbNoPadding),
];

/// The three kinds of signatures in the order of [`HashNames::signatures`].
pub(crate) const SCHEMES: [fn(SignHash) -> AsymmetricSignature; 3] =
    [AsymmetricSignature::RsaPkcs1v15Sign, AsymmetricSignature::RsaPss, AsymmetricSignature::Ecdsa];

/// The signature that a mechanism with a hash stands for, and the hash.
pub(crate) fn hashed_signature(mechanism: CK_MECHANISM_TYPE) -> Option<(AsymmetricSignature, Hash)> {
    HASHES.iter().find_map(|names| {
        let scheme = names.signatures.iter().position(|signature| *signature == mechanism)?;
        Some((SCHEMES[scheme](SignHash::Specific(names.hash)), names.hash))
    })
}

/// Every mechanism, in the order in which a token lists them: some programs take the first that fits.
pub(crate) fn offers() -> Vec<Offer> {
    let mut offers = vec![
        generation(CKM_RSA_PKCS_KEY_PAIR_GEN, RSA, CKF_GENERATE_KEY_PAIR, vec![rsa(pkcs1(SignHash::Any))]),
        generation(CKM_EC_KEY_PAIR_GEN, EC, CKF_GENERATE_KEY_PAIR | EC_FLAGS, on_curves(ecdsa(SignHash::Any))),
        generation(CKM_EC_MONTGOMERY_KEY_PAIR_GEN, MONTGOMERY, CKF_GENERATE_KEY_PAIR | EC_FLAGS, agreeing(false)),
        generation(CKM_AES_KEY_GEN, AES, CKF_GENERATE, vec![aes(Algorithm::None)]),
        generation(CKM_GENERIC_SECRET_KEY_GEN, SECRET, CKF_GENERATE, vec![secret(hmac(Hash::Sha256))]),
        usage(CKM_RSA_PKCS, RSA, SIGN | CRYPT, vec![rsa(pkcs1(SHA256)), rsa(RSA_CRYPT)]),
        usage(CKM_RSA_PKCS_OAEP, RSA, CRYPT, HASHES.iter().map(|names| rsa(oaep(names.hash))).collect()),
        usage(CKM_RSA_PKCS_PSS, RSA, SIGN, vec![rsa(pss(SHA256))]),
        usage(CKM_ECDSA, EC, SIGN | EC_FLAGS, on_curves(ecdsa(SHA256))),
        usage(CKM_ECDH1_DERIVE, EC_ALL, CKF_DERIVE | EC_FLAGS, [agreeing(true), agreeing(false)].concat()),
        usage(CKM_AES_GCM, AES, CRYPT, vec![aes(GCM)]),
        usage(CKM_AES_CMAC, AES, SIGN, vec![aes(CMAC)]),
    ];
    offers.extend(MODES.iter().map(|(mode, cipher)| usage(*mode, AES, CRYPT, vec![aes(Algorithm::Cipher(*cipher))])));
    offers.extend(HASHES.iter().flat_map(of_hash));
    offers
}

/// Everything that is made of a hash.
fn of_hash(names: &HashNames) -> [Offer; 5] {
    let hash = SignHash::Specific(names.hash);
    let [rsa_pkcs, rsa_pss, on_curve] = names.signatures;
    [
        offer(names.digest, (0, 0), CKF_DIGEST, Vec::new()),
        usage(rsa_pkcs, RSA, SIGN, vec![rsa(pkcs1(hash))]),
        usage(rsa_pss, RSA, SIGN, vec![rsa(pss(hash))]),
        usage(on_curve, EC, SIGN | EC_FLAGS, on_curves(ecdsa(hash))),
        usage(names.hmac, SECRET, SIGN, vec![secret(hmac(names.hash))]),
    ]
}

const SHA256: SignHash = SignHash::Specific(Hash::Sha256);
const SIGN: CK_FLAGS = CKF_SIGN | CKF_VERIFY;
const CRYPT: CK_FLAGS = CKF_ENCRYPT | CKF_DECRYPT;
const EC_FLAGS: CK_FLAGS = CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
/// Smallest and largest keys: bits of RSA and curves, bytes of AES, bits of other secrets, as the standard has it.
type Sizes = (CK_ULONG, CK_ULONG);
const RSA: Sizes = (1024, 4096);
const EC: Sizes = (192, 521);
const MONTGOMERY: Sizes = (255, 448);
const EC_ALL: Sizes = (192, 521);
const AES: Sizes = (16, 32);
const SECRET: Sizes = (8, 4096);

fn offer(
    mechanism: CK_MECHANISM_TYPE,
    sizes: Sizes,
    flags: CK_FLAGS,
    probes: Vec<(CheckType, KeyAttributes)>,
) -> Offer {
    Offer { mechanism, info: CK_MECHANISM_INFO { ulMinKeySize: sizes.0, ulMaxKeySize: sizes.1, flags }, probes }
}

fn usage(mechanism: CK_MECHANISM_TYPE, sizes: Sizes, flags: CK_FLAGS, keys: Vec<KeyAttributes>) -> Offer {
    offer(mechanism, sizes, flags, keys.into_iter().map(|key| (CheckType::Use, key)).collect())
}

fn generation(mechanism: CK_MECHANISM_TYPE, sizes: Sizes, flags: CK_FLAGS, keys: Vec<KeyAttributes>) -> Offer {
    offer(mechanism, sizes, flags, keys.into_iter().map(|key| (CheckType::Generate, key)).collect())
}

fn pkcs1(hash: SignHash) -> Algorithm {
    Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign(hash))
}

fn pss(hash: SignHash) -> Algorithm {
    Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPss(hash))
}

fn ecdsa(hash: SignHash) -> Algorithm {
    Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(hash))
}

/// Flags that stand for "may be used": which of them makes no difference to what a provider can do.
const USED: Usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH).and(Usage::ENCRYPT).and(Usage::DECRYPT).and(Usage::DERIVE);

fn rsa(algorithm: Algorithm) -> KeyAttributes {
    KeyAttributes::new(KeyType::RsaKeyPair, 2048, USED, algorithm)
}

fn aes(algorithm: Algorithm) -> KeyAttributes {
    KeyAttributes::new(KeyType::Aes, 128, USED, algorithm)
}

fn secret(algorithm: Algorithm) -> KeyAttributes {
    KeyAttributes::new(KeyType::Hmac, 256, USED, algorithm)
}

fn on_curves(algorithm: Algorithm) -> Vec<KeyAttributes> {
    pairs(true, algorithm)
}

fn agreeing(on_weierstrass: bool) -> Vec<KeyAttributes> {
    pairs(on_weierstrass, ECDH)
}

fn pairs(on_weierstrass: bool, algorithm: Algorithm) -> Vec<KeyAttributes> {
    let curves = CURVES.iter().filter(|curve| curve.is_weierstrass() == on_weierstrass);
    curves.map(|curve| KeyAttributes::new(KeyType::EccKeyPair(curve.family), curve.bits, USED, algorithm)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mechanism_stands_in_the_table_twice() {
        let mut numbers: Vec<_> = offers().into_iter().map(|offer| offer.mechanism).collect();
        let all = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all);
    }
}
