//! What a key may be called, and how much may be sent and asked for at once (wire contract 1.6 and 4.4).

use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::Draft;
use keystead_interface::algorithm::Cipher;
use keystead_interface::attributes::KeyType;
use keystead_interface::operations::Opcode;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::random::PsaGenerateRandom;
use keystead_interface::status::Status;

use crate::requests::*;

/// The longest body of a request, and the longest result, in bytes.
const LIMIT: usize = 1_048_576;
/// The longest name, in bytes.
const LONGEST: usize = 65_535;

#[test]
fn any_text_is_a_name_and_equal_bytes_alone_are_the_same_name() {
    let service = Service::plain();
    let caller = service.caller();
    let longest = "n".repeat(LONGEST);
    let almost = format!("{}m", &longest[1..]);
    // The é once as one character and once as two.
    let all =
        ["", "/", "..", "../..", "\0", "a", "a\0", "a\0b", "A", " a", "\n", "é", "e\u{301}", "%", "'; DROP", "🔑"];
    let all: Vec<&str> = all.into_iter().chain([longest.as_str(), almost.as_str()]).collect();
    for (number, name) in all.iter().enumerate() {
        let secret = [number as u8 + 1; 16];
        caller.ask(import(name, key(KeyType::Aes, 128, GCM), &secret)).unwrap_or_else(|e| panic!("{name:.9?}: {e}"));
    }
    let mut expected = all.clone();
    expected.sort_unstable();
    let check = |service: &Service| {
        let caller = service.caller();
        let listed = caller.ask(ListKeys::default()).expect("everybody may list").keys;
        let listed: Vec<_> = listed.into_iter().map(|info| info.name.into_string()).collect();
        assert_eq!(listed, expected, "sorted by bytes");
        for (number, name) in all.iter().enumerate() {
            let exported = caller.ask(export(name)).unwrap_or_else(|e| panic!("{name:.9?}: {e}"));
            assert_eq!(*exported.data.expose(), [number as u8 + 1; 16], "{name:.9?}");
        }
    };
    check(&service);
    let (_, home) = service.stop();
    let service = Service::in_home(home);
    check(&service);
    for name in &all {
        service.caller().ask(destroy(name)).unwrap_or_else(|e| panic!("{name:.9?}: {e}"));
    }
    assert!(service.caller().ask(ListKeys::default()).expect("everybody may list").keys.is_empty());
}

#[test]
fn a_name_that_is_too_long_is_refused_by_every_operation() {
    let service = Service::plain();
    let caller = service.caller();
    let mut field = vec![0x0A, 0x80, 0x80, 0x04];
    field.resize(4 + LONGEST + 1, b'n');
    // Field 1 is the name; what else there is comes before it, from a request with an empty name.
    let with_name = |draft: Draft| {
        let body = [draft.body, field.clone()].concat();
        Draft { body, ..Draft::new(Opcode::Ping, 0) }.bent(|header| *header = draft.header)
    };
    for draft in [
        caller.draft(generate("", key(KeyType::Aes, 128, GCM))),
        caller.draft(import("", key(KeyType::Aes, 128, GCM), &[1; 16])),
        caller.draft(export("")),
        caller.draft(destroy("")),
        caller.draft(sign_hash("", ECDSA, &[1; 32])),
    ] {
        let auth = draft.auth.clone();
        let opcode = draft.header.opcode;
        let answer = caller.connect().exchange(&Draft { auth, ..with_name(draft) }.bytes());
        assert_eq!(answer.status(), Status::PsaErrorInvalidArgument, "opcode {opcode:#x}");
    }
    assert!(caller.ask(ListKeys::default()).expect("everybody may list").keys.is_empty());
}

#[test]
fn random_bytes_come_in_every_number() {
    let service = Service::plain();
    let caller = service.caller();
    let mut wire = caller.connect();
    for size in (0..=5000).chain([65_535, 65_536, LIMIT as u64 - 1, LIMIT as u64]) {
        let bytes = caller.ask_on(&mut wire, PsaGenerateRandom { size }).expect("random bytes").random_bytes;
        assert_eq!(bytes.expose().len() as u64, size);
        // 32 zeros in a row are a hole and no chance.
        assert!(!bytes.expose().windows(32).any(|window| window == [0; 32]), "a hole in {size} bytes");
    }
    let largest = caller.draft(PsaGenerateRandom { size: LIMIT as u64 });
    assert_eq!(caller.connect().exchange(&largest.bytes()).body.len(), LIMIT + 4);
}

#[test]
fn the_largest_requests_and_results_pass_and_larger_ones_are_refused() {
    let service = Service::plain();
    let caller = service.caller();
    let ctr = Cipher::Ctr;
    caller.ask(generate("g", key(KeyType::Aes, 256, GCM))).expect("made");
    caller.ask(generate("c", key(KeyType::Aes, 256, ctr))).expect("made");
    // As long as the body of the request may be.
    let spare = caller.draft(seal("g", GCM, &[1; 12], &vec![1; 1_000_000])).body.len() - 1_000_000;
    let text = vec![0xA5; LIMIT - spare];
    for caller in [caller.clone(), caller.clone().legacy()] {
        let sealed = caller.ask(seal("g", GCM, &[1; 12], &text)).expect("sealed").ciphertext;
        assert_eq!(sealed.len(), text.len() + 16);
        let opened = caller.ask(open("g", GCM, &[1; 12], &sealed[..text.len()])).err();
        assert_eq!(opened, Some(Status::PsaErrorInvalidSignature), "a long text is read whole");
        let shorter = caller.ask(seal("g", GCM, &[1; 12], &text[16..])).expect("sealed").ciphertext;
        let opened = caller.ask(open("g", GCM, &[1; 12], &shorter)).expect("opened").plaintext;
        assert!(*opened.expose() == text[16..], "a long text comes back");
    }
    let longer = caller.draft(seal("g", GCM, &[1; 12], &vec![1; text.len() + 1]));
    assert_eq!(caller.connect().exchange(&longer.bytes()).status(), Status::BodySizeExceedsLimit);

    // The IV makes the result longer than the text: at the limit it passes, beyond it no byte is given.
    let sealed = caller.ask(encipher("c", ctr, &vec![1; LIMIT - 16])).expect("enciphered").ciphertext;
    assert_eq!(sealed.len(), LIMIT);
    let refused = caller.ask(encipher("c", ctr, &vec![1; LIMIT - 15])).err();
    assert_eq!(refused, Some(Status::ResponseTooLarge));
}
