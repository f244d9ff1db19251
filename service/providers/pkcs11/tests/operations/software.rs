//! With public keys the provider does what the token does not, if that was allowed, and only then.

use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::rsa::RsaPublicKey;
use keystead_provider::{ErrorKind, Provider};

use crate::token::{Held, hex, is_softhsm, kind, secret, token_with_software};

const PAIR: &[u8] = include_bytes!("../../../software/tests/asymmetric/openssl/rsa-2048.der");
const PUBLIC: &[u8] = include_bytes!("../../../software/tests/asymmetric/openssl/rsa-2048-public.der");

/// A key of OpenSSL and its PSS signatures: see ../../src/trials/README.md.
const MODULUS: &[u8] = include_bytes!("../../src/trials/modulus.bin");
const SIGNATURES: &[u8] = include_bytes!("../../src/trials/pss.bin");

const SHA3_256: AsymmetricSignature = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha3_256));
const OAEP: AsymmetricEncryption = AsymmetricEncryption::RsaOaep(Hash::Sha256);

#[test]
fn a_hash_that_the_token_lacks_is_verified_here() {
    let Some(software) = token_with_software().filter(|_| is_softhsm()) else { return };
    let public = RsaPublicKey { modulus: MODULUS.to_vec(), exponent: vec![1, 0, 1] }.to_der().expect("DER");
    let alg = Algorithm::AsymmetricSignature(SHA3_256);
    let signature = &SIGNATURES[6 * 256..7 * 256];
    let key = Held::import_to(software, KeyType::RsaPublicKey, alg, &public).expect("a key");
    let signing = key.can().signing.expect("it verifies");
    assert!(signing.supports(key.key().attributes.shape(), SHA3_256));
    assert_eq!(signing.verify_hash(key.key(), SHA3_256, &[1; 32], signature), Ok(()));
    let wrong = kind(signing.verify_hash(key.key(), SHA3_256, &[2; 32], signature));
    assert_eq!(wrong, Err(ErrorKind::InvalidSignature));
    assert_eq!(kind(signing.verify_hash(key.key(), SHA3_256, &[1; 32], &[])), Err(ErrorKind::InvalidSignature));
    let pair = KeyShape { key_type: KeyType::RsaKeyPair, bits: 2048 };
    assert!(!signing.supports(pair, SHA3_256), "nothing is signed here");

    let key = Held::import(KeyType::RsaPublicKey, alg, &public).expect("a key");
    let signing = key.can().signing.expect("it verifies");
    assert!(!signing.supports(key.key().attributes.shape(), SHA3_256), "it was not allowed");
    let refused = kind(signing.verify_hash(key.key(), SHA3_256, &[1; 32], signature));
    assert_eq!(refused, Err(ErrorKind::NotSupported));
}

#[test]
fn what_is_encrypted_here_is_understood_by_aws_lc_with_its_label() {
    let Some(software) = token_with_software().filter(|_| is_softhsm()) else { return };
    let alg = Algorithm::AsymmetricEncryption(OAEP);
    let key = Held::import_to(software, KeyType::RsaPublicKey, alg, PUBLIC).expect("a key");
    let encryption = key.can().asymmetric_encryption.expect("it encrypts");
    assert!(encryption.supports(key.key().attributes.shape(), OAEP));
    let sealed = encryption.encrypt(key.key(), OAEP, &secret(b"text"), b"label").expect("a ciphertext");

    // PKCS#8: SEQUENCE { 0, rsaEncryption, OCTET STRING }, whose lengths take two bytes.
    let length = |bytes: usize| u16::try_from(bytes).expect("short").to_be_bytes();
    let inside = [&hex("020100300d06092a864886f70d01010105000482"), &length(PAIR.len())[..], PAIR].concat();
    let wrapped = [&[0x30, 0x82], &length(inside.len())[..], &inside].concat();
    let private = PrivateDecryptingKey::from_pkcs8(&wrapped).expect("a pair");
    let private = OaepPrivateDecryptingKey::new(private).expect("a pair");
    let decrypt = |label: &[u8]| {
        let mut text = vec![0; private.min_output_size()];
        private.decrypt(&OAEP_SHA256_MGF1SHA256, &sealed, &mut text, Some(label)).map(|text| text.to_vec()).ok()
    };
    assert_eq!(decrypt(b"label").as_deref(), Some(&b"text"[..]));
    assert_eq!(decrypt(b"other"), None);

    let too_long = kind(encryption.encrypt(key.key(), OAEP, &secret(&[1; 191]), b""));
    assert_eq!(too_long, Err(ErrorKind::InvalidArgument));
    let key = Held::import(KeyType::RsaPublicKey, alg, PUBLIC).expect("a key");
    let encryption = key.can().asymmetric_encryption.expect("it encrypts");
    assert_eq!(kind(encryption.encrypt(key.key(), OAEP, &secret(b"text"), b"")), Err(ErrorKind::NotSupported));
    assert!(!encryption.supports(key.key().attributes.shape(), OAEP), "it was not allowed");
    assert!(software.capabilities().signing.is_some());
}
