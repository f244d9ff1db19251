//! What becomes of keys: made, brought, given away, destroyed.

use std::fs;
use std::time::{Duration, Instant};

use keystead_interface::algorithm::{Aead, AeadAlg, Algorithm, FullLengthMac, Hash, Mac};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyShape, KeyType, Usage};
use keystead_provider::{ErrorKind, Provider};

use crate::bench::{Bench, Held, LABEL, SIGNS, p256, tag};

/// Every size of every type that SoftHSM2 has, small ones of RSA only.
const SHAPES: &[(KeyType, u32)] = &[
    (KeyType::RsaKeyPair, 1024),
    (KeyType::RsaKeyPair, 2048),
    (KeyType::EccKeyPair(EccFamily::SecpR1), 224),
    (KeyType::EccKeyPair(EccFamily::SecpR1), 256),
    (KeyType::EccKeyPair(EccFamily::SecpR1), 384),
    (KeyType::EccKeyPair(EccFamily::SecpR1), 521),
    (KeyType::EccKeyPair(EccFamily::SecpK1), 256),
    (KeyType::EccKeyPair(EccFamily::BrainpoolPR1), 256),
    (KeyType::EccKeyPair(EccFamily::BrainpoolPR1), 512),
    (KeyType::Aes, 128),
    (KeyType::Aes, 192),
    (KeyType::Aes, 256),
    (KeyType::Hmac, 8),
    (KeyType::Hmac, 256),
];

fn attributes(key_type: KeyType, bits: u32, usage: Usage) -> KeyAttributes {
    KeyAttributes::new(key_type, bits, usage, Algorithm::None)
}

fn public(key_type: KeyType) -> KeyType {
    match key_type {
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        _ => KeyType::RsaPublicKey,
    }
}

#[test]
fn every_key_that_is_made_can_be_given_away_brought_back_and_destroyed() {
    let Some(bench) = Bench::new() else { return };
    bench.token("keys");
    let provider = bench.provider("keys");
    let vault = provider.vault();
    for (key_type, bits) in SHAPES.iter().copied() {
        let shape = KeyShape { key_type, bits };
        assert!(vault.generates(shape) && vault.imports(shape) && vault.exports(shape), "{shape:?}");
        let wanted = attributes(key_type, bits, SIGNS.and(Usage::EXPORT));
        let made = Held::generate(&provider, wanted).expect("a key");
        assert_eq!(made.attributes.bits(), bits);
        let material = vault.export(made.key()).expect("it may be exported");
        let any_size = attributes(key_type, 0, SIGNS.and(Usage::EXPORT));
        let brought = Held::import(&provider, any_size, material.expose()).expect("it was a key");
        assert_eq!(brought.attributes.bits(), bits);
        let again = vault.export(brought.key()).expect("it may be exported");
        assert!(again.expose() == material.expose(), "{shape:?} is the same key");
        if key_type.is_key_pair() {
            let bytes = vault.public_key(made.key()).expect("a public key");
            assert_eq!(vault.public_key(brought.key()).expect("a public key"), bytes, "{shape:?}");
            let half = attributes(public(key_type), bits, SIGNS);
            let half = Held::import(&provider, half, &bytes).expect("it was a public key");
            assert_eq!(vault.export(half.key()).expect("a public key").expose(), &bytes);
            half.destroy(&provider).expect("it goes");
        }
        made.destroy(&provider).expect("it goes");
        brought.destroy(&provider).expect("it goes");
        assert_eq!(vault.export(made.reopened().key()).err().map(|error| error.kind), Some(ErrorKind::KeyMissing));
    }
    assert_eq!(bench.tool("keys", &["--list-objects"]).matches("Key Object").count(), 0, "nothing is left");
}

#[test]
fn other_tools_see_that_keys_never_leave_and_whose_they_are() {
    let Some(bench) = Bench::new() else { return };
    bench.token("shown");
    let provider = bench.provider("shown");
    Held::generate(&provider, p256()).expect("a key");
    let aead = Algorithm::Aead(Aead::DefaultLengthTag(AeadAlg::Gcm));
    Held::generate(&provider, KeyAttributes::new(KeyType::Aes, 256, Usage::ENCRYPT, aead)).expect("a key");
    let listed = bench.tool("shown", &["--list-objects"]);
    let objects: Vec<_> = listed.split("Key Object").skip(1).collect();
    assert_eq!(objects.len(), 3, "{listed}");
    assert!(objects.iter().all(|object| object.contains(LABEL)), "{listed}");
    let kept = "sensitive, always sensitive, never extractable, local";
    assert_eq!(listed.matches(kept).count(), 2, "{listed}");
    let usage = |line: &str| listed.lines().filter(|found| found.trim() == line).count();
    assert_eq!(usage("Usage:      sign"), 1, "{listed}");
    assert_eq!(usage("Usage:      verify"), 1, "{listed}");
    assert_eq!(usage("Usage:      encrypt"), 1, "{listed}");
}

#[test]
fn keys_of_odd_lengths_are_brought_whole() {
    let Some(bench) = Bench::new() else { return };
    bench.token("odd");
    let provider = bench.provider("odd");
    let alg = Mac::FullLength(FullLengthMac::Hmac(Hash::Sha1));
    let usage = Usage::SIGN_MESSAGE.and(Usage::EXPORT);
    let attributes = KeyAttributes::new(KeyType::Hmac, 0, usage, Algorithm::Mac(alg));
    // RFC 2202, section 3, test case 1.
    let held = Held::import(&provider, attributes, &[0x0b; 20]).expect("a key");
    let mac = provider.capabilities().mac.expect("it computes MACs");
    let computed = mac.compute(held.key(), alg, b"Hi There").expect("a MAC");
    assert_eq!(computed[..6], [0xb6, 0x17, 0x31, 0x86, 0x55, 0x05]);
    let given = provider.vault().export(held.key()).expect("it may be exported");
    assert_eq!(given.expose().as_slice(), [0x0b; 20]);
}

#[test]
fn keys_that_were_brought_are_sensitive_too() {
    let Some(bench) = Bench::new() else { return };
    bench.token("brought");
    let provider = bench.provider("brought");
    let scalar = [&[0; 31][..], &[1]].concat();
    Held::import(&provider, p256(), &scalar).expect("a key");
    Held::import(&provider, attributes(KeyType::Aes, 0, SIGNS), &[1; 32]).expect("a key");
    let listed = bench.tool("brought", &["--list-objects"]);
    let access: Vec<_> = listed.lines().filter(|line| line.trim().starts_with("Access:")).collect();
    assert_eq!(access.iter().filter(|line| line.contains("sensitive")).count(), 2, "{listed}");
    assert!(!listed.contains("extractable"), "they say neither: they were out there once\n{listed}");
}

#[test]
fn a_key_whose_policy_keeps_it_is_not_given_away() {
    let Some(bench) = Bench::new() else { return };
    bench.token("kept");
    let provider = bench.provider("kept");
    for (key_type, bits) in SHAPES.iter().copied().filter(|(_, bits)| *bits >= 128) {
        let made = Held::generate(&provider, attributes(key_type, bits, SIGNS)).expect("a key");
        let given = provider.vault().export(made.key()).err().map(|error| error.kind);
        assert_eq!(given, Some(ErrorKind::NotSupported), "{key_type:?} {bits}");
    }
}

#[test]
fn material_that_is_no_key_is_told_from_keys_that_are_not_taken() {
    let Some(bench) = Bench::new() else { return };
    bench.token("checked");
    let provider = bench.provider("checked");
    let import = |key_type, bits, material: &[u8]| {
        Held::import(&provider, attributes(key_type, bits, SIGNS), material).map(|held| held.attributes.bits())
    };
    let nist = EccFamily::SecpR1;
    let made =
        Held::generate(&provider, attributes(KeyType::RsaKeyPair, 1024, SIGNS.and(Usage::EXPORT))).expect("a key");
    let mut pair = provider.vault().export(made.key()).expect("a key").expose().clone();
    let rsa = provider.vault().public_key(made.key()).expect("a key");
    let made = Held::generate(&provider, p256()).expect("a key");
    let mut point = provider.vault().public_key(made.key()).expect("a key");
    assert_eq!(import(KeyType::RsaPublicKey, 1024, &rsa), Ok(1024));
    assert_eq!(import(KeyType::RsaPublicKey, 2048, &rsa), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::RsaPublicKey, 0, &rsa[1..]), Err(ErrorKind::InvalidArgument));
    let last = pair.len() - 1;
    pair[last] ^= 1;
    assert_eq!(import(KeyType::RsaKeyPair, 0, &pair), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::EccPublicKey(nist), 0, &point), Ok(256));
    assert_eq!(import(KeyType::EccPublicKey(nist), 384, &point), Err(ErrorKind::InvalidArgument));
    point[64] ^= 1;
    assert_eq!(import(KeyType::EccPublicKey(nist), 256, &point), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::EccKeyPair(nist), 256, &[0; 32]), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::EccKeyPair(nist), 256, &[0xFF; 32]), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::Aes, 0, &[1; 17]), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::Aes, 0, &[1; 48]), Err(ErrorKind::NotSupported));
    assert_eq!(import(KeyType::Aes, 128, &[1; 32]), Err(ErrorKind::InvalidArgument));
    assert_eq!(import(KeyType::Camellia, 0, &[1; 32]), Err(ErrorKind::NotSupported));
}

#[test]
fn what_a_crash_left_of_a_pair_goes_by_its_tag() {
    let Some(bench) = Bench::new() else { return };
    bench.token("halves");
    let provider = bench.provider("halves");
    let pair = Held::generate(&provider, p256()).expect("a key");
    let id: String = pair.tag.0.iter().map(|byte| format!("{byte:02x}")).collect();
    bench.tool("halves", &["--delete-object", "--type", "privkey", "--id", &id]);
    provider.vault().destroy(pair.tag, None).expect("the other half goes");
    assert_eq!(bench.tool("halves", &["--list-objects"]).matches("Key Object").count(), 0);
    provider.vault().destroy(pair.tag, None).expect("what is not there is no error");
    provider.vault().destroy(tag(), None).expect("nor what never was");
}

/// What SoftHSM 2.6.1 has of an object if it is killed early: a generation, and CKA_TOKEN with its default.
const HUSK: [[u8; 8]; 3] = [1_u64.to_be_bytes(), 1_u64.to_be_bytes(), 1_u64.to_be_bytes()];

#[test]
fn what_a_killed_module_left_half_made_goes_at_the_first_login_and_in_no_request() {
    let Some(bench) = Bench::new() else { return };
    bench.token("killed");
    let folder = fs::read_dir(bench.tokens()).expect("tokens").next().expect("one").expect("one").path();
    let [early, late] = ["early", "late"].map(|name| folder.join(format!("{name}.object")));
    let husk = [HUSK.as_flattened(), &[0]].concat();
    fs::write(&early, &husk).expect("it can be written");
    let provider = bench.provider("killed");
    assert!(!early.exists());
    fs::write(&late, &husk).expect("it can be written");
    // Another process changes the token, so that the module looks for objects again.
    bench.tool("killed", &["--keygen", "--key-type", "aes:16", "--id", "01"]);
    let begun = Instant::now();
    for _ in 0..20 {
        provider.vault().destroy(tag(), None).expect("there is none");
    }
    assert!(late.exists() && begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    drop(provider);
    bench.provider("killed");
    assert!(!late.exists());
}
