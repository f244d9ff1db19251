//! RSA encryption.

use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, Hash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{AsymmetricEncrypting, ErrorKind, Provider, ProviderError};
use keystead_provider_tpm::TpmProvider;

use crate::openssl::{self, Openssl, pkeyopts, rsa_public, rsa_spki};
use crate::swtpm::{KeptKey, Swtpm};

const PKCS1: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;

fn encrypting(provider: &TpmProvider) -> &dyn AsymmetricEncrypting {
    provider.capabilities().asymmetric_encryption.unwrap()
}

fn pair(provider: &TpmProvider, alg: AsymmetricEncryption) -> KeptKey {
    KeptKey::generated(provider, KeyType::RsaKeyPair, 2048, Algorithm::AsymmetricEncryption(alg))
}

fn kind<T>(result: Result<T, ProviderError>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind)
}

/// OpenSSL's options for a padding and a label.
fn options(alg: AsymmetricEncryption, label: &[u8]) -> Vec<String> {
    let AsymmetricEncryption::RsaOaep(hash) = alg else { return vec!["rsa_padding_mode:pkcs1".to_owned()] };
    let hash = openssl::name(hash);
    let mut options = vec!["rsa_padding_mode:oaep".to_owned(), format!("rsa_oaep_md:{hash}")];
    if !label.is_empty() {
        let hex: String = label.iter().map(|byte| format!("{byte:02x}")).collect();
        options.push(format!("rsa_oaep_label:{hex}"));
    }
    options
}

#[test]
fn what_openssl_encrypted_is_decrypted_and_the_other_way_round() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    let spki = openssl.generate(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    let oaep = AsymmetricEncryption::RsaOaep;
    let cases: [(AsymmetricEncryption, &[u8]); 8] = [
        (PKCS1, b""),
        (oaep(Hash::Sha1), b""),
        (oaep(Hash::Sha256), b""),
        (oaep(Hash::Sha256), b"a label that ends in no zero"),
        (oaep(Hash::Sha256), b"a label that does\0"),
        (oaep(Hash::Sha384), b"\0\0"),
        (oaep(Hash::Sha512), b""),
        // The TPM has no such hash.
        (oaep(Hash::Sha3_256), b"label"),
    ];
    for (alg, label) in cases {
        let ours = pair(&provider, alg);
        openssl.file("public.der", &rsa_spki(&ours.public(&provider)));
        openssl.file("text", b"a text");
        let options = options(alg, label);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let encrypt = ["pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", "public.der", "-in", "text"];
        let ciphertext = openssl.run(&[&encrypt[..], &pkeyopts(&options)].concat()).unwrap();
        let text = encrypting(&provider).decrypt(ours.key(), alg, &ciphertext, label).unwrap();
        assert_eq!(text.expose(), b"a text", "{alg:?}");

        let theirs = Algorithm::AsymmetricEncryption(alg);
        let theirs = KeptKey::imported(&provider, KeyType::RsaPublicKey, theirs, rsa_public(&spki));
        let text = SecretBytes::new(b"another text".to_vec());
        let ciphertext = encrypting(&provider).encrypt(theirs.key(), alg, &text, label).unwrap();
        assert_eq!(ciphertext.len(), 256);
        openssl.file("ciphertext", &ciphertext);
        let decrypt = ["pkeyutl", "-decrypt", "-inkey", "pair.pem", "-in", "ciphertext"];
        assert_eq!(openssl.run(&[&decrypt[..], &pkeyopts(&options)].concat()).unwrap(), b"another text", "{alg:?}");
    }
}

#[test]
fn the_longest_text_fits_and_one_byte_more_does_not() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    for (alg, longest) in [(PKCS1, 245), (AsymmetricEncryption::RsaOaep(Hash::Sha256), 190)] {
        let key = pair(&provider, alg);
        let encrypt = |length| {
            let text = SecretBytes::new(vec![0; length]);
            encrypting(&provider).encrypt(key.key(), alg, &text, b"")
        };
        for length in [0, longest] {
            let ciphertext = encrypt(length).unwrap();
            let text = encrypting(&provider).decrypt(key.key(), alg, &ciphertext, b"").unwrap();
            assert_eq!(*text.expose(), vec![0; length], "zeros are text too, and no text is one");
        }
        assert_eq!(kind(encrypt(longest + 1)), Some(ErrorKind::InvalidArgument));
    }
}

#[test]
fn every_spoilt_ciphertext_has_the_same_error() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let text = SecretBytes::new(b"a text".to_vec());
    for alg in [PKCS1, AsymmetricEncryption::RsaOaep(Hash::Sha256)] {
        let key = pair(&provider, alg);
        let ciphertext = encrypting(&provider).encrypt(key.key(), alg, &text, b"").unwrap();
        let decrypt = |ciphertext: &[u8]| kind(encrypting(&provider).decrypt(key.key(), alg, ciphertext, b""));
        assert_eq!(decrypt(&ciphertext), None);
        for place in (0..256).step_by(15) {
            let mut spoilt = ciphertext.clone();
            spoilt[place] ^= 0x10;
            assert_eq!(decrypt(&spoilt), Some(ErrorKind::InvalidPadding), "{alg:?}, byte {place}");
        }
        for number in [0, 0xff] {
            assert_eq!(decrypt(&[number; 256]), Some(ErrorKind::InvalidPadding), "{alg:?}, all bytes {number}");
        }
        assert_eq!(decrypt(&ciphertext[1..]), Some(ErrorKind::InvalidArgument));
        assert_eq!(decrypt(&[]), Some(ErrorKind::InvalidArgument));
    }
}

#[test]
fn another_label_is_a_wrong_padding() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let alg = AsymmetricEncryption::RsaOaep(Hash::Sha256);
    let key = pair(&provider, alg);
    let text = SecretBytes::new(b"a text".to_vec());
    let ciphertext = encrypting(&provider).encrypt(key.key(), alg, &text, b"label").unwrap();
    for other in [&b""[..], b"Label", b"label\0", b"labe"] {
        let decrypted = encrypting(&provider).decrypt(key.key(), alg, &ciphertext, other);
        assert_eq!(kind(decrypted), Some(ErrorKind::InvalidPadding), "{other:?}");
    }
    assert!(encrypting(&provider).decrypt(key.key(), alg, &ciphertext, b"label").is_ok());
}

#[test]
fn what_a_tpm_cannot_do_is_not_supported() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let supports = |bits, alg| encrypting(&provider).supports(KeyShape { key_type: KeyType::RsaKeyPair, bits }, alg);
    assert!(supports(2048, PKCS1) && supports(0, PKCS1) && supports(3072, PKCS1));
    assert!(!supports(8192, PKCS1));
    assert!(!supports(2048, AsymmetricEncryption::RsaOaep(Hash::Md5)));
}
