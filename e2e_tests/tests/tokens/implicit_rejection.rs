//! PKCS#1 v1.5 decryption with `implicit_rejection` (wire contract 4.10): nobody learns whether a padding was right.

use std::collections::BTreeSet;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::KeyType;
use keystead_interface::status::Status;

use crate::hands::*;
use crate::requests::*;

const MESSAGE: &[u8] = b"what is encrypted";
const SWITCH: &str = "implicit_rejection = true\n";

#[test]
fn software_gives_no_sign_of_bad_padding() {
    gives_no_sign(&Place::Software, SWITCH);
}

#[test]
fn softhsm_gives_no_sign_of_bad_padding() {
    let Some(place) = Place::softhsm("softhsm_gives_no_sign_of_bad_padding") else { return };
    gives_no_sign(&place, &format!("{}{SWITCH}", place.provider()));
}

#[test]
fn softhsm_in_a_process_of_its_own_gives_no_sign_of_bad_padding() {
    let Some(place) = Place::softhsm("softhsm_in_a_process_of_its_own_gives_no_sign_of_bad_padding") else { return };
    gives_no_sign(&place, &format!("{}isolation = \"process\"\n{SWITCH}", place.provider()));
}

#[test]
fn swtpm_gives_no_sign_of_bad_padding() {
    let Some(place) = Place::swtpm("swtpm_gives_no_sign_of_bad_padding") else { return };
    gives_no_sign(&place, &format!("{}{SWITCH}", place.provider()));
}

fn gives_no_sign(place: &Place, provider: &str) {
    let service = Service::in_home(place.home(&config(&[provider])));
    let caller = service.caller().at(place.number());
    caller.ask(generate("k", with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, PKCS1))).expect("made");
    let sealed = caller.ask(encrypt("k", PKCS1, MESSAGE, b"")).expect("encrypted").ciphertext;
    assert_eq!(open(&caller, &sealed), MESSAGE);

    let mut texts = Vec::new();
    for at in 1..sealed.len() {
        let flipped = flipped(&sealed, at);
        let text = open(&caller, &flipped);
        assert_ne!(text, MESSAGE, "byte {at}");
        texts.push((flipped, text));
    }
    let lengths: BTreeSet<usize> = texts.iter().map(|(_, text)| text.len()).collect();
    assert!(lengths.len() > 100 && lengths.last().is_some_and(|longest| *longest <= 245), "{lengths:?}");
    // Whoever asks again learns no more, and a number that is no ciphertext at all is no secret.
    let (again, text) = &texts[7];
    assert_eq!(open(&caller, again), *text);
    let beyond = caller.ask(decrypt("k", PKCS1, &[0xFF; 256], b"")).err();
    assert_eq!(beyond, Some(Status::PsaErrorInvalidArgument), "beyond the modulus");

    let (_, home) = service.stop();
    let service = Service::in_home(home);
    assert_eq!(open(&service.caller().at(place.number()), again), *text, "nor after a new start");
}

fn open(caller: &Caller, ciphertext: &[u8]) -> Vec<u8> {
    let opened = caller.ask(decrypt("k", PKCS1, ciphertext, b""));
    opened.unwrap_or_else(|status| panic!("{status}, whatever the padding")).plaintext.expose().clone()
}
