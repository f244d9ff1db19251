//! Tokens that go and come back, and others in their place.

use std::ffi::c_ulong;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cryptoki::context::Pkcs11;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider};
use keystead_provider_pkcs11::{Libraries, Pkcs11Provider, Settings, TokenChoice};

use crate::bench::{Bench, Held, MODULE, p256, rename};

/// What the service does for each request: see to the provider's health, then use the key.
fn request(provider: &Pkcs11Provider, key: &Held) -> Result<Vec<u8>, ErrorKind> {
    if provider.health().is_err() {
        provider.connect().map_err(|error| error.kind)?;
    }
    key.sign(provider)
}

/// Requests until one succeeds; all others must say that the token cannot be reached.
fn until_it_works(provider: &Pkcs11Provider, key: &Held) {
    loop {
        match request(provider, key) {
            Ok(_) => return,
            Err(error) => assert_eq!(error, ErrorKind::CommunicationFailure),
        }
        thread::yield_now();
    }
}

#[test]
fn a_pin_of_any_bytes_logs_in() {
    let Some(bench) = Bench::new() else { return };
    let pin = [b'1', 0xFF, 0xFE, b' ', 0xC3, b'9'];
    bench.token_with_pin("bytes", &pin);
    let user_pin = Some(SecretBytes::new(pin.to_vec()));
    let provider = Pkcs11Provider::new(Settings { user_pin, ..bench.settings("bytes") });
    provider.connect().expect("it logs in");
    Held::generate(&provider, p256()).expect("a key");
}

#[test]
fn two_tokens_of_one_module_work_side_by_side() {
    let Some(bench) = Bench::new() else { return };
    bench.token("left");
    bench.token("right");
    let providers = [bench.provider("left"), bench.provider("right")];
    assert_ne!(providers[0].connect().expect("there"), providers[1].connect().expect("there"));
    thread::scope(|scope| {
        for provider in &providers {
            for _ in 0..4 {
                scope.spawn(|| {
                    let key = Held::generate(provider, p256()).expect("a key");
                    for _ in 0..50 {
                        key.sign(provider).expect("it signs");
                    }
                    key.destroy(provider).expect("it goes");
                });
            }
        }
    });
    let key = Held::generate(&providers[0], p256()).expect("a key");
    assert_eq!(key.sign(&providers[1]), Err(ErrorKind::KeyMissing), "it is in the other one");
}

#[test]
fn a_token_that_is_removed_under_load_is_used_again_when_it_is_back() {
    let Some(bench) = Bench::new() else { return };
    bench.token("removed");
    let provider = bench.provider("removed");
    let key = Held::generate(&provider, p256()).expect("a key");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    if let Err(error) = request(&provider, &key) {
                        assert_eq!(error, ErrorKind::CommunicationFailure);
                    }
                }
            });
        }
        request(&provider, &key).expect("it signs");
        rename(bench.tokens(), bench.aside());
        while request(&provider, &key).is_ok() {}
        assert_eq!(
            provider.vault().destroy(key.tag, None).map_err(|error| error.kind),
            Err(ErrorKind::CommunicationFailure)
        );
        assert!(provider.health().is_err());
        rename(bench.aside(), bench.tokens());
        until_it_works(&provider, &key);
        stop.store(true, Ordering::Relaxed);
    });
    key.reopened().sign(&provider).expect("nothing is lost");
}

#[test]
fn the_other_token_of_the_module_goes_on_while_one_is_away() {
    let Some(bench) = Bench::new() else { return };
    bench.token("goes");
    let folder = fs::read_dir(bench.tokens()).expect("tokens").next().expect("one").expect("one").path();
    bench.token("stays");
    let (goes, stays) = (bench.provider("goes"), bench.provider("stays"));
    let (lost, kept) = (Held::generate(&goes, p256()).expect("a key"), Held::generate(&stays, p256()).expect("a key"));
    rename(&folder, bench.aside());
    while request(&goes, &lost).is_ok() {}
    for _ in 0..100 {
        assert!(request(&goes, &lost).is_err());
        kept.sign(&stays).expect("it is not disturbed");
    }
    rename(bench.aside(), &folder);
    until_it_works(&goes, &lost);
    kept.sign(&stays).expect("it signs");
}

#[test]
fn another_token_in_its_place_is_not_used_until_it_is_accepted() {
    let Some(bench) = Bench::new() else { return };
    bench.token("same name");
    let provider = bench.provider("same name");
    let first = provider.connect().expect("there");
    let key = Held::generate(&provider, p256()).expect("a key");
    rename(bench.tokens(), bench.aside());
    fs::create_dir(bench.tokens()).expect("a folder");
    bench.token("same name");
    // The work itself finds the other token, and does not touch it.
    assert_eq!(key.sign(&provider), Err(ErrorKind::CommunicationFailure));
    assert!(provider.health().is_err());
    let second = loop {
        if let Ok(second) = provider.connect() {
            break second;
        }
        thread::yield_now();
    };
    assert_ne!(first, second);
    assert_eq!(key.sign(&provider), Err(ErrorKind::KeyMissing));
}

#[test]
fn a_token_that_nobody_may_use_is_not_missed_but_the_first_one_is_found_when_it_is_back() {
    let Some(bench) = Bench::new() else { return };
    bench.token("same name");
    let provider = bench.provider("same name");
    let key = Held::generate(&provider, p256()).expect("a key");
    let connected = || {
        loop {
            if let Ok(identity) = provider.connect() {
                return identity;
            }
            thread::yield_now();
        }
    };
    let first = connected();
    rename(bench.tokens(), bench.aside());
    fs::create_dir(bench.tokens()).expect("a folder");
    bench.token("same name");
    assert_eq!(key.sign(&provider), Err(ErrorKind::CommunicationFailure));
    assert_ne!(connected(), first);
    // The service has asked nothing of it.
    fs::remove_dir_all(bench.tokens()).expect("it is ours");
    rename(bench.aside(), bench.tokens());
    assert_eq!(connected(), first);
    key.sign(&provider).expect("it signs");
}

#[test]
fn a_key_that_was_deleted_in_the_token_is_missing() {
    let Some(bench) = Bench::new() else { return };
    bench.token("emptied");
    let provider = bench.provider("emptied");
    let (key, other) =
        (Held::generate(&provider, p256()).expect("a key"), Held::generate(&provider, p256()).expect("a key"));
    key.sign(&provider).expect("it signs");
    let id: String = key.tag.0.iter().map(|byte| format!("{byte:02x}")).collect();
    for object in ["privkey", "pubkey"] {
        bench.tool("emptied", &["--delete-object", "--type", object, "--id", &id]);
    }
    assert_eq!(key.sign(&provider), Err(ErrorKind::KeyMissing));
    assert_eq!(key.reopened().sign(&provider), Err(ErrorKind::KeyMissing));
    provider.health().expect("the token is there");
    other.sign(&provider).expect("other keys are not concerned");
}

#[test]
fn a_token_that_was_made_anew_in_its_place_has_no_keys_and_takes_new_ones() {
    let Some(bench) = Bench::new() else { return };
    bench.token("anew");
    let provider = bench.provider("anew");
    let identity = provider.connect().expect("there").expect("a token");
    let key = Held::generate(&provider, p256()).expect("a key");
    bench.empty("anew", &identity);
    let missing = loop {
        match request(&provider, &key) {
            Err(ErrorKind::CommunicationFailure) => thread::yield_now(),
            other => break other,
        }
    };
    assert_eq!(missing, Err(ErrorKind::KeyMissing));
    let key = Held::generate(&provider, p256()).expect("a key");
    key.sign(&provider).expect("it signs");
}

#[test]
fn whoever_logs_the_user_out_or_closes_all_sessions_is_not_noticed() {
    let Some(bench) = Bench::new() else { return };
    bench.token("shared");
    let provider = bench.provider("shared");
    let key = Held::generate(&provider, p256()).expect("a key");
    let module = Pkcs11::new(MODULE).expect("it is loaded already");
    let slot = module.get_slots_with_initialized_token().expect("slots")[0];
    #[allow(unsafe_code, reason = "what somebody else in the process does to a module is done in C")]
    // SAFETY: the module is loaded already, and known.
    let raw = unsafe { cryptoki_sys::Pkcs11::new(MODULE) }.expect("it is loaded already");
    for _ in 0..3 {
        let session = module.open_ro_session(slot).expect("a session");
        session.logout().expect("somebody was logged in");
        drop(session);
        key.sign(&provider).expect("it signs");
        Held::generate(&provider, p256()).expect("a key");
        #[allow(unsafe_code, reason = "as above")]
        // SAFETY: a call with a number.
        let closed = unsafe { raw.C_CloseAllSessions(slot.id() as c_ulong) };
        assert_eq!(closed, cryptoki_sys::CKR_OK);
        Held::generate(&provider, p256()).expect("a key");
        key.sign(&provider).expect("it signs");
    }
}

#[test]
fn a_token_that_comes_late_is_found() {
    let Some(bench) = Bench::new() else { return };
    let provider = Pkcs11Provider::new(bench.settings("late"));
    assert_eq!(provider.connect().err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert!(provider.health().is_err());
    assert!(provider.capabilities().signing.is_none(), "nobody knows what it can do");
    bench.token("late");
    while provider.connect().is_err() {
        thread::yield_now();
    }
    Held::generate(&provider, p256()).expect("a key");
}

#[test]
fn a_token_is_found_by_its_serial_number_and_by_its_slot_and_by_a_label_that_is_its_own() {
    let Some(bench) = Bench::new() else { return };
    bench.token("one");
    bench.token("two");
    bench.token("two");
    let identity = bench.provider("one").connect().expect("there").expect("a token");
    let serial = identity.0.rsplit('/').next().expect("a number");
    // This is how SoftHSM2 numbers its slots.
    let slot = u64::from_str_radix(&serial[8..], 16).expect("hexadecimal") & 0x7FFF_FFFF;
    for token in [TokenChoice::Serial(serial.to_owned()), TokenChoice::Slot(slot)] {
        let provider = Pkcs11Provider::new(Settings { token, ..bench.settings("") });
        assert_eq!(provider.connect(), Ok(Some(identity.clone())));
    }
    let provider = Pkcs11Provider::new(bench.settings("two"));
    let error = provider.connect().expect_err("there are two of them");
    assert!(error.detail.contains("serial number"), "{error}");
}

#[test]
fn a_module_that_is_entered_by_one_thread_at_a_time_serves_many() {
    let Some(bench) = Bench::new() else { return };
    bench.token("alone");
    let libraries = Libraries::new();
    let library = libraries.library(MODULE.as_ref(), false);
    let provider = Pkcs11Provider::new(Settings { library, sessions: 1, ..bench.settings("alone") });
    provider.connect().expect("there");
    let key = Held::generate(&provider, p256()).expect("a key");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| drop(key.sign(&provider).expect("it signs"))));
        }
    });
}
