//! Symmetric keys and hashes: what AWS-LC makes of the same key is the same, and whatever is changed is found.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{cipher, cmac, hmac};
use keystead_interface::algorithm::{Aead, AeadAlg, Algorithm, Cipher, FullLengthMac, Hash, Mac};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider};

use crate::token::{Held, hex, is_softhsm, kind, open, secret, token};

const GCM: Aead = Aead::DefaultLengthTag(AeadAlg::Gcm);

const fn gcm(tag_length: u32) -> Aead {
    Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length }
}

fn aes(bytes: usize) -> Option<(Held, Vec<u8>)> {
    let material: Vec<u8> = (1..).take(bytes).collect();
    Some((Held::import(KeyType::Aes, Algorithm::Aead(GCM), &material)?, material))
}

impl Held {
    fn seal(&self, alg: Aead, nonce: &[u8], additional: &[u8], text: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        kind(self.can().aead.expect("it seals").encrypt(self.key(), alg, nonce, additional, &secret(text)))
    }

    fn unseal(&self, alg: Aead, nonce: &[u8], additional: &[u8], text: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        open(self.can().aead.expect("it unseals").decrypt(self.key(), alg, nonce, additional, text))
    }

    fn encipher(&self, alg: Cipher, text: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        kind(self.can().cipher.expect("it enciphers").encrypt(self.key(), alg, &secret(text)))
    }

    fn decipher(&self, alg: Cipher, text: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        open(self.can().cipher.expect("it deciphers").decrypt(self.key(), alg, text))
    }

    fn mac(&self, alg: Mac, input: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        kind(self.can().mac.expect("it has MACs").compute(self.key(), alg, input))
    }

    fn check_mac(&self, alg: Mac, input: &[u8], mac: &[u8]) -> Result<(), ErrorKind> {
        kind(self.can().mac.expect("it has MACs").verify(self.key(), alg, input, mac))
    }
}

#[test]
fn gcm_is_that_of_aws_lc() {
    for (bytes, theirs) in [(16, &aead::AES_128_GCM), (24, &aead::AES_192_GCM), (32, &aead::AES_256_GCM)] {
        let Some((key, material)) = aes(bytes) else { return };
        let other = LessSafeKey::new(UnboundKey::new(theirs, &material).expect("a key"));
        for length in [1, 15, 16, 17, 5000] {
            let (text, nonce) = (vec![0xa5; length], [length as u8; 12]);
            let sealed = key.seal(GCM, &nonce, b"more", &text).expect("a ciphertext");
            let mut expected = text.clone();
            other
                .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(b"more"), &mut expected)
                .expect("a ciphertext");
            assert_eq!(sealed, expected, "{bytes} {length}");
            assert_eq!(key.unseal(GCM, &nonce, b"more", &sealed), Ok(text));
        }
    }
}

#[test]
fn gcm_with_other_nonces_is_that_of_its_inventors() {
    // McGrew and Viega, The Galois/Counter Mode of Operation, test cases 5 and 6: nonces of 8 and 60 bytes.
    let Some(_) = token() else { return };
    let material = hex("feffe9928665731c6d6a8f9467308308");
    let key = Held::import(KeyType::Aes, Algorithm::Aead(GCM), &material).expect("the token is there");
    let text =
        hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16a\
                    edf5aa0de657ba637b39");
    let additional = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let sealed = key.seal(GCM, &hex("cafebabefacedbad"), &additional, &text).expect("a ciphertext");
    assert!(sealed.ends_with(&hex("3612d2e79e3b0785561be14aaca2fccb")));
    let nonce =
        hex("9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416a\
                     edbf5a0de6a57a637b39b");
    let sealed = key.seal(GCM, &nonce, &additional, &text).expect("a ciphertext");
    assert!(sealed.ends_with(&hex("619cc5aefffe0bfa462af43c1699d050")));
    assert_eq!(key.unseal(GCM, &nonce, &additional, &sealed), Ok(text));
}

#[test]
fn every_tag_that_is_claimed_works_and_every_change_is_found() {
    let Some((key, _)) = aes(32) else { return };
    let aead = key.can().aead.expect("it seals");
    let shape = key.key().attributes.shape();
    for tag in 0..=17 {
        assert_eq!(aead.supports(shape, gcm(tag)), matches!(tag, 4 | 8 | 12..=16), "{tag}");
        let sealed = key.seal(gcm(tag), &[1; 12], b"", b"text");
        let Ok(sealed) = sealed else {
            assert!(!aead.supports(shape, gcm(tag)));
            continue;
        };
        assert_eq!(sealed.len(), 4 + tag as usize);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(
                key.unseal(gcm(tag), &[1; 12], b"", &changed),
                Err(ErrorKind::InvalidSignature),
                "{tag} {place}"
            );
        }
        assert_eq!(key.unseal(gcm(tag), &[2; 12], b"", &sealed), Err(ErrorKind::InvalidSignature), "another nonce");
        assert_eq!(key.unseal(gcm(tag), &[1; 12], b"x", &sealed), Err(ErrorKind::InvalidSignature), "more data");
        assert_eq!(key.unseal(gcm(tag), &[1; 12], b"", &sealed).as_deref(), Ok(&b"text"[..]));
    }
    for nonce in [1, 13, 128, 129, 257, 5000] {
        let sealed = key.seal(GCM, &vec![9; nonce], b"", b"text");
        assert!(!is_softhsm() || sealed.is_ok() == (nonce <= 128), "{nonce}");
        match sealed {
            Ok(sealed) => assert_eq!(key.unseal(GCM, &vec![9; nonce], b"", &sealed).as_deref(), Ok(&b"text"[..])),
            Err(error) => {
                assert_eq!(error, ErrorKind::NotSupported, "{nonce}");
                // Not a wrong tag, which would accuse the sender.
                assert_eq!(key.unseal(GCM, &vec![9; nonce], b"", &[1; 20]), Err(ErrorKind::NotSupported), "{nonce}");
            }
        }
    }
    // An EXTENDED request may seal nothing.
    let tag_alone = key.seal(GCM, &[1; 12], b"more", b"").expect("a tag");
    assert_eq!(tag_alone.len(), 16);
    assert_eq!(key.unseal(GCM, &[1; 12], b"more", &tag_alone), Ok(vec![]));
    assert_eq!(key.seal(GCM, &[], b"", b"text"), Err(ErrorKind::InvalidArgument));
    assert_eq!(key.unseal(GCM, &[1; 12], b"", &tag_alone[1..]), Err(ErrorKind::InvalidArgument));
    let ccm = Aead::DefaultLengthTag(AeadAlg::Ccm);
    if is_softhsm() {
        assert!(!aead.supports(shape, ccm), "SoftHSM2 has no CCM");
        assert_eq!(key.seal(ccm, &[1; 12], b"", b"text"), Err(ErrorKind::NotSupported));
    }
}

#[test]
fn ccm_is_that_of_nist_where_a_token_has_it() {
    // SP 800-38C, C.1 to C.3.
    let vectors = [
        (4, "10111213141516", "0001020304050607", "20212223", "7162015b4dac255d"),
        (
            6,
            "1011121314151617",
            "000102030405060708090a0b0c0d0e0f",
            "202122232425262728292a2b2c2d2e2f",
            "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd",
        ),
        (
            8,
            "101112131415161718191a1b",
            "000102030405060708090a0b0c0d0e0f10111213",
            "202122232425262728292a2b2c2d2e2f3031323334353637",
            "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951",
        ),
    ];
    let Some(_) = token() else { return };
    let material = hex("404142434445464748494a4b4c4d4e4f");
    let key = Held::import(KeyType::Aes, Algorithm::Aead(GCM), &material).expect("a key");
    for (tag_length, nonce, additional, text, sealed) in vectors {
        let alg = Aead::ShortenedTag { alg: AeadAlg::Ccm, tag_length };
        if !key.can().aead.expect("it seals").supports(key.key().attributes.shape(), alg) {
            continue;
        }
        let (nonce, additional, text, mut sealed) = (hex(nonce), hex(additional), hex(text), hex(sealed));
        assert_eq!(key.seal(alg, &nonce, &additional, &text).as_ref(), Ok(&sealed));
        assert_eq!(key.unseal(alg, &nonce, &additional, &sealed), Ok(text));
        sealed[0] ^= 1;
        assert_eq!(key.unseal(alg, &nonce, &additional, &sealed), Err(ErrorKind::InvalidSignature));
    }
}

#[test]
fn modes_are_those_of_aws_lc_under_fresh_ivs() {
    for (bytes, theirs) in [(16, &cipher::AES_128), (24, &cipher::AES_192), (32, &cipher::AES_256)] {
        let Some((key, material)) = aes(bytes) else { return };
        let other = || cipher::UnboundCipherKey::new(theirs, &material).expect("a key");
        for (alg, length) in [
            (Cipher::Ctr, 1),
            (Cipher::Ctr, 100),
            (Cipher::CbcNoPadding, 64),
            (Cipher::CbcPkcs7, 1),
            (Cipher::CbcPkcs7, 64),
        ] {
            let text = vec![0x5a; length];
            let sealed = key.encipher(alg, &text).expect("a ciphertext");
            let (iv, rest) = sealed.split_at(16);
            let context = cipher::DecryptionContext::Iv128(iv.try_into().expect("16 bytes"));
            let mut rest = rest.to_vec();
            let plain = match alg {
                Cipher::Ctr => cipher::DecryptingKey::ctr(other())
                    .expect("a key")
                    .decrypt(&mut rest, context)
                    .expect("a text")
                    .to_vec(),
                Cipher::CbcPkcs7 => cipher::PaddedBlockDecryptingKey::cbc_pkcs7(other())
                    .expect("a key")
                    .decrypt(&mut rest, context)
                    .expect("a text")
                    .to_vec(),
                _ => cipher::DecryptingKey::cbc(other())
                    .expect("a key")
                    .decrypt(&mut rest, context)
                    .expect("a text")
                    .to_vec(),
            };
            assert_eq!(plain, text, "{alg:?} {bytes} {length}");
            assert_eq!(key.decipher(alg, &sealed), Ok(text.clone()), "{alg:?} {bytes} {length}");
            let again = key.encipher(alg, &text).expect("a ciphertext");
            assert_ne!(again[..16], sealed[..16], "the IV is fresh");
        }
    }
}

#[test]
fn ecb_is_that_of_fips_197_and_lengths_that_a_mode_does_not_take_are_refused() {
    let Some(_) = token() else { return };
    let material = hex("000102030405060708090a0b0c0d0e0f");
    let key = Held::import(KeyType::Aes, Algorithm::Cipher(Cipher::EcbNoPadding), &material).expect("a key");
    let (text, sealed) = (hex("00112233445566778899aabbccddeeff"), hex("69c4e0d86a7b0430d8cdb78070b4c55a"));
    assert_eq!(key.encipher(Cipher::EcbNoPadding, &text).as_ref(), Ok(&sealed));
    assert_eq!(key.decipher(Cipher::EcbNoPadding, &sealed), Ok(text));
    for (alg, length) in
        [(Cipher::EcbNoPadding, 15), (Cipher::CbcNoPadding, 17), (Cipher::Ctr, 0), (Cipher::CbcPkcs7, 0)]
    {
        assert_eq!(key.encipher(alg, &vec![1; length]), Err(ErrorKind::InvalidArgument), "{alg:?} {length}");
    }
    for (alg, length) in [
        (Cipher::EcbNoPadding, 15),
        (Cipher::CbcNoPadding, 33),
        (Cipher::Ctr, 15),
        (Cipher::CbcPkcs7, 16),
        (Cipher::CbcPkcs7, 33),
    ] {
        assert_eq!(key.decipher(alg, &vec![1; length]), Err(ErrorKind::InvalidArgument), "{alg:?} {length}");
    }
    assert_eq!(key.decipher(Cipher::Ctr, &[1; 16]), Ok(vec![]), "an IV of nothing");
}

#[test]
fn a_wrong_padding_is_told_from_a_right_one_and_from_nothing_else() {
    let Some((key, _)) = aes(16) else { return };
    for (text, good) in [([16; 16], true), ([1; 16], true), ([0; 16], false), ([17; 16], false), ([255; 16], false)] {
        let sealed = key.encipher(Cipher::CbcNoPadding, &text).expect("a ciphertext");
        let opened = key.decipher(Cipher::CbcPkcs7, &sealed);
        assert_eq!(opened.is_ok(), good, "{text:?}");
        assert!(good || opened == Err(ErrorKind::InvalidPadding), "{text:?}");
    }
}

#[test]
fn macs_are_those_of_aws_lc_whole_and_truncated() {
    let known = [
        (Hash::Sha1, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        (Hash::Sha224, hmac::HMAC_SHA224),
        (Hash::Sha256, hmac::HMAC_SHA256),
        (Hash::Sha384, hmac::HMAC_SHA384),
        (Hash::Sha512, hmac::HMAC_SHA512),
    ];
    let material = [0x77; 64];
    for (hash, theirs) in known {
        let alg = Mac::FullLength(FullLengthMac::Hmac(hash));
        let Some(key) = Held::import(KeyType::Hmac, Algorithm::Mac(alg), &material) else { return };
        for input in [&b""[..], b"input", &[3; 5000]] {
            let expected = hmac::sign(&hmac::Key::new(theirs, &material), input);
            checks(&key, FullLengthMac::Hmac(hash), input, expected.as_ref());
        }
    }
    for (bytes, theirs) in [(16, cmac::AES_128), (24, cmac::AES_192), (32, cmac::AES_256)] {
        let material: Vec<u8> = (1..).take(bytes).collect();
        let alg = Algorithm::Mac(Mac::FullLength(FullLengthMac::Cmac));
        let Some(key) = Held::import(KeyType::Aes, alg, &material) else { return };
        for input in [&b""[..], b"input", &[3; 16], &[3; 5000]] {
            let expected = cmac::sign(&cmac::Key::new(theirs, &material).expect("a key"), input).expect("a MAC");
            checks(&key, FullLengthMac::Cmac, input, expected.as_ref());
        }
    }
}

/// The MAC is this one, its beginnings are its truncations, and no other passes for it.
fn checks(key: &Held, mac: FullLengthMac, input: &[u8], expected: &[u8]) {
    let whole = Mac::FullLength(mac);
    assert_eq!(key.mac(whole, input).as_deref(), Ok(expected), "{mac:?} {}", input.len());
    assert_eq!(key.check_mac(whole, input, expected), Ok(()));
    for length in [4, expected.len()] {
        let truncated = Mac::Truncated { mac, length: length as u32 };
        assert_eq!(key.mac(truncated, input).as_deref(), Ok(&expected[..length]));
        assert_eq!(key.check_mac(truncated, input, &expected[..length]), Ok(()));
        let mut wrong = expected[..length].to_vec();
        wrong[length - 1] ^= 1;
        for wrong in [&wrong[..], &wrong[1..], &[]] {
            assert_eq!(key.check_mac(truncated, input, wrong), Err(ErrorKind::InvalidSignature));
        }
    }
    for length in [0, 3, expected.len() + 1] {
        let impossible = Mac::Truncated { mac, length: length as u32 };
        assert_eq!(key.mac(impossible, input), Err(ErrorKind::InvalidArgument), "{length}");
    }
}

#[test]
fn a_key_too_short_for_softhsms_hmac_is_not_claimed() {
    let Some(token) = token().filter(|_| is_softhsm()) else { return };
    let mac = token.capabilities().mac.expect("it has MACs");
    let supports = |bits, hash| {
        mac.supports(KeyShape { key_type: KeyType::Hmac, bits }, Mac::FullLength(FullLengthMac::Hmac(hash)))
    };
    assert!(supports(256, Hash::Sha256) && supports(0, Hash::Sha256) && supports(160, Hash::Sha1));
    assert!(!supports(128, Hash::Sha256) && !supports(256, Hash::Sha384));
    assert!(!supports(256, Hash::Sha3_256), "SoftHSM2 has no SHA-3");
    assert!(!mac.supports(KeyShape { key_type: KeyType::Aes, bits: 128 }, Mac::FullLength(FullLengthMac::CbcMac)));
}

#[test]
fn hashes_are_computed() {
    let Some(token) = token() else { return };
    let hashing = token.capabilities().hash.expect("it hashes");
    let abc = hashing.compute(Hash::Sha256, b"abc").expect("a hash");
    assert_eq!(abc, hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    for hash in Hash::ALL {
        assert_eq!(hashing.compute(*hash, b"").is_ok(), hashing.supports(*hash), "{hash:?}");
    }
}
