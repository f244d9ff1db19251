//! What the module is asked for, as OpenSC's spy writes it down.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider};
use keystead_provider_pkcs11::{Pkcs11Provider, Settings};

use crate::bench::{Bench, Held, SIGNS, count, count_all, p256};

#[test]
fn a_signature_takes_two_calls_however_many_keys_there_are() {
    let Some(bench) = Bench::spied() else { return };
    bench.token("many");
    let provider = bench.provider("many");
    let pair = Held::generate(&provider, p256()).expect("a key");
    for _ in 0..500 {
        let hmac = KeyAttributes::new(KeyType::Hmac, 128, SIGNS, Algorithm::None);
        Held::generate(&provider, hmac).expect("a key");
    }
    let pair = pair.reopened();
    pair.sign(&provider).expect("it signs");
    let (all, begun, ended) =
        (count_all(&bench.calls()), count(&bench.calls(), "C_SignInit"), count(&bench.calls(), "C_Sign"));
    for _ in 0..10 {
        pair.sign(&provider).expect("it signs");
    }
    assert_eq!(count(&bench.calls(), "C_SignInit") - begun, 10);
    assert_eq!(count(&bench.calls(), "C_Sign") - ended, 10);
    assert_eq!(count_all(&bench.calls()) - all, 20);
}

#[test]
fn a_key_that_somebody_else_destroyed_costs_nobody_a_login() {
    let Some(bench) = Bench::spied() else { return };
    bench.token("others");
    let provider = bench.provider("others");
    let key = Held::generate(&provider, p256()).expect("a key");
    key.sign(&provider).expect("it signs");
    let logins = count(&bench.calls(), "C_Login");
    // Whoever has it open still knows where it was.
    let id: String = key.tag.0.iter().map(|byte| format!("{byte:02x}")).collect();
    bench.tool("others", &["--delete-object", "--type", "privkey", "--id", &id]);
    assert_eq!(key.sign(&provider), Err(ErrorKind::KeyMissing));
    provider.health().expect("the token is there");
    assert_eq!(count(&bench.calls(), "C_Login"), logins);
}

#[test]
fn the_handle_of_a_key_that_was_destroyed_is_not_used_any_more() {
    let Some(bench) = Bench::spied() else { return };
    bench.token("reuses");
    let provider = bench.provider("reuses");
    let [key, other] = [(); 2].map(|()| Held::generate(&provider, p256()).expect("a key"));
    key.sign(&provider).expect("it signs");
    other.sign(&provider).expect("it signs");
    provider.vault().destroy(key.tag, None).expect("it goes");
    let (begun, searches) = (count(&bench.calls(), "C_SignInit"), count(&bench.calls(), "C_FindObjectsInit"));
    // The request still holds the key; the module might have given its handle to another one.
    assert_eq!(key.sign(&provider), Err(ErrorKind::KeyMissing));
    assert_eq!(count(&bench.calls(), "C_SignInit"), begun);
    let searched = count(&bench.calls(), "C_FindObjectsInit");
    assert!(searched > searches);
    other.sign(&provider).expect("it signs");
    assert_eq!(count(&bench.calls(), "C_FindObjectsInit"), searched, "other keys are where they were");
}

#[test]
fn a_refused_pin_is_never_tried_again_by_itself() {
    let Some(bench) = Bench::spied() else { return };
    bench.token("locked");
    let wrong = || Settings { user_pin: Some(SecretBytes::new(b"654321".to_vec())), ..bench.settings("locked") };
    let provider = Pkcs11Provider::new(wrong());
    let refused = provider.connect().expect_err("the PIN is wrong");
    assert_eq!(refused.kind, ErrorKind::CommunicationFailure);
    assert!(refused.detail.contains("CKR_PIN_INCORRECT from C_Login"), "{refused}");
    // Until long after the first pauses between attempts have passed.
    let end = std::time::Instant::now() + std::time::Duration::from_millis(500);
    while std::time::Instant::now() < end {
        assert!(provider.connect().is_err() && provider.health().is_err());
    }
    assert_eq!(count(&bench.calls(), "C_Login"), 1);
    drop(provider);
    assert!(Pkcs11Provider::new(wrong()).connect().is_err());
    assert_eq!(count(&bench.calls(), "C_Login"), 2, "the configuration was read again");
    bench.provider("locked");
}

#[test]
fn a_token_that_is_away_is_looked_for_now_and_then_and_requests_in_between_fail_at_once() {
    let Some(bench) = Bench::spied() else { return };
    let provider = Pkcs11Provider::new(bench.settings("away"));
    let end = std::time::Instant::now() + std::time::Duration::from_millis(600);
    let mut requests = 0;
    while std::time::Instant::now() < end {
        let error = provider.connect().expect_err("it is not there");
        assert_eq!(error.kind, ErrorKind::CommunicationFailure);
        requests += 1;
    }
    // At once, after 100 ms, and after 200 and 400 more; each time the module looks for its tokens anew.
    let attempts = count(&bench.calls(), "C_Initialize");
    assert!((1..=4).contains(&attempts), "{attempts} for {requests} requests");
    assert!(requests > 100, "{requests}");
}
