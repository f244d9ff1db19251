//! Known answers, truncation and verification for message authentication codes.

use keystead_interface::algorithm::Hash;
use keystead_provider::ErrorKind;

use super::*;
use crate::symmetric::test_vectors::{TestKey, hex};

/// HMAC of "Hi There" under a key of twenty bytes 0b: RFC 4231 case 1, RFC 2202 and RFC 2286 for SHA-1 and RIPEMD-160;
/// the other hashes by OpenSSL 3.0.
const HI_THERE: &[(Hash, &str)] = &[
    (Hash::Md4, "5570ce964ba8c11756cdc3970278ff5a"),
    (Hash::Ripemd160, "24cb4bd67d20fc1a5d2ed7732dcc39377f0a5668"),
    (Hash::Sha1, "b617318655057264e28bc0b6fb378c8ef146be00"),
    (Hash::Sha224, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"),
    (Hash::Sha256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (Hash::Sha384, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"),
    (
        Hash::Sha512,
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4\
         be9d914eeb61f1702e696c203a126854",
    ),
    (Hash::Sha512_224, "b244ba01307c0e7a8ccaad13b1067a4cf6b961fe0c6a20bda3d92039"),
    (Hash::Sha512_256, "9f9126c3d9c3c330d760425ca8a217e31feae31bfe70196ff81642b868402eab"),
    (Hash::Sha3_224, "3b16546bbc7be2706a031dcafd56373d9884367641d8c59af3c860f7"),
    (Hash::Sha3_256, "ba85192310dffa96e2a3a40e69774351140bb7185e1202cdcc917589f95e16bb"),
    (
        Hash::Sha3_384,
        "68d2dcf7fd4ddd0a2240c8a437305f61fb7334cfb5d0226e1bc27dc10a2e723a20d370b47743130e26ac7e3d532886bd",
    ),
    (
        Hash::Sha3_512,
        "eb3fbd4b2eaab8f5c504bd3a41465aacec15770a7cabac531e482f860b5ec7ba47ccb2c6f2afce8f88d22b6dc61380f2\
         3a668fd3888bb80537c0a0b86407689e",
    ),
];

/// The text of SP 800-38B, appendix D.
const TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

/// Type of key, key, and the CMAC of the first 0, 16, 40 and 64 bytes of the text.
const CMACS: &[(KeyType, &str, [&str; 4])] = &[
    // SP 800-38B, appendix D, with the corrected values that NIST publishes beside it.
    (
        KeyType::Aes,
        "2b7e151628aed2a6abf7158809cf4f3c",
        [
            "bb1d6929e95937287fa37d129b756746",
            "070a16b46b4d4144f79bdd9dd04a287c",
            "dfa66747de9ae63030ca32611497c827",
            "51f0bebf7e3b9d92fc49741779363cfe",
        ],
    ),
    (
        KeyType::Aes,
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        [
            "d17ddf46adaacde531cac483de7a9367",
            "9e99a7bf31e710900662f65e617c5184",
            "8a1de5be2eb31aad089a82e6ee908b0e",
            "a1d5df0eed790f794d77589659f39a11",
        ],
    ),
    (
        KeyType::Aes,
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        [
            "028962f61b7bf89efc6b551f4667d983",
            "28a7023f452e8f82bd4bf28d8c37c35c",
            "aaf3d8f1de5640c232f5b169b9c911e6",
            "e1992190549f6ed5696a2c056c315410",
        ],
    ),
    // The same inputs, by OpenSSL 3.0.
    (
        KeyType::Camellia,
        "2b7e151628aed2a6abf7158809cf4f3c",
        [
            "ba925782aaa1f5d9a00f89648094fc71",
            "6d962854a3b9fda56d7d45a95ee17993",
            "5c18d119ccd6766144ac1866131d9f22",
            "c2699a6eba55ce9d939a8a4e19466ee9",
        ],
    ),
    (
        KeyType::Camellia,
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        [
            "01e1f2fdac3a30055b3dbafdea119078",
            "aa5decec4af41291df4b6fe726167c79",
            "7800be582ad62caee6a02ec68c5ecd67",
            "07472d6ba0b2af3bcb235a701606a07a",
        ],
    ),
];

const CMAC: MacAlgorithm = MacAlgorithm::FullLength(FullLengthMac::Cmac);
const CBC_MAC: MacAlgorithm = MacAlgorithm::FullLength(FullLengthMac::CbcMac);

const fn hmac(hash: Hash) -> MacAlgorithm {
    MacAlgorithm::FullLength(FullLengthMac::Hmac(hash))
}

#[test]
fn hmac_with_every_hash_gives_the_published_value() {
    for (hash, expected) in HI_THERE {
        let key = TestKey::new(KeyType::Hmac, &[0x0b; 20]);
        assert_eq!(Symmetric.compute(key.open(), hmac(*hash), b"Hi There"), Ok(hex(expected)), "{hash:?}");
        assert_eq!(Symmetric.verify(key.open(), hmac(*hash), b"Hi There", &hex(expected)), Ok(()), "{hash:?}");
    }
    let shape = KeyShape { key_type: KeyType::Hmac, bits: 160 };
    let claimed = Hash::ALL.iter().filter(|hash| Mac::supports(&Symmetric, shape, hmac(**hash))).count();
    // MD5 has its own vector below.
    assert_eq!(claimed, HI_THERE.len() + 1);
}

#[test]
fn hmac_takes_keys_of_any_length() {
    let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
    for (source, hash, key, text, expected) in [
        ("RFC 2202, 2, case 1", Hash::Md5, &[0x0b; 16][..], &b"Hi There"[..], "9294727a3638bb1c13f48ef8158bfc9d"),
        ("RFC 2286, 2, case 6", Hash::Ripemd160, &[0xaa; 80], text, "6466ca07ac5eac29e1bd523e5ada7605b791fd8b"),
        (
            "RFC 4231, case 6",
            Hash::Sha256,
            &[0xaa; 131],
            text,
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ] {
        let key = TestKey::new(KeyType::Hmac, key);
        assert_eq!(Symmetric.compute(key.open(), hmac(hash), text), Ok(hex(expected)), "{source}");
    }
}

#[test]
fn a_truncated_mac_is_the_beginning_of_the_whole_one() {
    // RFC 4231, case 5.
    let alg = MacAlgorithm::Truncated { mac: FullLengthMac::Hmac(Hash::Sha256), length: 16 };
    let key = TestKey::new(KeyType::Hmac, &[0x0c; 20]);
    let mac = Symmetric.compute(key.open(), alg, b"Test With Truncation").unwrap();
    assert_eq!(mac, hex("a3b6167473100ee06e0c796c2955552b"));
    let verify = |mac: &[u8]| Symmetric.verify(key.open(), alg, b"Test With Truncation", mac).map_err(|e| e.kind);
    assert_eq!(verify(&mac), Ok(()));
    let whole = Symmetric.compute(key.open(), hmac(Hash::Sha256), b"Test With Truncation").unwrap();
    for wrong in [&mac[..15], &whole, &[]] {
        assert_eq!(verify(wrong), Err(ErrorKind::InvalidSignature));
    }
    for length in [3, 33] {
        let alg = MacAlgorithm::Truncated { mac: FullLengthMac::Hmac(Hash::Sha256), length };
        assert!(!Mac::supports(&Symmetric, key.open().attributes.shape(), alg));
        assert_eq!(Symmetric.compute(key.open(), alg, b"").map_err(|e| e.kind), Err(ErrorKind::InvalidArgument));
    }
}

#[test]
fn cmac_gives_the_published_values() {
    for (key_type, key, expected) in CMACS {
        let key = TestKey::new(*key_type, &hex(key));
        for (length, expected) in [0, 16, 40, 64].into_iter().zip(expected) {
            let text = &hex(TEXT)[..length];
            assert_eq!(Symmetric.compute(key.open(), CMAC, text), Ok(hex(expected)), "{key_type:?} {length}");
            assert_eq!(Symmetric.verify(key.open(), CMAC, text, &hex(expected)), Ok(()), "{key_type:?} {length}");
        }
    }
}

#[test]
fn cbc_mac_chains_blocks_as_cbc_does() {
    // From the ECB vectors of SP 800-38A F.1.1: E(p1) = c1 and E(p2) = c2, so the MAC of p1 ‖ (c1 ⊕ p2) is c2.
    let key = TestKey::new(KeyType::Aes, &hex("2b7e151628aed2a6abf7158809cf4f3c"));
    let (p1, p2) = (&hex(TEXT)[..16], &hex(TEXT)[16..32]);
    let (c1, c2) = (hex("3ad77bb40d7a3660a89ecaf32466ef97"), hex("f5d3d58503b9699de785895a96fdbaaf"));
    assert_eq!(Symmetric.compute(key.open(), CBC_MAC, p1), Ok(c1.clone()));
    let chained: Vec<u8> = c1.iter().zip(p2).map(|(c, p)| c ^ p).collect();
    assert_eq!(Symmetric.compute(key.open(), CBC_MAC, &[p1, &chained].concat()), Ok(c2));
}

#[test]
fn cbc_mac_takes_whole_blocks_and_at_least_one() {
    for key_type in [KeyType::Aes, KeyType::Camellia] {
        let key = TestKey::new(key_type, &[1; 16]);
        for length in [0, 1, 15, 17] {
            let mac = Symmetric.compute(key.open(), CBC_MAC, &vec![0; length]);
            assert_eq!(mac.map_err(|error| error.kind), Err(ErrorKind::InvalidArgument), "{length}");
        }
    }
}

#[test]
fn whatever_bit_is_changed_it_does_not_verify() {
    for (key_type, alg) in [(KeyType::Hmac, hmac(Hash::Sha256)), (KeyType::Aes, CMAC), (KeyType::Camellia, CBC_MAC)] {
        let key = TestKey::new(key_type, &[5; 32]);
        let (text, mac) = (vec![3; 32], Symmetric.compute(key.open(), alg, &[3; 32]).unwrap());
        let verify = |text: &[u8], mac: &[u8]| Symmetric.verify(key.open(), alg, text, mac).map_err(|e| e.kind);
        assert_eq!(verify(&text, &mac), Ok(()));
        for place in 0..mac.len() {
            let mut changed = mac.clone();
            changed[place] ^= 1;
            assert_eq!(verify(&text, &changed), Err(ErrorKind::InvalidSignature));
        }
        for place in 0..text.len() {
            let mut changed = text.clone();
            changed[place] ^= 0x80;
            assert_eq!(verify(&changed, &mac), Err(ErrorKind::InvalidSignature));
        }
    }
}

#[test]
fn threads_share_an_open_key() {
    let key = TestKey::new(KeyType::Hmac, &[9; 32]);
    let mac_of = |number: u32| Symmetric.compute(key.open(), hmac(Hash::Sha256), &number.to_be_bytes()).unwrap();
    let expected: Vec<_> = (0..500).map(mac_of).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!((0..500).map(mac_of).eq(expected.iter().cloned())));
        }
    });
}

#[test]
fn only_keys_of_the_right_type_and_size_are_supported() {
    let supports = |key_type, bits, alg| Mac::supports(&Symmetric, KeyShape { key_type, bits }, alg);
    for bits in [0, 128, 192, 256] {
        assert!(supports(KeyType::Aes, bits, CMAC) && supports(KeyType::Camellia, bits, CBC_MAC));
    }
    assert!(!supports(KeyType::Aes, 512, CMAC) && !supports(KeyType::Des, 128, CMAC));
    assert!(supports(KeyType::Hmac, 0, hmac(Hash::Sha256)) && supports(KeyType::Hmac, 8, hmac(Hash::Sha3_512)));
    assert!(!supports(KeyType::Hmac, 256, hmac(Hash::Md2)) && !supports(KeyType::Hmac, 256, CMAC));
    assert!(!supports(KeyType::Aes, 256, hmac(Hash::Sha256)) && !supports(KeyType::Derive, 256, hmac(Hash::Sha256)));
}
