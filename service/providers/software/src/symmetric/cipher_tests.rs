//! Known answers, padding and lengths for unauthenticated encryption.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, Usage};
use keystead_provider::{ErrorKind, KeyTag, KeyVault, NewKey};

use super::*;
use crate::symmetric::test_vectors::{TestKey, hex};
use crate::vault::Vault;

// Keys, IVs and the first two blocks of the text of SP 800-38A, appendix F.
const KEY_128: &str = "2b7e151628aed2a6abf7158809cf4f3c";
const KEY_192: &str = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
const KEY_256: &str = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
const COUNTING: &str = "000102030405060708090a0b0c0d0e0f";
const COUNTER: &str = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
const TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

// The key of RFC 3713, appendix A, as long as it can be; its first block is also the text.
const CAMELLIA_KEY: &str = "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff";

/// Type of key, mode, key, IV, text and ciphertext.
type Known = (KeyType, Cipher, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    // SP 800-38A, appendix F.
    (KeyType::Aes, Cipher::EcbNoPadding, KEY_128, "", TEXT, "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"),
    (KeyType::Aes, Cipher::CbcNoPadding, KEY_128, COUNTING, TEXT, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"),
    (KeyType::Aes, Cipher::Cfb, KEY_128, COUNTING, TEXT, "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"),
    (KeyType::Aes, Cipher::Ofb, KEY_128, COUNTING, TEXT, "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825"),
    (KeyType::Aes, Cipher::Ctr, KEY_128, COUNTER, TEXT, "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"),
    (KeyType::Aes, Cipher::EcbNoPadding, KEY_192, "", TEXT, "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"),
    (KeyType::Aes, Cipher::CbcNoPadding, KEY_192, COUNTING, TEXT, "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"),
    (KeyType::Aes, Cipher::Cfb, KEY_192, COUNTING, TEXT, "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a"),
    (KeyType::Aes, Cipher::Ofb, KEY_192, COUNTING, TEXT, "cdc80d6fddf18cab34c25909c99a4174fcc28b8d4c63837c09e81700c1100401"),
    (KeyType::Aes, Cipher::Ctr, KEY_192, COUNTER, TEXT, "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"),
    (KeyType::Aes, Cipher::EcbNoPadding, KEY_256, "", TEXT, "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"),
    (KeyType::Aes, Cipher::CbcNoPadding, KEY_256, COUNTING, TEXT, "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"),
    (KeyType::Aes, Cipher::Cfb, KEY_256, COUNTING, TEXT, "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b"),
    (KeyType::Aes, Cipher::Ofb, KEY_256, COUNTING, TEXT, "dc7e84bfda79164b7ecd8486985d38604febdc6740d20b3ac88f6ad82a4fb08d"),
    (KeyType::Aes, Cipher::Ctr, KEY_256, COUNTER, TEXT, "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"),
    // The same inputs, by OpenSSL 3.0.
    (KeyType::Camellia, Cipher::EcbNoPadding, KEY_128, "", TEXT, "432fc5dcd628115b7c388d770b270c960be1f14023782a22e8384c5abb7fab2b"),
    (KeyType::Camellia, Cipher::CbcNoPadding, KEY_128, COUNTING, TEXT, "1607cf494b36bbf00daeb0b503c831aba2f2cf671629ef7840c5a5dfb5074887"),
    (KeyType::Camellia, Cipher::Cfb, KEY_128, COUNTING, TEXT, "14f7646187817eb586599146b82bd719a53d28bb82df741103ea4f921a44880b"),
    (KeyType::Camellia, Cipher::Ofb, KEY_128, COUNTING, TEXT, "14f7646187817eb586599146b82bd719973291716c4d82d01a079e6df700e6eb"),
    (KeyType::Camellia, Cipher::EcbNoPadding, KEY_192, "", TEXT, "cccc6c4e138b45848514d48d0d3439d35713c62c14b2ec0f8393b6afd6f5785a"),
    (KeyType::Camellia, Cipher::CbcNoPadding, KEY_192, COUNTING, TEXT, "2a4830ab5ac4a1a2405955fd2195cf935d5a869bd14ce54264f892a6dd2ec3d5"),
    (KeyType::Camellia, Cipher::Cfb, KEY_192, COUNTING, TEXT, "c832bb9780677daa82d9b6860dcd565e86f8491627906d780c7a6d46ea331f98"),
    (KeyType::Camellia, Cipher::Ofb, KEY_192, COUNTING, TEXT, "c832bb9780677daa82d9b6860dcd565e3c2d4dd917844e919c637a3ab938b451"),
    (KeyType::Camellia, Cipher::EcbNoPadding, KEY_256, "", TEXT, "befd219b112fa00098919cd101c9ccfac91d3a8f1aea08a9386cf4b66c0169ea"),
    (KeyType::Camellia, Cipher::CbcNoPadding, KEY_256, COUNTING, TEXT, "e6cfa35fc02b134a4d2c0b6737ac3eda36cbeb73bd504b4070b1b7de2b21eb50"),
    (KeyType::Camellia, Cipher::Cfb, KEY_256, COUNTING, TEXT, "cf6107bb0cea7d7fb1bd31f5e7b06c9389bedb4ccdd864ea11ba4cbe849b5e2b"),
    (KeyType::Camellia, Cipher::Ofb, KEY_256, COUNTING, TEXT, "cf6107bb0cea7d7fb1bd31f5e7b06c9385521db2f6bb677f1eb2244658418340"),
    // A counter that begins anew at zero, by OpenSSL 3.0.
    (KeyType::Aes, Cipher::Ctr, KEY_128, "ffffffffffffffffffffffffffffffff", TEXT, "e13338e36cb71962e00d020b4cedbd86d3dae15b04bb352fa0f59febfcb4da3e"),
    // RFC 3713, appendix A.
    (KeyType::Camellia, Cipher::EcbNoPadding, CAMELLIA_KEY.split_at(32).0, "", CAMELLIA_KEY.split_at(32).0, "67673138549669730857065648eabe43"),
    (KeyType::Camellia, Cipher::EcbNoPadding, CAMELLIA_KEY.split_at(48).0, "", CAMELLIA_KEY.split_at(32).0, "b4993401b3e996f84ee5cee7d79b09b9"),
    (KeyType::Camellia, Cipher::EcbNoPadding, CAMELLIA_KEY, "", CAMELLIA_KEY.split_at(32).0, "9acc237dff16d76c20ef7c919e3a7509"),
    // RFC 5528, test vector 1.
    (KeyType::Camellia, Cipher::Ctr, "ae6852f8121067cc4bf7a5765577f39e", "00000030000000000000000000000001", "53696e676c6520626c6f636b206d7367", "d09dc29a8214619a20877c76db1f0b3f"),
    // IEEE Std 1619-2007, appendix B: vectors 2, 10 (its beginning) and 15 (with ciphertext stealing).
    (KeyType::Aes, Cipher::Xts, "1111111111111111111111111111111122222222222222222222222222222222", "33333333330000000000000000000000", "4444444444444444444444444444444444444444444444444444444444444444", "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"),
    (KeyType::Aes, Cipher::Xts, "27182818284590452353602874713526624977572470936999595749669676273141592653589793238462643383279502884197169399375105820974944592", "ff000000000000000000000000000000", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b"),
    (KeyType::Aes, Cipher::Xts, "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0", "9a785634120000000000000000000000", "000102030405060708090a0b0c0d0e0f10", "6c1625db4671522d3d7599601de7ca09ed"),
    // RFC 8439, A.1, test vector 1.
    (KeyType::Chacha20, Cipher::StreamCipher, "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000000", "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"),
];

#[test]
fn known_answers_are_met_both_ways() {
    for (key_type, alg, key, iv, text, expected) in KNOWN {
        let context = format!("{key_type:?} {alg:?} {key}");
        let key = TestKey::new(*key_type, &hex(key));
        assert!(UnauthenticatedCipher::supports(&Symmetric, key.open().attributes.shape(), *alg), "{context}");
        let mut converted = hex(text);
        assert_eq!(convert(key.open(), *alg, Direction::Encrypt, &hex(iv), &mut converted), Ok(()), "{context}");
        assert_eq!(converted, hex(expected), "{context}");
        let message = [hex(iv), hex(expected)].concat();
        let decrypted = Symmetric.decrypt(key.open(), *alg, &message).map(SecretBytes::into_exposed);
        assert_eq!(decrypted, Ok(hex(text)), "{context}");
    }
}

/// Every key type, mode and size that is supported, with a key of each.
fn all_supported() -> Vec<(TestKey, KeyType, Cipher)> {
    let key: Vec<u8> = (0..64).collect();
    let sizes = [128, 192, 256, 384, 512];
    let types = [KeyType::Aes, KeyType::Camellia, KeyType::Chacha20, KeyType::Hmac, KeyType::Des];
    let mut supported = Vec::new();
    for key_type in types {
        for (alg, bits) in Cipher::ALL.iter().flat_map(|alg| sizes.map(|bits| (*alg, bits))) {
            if UnauthenticatedCipher::supports(&Symmetric, KeyShape { key_type, bits }, alg) {
                supported.push((TestKey::new(key_type, &key[..bits as usize / 8]), key_type, alg));
            }
        }
    }
    supported
}

#[test]
fn every_supported_mode_and_size_goes_there_and_back_under_fresh_ivs() {
    let supported = all_supported();
    // Two block ciphers with 6 modes of 3 sizes, XTS with 3 sizes and 1, and ChaCha20.
    assert_eq!(supported.len(), 2 * 6 * 3 + 4 + 1);
    for (key, key_type, alg) in &supported {
        for length in [1, 15, 16, 17, 32, 33, 1000, 1024] {
            if arguments::cipher_encrypt(*alg, *key_type, length).is_err() {
                continue;
            }
            let text: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            let encrypt = || Symmetric.encrypt(key.open(), *alg, &text.clone().into()).unwrap();
            let (first, second) = (encrypt(), encrypt());
            assert_eq!(first == second, *alg == Cipher::EcbNoPadding, "{key_type:?} {alg:?}");
            assert_eq!(first.len(), first.capacity(), "{key_type:?} {alg:?}");
            let decrypted = Symmetric.decrypt(key.open(), *alg, &first).unwrap();
            assert_eq!(*decrypted.expose(), text, "{key_type:?} {alg:?} {length}");
        }
    }
}

#[test]
fn any_size_is_asked_for_with_zero() {
    let supports = |key_type, alg| UnauthenticatedCipher::supports(&Symmetric, KeyShape { key_type, bits: 0 }, alg);
    assert!(supports(KeyType::Aes, Cipher::Xts) && supports(KeyType::Camellia, Cipher::Ctr));
    assert!(supports(KeyType::Chacha20, Cipher::StreamCipher) && !supports(KeyType::Aes, Cipher::StreamCipher));
    assert!(!supports(KeyType::Des, Cipher::CbcPkcs7) && !supports(KeyType::Arc4, Cipher::StreamCipher));
}

#[test]
fn a_wrong_padding_is_told_from_a_right_one_and_from_nothing_else() {
    let key = TestKey::new(KeyType::Aes, &hex(KEY_128));
    let kind = |message: &[u8]| Symmetric.decrypt(key.open(), Cipher::CbcPkcs7, message).err().map(|error| error.kind);
    let message = Symmetric.encrypt(key.open(), Cipher::CbcPkcs7, &b"sixteen bytes ok".to_vec().into()).unwrap();
    assert_eq!(message.len(), 48);
    for place in 16..32 {
        // In CBC a bit of this block flips the same bit of the padding in the next.
        let mut changed = message.clone();
        changed[place] ^= 0x40;
        assert_eq!(kind(&changed), Some(ErrorKind::InvalidPadding), "{place}");
    }
    let mut changed_iv = message.clone();
    changed_iv[0] ^= 0x40;
    assert_eq!(kind(&changed_iv), None);
    for length in [0, 15, 16, 31, 47] {
        assert_eq!(kind(&message[..length]), Some(ErrorKind::InvalidArgument), "{length}");
    }
}

#[test]
fn xts_with_two_equal_keys_is_refused() {
    for bytes in [&[7; 32][..], &[7; 48], &[7; 64]] {
        let key = TestKey::new(KeyType::Aes, bytes);
        let encrypted = Symmetric.encrypt(key.open(), Cipher::Xts, &vec![0; 16].into());
        assert_eq!(encrypted.map_err(|error| error.kind), Err(ErrorKind::InvalidArgument));
    }
}

#[test]
fn a_key_for_xts_whose_halves_are_equal_is_not_even_taken_over() {
    let import = |algorithm, bits, bytes: &[u8]| {
        let attributes = KeyAttributes::new(KeyType::Aes, bits, Usage::NONE, algorithm);
        let imported = Vault
            .import(NewKey { tag: KeyTag([0; 16]), label: "test", attributes: &attributes }, &bytes.to_vec().into());
        imported.map(|created| created.bits).map_err(|error| error.kind)
    };
    let xts = Algorithm::Cipher(Cipher::Xts);
    for length in [32, 48, 64] {
        let bits = u32::try_from(length * 8).unwrap();
        let mut bytes = vec![7; length];
        assert_eq!(import(xts, bits, &bytes), Err(ErrorKind::InvalidArgument), "{length}");
        assert_eq!(import(xts, 0, &bytes), Err(ErrorKind::InvalidArgument), "{length}, size not named");
        // Such a key is as good as any for everything else, and is never used for XTS.
        assert_eq!(import(Algorithm::Cipher(Cipher::Ctr), bits, &bytes), Ok(bits), "{length}");
        bytes[0] = 8;
        assert_eq!(import(xts, bits, &bytes), Ok(bits), "{length}");
    }
}

#[test]
fn lengths_that_a_mode_does_not_take_are_refused_without_a_panic() {
    let aes = TestKey::new(KeyType::Aes, &hex(KEY_256));
    for (alg, length) in [
        (Cipher::Ctr, 0),
        (Cipher::EcbNoPadding, 17),
        (Cipher::CbcNoPadding, 15),
        (Cipher::Xts, 15),
        (Cipher::CbcPkcs7, 0),
    ] {
        let encrypted = Symmetric.encrypt(aes.open(), alg, &vec![0; length].into());
        assert_eq!(encrypted.map_err(|error| error.kind), Err(ErrorKind::InvalidArgument), "{alg:?}");
        let decrypted = Symmetric.decrypt(aes.open(), alg, &vec![0; length]);
        assert_eq!(decrypted.err().map(|error| error.kind), Some(ErrorKind::InvalidArgument), "{alg:?}");
    }
    let stream = Symmetric.encrypt(aes.open(), Cipher::StreamCipher, &vec![0; 16].into());
    assert_eq!(stream.map_err(|error| error.kind), Err(ErrorKind::NotSupported));
}
