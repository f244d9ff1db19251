//! Values of tokens that Parsec gets wrong: P-521 (row 30), random bytes of any number (row 32).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{AsymmetricSignature, Cipher, Hash, RawKeyAgreement, SignHash};
use keystead_interface::attributes::{EccFamily, KeyType};
use keystead_interface::operations::random::PsaGenerateRandom;
use keystead_interface::status::Status;

use crate::hands::*;
use crate::openssl::{self, OpenSsl};
use crate::requests::*;

/// Sizes in bits, the hash that goes with each, its name for OpenSSL, and the object identifier of the curve (SEC 2).
const CURVES: &[(u32, Hash, &str, &[u8])] = &[
    (256, Hash::Sha256, "sha256", &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]),
    (384, Hash::Sha384, "sha384", &[0x2B, 0x81, 0x04, 0x00, 0x22]),
    (521, Hash::Sha512, "sha512", &[0x2B, 0x81, 0x04, 0x00, 0x23]),
];
const MESSAGE: &[u8] = b"what is signed";
/// More than what any length is written in, and than any TPM gives at once.
const MOST_RANDOM: u64 = 5_000;

#[test]
fn softhsm_has_the_nist_curves_in_the_right_lengths() {
    let Some(place) = Place::softhsm("softhsm_has_the_nist_curves_in_the_right_lengths") else { return };
    has_the_nist_curves(&place);
}

#[test]
fn swtpm_has_the_nist_curves_in_the_right_lengths() {
    let Some(place) = Place::swtpm("swtpm_has_the_nist_curves_in_the_right_lengths") else { return };
    has_the_nist_curves(&place);
}

#[test]
fn softhsm_gives_as_many_random_bytes_as_are_asked_for() {
    let Some(place) = Place::softhsm("softhsm_gives_as_many_random_bytes_as_are_asked_for") else { return };
    gives_random_bytes(&place);
}

#[test]
fn swtpm_gives_as_many_random_bytes_as_are_asked_for() {
    let Some(place) = Place::swtpm("swtpm_gives_as_many_random_bytes_as_are_asked_for") else { return };
    gives_random_bytes(&place);
}

fn has_the_nist_curves(place: &Place) {
    let service = beside_software(place);
    let (software, token) = (service.caller(), service.caller().at(place.number()));
    let ssl = OpenSsl::find("lengths of the NIST curves", service.home().path());
    for &(bits, hash, digest, curve) in CURVES {
        let length = bits.div_ceil(8) as usize;
        let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(hash));
        let pair = with_usage(P_PAIR, bits, ALL_USES, alg);
        token.ask(generate("made", pair)).unwrap_or_else(|e| panic!("P-{bits} is not made: {e}"));
        // What software made, the token takes over: with a private number that may begin with zeros.
        software.ask(generate("source", key(P_PAIR, bits, alg))).expect("made");
        let scalar = software.ask(export("source")).expect("exported").data;
        token.ask(import("taken", pair, scalar.expose())).unwrap_or_else(|e| panic!("P-{bits} is not taken: {e}"));
        let expected = software.ask(export_public("source")).expect("exported").data;
        assert_eq!(token.ask(export_public("taken")).expect("exported").data, expected, "P-{bits}");

        for name in ["made", "taken"] {
            let point = token.ask(export_public(name)).expect("exported").data;
            assert_eq!((point.len(), point[0]), (1 + 2 * length, 4), "P-{bits}");
            // Halves of signatures that begin with a zero come about once in 128 signatures.
            for _ in 0..rounds("signatures", 40, 1_000) {
                let signature = token.ask(sign_message(name, alg, MESSAGE)).expect("signed").signature;
                assert_eq!(signature.len(), 2 * length, "P-{bits}");
                token.ask(verify_message(name, alg, MESSAGE, &signature)).expect("it is its own");
                software_accepts(&software, &point, bits, alg, &signature);
                let other = token.ask(verify_message(name, alg, b"another", &signature)).err();
                assert_eq!(other, Some(Status::PsaErrorInvalidSignature), "P-{bits}");
            }
            let signature = token.ask(sign_message(name, alg, MESSAGE)).expect("signed").signature;
            if let Some(ssl) = &ssl {
                ssl.file("public", &openssl::public_key(curve, &point));
                ssl.file("signature", &openssl::signature(&signature));
                ssl.file("message", MESSAGE);
                ssl.run(&format!("dgst -{digest} -verify public -keyform DER -signature signature message"));
            }
            token.ask(destroy(name)).expect("gone");
        }
        // The public half alone verifies there too.
        let public = with_usage(KeyType::EccPublicKey(EccFamily::SecpR1), bits, ALL_USES, alg);
        token.ask(import("public", public, &expected)).unwrap_or_else(|e| panic!("P-{bits} is not taken: {e}"));
        let signature = software.ask(sign_message("source", alg, MESSAGE)).expect("signed").signature;
        token.ask(verify_message("public", alg, MESSAGE, &signature)).expect("it is the source's");
        token.ask(destroy("public")).expect("gone");
        software.ask(destroy("source")).expect("gone");
        agrees(&software, &token, bits, length);
    }
    service.stop();
    place.holds(0);
}

fn software_accepts(software: &Caller, point: &[u8], bits: u32, alg: AsymmetricSignature, signature: &[u8]) {
    let public = with_usage(KeyType::EccPublicKey(EccFamily::SecpR1), bits, ALL_USES, alg);
    software.ask(import("check", public, point)).expect("it is on the curve");
    software.ask(verify_message("check", alg, MESSAGE, signature)).expect("another implementation accepts it");
    software.ask(destroy("check")).expect("gone");
}

/// Both sides of an agreement get the same secret, of the curve's length.
fn agrees(software: &Caller, token: &Caller, bits: u32, length: usize) {
    let pair = with_usage(P_PAIR, bits, ALL_USES, RawKeyAgreement::Ecdh);
    software.ask(generate("ours", pair)).expect("made");
    token.ask(generate("theirs", pair)).unwrap_or_else(|e| panic!("P-{bits} for ECDH is not made: {e}"));
    let ours = software.ask(export_public("ours")).expect("exported").data;
    let theirs = token.ask(export_public("theirs")).expect("exported").data;
    let secret = software.ask(agree("ours", &theirs)).expect("agreed").shared_secret;
    assert_eq!(secret.expose().len(), length);
    assert_eq!(token.ask(agree("theirs", &ours)).expect("agreed").shared_secret.expose(), secret.expose(), "P-{bits}");
    let mut off = ours.clone();
    *off.last_mut().expect("a point has bytes") ^= 1;
    assert_eq!(token.ask(agree("theirs", &off)).err(), Some(Status::PsaErrorInvalidArgument), "not on P-{bits}");
    for (caller, name) in [(software, "ours"), (token, "theirs")] {
        caller.ask(destroy(name)).expect("gone");
    }
}

fn gives_random_bytes(place: &Place) {
    let service = beside_software(place);
    let caller = service.caller().at(place.number());
    let mut wire = caller.connect();
    let mut sizes: Vec<u64> = vec![0, 1, 31, 32, 33, 63, 64, 65, 100, 1_000, 4_096, MOST_RANDOM];
    let step = MOST_RANDOM / rounds("sizes of random bytes", 100, MOST_RANDOM);
    sizes.extend((0..=MOST_RANDOM).step_by(step as usize));
    for size in sizes {
        let bytes = caller.ask_on(&mut wire, PsaGenerateRandom { size }).expect("random bytes").random_bytes;
        assert_eq!(bytes.expose().len() as u64, size);
        // A block that was forgotten would be zeros; 16 of them in a row come once in 2^128.
        assert!(!bytes.expose().windows(16).any(|window| window == [0; 16]), "{size}: zeros");
    }
}

#[test]
fn software_encrypts_under_the_callers_iv() {
    encrypts_under_the_callers_iv(&Service::plain(), Place::Software.number());
}

#[test]
fn softhsm_encrypts_under_the_callers_iv() {
    let Some(place) = Place::softhsm("softhsm_encrypts_under_the_callers_iv") else { return };
    encrypts_under_the_callers_iv(&beside_software(&place), place.number());
    let isolated = config(&[&place.provider(), "isolation = \"process\"\n"]);
    encrypts_under_the_callers_iv(&Service::in_home(place.home(&isolated)), place.number());
}

#[test]
fn swtpm_encrypts_under_the_callers_iv() {
    let Some(place) = Place::swtpm("swtpm_encrypts_under_the_callers_iv") else { return };
    encrypts_under_the_callers_iv(&beside_software(&place), place.number());
}

/// The first two blocks of NIST SP 800-38A, F.2.1 and F.5.1: AES-128 in CBC and CTR.
fn encrypts_under_the_callers_iv(service: &Service, provider: u8) {
    const KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c";
    const TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    const CBC: (&str, &str) =
        ("000102030405060708090a0b0c0d0e0f", "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
    const CTR: (&str, &str) =
        ("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    let (extended, legacy) = (service.caller().at(provider), service.caller().at(provider).legacy());
    for (name, alg, (iv, expected)) in [("cbc", Cipher::CbcNoPadding, CBC), ("ctr", Cipher::Ctr, CTR)] {
        let (iv, text, expected) = (bytes(iv), bytes(TEXT), bytes(expected));
        extended.ask(import(name, key(KeyType::Aes, 128, alg), &bytes(KEY))).expect("taken over");
        let under = |caller: &Caller, iv: &[u8]| caller.ask(encipher_under(name, alg, iv, &text));
        let encrypted = under(&extended, &iv).expect("encrypted").ciphertext;
        assert_eq!(encrypted, [iv.clone(), expected].concat(), "{name}");
        assert_eq!(extended.ask(decipher(name, alg, &encrypted)).expect("decrypted").plaintext.expose(), &text);
        assert_eq!(under(&extended, &iv[1..]).err(), Some(Status::PsaErrorInvalidArgument));
        // Old clients cannot know the field: they get a random IV, as ever.
        assert!(!under(&legacy, &iv).expect("encrypted").ciphertext.starts_with(&iv));
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("digits")).collect()
}
