//! RSA of tokens, which Parsec gets wrong: PSS (row 28), labels of OAEP (row 29), and the statuses of bad padding (row 35).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_interface::operations::core::{CanDoCrypto, CheckType};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::openssl::OpenSsl;
use crate::requests::*;

/// Hashes with their names for OpenSSL.
const HASHES: &[(Hash, &str)] = &[
    (Hash::Sha1, "sha1"),
    (Hash::Sha224, "sha224"),
    (Hash::Sha256, "sha256"),
    (Hash::Sha384, "sha384"),
    (Hash::Sha512, "sha512"),
];
const MESSAGE: &[u8] = b"what is signed";

#[test]
fn softhsm_signs_with_pss_as_openssl_does() {
    let Some(place) = Place::softhsm("softhsm_signs_with_pss_as_openssl_does") else { return };
    signs_with_pss(&place);
}

#[test]
fn swtpm_signs_with_pss_as_openssl_does() {
    let Some(place) = Place::swtpm("swtpm_signs_with_pss_as_openssl_does") else { return };
    signs_with_pss(&place);
}

#[test]
fn softhsm_signs_raw_with_a_key_for_any_hash() {
    let Some(place) = Place::softhsm("softhsm_signs_raw_with_a_key_for_any_hash") else { return };
    signs_raw_with_a_key_for_any_hash(&place);
}

#[test]
fn swtpm_signs_raw_with_a_key_for_any_hash() {
    let Some(place) = Place::swtpm("swtpm_signs_raw_with_a_key_for_any_hash") else { return };
    signs_raw_with_a_key_for_any_hash(&place);
}

#[test]
fn softhsm_takes_labels_of_oaep_as_given_or_not_at_all() {
    let Some(place) = Place::softhsm("softhsm_takes_labels_of_oaep_as_given_or_not_at_all") else { return };
    takes_labels_as_given(&place);
}

#[test]
fn swtpm_takes_labels_of_oaep_as_given_or_not_at_all() {
    let Some(place) = Place::swtpm("swtpm_takes_labels_of_oaep_as_given_or_not_at_all") else { return };
    takes_labels_as_given(&place);
}

#[test]
fn software_says_of_every_bad_padding_that_it_is_bad() {
    says_that_padding_is_bad(&Place::Software);
}

#[test]
fn softhsm_says_of_every_bad_padding_that_it_is_bad() {
    let Some(place) = Place::softhsm("softhsm_says_of_every_bad_padding_that_it_is_bad") else { return };
    says_that_padding_is_bad(&place);
}

#[test]
fn swtpm_says_of_every_bad_padding_that_it_is_bad() {
    let Some(place) = Place::swtpm("swtpm_says_of_every_bad_padding_that_it_is_bad") else { return };
    says_that_padding_is_bad(&place);
}

#[test]
fn software_encrypts_empty_texts() {
    encrypts_empty_texts(&Place::Software, "");
}

#[test]
fn softhsm_encrypts_empty_texts() {
    let Some(place) = Place::softhsm("softhsm_encrypts_empty_texts") else { return };
    encrypts_empty_texts(&place, &place.provider());
    encrypts_empty_texts(&place, &format!("{}isolation = \"process\"\n", place.provider()));
}

#[test]
fn swtpm_encrypts_empty_texts() {
    let Some(place) = Place::swtpm("swtpm_encrypts_empty_texts") else { return };
    encrypts_empty_texts(&place, &place.provider());
}

#[test]
fn softhsm_generates_rsa_keys_of_its_sizes() {
    let Some(place) = Place::softhsm("softhsm_generates_rsa_keys_of_its_sizes") else { return };
    generates_rsa(&place, &[2048, 3072, 4096]);
}

#[test]
fn swtpm_generates_rsa_keys_of_its_sizes() {
    let Some(place) = Place::swtpm("swtpm_generates_rsa_keys_of_its_sizes") else { return };
    generates_rsa(&place, &[2048, 3072]);
}

/// A key that software made and the token took over, with its halves as OpenSSL reads them: `private` and `spki`.
struct Shared {
    token: Caller,
    pair: Vec<u8>,
}

impl Shared {
    fn new(software: &Caller, token: Caller, ssl: &OpenSsl) -> Shared {
        software.ask(generate("source", key(KeyType::RsaKeyPair, 2048, OAEP))).expect("made");
        let pair = software.ask(export("source")).expect("exported").data.expose().clone();
        ssl.file("private", &pair);
        ssl.file("public", &software.ask(export_public("source")).expect("exported").data);
        ssl.file("spki", &ssl.run("rsa -RSAPublicKey_in -inform DER -in public -pubout -outform DER"));
        ssl.file("message", MESSAGE);
        Shared { token, pair }
    }

    /// Has the token take it over for this algorithm; false if the token does not claim that.
    fn take(&self, name: &str, alg: Algorithm) -> bool {
        let attributes = with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, alg);
        let can = can_use(&self.token, &attributes);
        if can {
            self.token.ask(import(name, attributes, &self.pair)).unwrap_or_else(|e| panic!("{alg:?}: {e}"));
        }
        can
    }
}

fn can_use(caller: &Caller, attributes: &KeyAttributes) -> bool {
    [CheckType::Use, CheckType::Import].into_iter().all(|check_type| {
        let question = CanDoCrypto { check_type, attributes: *attributes };
        caller.ask(question).is_ok()
    })
}

fn signs_with_pss(place: &Place) {
    let service = beside_software(place);
    let Some(ssl) = OpenSsl::find("PSS of tokens", service.home().path()) else { return };
    let shared = Shared::new(&service.caller(), service.caller().at(place.number()), &ssl);
    let mut done = Vec::new();
    for &(hash, digest) in HASHES {
        let alg = AsymmetricSignature::RsaPss(SignHash::Specific(hash));
        if !shared.take(digest, Algorithm::AsymmetricSignature(alg)) {
            continue;
        }
        let options =
            format!("-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sigopt rsa_mgf1_md:{digest}");
        let signature = shared.token.ask(sign_message(digest, alg, MESSAGE)).expect("signed").signature;
        ssl.file("signature", &signature);
        ssl.run(&format!("dgst -{digest} {options} -verify spki -keyform DER -signature signature message"));
        shared.token.ask(verify_message(digest, alg, MESSAGE, &signature)).expect("it is its own");
        let signature = ssl.run(&format!("dgst -{digest} {options} -sign private -keyform DER message"));
        shared.token.ask(verify_message(digest, alg, MESSAGE, &signature)).expect("OpenSSL's signature is one");
        let wrong = shared.token.ask(verify_message(digest, alg, b"another", &signature)).err();
        assert_eq!(wrong, Some(Status::PsaErrorInvalidSignature), "{digest}");
        done.push(digest);
    }
    println!("PSS on {}: {done:?}", place.name());
    assert!(["sha256", "sha384", "sha512"].iter().all(|digest| done.contains(digest)), "{done:?}");
}

/// As TLS 1.0 and 1.1 sign: MD5 and SHA-1 one after the other, and no DigestInfo.
fn signs_raw_with_a_key_for_any_hash(place: &Place) {
    let service = beside_software(place);
    let caller = service.caller().at(place.number());
    let (any, raw) = (AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any), AsymmetricSignature::RsaPkcs1v15SignRaw);
    caller.ask(generate("k", with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, any))).expect("made");
    let signature = caller.ask(sign_hash("k", raw, &[5; 36])).expect("signed").signature;
    caller.ask(verify_hash("k", raw, &[5; 36], &signature)).expect("it is its own");
    let wrong = caller.ask(verify_hash("k", raw, &[6; 36], &signature)).err();
    assert_eq!(wrong, Some(Status::PsaErrorInvalidSignature));
}

fn takes_labels_as_given(place: &Place) {
    let service = beside_software(place);
    let Some(ssl) = OpenSsl::find("labels of tokens", service.home().path()) else { return };
    let shared = Shared::new(&service.caller(), service.caller().at(place.number()), &ssl);
    let mut done = Vec::new();
    for &(hash, digest) in HASHES {
        let alg = AsymmetricEncryption::RsaOaep(hash);
        if !shared.take(digest, Algorithm::AsymmetricEncryption(alg)) {
            let attributes = with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, alg);
            let refused = refuses(&shared.token, attributes, &shared.pair, alg);
            assert_eq!(refused, Status::PsaErrorNotSupported, "OAEP with {digest} is not claimed");
            continue;
        }
        for label in [&b""[..], b"label", b"label\0", b"a\0b"] {
            if with_label(&shared.token, &ssl, (digest, alg), label) {
                done.push((digest, label));
            }
        }
        assert!(done.contains(&(digest, b"")), "without a label OAEP always works: {done:?}");
    }
    println!("labels on {}: {done:?}", place.name());
    assert!(!done.is_empty(), "the token has no OAEP at all");
}

/// How a key for what the token cannot do is refused, at the latest when it is used.
fn refuses(token: &Caller, attributes: KeyAttributes, pair: &[u8], alg: AsymmetricEncryption) -> Status {
    if let Err(status) = token.ask(import("refused", attributes, pair)) {
        return status;
    }
    let status = token.ask(encrypt("refused", alg, b"text", b"")).err().expect("it is not claimed");
    token.ask(destroy("refused")).expect("gone");
    status
}

/// Both directions with OpenSSL; false if the label is refused, which then holds for both.
fn with_label(token: &Caller, ssl: &OpenSsl, (digest, alg): (&str, AsymmetricEncryption), label: &[u8]) -> bool {
    let options = |label: &[u8]| {
        let hex: String = label.iter().map(|byte| format!("{byte:02x}")).collect();
        let padding = "-pkeyopt rsa_padding_mode:oaep";
        let oaep = format!("{padding} -pkeyopt rsa_oaep_md:{digest} -pkeyopt rsa_mgf1_md:{digest}");
        if hex.is_empty() { oaep } else { format!("{oaep} -pkeyopt rsa_oaep_label:{hex}") }
    };
    let seal = format!("pkeyutl -encrypt -in message -pubin -keyform DER -inkey spki {}", options(label));
    let sealed = ssl.run(&seal);
    let opened = match token.ask(decrypt(digest, alg, &sealed, label)) {
        Ok(opened) => opened.plaintext,
        Err(status) => {
            assert_eq!(status, Status::PsaErrorNotSupported, "{digest} {label:?}: as given, or refused");
            let encrypted = token.ask(encrypt(digest, alg, MESSAGE, label)).err();
            assert!(
                [None, Some(Status::PsaErrorNotSupported)].contains(&encrypted),
                "{digest} {label:?}: {encrypted:?}"
            );
            return false;
        }
    };
    assert_eq!(opened.expose(), MESSAGE, "{digest} {label:?}");
    ssl.file("sealed", &token.ask(encrypt(digest, alg, MESSAGE, label)).expect("it decrypts").ciphertext);
    let open = format!("pkeyutl -decrypt -in sealed -keyform DER -inkey private {}", options(label));
    assert_eq!(ssl.run(&open), MESSAGE, "{digest} {label:?}");
    // With another label it is another ciphertext.
    let other = token.ask(decrypt(digest, alg, &sealed, if label.is_empty() { b"other\0" } else { b"" })).err();
    let right = [Status::PsaErrorInvalidPadding, Status::PsaErrorNotSupported];
    assert!(other.is_some_and(|status| right.contains(&status)), "{digest} {label:?} opened with another: {other:?}");
    true
}

/// A ciphertext with a bit flipped at every byte: `InvalidPadding` and nothing else, so that clients can do what they must.
fn says_that_padding_is_bad(place: &Place) {
    let service = match place {
        Place::Software => Service::plain(),
        _ => beside_software(place),
    };
    let caller = service.caller().at(place.number());
    caller.ask(generate("k", with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, PKCS1))).expect("made");
    let sealed = caller.ask(encrypt("k", PKCS1, MESSAGE, b"")).expect("encrypted").ciphertext;
    assert_eq!(caller.ask(decrypt("k", PKCS1, &sealed, b"")).expect("decrypted").plaintext.expose(), MESSAGE);
    let mut wire = caller.connect();
    let mut opened = 0;
    for at in 0..sealed.len() {
        match caller.ask_on(&mut wire, decrypt("k", PKCS1, &flipped(&sealed, at), b"")) {
            Err(Status::PsaErrorInvalidPadding) => {}
            // About one in 100,000 looks like a text.
            Ok(_) => opened += 1,
            Err(status) => panic!("byte {at}: {status}"),
        }
    }
    assert!(opened < 2, "{opened} of {} flipped ciphertexts were opened", sealed.len());
    // A number that is not below the modulus.
    let answer = caller.ask_on(&mut wire, decrypt("k", PKCS1, &[0xFF; 256], b"")).err();
    assert_eq!(answer, Some(Status::PsaErrorInvalidPadding), "beyond the modulus");
}

/// As RFC 8017 has it, with and without implicit rejection, which must not take an empty text for a bad one.
fn encrypts_empty_texts(place: &Place, provider: &str) {
    for switch in ["", "implicit_rejection = true\n"] {
        // SoftHSM2 has OAEP with SHA-1 alone.
        let config =
            config(&[&format!("{provider}{switch}")]).replace("[service]", "[service]\nallow_deprecated = true");
        let service = Service::in_home(place.home(&config));
        let caller = service.caller().at(place.number());
        for (name, alg) in [("pkcs1", PKCS1), ("oaep", AsymmetricEncryption::RsaOaep(Hash::Sha1))] {
            caller.ask(generate(name, with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, alg))).expect("made");
            let sealed = caller.ask(encrypt(name, alg, b"", b"")).unwrap_or_else(|e| panic!("{alg:?}: {e}")).ciphertext;
            let opened = caller.ask(decrypt(name, alg, &sealed, b"")).unwrap_or_else(|e| panic!("{alg:?}: {e}"));
            assert_eq!(opened.plaintext.expose(), b"", "{alg:?}");
            caller.ask(destroy(name)).expect("gone");
        }
    }
}

fn generates_rsa(place: &Place, sizes: &[u32]) {
    let service = beside_software(place);
    let caller = service.caller().at(place.number());
    let alg = AsymmetricSignature::RsaPkcs1v15Sign(SHA256);
    for &bits in sizes {
        let name = format!("rsa {bits}");
        let made = caller.ask(generate(&name, with_usage(KeyType::RsaKeyPair, bits, ALL_USES, alg)));
        made.unwrap_or_else(|e| panic!("RSA-{bits} is not made: {e}"));
        let signature = caller.ask(sign_message(&name, alg, MESSAGE)).expect("signed").signature;
        assert_eq!(signature.len() as u32 * 8, bits);
        caller.ask(verify_message(&name, alg, MESSAGE, &signature)).expect("it is its own");
        caller.ask(destroy(&name)).expect("gone");
    }
    service.stop();
    place.holds(0);
}
