//! Modules that fail on command, and what becomes of the work.

use std::panic::{AssertUnwindSafe, catch_unwind};

use keystead_provider::{ErrorKind, NewKey, Provider};
use keystead_provider_pkcs11::{Pkcs11Provider, Repeat, Settings};

use crate::bench::{Bench, Held, LABEL, p256, tag};

/// Codes by which a module says that a session or the token was lost.
const LOSSES: [(&str, &str); 15] = [
    ("C_SignInit", "0x03"),  // CKR_SLOT_ID_INVALID
    ("C_SignInit", "0x30"),  // CKR_DEVICE_ERROR
    ("C_SignInit", "0x32"),  // CKR_DEVICE_REMOVED
    ("C_SignInit", "0x60"),  // CKR_KEY_HANDLE_INVALID
    ("C_SignInit", "0x82"),  // CKR_OBJECT_HANDLE_INVALID
    ("C_SignInit", "0xb0"),  // CKR_SESSION_CLOSED
    ("C_SignInit", "0xb3"),  // CKR_SESSION_HANDLE_INVALID
    ("C_SignInit", "0xe0"),  // CKR_TOKEN_NOT_PRESENT
    ("C_SignInit", "0x101"), // CKR_USER_NOT_LOGGED_IN
    ("C_SignInit", "0x190"), // CKR_CRYPTOKI_NOT_INITIALIZED
    ("C_Sign", "0x05"),      // CKR_GENERAL_ERROR
    ("C_Sign", "0x06"),      // CKR_FUNCTION_FAILED
    ("C_Sign", "0x30"),
    ("C_Sign", "0x32"),
    ("C_Sign", "0xb3"),
];

#[test]
fn a_session_that_was_lost_once_is_not_noticed() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("loses");
    let provider = bench.provider("loses");
    let key = Held::generate(&provider, p256()).expect("a key");
    for (function, code) in LOSSES {
        bench.fault(&format!("{function} {code} once"));
        assert_eq!(key.sign(&provider).map(|signature| signature.len()), Ok(64), "{function} {code}");
    }
}

#[test]
fn what_a_module_says_again_after_a_fresh_login_is_what_is_answered() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("says");
    let provider = bench.provider("says");
    let key = Held::generate(&provider, p256()).expect("a key");
    for (code, kind) in [
        ("0x02", ErrorKind::InsufficientMemory),   // CKR_HOST_MEMORY
        ("0x05", ErrorKind::HardwareFailure),      // CKR_GENERAL_ERROR
        ("0x30", ErrorKind::HardwareFailure),      // CKR_DEVICE_ERROR
        ("0x31", ErrorKind::InsufficientStorage),  // CKR_DEVICE_MEMORY
        ("0x32", ErrorKind::CommunicationFailure), // CKR_DEVICE_REMOVED
        ("0x60", ErrorKind::KeyMissing),           // CKR_KEY_HANDLE_INVALID
        ("0x68", ErrorKind::NotSupported),         // CKR_KEY_FUNCTION_NOT_PERMITTED
        ("0x70", ErrorKind::NotSupported),         // CKR_MECHANISM_INVALID
        ("0xb1", ErrorKind::Busy),                 // CKR_SESSION_COUNT
        ("0xb3", ErrorKind::CommunicationFailure), // CKR_SESSION_HANDLE_INVALID
        ("0x121", ErrorKind::InsufficientEntropy), // CKR_RANDOM_NO_RNG
        ("0x80000001", ErrorKind::Generic),        // a vendor's own
    ] {
        bench.fault(&format!("C_SignInit {code}"));
        assert_eq!(key.sign(&provider), Err(kind), "{code}");
        bench.no_fault();
        assert!(key.sign(&provider).is_ok() || provider.connect().is_ok(), "{code}");
    }
    key.sign(&provider).expect("it signs");
}

#[test]
fn a_key_is_made_again_only_if_the_module_has_not_begun_with_it() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("makes");
    let provider = bench.provider("makes");
    let objects = || bench.tool("makes", &["--list-objects"]).matches("Key Object").count();
    bench.fault("C_GenerateKeyPair 0xb3 once");
    Held::generate(&provider, p256()).expect("a key");
    assert_eq!(objects(), 2);
    // After the pair was made, before its public half was read.
    bench.fault("C_GetAttributeValue 0xb3 once");
    Held::generate(&provider, p256()).expect("a key");
    assert_eq!(objects(), 4, "one pair was made, found half-known, removed and made again");
    bench.fault("C_GenerateKeyPair 0x32 after once");
    let lost = tag();
    assert_eq!(
        made(&provider, NewKey { tag: lost, label: LABEL, attributes: &p256() }),
        Err(ErrorKind::CommunicationFailure)
    );
    assert!(provider.health().is_err());
    provider.connect().expect("it is there");
    assert_eq!(objects(), 6, "the module had made it");
    provider.vault().destroy(lost, None).expect("what was left goes");
    assert_eq!(objects(), 4);
    // A refusal half-way leaves nothing.
    bench.fault("C_GetAttributeValue 0x02 once");
    assert_eq!(
        made(&provider, NewKey { tag: tag(), label: LABEL, attributes: &p256() }),
        Err(ErrorKind::InsufficientMemory)
    );
    assert_eq!(objects(), 4);
}

fn made(provider: &Pkcs11Provider, key: NewKey<'_>) -> Result<(), ErrorKind> {
    provider.vault().generate(key).map(drop).map_err(|error| error.kind)
}

#[test]
fn a_module_that_does_not_unwrap_is_given_the_key_itself() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("plain");
    let provider = bench.provider("plain");
    bench.fault("C_UnwrapKey 0x54"); // CKR_FUNCTION_NOT_SUPPORTED
    let scalar = [&[0; 31][..], &[9]].concat();
    let pair = Held::import(&provider, p256(), &scalar).expect("a key");
    pair.sign(&provider).expect("it signs");
    let listed = bench.tool("plain", &["--list-objects"]);
    let private = listed.split("Private Key Object").nth(1).expect("a private key");
    assert!(private.lines().any(|line| line.trim() == "Access:     sensitive"), "{listed}");
}

#[test]
fn fewer_sessions_than_workers_are_shared() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("few");
    let provider = bench.provider("few");
    let key = Held::generate(&provider, p256()).expect("a key");
    bench.fault("C_OpenSession 0xb1"); // CKR_SESSION_COUNT
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| drop(key.sign(&provider).expect("it signs"))));
        }
    });
}

#[test]
fn a_session_in_which_something_panicked_is_replaced() {
    let Some(bench) = Bench::new() else { return };
    bench.token("panics");
    let provider = Pkcs11Provider::new(Settings { sessions: 1, ..bench.settings("panics") });
    provider.connect().expect("there");
    let key = Held::generate(&provider, p256()).expect("a key");
    for _ in 0..3 {
        let work = || provider.token().with_session(Repeat::Always, |_| -> Result<(), _> { panic!("on purpose") });
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        key.sign(&provider).expect("there is a session for it");
    }
}

#[test]
fn a_device_that_fails_to_sign_a_hash_again_is_what_is_broken_and_not_the_request() {
    let Some(bench) = Bench::faulty() else { return };
    bench.token("broken");
    let provider = bench.provider("broken");
    let key = Held::generate(&provider, p256()).expect("a key");
    for code in ["0x05", "0x06", "0x30"] {
        bench.fault(&format!("C_Sign {code}"));
        assert_eq!(key.sign(&provider), Err(ErrorKind::HardwareFailure), "{code}");
        bench.no_fault();
        assert!(key.sign(&provider).is_ok() || provider.connect().is_ok(), "{code}");
    }
    key.sign(&provider).expect("it signs");
}
