//! RSA signatures and encryption: OpenSSL's are understood, ours come back, and nothing tells why a text is refused.

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider, ProviderError};

use crate::keyring::provider;
use crate::rsa_keys::{PAIRS, pair};

/// What OpenSSL signed and encrypted.
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog";

const PKCS1: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;

fn pkcs1(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash))
}

fn pss(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::RsaPss(SignHash::Specific(hash))
}

fn oaep(hash: Hash) -> AsymmetricEncryption {
    AsymmetricEncryption::RsaOaep(hash)
}

#[test]
fn pkcs1_signatures_are_those_of_openssl() {
    let pair = pair(2048);
    let signatures: [(Hash, &[u8]); 3] = [
        (Hash::Sha256, include_bytes!("openssl/pkcs1-sha256.sig")),
        (Hash::Ripemd160, include_bytes!("openssl/pkcs1-ripemd160.sig")),
        (Hash::Sha3_512, include_bytes!("openssl/pkcs1-sha3-512.sig")),
    ];
    for (hash, signature) in signatures {
        assert_eq!(pair.sign_message(pkcs1(hash), TEXT).unwrap(), signature, "{hash:?}");
        assert_eq!(pair.public().verify_message(pkcs1(hash), TEXT, signature), Ok(()), "{hash:?}");
    }
}

#[test]
fn a_pss_signature_of_openssl_verifies_unless_its_salt_has_another_length() {
    let public = pair(2048).public();
    let signature = include_bytes!("openssl/pss-sha384.sig");
    assert_eq!(public.verify_message(pss(Hash::Sha384), TEXT, signature), Ok(()));
    let short_salt = include_bytes!("openssl/pss-sha384-salt20.sig");
    let refused = public.verify_message(pss(Hash::Sha384), TEXT, short_salt);
    assert_eq!(refused, Err(ErrorKind::InvalidSignature));
}

#[test]
fn every_supported_signature_verifies_and_fails_when_anything_is_changed() {
    let provider = provider();
    let signing = provider.capabilities().signing.unwrap();
    for (bits, _) in PAIRS.iter().take(2) {
        let (pair, public) = (pair(*bits), pair(*bits).public());
        let algs = Hash::ALL.iter().flat_map(|hash| [pkcs1(*hash), pss(*hash)]);
        for alg in algs.chain([AsymmetricSignature::RsaPkcs1v15SignRaw]) {
            let shape = KeyShape { key_type: KeyType::RsaKeyPair, bits: *bits };
            let length = match alg.hash() {
                Some(SignHash::Specific(hash)) => hash.len(),
                _ => 40,
            };
            let signed = pair.sign_hash(alg, &vec![0x5a; length]);
            assert_eq!(signed.is_ok(), signing.supports(shape, alg), "{bits} {alg:?}");
            let Ok(signature) = signed else {
                assert_eq!(signed, Err(ErrorKind::NotSupported));
                continue;
            };
            assert_eq!(signature.len(), *bits as usize / 8);
            let mut hash = vec![0x5a; length];
            assert_eq!(public.verify_hash(alg, &hash, &signature), Ok(()), "{bits} {alg:?}");
            hash[0] ^= 1;
            assert_eq!(public.verify_hash(alg, &hash, &signature), Err(ErrorKind::InvalidSignature));
            hash[0] ^= 1;
            for bad in [&signature[1..], &[], &[signature.as_slice(), &[0]].concat(), &vec![0xff; signature.len()]] {
                assert_eq!(public.verify_hash(alg, &hash, bad), Err(ErrorKind::InvalidSignature), "{bits} {alg:?}");
            }
        }
    }
}

#[test]
fn the_larger_sizes_sign_and_decrypt() {
    for bits in [3072, 4096] {
        let pair = pair(bits);
        let signature = pair.sign_message(pss(Hash::Sha512), TEXT).unwrap();
        assert_eq!(pair.public().verify_message(pss(Hash::Sha512), TEXT, &signature), Ok(()));
        let ciphertext = pair.public().encrypt(oaep(Hash::Sha512), TEXT, b"").unwrap();
        assert_eq!(pair.decrypt(oaep(Hash::Sha512), &ciphertext, b"").unwrap(), TEXT);
    }
}

#[test]
fn a_size_has_only_what_fits_into_it() {
    let provider = provider();
    let (signing, encryption) =
        (provider.capabilities().signing.unwrap(), provider.capabilities().asymmetric_encryption.unwrap());
    let key = |bits| KeyShape { key_type: KeyType::RsaKeyPair, bits };
    for (bits, fits) in [(1024, false), (2048, true), (0, true), (512, false)] {
        assert_eq!(signing.supports(key(bits), pss(Hash::Sha512)), fits);
        assert_eq!(encryption.supports(key(bits), oaep(Hash::Sha512)), fits);
    }
    assert!(signing.supports(key(1024), AsymmetricSignature::RsaPss(SignHash::Any)));
    assert!(!signing.supports(key(0), pss(Hash::Md2)));
    assert!(!signing.supports(key(0), AsymmetricSignature::EcdsaAny));
}

#[test]
fn raw_signatures_take_what_fits_and_nothing_longer() {
    let pair = pair(1024);
    let raw = AsymmetricSignature::RsaPkcs1v15SignRaw;
    let longest = vec![1; 128 - 11];
    let signature = pair.sign_hash(raw, &longest).unwrap();
    assert_eq!(pair.verify_hash(raw, &longest, &signature), Ok(()));
    assert_eq!(pair.sign_hash(raw, &[1; 128 - 10]), Err(ErrorKind::InvalidArgument));
    // A DigestInfo made by the caller gives the signature with a hash.
    let info = [crate::keyring::hex("3031300d060960864801650304020105000420"), vec![9; 32]].concat();
    assert_eq!(pair.sign_hash(raw, &info), pair.sign_hash(pkcs1(Hash::Sha256), &[9; 32]));
}

#[test]
fn ciphertexts_of_openssl_are_understood() {
    let pair = pair(2048);
    assert_eq!(pair.decrypt(PKCS1, include_bytes!("openssl/pkcs1.bin"), b"").unwrap(), TEXT);
    assert_eq!(pair.decrypt(oaep(Hash::Sha1), include_bytes!("openssl/oaep-sha1.bin"), b"").unwrap(), TEXT);
    let labelled = include_bytes!("openssl/oaep-sha256-label.bin");
    assert_eq!(pair.decrypt(oaep(Hash::Sha256), labelled, b"label").unwrap(), TEXT);
    for wrong in [&b""[..], b"labe", b"label\0"] {
        assert_eq!(pair.decrypt(oaep(Hash::Sha256), labelled, wrong), Err(ProviderError::invalid_padding()));
    }
    assert_eq!(pair.decrypt(oaep(Hash::Sha384), labelled, b"label"), Err(ProviderError::invalid_padding()));
}

#[test]
fn every_supported_encryption_comes_back_at_its_longest_and_refuses_more() {
    let provider = provider();
    let encryption = provider.capabilities().asymmetric_encryption.unwrap();
    let (pair, public) = (pair(1024), pair(1024).public());
    for alg in Hash::ALL.iter().map(|hash| oaep(*hash)).chain([PKCS1]) {
        let shape = KeyShape { key_type: KeyType::RsaPublicKey, bits: 1024 };
        let longest = match alg {
            AsymmetricEncryption::RsaOaep(hash) => 126usize.saturating_sub(2 * hash.len()),
            AsymmetricEncryption::RsaPkcs1v15Crypt => 128 - 11,
        };
        let label: &[u8] = if alg == PKCS1 { b"" } else { b"a label" };
        let ciphertext = public.encrypt(alg, &vec![7; longest.max(1)], label);
        assert_eq!(ciphertext.is_ok(), encryption.supports(shape, alg), "{alg:?}");
        let Ok(ciphertext) = ciphertext else {
            assert_eq!(ciphertext, Err(ErrorKind::NotSupported));
            continue;
        };
        assert_eq!(ciphertext.len(), 128);
        assert_eq!(pair.decrypt(alg, &ciphertext, label).unwrap(), vec![7; longest], "{alg:?}");
        assert_eq!(public.encrypt(alg, &vec![7; longest + 1], label), Err(ErrorKind::InvalidArgument));
        let empty = public.encrypt(alg, &[], label).unwrap();
        assert_eq!(pair.decrypt(alg, &empty, label).unwrap(), [], "{alg:?}");
        for length in [0, 127, 129] {
            let refused = pair.decrypt(alg, &vec![1; length], label).map_err(|error| error.kind);
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{alg:?} {length}");
        }
    }
    assert_eq!(public.encrypt(PKCS1, b"text", b"a label"), Err(ErrorKind::InvalidArgument));
}

#[test]
fn all_wrong_paddings_are_one_error() {
    let pair = pair(1024);
    assert_eq!(pair.decrypt(PKCS1, include_bytes!("openssl/pkcs1-1024-good.bin"), b"").unwrap(), b"text");
    assert_eq!(pair.decrypt(PKCS1, include_bytes!("openssl/pkcs1-1024-empty-text.bin"), b"").unwrap(), b"");
    let wrong: [&[u8]; 6] = [
        include_bytes!("openssl/pkcs1-1024-first-byte.bin"),
        include_bytes!("openssl/pkcs1-1024-block-type.bin"),
        include_bytes!("openssl/pkcs1-1024-no-separator.bin"),
        include_bytes!("openssl/pkcs1-1024-short-padding.bin"),
        // Zero, and a number that is not below the modulus.
        &[0; 128],
        &[0xff; 128],
    ];
    for ciphertext in wrong {
        assert_eq!(pair.decrypt(PKCS1, ciphertext, b""), Err(ProviderError::invalid_padding()));
        assert_eq!(pair.decrypt(oaep(Hash::Sha1), ciphertext, b""), Err(ProviderError::invalid_padding()));
    }
}

#[test]
fn public_keys_neither_sign_nor_decrypt() {
    let public = pair(1024).public();
    assert_eq!(public.sign_hash(pkcs1(Hash::Sha256), &[1; 32]), Err(ErrorKind::InvalidArgument));
    let refused = public.decrypt(PKCS1, include_bytes!("openssl/pkcs1-1024-good.bin"), b"");
    assert_eq!(refused.map_err(|error| error.kind), Err(ErrorKind::InvalidArgument));
}

#[test]
fn threads_use_one_key_at_the_same_time() {
    let pair = pair(1024);
    let expected = pair.sign_message(pkcs1(Hash::Sha256), TEXT).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(pair.sign_message(pkcs1(Hash::Sha256), TEXT).unwrap(), expected);
                }
            });
        }
    });
}
