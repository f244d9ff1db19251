//! Keys that end with their process, where keys are in hardware: a TPM wraps them as it wraps others; a token, in which
//! they would be objects that stay, has none.

use keystead_e2e_tests::place::Place;
use keystead_interface::attributes::{EccFamily, KeyType, Usage};
use keystead_interface::operations::core::{CanDoCrypto, CheckType};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::process::Process;
use crate::requests::*;

#[test]
fn a_tpm_has_them_for_as_long_as_their_process_lives() {
    let Some(place) = Place::swtpm("a_tpm_has_them_for_as_long_as_their_process_lives") else { return };
    let service = beside_software(&place);
    let (software, caller) = (service.caller(), service.caller().at(place.number()));
    let pair = with_usage(P_PAIR, 256, Usage::SIGN_HASH, ECDSA).volatile();
    caller.ask(generate("made", pair)).expect("made");
    let public = caller.ask(export_public("made")).expect("no flag is needed").data;
    let verifier = with_usage(KeyType::EccPublicKey(EccFamily::SecpR1), 256, Usage::VERIFY_HASH, ECDSA);
    software.ask(import("made's", verifier.volatile(), &public)).expect("taken");
    let signature = caller.ask(sign_hash("made", ECDSA, &[7; 32])).expect("signed").signature;
    software.ask(verify_hash("made's", ECDSA, &[7; 32], &signature)).expect("right");

    let mac_key = with_usage(KeyType::Hmac, 256, ALL_USES, HMAC).volatile();
    caller.ask(import("taken", mac_key, &[3; 32])).expect("taken");
    software.ask(import("taken", mac_key, &[3; 32])).expect("a provider's names are its own");
    let expected = software.ask(mac("taken", HMAC, b"text")).expect("computed").mac;
    assert_eq!(caller.ask(mac("taken", HMAC, b"text")).expect("computed").mac, expected);
    assert_eq!(names(&caller, place.number()), [""; 0]);

    let (process, mut theirs) = Process::start(&service.home().socket());
    assert_eq!(caller.ask_on(&mut theirs, mac("taken", HMAC, b"text")).err(), Some(Status::PsaErrorDoesNotExist));
    caller.ask_on(&mut theirs, generate("theirs", pair)).expect("made");
    caller.ask_on(&mut theirs, sign_hash("theirs", ECDSA, &[7; 32])).expect("signed");
    process.kill();
    let gone = caller.ask_on(&mut theirs, sign_hash("theirs", ECDSA, &[7; 32])).err();
    assert_eq!(gone, Some(Status::PsaErrorDoesNotExist));

    let mut table = Table::new(&caller);
    table.row("destroy", destroy("made"), Status::Success);
    table.row("sign", sign_hash("made", ECDSA, &[7; 32]), Status::PsaErrorDoesNotExist);
    table.row("stored under the free name", generate("made", pair.persistent()), Status::Success);
    table.row("volatile under a taken name", generate("made", pair), Status::PsaErrorAlreadyExists);
    table.row("stored under a taken name", generate("taken", pair.persistent()), Status::PsaErrorAlreadyExists);
    table.check();
}

#[test]
fn a_token_has_none_and_says_so() {
    let Some(place) = Place::softhsm("a_token_has_none_and_says_so") else { return };
    let service = beside_software(&place);
    let caller = service.caller().at(place.number());
    let (stored, volatile) = (key(KeyType::Aes, 128, GCM), key(KeyType::Aes, 128, GCM).volatile());
    let mut table = Table::new(&caller);
    let can = |check_type, attributes| CanDoCrypto { check_type, attributes };
    table.row("generate", generate("k", volatile), Status::PsaErrorNotSupported);
    table.row("import", import("k", volatile, &[1; 16]), Status::PsaErrorNotSupported);
    table.row("can it generate one", can(CheckType::Generate, volatile), Status::PsaErrorNotSupported);
    table.row("can it import one", can(CheckType::Import, volatile), Status::PsaErrorNotSupported);
    table.row("can it generate others", can(CheckType::Generate, stored), Status::Success);
    table.check();
    // Whoever knows no extensions asks for something else.
    let mut table = Table::new(&caller.clone().legacy());
    table.row("can it generate one", can(CheckType::Generate, volatile), Status::Success);
    table.row("generate", generate("k", volatile), Status::Success);
    table.check();
    assert_eq!(names(&caller, place.number()), ["k"]);
    service.stop();
    place.holds(1);
}
