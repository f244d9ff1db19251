//! Known answers and tampering for authenticated encryption.

use keystead_provider::ErrorKind;

use super::*;
use crate::symmetric::test_vectors::{TestKey, hex};

/// A known answer; the expectation is ciphertext ‖ tag.
struct Known {
    source: &'static str,
    key_type: KeyType,
    alg: Aead,
    key: &'static str,
    nonce: &'static str,
    additional_data: &'static str,
    plaintext: &'static str,
    expected: &'static str,
}

const fn gcm(tag_length: u32) -> Aead {
    Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length }
}

const fn ccm(tag_length: u32) -> Aead {
    Aead::ShortenedTag { alg: AeadAlg::Ccm, tag_length }
}

const GCM: Aead = Aead::DefaultLengthTag(AeadAlg::Gcm);
const CHACHA20_POLY1305: Aead = Aead::DefaultLengthTag(AeadAlg::Chacha20Poly1305);

/// The plaintext of GCM's cases 3 to 6 (the GCM specification by McGrew and Viega, which SP 800-38D adopts).
const GCM_TEXT: &str = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
const GCM_ADDITIONAL: &str = "feedfacedeadbeeffeedfacedeadbeefabaddad2";

const KNOWN: &[Known] = &[
    Known {
        source: "GCM specification, case 1: empty text",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "00000000000000000000000000000000",
        nonce: "000000000000000000000000",
        additional_data: "",
        plaintext: "",
        expected: "58e2fccefa7e3061367f1d57a4e7455a",
    },
    Known {
        source: "GCM specification, case 4: AES-128",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
            21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
    },
    Known {
        source: "GCM specification, case 5: a nonce of 8 bytes",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbad",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423
            73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f45983612d2e79e3b0785561be14aaca2fccb",
    },
    Known {
        source: "GCM specification, case 6: a nonce of 60 bytes",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728
            c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7
            01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5619cc5aefffe0bfa462af43c1699d050",
    },
    Known {
        source: "GCM specification, case 10: AES-192",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "feffe9928665731c6d6a8f9467308308feffe9928665731c",
        nonce: "cafebabefacedbaddecaf888",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c
            7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710 2519498e80f1478f37ba55bd6d27618c",
    },
    Known {
        source: "GCM specification, case 16: AES-256",
        key_type: KeyType::Aes,
        alg: GCM,
        key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662 76fc6ece0f4e1768cddf8853bb2d551b",
    },
    Known {
        source: "GCM specification, case 4, the tag shortened to 12 bytes",
        key_type: KeyType::Aes,
        alg: gcm(12),
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        additional_data: GCM_ADDITIONAL,
        plaintext: GCM_TEXT,
        expected: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
            21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95a",
    },
    Known {
        source: "SP 800-38C, example 1",
        key_type: KeyType::Aes,
        alg: ccm(4),
        key: "404142434445464748494a4b4c4d4e4f",
        nonce: "10111213141516",
        additional_data: "0001020304050607",
        plaintext: "20212223",
        expected: "7162015b4dac255d",
    },
    Known {
        source: "SP 800-38C, example 2",
        key_type: KeyType::Aes,
        alg: ccm(6),
        key: "404142434445464748494a4b4c4d4e4f",
        nonce: "1011121314151617",
        additional_data: "000102030405060708090a0b0c0d0e0f",
        plaintext: "202122232425262728292a2b2c2d2e2f",
        expected: "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd",
    },
    Known {
        source: "SP 800-38C, example 3",
        key_type: KeyType::Aes,
        alg: ccm(8),
        key: "404142434445464748494a4b4c4d4e4f",
        nonce: "101112131415161718191a1b",
        additional_data: "000102030405060708090a0b0c0d0e0f10111213",
        plaintext: "202122232425262728292a2b2c2d2e2f3031323334353637",
        expected: "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951",
    },
    Known {
        source: "RFC 8439, 2.8.2",
        key_type: KeyType::Chacha20,
        alg: CHACHA20_POLY1305,
        key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        nonce: "070000004041424344454647",
        additional_data: "50515253c0c1c2c3c4c5c6c7",
        plaintext: "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920
            636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265
            656e20776f756c642062652069742e",
        expected: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b
            1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def0
            8e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
    },
];

#[test]
fn known_answers_are_met_both_ways() {
    for known in KNOWN {
        let key = TestKey::new(known.key_type, &hex(known.key));
        assert!(AeadCipher::supports(&Symmetric, key.open().attributes.shape(), known.alg), "{}", known.source);
        let (nonce, additional, plaintext) = (hex(known.nonce), hex(known.additional_data), hex(known.plaintext));
        let sealed = Symmetric.encrypt(key.open(), known.alg, &nonce, &additional, &plaintext.clone().into());
        assert_eq!(sealed, Ok(hex(known.expected)), "{}", known.source);
        let opened = Symmetric.decrypt(key.open(), known.alg, &nonce, &additional, &hex(known.expected));
        assert_eq!(opened.ok().map(SecretBytes::into_exposed), Some(plaintext), "{}", known.source);
    }
}

#[test]
fn whatever_bit_is_changed_the_tag_is_wrong() {
    for known in KNOWN {
        let key = TestKey::new(known.key_type, &hex(known.key));
        let inputs = [hex(known.nonce), hex(known.additional_data), hex(known.expected)];
        for part in 0..inputs.len() {
            for byte in 0..inputs[part].len() {
                let mut changed = inputs.clone();
                changed[part][byte] ^= 0x10;
                let [nonce, additional, sealed] = &changed;
                let opened = Symmetric.decrypt(key.open(), known.alg, nonce, additional, sealed);
                let kind = opened.err().map(|error| error.kind);
                assert_eq!(kind, Some(ErrorKind::InvalidSignature), "{}: {part}, {byte}", known.source);
            }
        }
    }
}

#[test]
fn every_size_nonce_and_tag_goes_there_and_back_also_for_an_empty_text() {
    let nonces = [1, 7, 8, 11, 12, 13, 16, 17, 128];
    for (alg, tags, nonces) in [
        (AeadAlg::Gcm, &[4, 8, 12, 13, 14, 15, 16][..], &nonces[..]),
        (AeadAlg::Ccm, &[4, 6, 8, 10, 12, 14, 16], &[7, 8, 9, 10, 11, 12, 13]),
    ] {
        for key in [&[7; 16][..], &[7; 24], &[7; 32]] {
            let key = TestKey::new(KeyType::Aes, key);
            for (tag_length, nonce) in tags.iter().flat_map(|tag| nonces.iter().map(move |nonce| (*tag, *nonce))) {
                let alg = Aead::ShortenedTag { alg, tag_length };
                for (additional, text) in [(&b""[..], &b""[..]), (b"a", b""), (b"", b"t"), (b"a", &[1; 1000])] {
                    let nonce = vec![9; nonce];
                    let sealed = Symmetric.encrypt(key.open(), alg, &nonce, additional, &text.to_vec().into()).unwrap();
                    assert_eq!(sealed.len(), text.len() + tag_length as usize);
                    let opened = Symmetric.decrypt(key.open(), alg, &nonce, additional, &sealed).unwrap();
                    assert_eq!(opened.expose(), text);
                }
            }
        }
    }
}

#[test]
fn lengths_that_a_mode_does_not_take_are_refused_without_a_panic() {
    let aes = TestKey::new(KeyType::Aes, &[1; 16]);
    let chacha20 = TestKey::new(KeyType::Chacha20, &[1; 32]);
    let too_long_for_two_bytes = vec![0; 1 << 16];
    let cases: &[(&TestKey, Aead, usize, &[u8])] = &[
        (&aes, GCM, 0, b"text"),
        (&aes, gcm(5), 12, b"text"),
        (&aes, gcm(17), 12, b"text"),
        (&aes, ccm(16), 6, b"text"),
        (&aes, ccm(16), 14, b"text"),
        (&aes, ccm(7), 12, b"text"),
        (&aes, ccm(16), 13, &too_long_for_two_bytes),
        (&chacha20, CHACHA20_POLY1305, 8, b"text"),
        (&chacha20, Aead::ShortenedTag { alg: AeadAlg::Chacha20Poly1305, tag_length: 12 }, 12, b"text"),
    ];
    for (key, alg, nonce, text) in cases {
        let sealed = Symmetric.encrypt(key.open(), *alg, &vec![0; *nonce], b"", &text.to_vec().into());
        assert_eq!(sealed.map_err(|error| error.kind), Err(ErrorKind::InvalidArgument), "{alg:?}, {nonce}");
    }
    let opened = Symmetric.decrypt(aes.open(), GCM, &[0; 12], b"", &[0; 15]);
    assert_eq!(opened.err().map(|error| error.kind), Some(ErrorKind::InvalidArgument));
}

#[test]
fn only_keys_of_the_right_type_and_size_are_supported() {
    let supports = |key_type, bits, alg| AeadCipher::supports(&Symmetric, KeyShape { key_type, bits }, alg);
    for bits in [0, 128, 192, 256] {
        assert!(supports(KeyType::Aes, bits, GCM) && supports(KeyType::Aes, bits, ccm(16)));
    }
    assert!(!supports(KeyType::Aes, 384, GCM) && !supports(KeyType::Aes, 512, GCM));
    assert!(!supports(KeyType::Aes, 256, CHACHA20_POLY1305) && !supports(KeyType::Chacha20, 256, GCM));
    assert!(supports(KeyType::Chacha20, 256, CHACHA20_POLY1305) && !supports(KeyType::Aes, 128, gcm(5)));
}
