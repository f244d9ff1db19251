//! RSA encryption: OpenSSL's ciphertexts are understood, a label is never dropped, and nothing tells why a padding is wrong.

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, Hash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{ErrorKind, ProviderError};

use crate::token::{Held, hex, is_softhsm, kind, open, secret};

/// What OpenSSL encrypted: see ../../../software/tests/asymmetric/openssl/README.md.
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog";

macro_rules! openssl {
    ($name:literal) => {
        include_bytes!(concat!("../../../software/tests/asymmetric/openssl/", $name))
    };
}

const PKCS1: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;
const OAEP_SHA1: AsymmetricEncryption = AsymmetricEncryption::RsaOaep(Hash::Sha1);

fn pair(der: &[u8]) -> Option<Held> {
    Held::import(KeyType::RsaKeyPair, Algorithm::AsymmetricEncryption(OAEP_SHA1), der)
}

impl Held {
    fn encrypt(&self, alg: AsymmetricEncryption, text: &[u8], label: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let encryption = self.can().asymmetric_encryption.expect("it encrypts");
        kind(encryption.encrypt(self.key(), alg, &secret(text), label))
    }

    fn decrypt(&self, alg: AsymmetricEncryption, ciphertext: &[u8], label: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let encryption = self.can().asymmetric_encryption.expect("it decrypts");
        open(encryption.decrypt(self.key(), alg, ciphertext, label))
    }

    fn supports_encryption(&self, alg: AsymmetricEncryption) -> bool {
        let encryption = self.can().asymmetric_encryption.expect("it encrypts");
        encryption.supports(self.key().attributes.shape(), alg)
    }

    fn public_half(&self) -> Held {
        let algorithm = Algorithm::AsymmetricEncryption(OAEP_SHA1);
        Held::import(KeyType::RsaPublicKey, algorithm, &self.public_key()).expect("the token is there")
    }
}

#[test]
fn ciphertexts_of_openssl_are_understood() {
    let Some(pair) = pair(openssl!("rsa-2048.der")) else { return };
    assert_eq!(pair.decrypt(PKCS1, openssl!("pkcs1.bin"), b"").as_deref(), Ok(TEXT));
    assert_eq!(pair.decrypt(OAEP_SHA1, openssl!("oaep-sha1.bin"), b"").as_deref(), Ok(TEXT));
}

#[test]
fn what_aws_lc_encrypts_is_understood() {
    let Some(pair) = Held::generate(KeyType::RsaKeyPair, 2048, Algorithm::AsymmetricEncryption(PKCS1)) else { return };
    let subject = [hex("30820122300d06092a864886f70d01010105000382010f00"), pair.public_key()].concat();
    let public = || PublicEncryptingKey::from_der(&subject).expect("a SubjectPublicKeyInfo");
    let (mut oaep, mut pkcs1) = (vec![0; 256], vec![0; 256]);
    let key = OaepPublicEncryptingKey::new(public()).expect("a key");
    key.encrypt(&OAEP_SHA1_MGF1SHA1, TEXT, &mut oaep, None).expect("a ciphertext");
    let key = Pkcs1PublicEncryptingKey::new(public()).expect("a key");
    key.encrypt(TEXT, &mut pkcs1).expect("a ciphertext");
    assert_eq!(pair.decrypt(OAEP_SHA1, &oaep, b"").as_deref(), Ok(TEXT));
    assert_eq!(pair.decrypt(PKCS1, &pkcs1, b"").as_deref(), Ok(TEXT));

    let key = OaepPublicEncryptingKey::new(public()).expect("a key");
    key.encrypt(&OAEP_SHA1_MGF1SHA1, TEXT, &mut oaep, Some(b"label")).expect("a ciphertext");
    assert_eq!(pair.decrypt(OAEP_SHA1, &oaep, b""), Err(ErrorKind::InvalidPadding), "its label is not dropped");
}

#[test]
fn softhsm_does_oaep_with_sha_1_and_without_labels_and_says_so() {
    if !is_softhsm() {
        return;
    }
    let Some(pair) = pair(openssl!("rsa-2048.der")) else { return };
    for hash in Hash::ALL {
        let alg = AsymmetricEncryption::RsaOaep(*hash);
        assert_eq!(pair.supports_encryption(alg), *hash == Hash::Sha1, "{hash:?}");
        assert_eq!(pair.encrypt(alg, TEXT, b"").is_ok(), *hash == Hash::Sha1, "{hash:?}");
    }
    let labelled = openssl!("oaep-sha256-label.bin");
    let sha256 = AsymmetricEncryption::RsaOaep(Hash::Sha256);
    assert_eq!(pair.decrypt(sha256, labelled, b"label"), Err(ErrorKind::NotSupported));
    assert_eq!(pair.encrypt(OAEP_SHA1, TEXT, b"label"), Err(ErrorKind::NotSupported));
    assert_eq!(pair.decrypt(OAEP_SHA1, openssl!("oaep-sha1.bin"), b"label"), Err(ErrorKind::NotSupported));
}

#[test]
fn a_label_is_heeded_or_refused_with_every_hash() {
    let Some(pair) = pair(openssl!("rsa-2048.der")) else { return };
    for hash in Hash::ALL {
        let alg = AsymmetricEncryption::RsaOaep(*hash);
        let plain = pair.encrypt(alg, TEXT, b"");
        assert_eq!(plain.is_ok(), pair.supports_encryption(alg), "{hash:?}");
        let Ok(plain) = plain else { continue };
        assert_eq!(pair.decrypt(alg, &plain, b"").as_deref(), Ok(TEXT), "{hash:?}");
        match pair.encrypt(alg, TEXT, b"label") {
            Ok(labelled) => {
                assert_eq!(pair.decrypt(alg, &labelled, b"label").as_deref(), Ok(TEXT), "{hash:?}");
                for wrong in [&b""[..], b"labe", b"label\0"] {
                    assert_eq!(pair.decrypt(alg, &labelled, wrong), Err(ErrorKind::InvalidPadding), "{hash:?}");
                }
                assert_eq!(pair.decrypt(alg, &plain, b"label"), Err(ErrorKind::InvalidPadding), "{hash:?}");
            }
            Err(refused) => {
                assert_eq!(refused, ErrorKind::NotSupported);
                assert_eq!(pair.decrypt(alg, &plain, b"label"), Err(ErrorKind::NotSupported), "{hash:?}");
            }
        }
    }
    let sha256 = AsymmetricEncryption::RsaOaep(Hash::Sha256);
    let opened = pair.decrypt(sha256, openssl!("oaep-sha256-label.bin"), b"label");
    assert!(opened.as_deref() == Ok(TEXT) || opened == Err(ErrorKind::NotSupported), "{opened:?}");
}

#[test]
fn every_text_up_to_the_longest_comes_back_and_longer_ones_are_refused() {
    let Some(pair) = pair(openssl!("rsa-1024.der")) else { return };
    let public = pair.public_half();
    for (alg, longest) in [(PKCS1, 128 - 11), (OAEP_SHA1, 128 - 42)] {
        assert!(pair.supports_encryption(alg) && public.supports_encryption(alg));
        for length in [0, 1, 2, 16, longest - 1, longest] {
            let text = vec![0; length];
            for key in [&pair, &public] {
                let ciphertext = key.encrypt(alg, &text, b"").expect("a ciphertext");
                assert_eq!(ciphertext.len(), 128);
                assert_eq!(pair.decrypt(alg, &ciphertext, b"").as_ref(), Ok(&text), "{alg:?} {length}");
            }
        }
        assert_eq!(public.encrypt(alg, &vec![7; longest + 1], b""), Err(ErrorKind::InvalidArgument), "{alg:?}");
        for length in [0, 127, 129] {
            assert_eq!(pair.decrypt(alg, &vec![1; length], b""), Err(ErrorKind::InvalidArgument), "{alg:?} {length}");
        }
    }
    assert_eq!(public.encrypt(PKCS1, b"text", b"a label"), Err(ErrorKind::InvalidArgument));
    assert_eq!(public.decrypt(PKCS1, &[1; 128], b""), Err(ErrorKind::InvalidArgument));
    let encryption = public.can().asymmetric_encryption.expect("it encrypts");
    let small = KeyShape { key_type: KeyType::RsaPublicKey, bits: 320 };
    assert!(!encryption.supports(small, OAEP_SHA1) && !encryption.supports(small, PKCS1));
}

#[test]
fn all_wrong_paddings_are_one_error() {
    let Some(pair) = pair(openssl!("rsa-1024.der")) else { return };
    assert_eq!(pair.decrypt(PKCS1, openssl!("pkcs1-1024-good.bin"), b"").as_deref(), Ok(&b"text"[..]));
    assert_eq!(pair.decrypt(PKCS1, openssl!("pkcs1-1024-empty-text.bin"), b"").as_deref(), Ok(&b""[..]));
    let wrong: [&[u8]; 6] = [
        openssl!("pkcs1-1024-first-byte.bin"),
        openssl!("pkcs1-1024-block-type.bin"),
        openssl!("pkcs1-1024-no-separator.bin"),
        openssl!("pkcs1-1024-short-padding.bin"),
        // Zero, and a number that is not below the modulus.
        &[0; 128],
        &[0xff; 128],
    ];
    let encryption = pair.can().asymmetric_encryption.expect("it decrypts");
    for ciphertext in wrong {
        for alg in [PKCS1, OAEP_SHA1] {
            let refused = encryption.decrypt(pair.key(), alg, ciphertext, b"").map(drop);
            assert_eq!(refused, Err(ProviderError::invalid_padding()), "{alg:?}");
        }
    }
    // A ciphertext is never taken for a lost token: the next one is understood.
    assert_eq!(pair.decrypt(PKCS1, openssl!("pkcs1-1024-good.bin"), b"").as_deref(), Ok(&b"text"[..]));
}

#[test]
fn a_flipped_bit_anywhere_is_a_wrong_padding_if_it_is_anything() {
    let Some(pair) = pair(openssl!("rsa-1024.der")) else { return };
    let ciphertext = pair.encrypt(OAEP_SHA1, b"text", b"").expect("a ciphertext");
    for place in (0..128).step_by(9) {
        let mut changed = ciphertext.clone();
        changed[place] ^= 0x10;
        assert_eq!(pair.decrypt(OAEP_SHA1, &changed, b""), Err(ErrorKind::InvalidPadding), "byte {place}");
    }
}
