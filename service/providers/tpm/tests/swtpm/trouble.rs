//! A TPM that goes, comes back, is another one, or refuses for a while.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider};
use keystead_provider_tpm::{Settings, TpmProvider};

use crate::process::{Process, provider_at, settings};
use crate::proxy::{Fate, LOAD, Proxy, SIGN};
use crate::ring::{Held, ecc};

#[test]
fn a_tpm_that_was_killed_is_missed_and_found_again() {
    let mut tpm = Process::new();
    let provider = tpm.provider();
    let identity = provider.connect().expect("it connects").expect("a TPM has an identity");
    let made = Held::generate(&provider, ecc(256)).expect("a key");
    let scalar = [7; 32];
    let imported = Held::import(&provider, ecc(256), &scalar).expect("a key");
    made.signs_rightly(&provider);
    tpm.kill();
    assert_eq!(made.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert_eq!(provider.health().err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    tpm.start();
    // The wait after the failed attempt must pass first.
    while provider.connect().is_err() {
        std::thread::yield_now();
    }
    assert_eq!(provider.connect().expect("it connects"), Some(identity));
    made.signs_rightly(&provider);
    imported.signs_rightly(&provider);
}

#[test]
fn a_reset_between_two_requests_goes_unnoticed() {
    let mut tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    key.signs_rightly(&provider);
    for _ in 0..3 {
        tpm.kill();
        tpm.start();
        key.signs_rightly(&provider);
        assert_eq!(provider.health(), Ok(()));
    }
}

#[test]
fn another_tpm_at_the_same_place_is_not_taken_for_the_first() {
    let mut tpm = Process::new();
    let provider = tpm.provider();
    let first = provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    key.signs_rightly(&provider);
    tpm.kill();
    tpm.exchange();
    tpm.start();
    assert_eq!(key.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert!(provider.health().is_err(), "the service must look at the identity");
    let second = provider.connect().expect("it connects");
    assert_ne!(first, second);
    assert_eq!(key.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::KeyMissing));
}

#[test]
fn a_tpm_that_nobody_may_use_is_not_missed_but_the_first_one_is_found_when_it_is_back() {
    let mut tpm = Process::new();
    let provider = tpm.provider();
    let connected = || {
        loop {
            // The wait after a failed attempt must pass first.
            if let Ok(identity) = provider.connect() {
                return identity;
            }
            std::thread::yield_now();
        }
    };
    let first = connected();
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    tpm.kill();
    let former = tpm.exchange();
    tpm.start();
    for _ in 0..2 {
        assert_eq!(key.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    }
    assert_ne!(connected(), first);
    // The service has asked nothing of it.
    tpm.kill();
    tpm.become_again(former);
    tpm.start();
    assert_eq!(connected(), first);
    key.signs_rightly(&provider);
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let tpm = Process::new();
    let proxy = Proxy::before(tpm.port);
    let provider = provider_at(proxy.port);
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    for code in [SIGN, LOAD] {
        provider.vault().destroy(key.tag, None).expect("it is unloaded");
        proxy.next(code, Fate::LoseAnswer);
        key.signs_rightly(&provider);
    }
    let transient = tpm.tool("tpm2_getcap", &["handles-transient"]);
    assert_eq!(transient.lines().count(), 2, "what the broken connection had loaded is gone: {transient}");
}

#[test]
fn each_code_has_its_meaning() {
    let tpm = Process::new();
    let proxy = Proxy::before(tpm.port);
    let provider = provider_at(proxy.port);
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    for (code, kind) in [
        (0x921, ErrorKind::Busy),            // TPM_RC_LOCKOUT
        (0x920, ErrorKind::Busy),            // TPM_RC_NV_RATE
        (0x923, ErrorKind::Busy),            // TPM_RC_NV_UNAVAILABLE
        (0x101, ErrorKind::HardwareFailure), // TPM_RC_FAILURE
        (0x1DF, ErrorKind::KeyMissing),      // TPM_RC_INTEGRITY, parameter 1
        (0x155, ErrorKind::DataCorrupt),     // TPM_RC_SENSITIVE
        (0x143, ErrorKind::NotSupported),    // TPM_RC_COMMAND_CODE
    ] {
        proxy.next(SIGN, Fate::Answer(code));
        let error = key.sign(&provider, b"").expect_err("it was told to fail");
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.detail.contains(&format!("{code:#x}")), "the log needs the code: {error}");
    }
    // TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING, TPM_RC_OBJECT_MEMORY, TPM_RC_REFERENCE_H0, TPM_RC_INITIALIZE.
    for code in [0x922, 0x908, 0x90A, 0x902, 0x910, 0x100] {
        proxy.next(SIGN, Fate::Answer(code));
        key.signs_rightly(&provider);
    }
}

#[test]
fn who_guesses_the_values_of_other_keys_does_not_lock_ours_out() {
    let tpm = Process::new();
    let lockout = ["--setup-parameters", "--max-tries=1", "--recovery-time=1000", "--lockout-recovery-time=1000"];
    tpm.tool("tpm2_dictionarylockout", &lockout);
    // A primary that is not exempt from the lock-out, and a wrong guess.
    let attributes = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|decrypt";
    tpm.tool("tpm2_createprimary", &["-Q", "-C", "o", "-G", "ecc", "-p", "right", "-a", attributes, "-c", "primary"]);
    for _ in 0..2 {
        let guess = tpm.run("tpm2_create", &["-Q", "-C", "primary", "-P", "wrong", "-u", "public", "-r", "private"]);
        assert!(!guess.status.success());
        tpm.tool("tpm2_flushcontext", &["-t"]);
    }
    let guess = tpm.run("tpm2_create", &["-Q", "-C", "primary", "-P", "right", "-u", "public", "-r", "private"]);
    let complaint = String::from_utf8_lossy(&guess.stderr).into_owned();
    assert!(complaint.contains("0x921"), "the TPM is locked out: {complaint}");
    tpm.tool("tpm2_flushcontext", &["-t"]);
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    Held::generate(&provider, ecc(256)).expect("a key").signs_rightly(&provider);
}

#[test]
fn under_load_a_tpm_that_comes_and_goes_costs_only_errors_of_communication() {
    let mut tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let keys: Vec<Held> = (0..4).map(|_| Held::generate(&provider, ecc(256)).expect("a key")).collect();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for key in &keys {
            let (provider, over) = (&provider, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    // As the service does before each request.
                    if provider.health().is_err() && provider.connect().is_err() {
                        std::thread::yield_now();
                        continue;
                    }
                    if let Err(error) = key.sign(provider, b"message") {
                        assert_eq!(error.kind, ErrorKind::CommunicationFailure, "{error}");
                    }
                }
            });
        }
        for _ in 0..3 {
            tpm.kill();
            tpm.start();
            while provider.connect().is_err() {
                std::thread::yield_now();
            }
            keys[0].signs_rightly(&provider);
        }
        over.store(true, Ordering::Relaxed);
    });
    for key in &keys {
        key.signs_rightly(&provider);
    }
}

#[test]
fn the_owner_of_the_tpm_must_agree() {
    let tpm = Process::new();
    tpm.tool("tpm2_changeauth", &["-Q", "-c", "owner", "agreed"]);
    let provider = |owner_auth: Option<&str>| {
        let owner_auth = owner_auth.map(|auth| SecretBytes::new(auth.as_bytes().to_vec()));
        TpmProvider::new(Settings { owner_auth, ..settings(tpm.port) })
    };
    for wrong in [None, Some("disagreed")] {
        let refused = provider(wrong).connect().expect_err("the owner did not agree");
        assert_eq!(refused.kind, ErrorKind::CommunicationFailure);
        assert!(refused.detail.contains("BadAuth"), "the log needs the reason: {refused}");
    }
    let provider = provider(Some("agreed"));
    provider.connect().expect("it connects");
    Held::generate(&provider, ecc(256)).expect("a key").signs_rightly(&provider);
}

#[test]
fn a_command_that_the_tpm_never_has_room_for_fails_in_the_end() {
    let tpm = Process::new();
    let proxy = Proxy::before(tpm.port);
    let provider = provider_at(proxy.port);
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    // TPM_RC_OBJECT_MEMORY, more often than there are keys to unload.
    for _ in 0..100 {
        proxy.next(SIGN, Fate::Answer(0x902));
    }
    assert_eq!(key.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::InsufficientMemory));
}

#[test]
fn a_tpm_that_hangs_costs_some_time_and_no_more() {
    // It takes as long as the limits of `src/limits.rs` for a command and for a connection.
    if std::env::var_os("KEYSTEAD_FULL").is_none() {
        return;
    }
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    key.signs_rightly(&provider);
    tpm.signal("-STOP");
    let begun = Instant::now();
    assert_eq!(key.sign(&provider, b"").err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(provider.health().is_err());
    tpm.signal("-CONT");
    while provider.connect().is_err() {
        std::thread::yield_now();
    }
    key.signs_rightly(&provider);
}
