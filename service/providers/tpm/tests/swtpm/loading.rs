//! Keys in use stay loaded, and there may be more of them than the TPM has room for.

use keystead_provider::Provider;

use crate::process::{Process, provider_at, settings};
use crate::proxy::{LOAD, Proxy, SIGN};
use crate::ring::{Held, ecc};

#[test]
fn a_second_signature_is_one_command() {
    let tpm = Process::new();
    let proxy = Proxy::before(tpm.port);
    let provider = provider_at(proxy.port);
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    key.sign(&provider, b"first").expect("it signs");
    let (all, loads, signatures) = (proxy.all(), proxy.count(LOAD), proxy.count(SIGN));
    for _ in 0..10 {
        key.sign(&provider, b"again").expect("it signs");
    }
    assert_eq!((proxy.all() - all, proxy.count(LOAD) - loads, proxy.count(SIGN) - signatures), (10, 0, 10));
}

#[test]
fn twenty_keys_in_turn_work_in_a_tpm_with_room_for_three() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let keys: Vec<Held> = (0..20).map(|_| Held::generate(&provider, ecc(256)).expect("a key")).collect();
    for _ in 0..3 {
        for key in &keys {
            key.signs_rightly(&provider);
        }
    }
    for key in &keys {
        provider.vault().destroy(key.tag, Some(&key.handle)).expect("it is gone");
    }
    let transient = tpm.tool("tpm2_getcap", &["handles-transient"]);
    assert_eq!(transient.lines().count(), 1, "only the primary is left: {transient}");
    drop(provider);
    let transient = tpm.tool("tpm2_getcap", &["handles-transient"]);
    assert_eq!(transient.lines().count(), 0, "nothing is left: {transient}");
}

#[test]
fn keys_that_make_room_are_loaded_from_their_blobs_once_and_again_after_a_reset() {
    let mut tpm = Process::new();
    let proxy = Proxy::before(tpm.port);
    let provider = provider_at(proxy.port);
    provider.connect().expect("it connects");
    let keys: Vec<Held> = (0..5).map(|_| Held::generate(&provider, ecc(256)).expect("a key")).collect();
    let all_sign = || keys.iter().for_each(|key| key.signs_rightly(&provider));
    all_sign();
    let loads = proxy.count(LOAD);
    all_sign();
    all_sign();
    assert_eq!(proxy.count(LOAD) - loads, 0, "their contexts were saved");
    tpm.kill();
    tpm.start();
    all_sign();
    assert_eq!(provider.health(), Ok(()));
}

#[test]
fn a_key_that_rests_works_after_many_operations_with_others() {
    // 16 bits count the contexts that a TPM has saved. Operations in a session take ten times as long.
    let counts = if std::env::var_os("KEYSTEAD_FULL").is_some() { [75_000, 5_000] } else { [500, 100] };
    let tpm = Process::new();
    for (encrypted_sessions, operations) in [false, true].into_iter().zip(counts) {
        let settings = keystead_provider_tpm::Settings { encrypted_sessions, ..settings(tpm.port) };
        let provider = keystead_provider_tpm::TpmProvider::new(settings);
        provider.connect().expect("it connects");
        let keys: Vec<Held> = (0..3).map(|_| Held::generate(&provider, ecc(256)).expect("a key")).collect();
        let [resting, one, other] = &keys[..] else { panic!("three keys") };
        resting.signs_rightly(&provider);
        for operation in 0..operations {
            let key = if operation % 100 == 0 { other } else { one };
            key.sign(&provider, b"message").expect("it signs");
        }
        resting.signs_rightly(&provider);
    }
}

#[test]
fn encrypted_sessions_do_the_same() {
    let tpm = Process::new();
    let provider = keystead_provider_tpm::TpmProvider::new(keystead_provider_tpm::Settings {
        encrypted_sessions: true,
        ..settings(tpm.port)
    });
    provider.connect().expect("it connects");
    let keys: Vec<Held> = (0..5).map(|_| Held::generate(&provider, ecc(256)).expect("a key")).collect();
    for key in keys.iter().chain(&keys) {
        key.signs_rightly(&provider);
    }
    let imported = Held::import(&provider, ecc(256), &[7; 32]).expect("a key");
    imported.signs_rightly(&provider);
    drop(provider);
    assert_eq!(tpm.tool("tpm2_getcap", &["handles-loaded-session"]).lines().count(), 0, "the session was ended");
}

#[test]
fn services_that_were_killed_leave_nothing_that_is_in_the_way() {
    let tpm = Process::new();
    let encrypted = || keystead_provider_tpm::Settings { encrypted_sessions: true, ..settings(tpm.port) };
    // A TPM has room for three objects and for three sessions.
    for _ in 0..4 {
        let provider = keystead_provider_tpm::TpmProvider::new(encrypted());
        provider.connect().expect("it connects");
        Held::generate(&provider, ecc(256)).expect("a key").signs_rightly(&provider);
        // As if the process were killed: nothing is unloaded.
        std::mem::forget(provider);
    }
}
