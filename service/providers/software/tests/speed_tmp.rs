//! tmp
#[path = "asymmetric/keyring.rs"]
#[allow(dead_code)]
mod keyring;
use keyring::*;
use keystead_interface::algorithm::*;
use keystead_interface::attributes::*;
use std::time::Instant;
fn t(name: &str, n: u32, mut f: impl FnMut()) {
    f();
    let s = Instant::now();
    for _ in 0..n { f() }
    println!("{name:30} {:9.1} us", s.elapsed().as_secs_f64() * 1e6 / f64::from(n));
}
#[test]
fn speed() {
    let e = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let d = AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(Hash::Sha256));
    for (f, b) in WEIERSTRASS.iter().copied() {
        let k = Held::generate(KeyType::EccKeyPair(f), b).unwrap();
        let s = k.sign_hash(e, &[1; 32]).unwrap();
        let peer = Held::generate(KeyType::EccKeyPair(f), b).unwrap().public_key();
        let scalar = k.export();
        t(&format!("{f:?} {b} sign"), 200, || { k.sign_hash(e, &[1; 32]).unwrap(); });
        t(&format!("{f:?} {b} det"), 200, || { k.sign_hash(d, &[1; 32]).unwrap(); });
        t(&format!("{f:?} {b} verify"), 200, || { k.verify_hash(e, &[1; 32], &s).unwrap(); });
        t(&format!("{f:?} {b} agree"), 200, || { k.agree(&peer).unwrap(); });
        t(&format!("{f:?} {b} generate"), 200, || { Held::generate(KeyType::EccKeyPair(f), b).unwrap(); });
        t(&format!("{f:?} {b} import"), 200, || { Held::import(KeyType::EccKeyPair(f), b, &scalar).unwrap(); });
        t(&format!("{f:?} {b} import pub"), 200, || { Held::import(KeyType::EccPublicKey(f), b, &peer).unwrap(); });
    }
    for (f, b) in MONTGOMERY.iter().copied() {
        let k = Held::generate(KeyType::EccKeyPair(f), b).unwrap();
        let peer = Held::generate(KeyType::EccKeyPair(f), b).unwrap().public_key();
        t(&format!("{f:?} {b} agree"), 200, || { k.agree(&peer).unwrap(); });
        t(&format!("{f:?} {b} public"), 200, || { k.public_key(); });
    }
    for (bits, der) in [(1024, &include_bytes!("asymmetric/openssl/rsa-1024.der")[..]), (2048, include_bytes!("asymmetric/openssl/rsa-2048.der")), (3072, include_bytes!("asymmetric/openssl/rsa-3072.der")), (4096, include_bytes!("asymmetric/openssl/rsa-4096.der"))] {
        let k = Held::import(KeyType::RsaKeyPair, bits, der).unwrap();
        let p = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha256));
        let s = k.sign_hash(p, &[1; 32]).unwrap();
        let pb = k.public_key();
        t(&format!("rsa {bits} sign"), 100, || { k.sign_hash(p, &[1; 32]).unwrap(); });
        t(&format!("rsa {bits} verify"), 100, || { k.verify_hash(p, &[1; 32], &s).unwrap(); });
        t(&format!("rsa {bits} import"), 100, || { Held::import(KeyType::RsaKeyPair, bits, der).unwrap(); });
        t(&format!("rsa {bits} import pub"), 100, || { Held::import(KeyType::RsaPublicKey, bits, &pb).unwrap(); });
    }
    use aws_lc_rs::signature::*;
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let pk = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    t("aws-lc-rs p256 sign msg", 500, || { pk.sign(&rng, &[1; 32]).unwrap(); });
    let k = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap();
    t("ours p256 sign msg", 500, || { k.sign_message(e, &[1; 32]).unwrap(); });
    t("aws-lc-rs p256 sign msg", 500, || { pk.sign(&rng, &[1; 32]).unwrap(); });
    t("ours p256 sign msg", 500, || { k.sign_message(e, &[1; 32]).unwrap(); });
}
