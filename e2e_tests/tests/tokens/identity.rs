//! A token that lost its keys costs no name, and another token under the name is not used before an administrator says so
//! (Parsec's lessons, row 16; house rule: nothing is deleted because it was not found).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::softhsm::{LABEL, PIN};
use keystead_interface::operations::admin::Health;
use keystead_interface::status::Status;

use crate::hands::*;
use crate::requests::*;

const NAMES: [&str; 3] = ["a", "b", "c"];
const ABSENT: Status = Status::PsaErrorInvalidHandle;
const UNAVAILABLE: Status = Status::PsaErrorCommunicationFailure;

#[test]
fn an_emptied_token_loses_no_names() {
    let Some(place) = Place::softhsm("an_emptied_token_loses_no_names") else { return };
    let Place::SoftHsm(softhsm) = &place else { panic!("it was asked for") };
    let service = beside_software(&place);
    let caller = service.caller().at(place.number());
    NAMES.iter().for_each(|name| make_signer(&caller, name).expect("made"));
    softhsm.back_up();

    // While the service runs: whatever it has cached, what is gone is gone.
    softhsm.empty();
    all_are_missing(&caller);
    let (_, home) = service.stop();
    // At its start: the names that are not found must not be taken for leftovers.
    let service = Service::in_home(home);
    all_are_missing(&caller);
    make_signer(&caller, "new").expect("the token works, and takes new keys");
    caller.ask(destroy("new")).expect("gone");
    let (_, home) = service.stop();

    softhsm.restore();
    let service = Service::in_home(home);
    assert_eq!(names(&caller, place.number()), NAMES);
    NAMES.iter().for_each(|name| sign(&caller, name).expect("the token has it again"));
    caller.ask(destroy("a")).expect("gone");
    service.stop();
    place.holds(2);
}

fn all_are_missing(caller: &Caller) {
    assert_eq!(names(caller, 2), NAMES, "the names do not depend on the token");
    for name in NAMES {
        assert_eq!(sign(caller, name), Err(ABSENT), "{name}");
        assert_eq!(make_signer(caller, name), Err(Status::PsaErrorAlreadyExists), "{name} is still taken");
    }
}

#[test]
fn a_service_starts_without_its_token_and_serves_when_it_comes() {
    let Some(place) = Place::softhsm("a_service_starts_without_its_token_and_serves_when_it_comes") else { return };
    let Place::SoftHsm(softhsm) = &place else { panic!("it was asked for") };
    softhsm.take_away(true);
    let service = beside_software(&place);
    let caller = service.caller().at(place.number());
    assert_eq!(make_signer(&caller, "k"), Err(UNAVAILABLE));
    knows_its_own_keys(&caller);
    make_signer(&service.caller(), "k").expect("software needs no token");
    softhsm.put_back();
    until_it_works("the token is there", || make_signer(&caller, "k"));
    sign(&caller, "k").expect("made");
}

#[test]
fn a_service_starts_without_its_tpm_and_serves_when_it_comes() {
    let Some(mut place) = Place::swtpm("a_service_starts_without_its_tpm_and_serves_when_it_comes") else { return };
    let Place::Swtpm(swtpm) = &mut place else { panic!("it was asked for") };
    swtpm.kill();
    let config = config(&[&swtpm.provider()]);
    let service = Service::with(&config);
    let caller = service.caller().at(3);
    assert_eq!(make_signer(&caller, "k"), Err(UNAVAILABLE));
    knows_its_own_keys(&caller);
    make_signer(&service.caller(), "k").expect("software needs no TPM");
    swtpm.start();
    until_it_works("the TPM is there", || make_signer(&caller, "k"));
    sign(&caller, "k").expect("made");
}

/// What every provider can do begins with a look for the key, and that needs no token.
fn knows_its_own_keys(caller: &Caller) {
    let absent = Some(Status::PsaErrorDoesNotExist);
    assert_eq!(caller.ask(destroy("nobody")).err(), absent);
    assert_eq!(caller.ask(export("nobody")).err(), absent);
    assert_eq!(caller.ask(export_public("nobody")).err(), absent);
}

#[test]
fn another_token_is_not_used_before_it_is_accepted() {
    let Some(mut place) = Place::softhsm("another_token_is_not_used_before_it_is_accepted") else { return };
    is_not_used_before_it_is_accepted(
        &mut place,
        |place| {
            let Place::SoftHsm(softhsm) = place else { panic!("it was asked for") };
            softhsm.take_away(true);
            softhsm.add_token(LABEL, PIN.as_ref());
        },
        |place| {
            let Place::SoftHsm(softhsm) = place else { panic!("it was asked for") };
            softhsm.put_back();
        },
    );
}

#[test]
fn another_tpm_is_not_used_before_it_is_accepted() {
    let Some(mut place) = Place::swtpm("another_tpm_is_not_used_before_it_is_accepted") else { return };
    is_not_used_before_it_is_accepted(
        &mut place,
        |place| {
            let Place::Swtpm(swtpm) = place else { panic!("it was asked for") };
            swtpm.swap();
        },
        |place| {
            let Place::Swtpm(swtpm) = place else { panic!("it was asked for") };
            swtpm.swap();
        },
    );
}

fn is_not_used_before_it_is_accepted(place: &mut Place, exchange: impl Fn(&mut Place), give_back: impl Fn(&mut Place)) {
    let (number, name) = (place.number(), if place.number() == 2 { "pkcs11" } else { "tpm" });
    let service = beside_software(place);
    let caller = service.caller().at(number);
    NAMES.iter().for_each(|name| make_signer(&caller, name).expect("made"));

    // Once while the service runs, and once between two of its lives.
    exchange(place);
    until_it_is(&caller, "a", UNAVAILABLE);
    let (_, home) = service.stop();
    let service = Service::in_home(home);
    for _ in 0..2 {
        assert_eq!(sign(&caller, "a"), Err(UNAVAILABLE));
        assert_eq!(make_signer(&caller, "new"), Err(UNAVAILABLE), "no key is made in a token that nobody knows");
    }
    assert_eq!(names(&caller, number), NAMES);
    let health = service.caller().ask(Health {}).expect("the test's user is an administrator");
    let provider = health.providers.iter().find(|provider| provider.name == name).expect("it is configured");
    assert!(!provider.available && !provider.reason.is_empty(), "{provider:?}");
    sign_in_software(&service);

    accept(&service, name);
    make_signer(&caller, "new").expect("the token is accepted");
    sign(&caller, "new").expect("the token is accepted");
    assert_eq!(sign(&caller, "a"), Err(ABSENT), "its key is in the other token");
    assert_eq!(names(&caller, number), ["a", "b", "c", "new"]);

    give_back(place);
    until_it_is(&caller, "new", UNAVAILABLE);
    accept(&service, name);
    NAMES.iter().for_each(|name| sign(&caller, name).expect("its own token is back"));
    assert_eq!(sign(&caller, "new"), Err(ABSENT));
}

/// The provider may still be waiting before it looks for its token again; then the administrator is told that.
fn accept(service: &Service, name: &str) {
    until_it_works("the token is accepted", || match keystead(service, &["providers", "accept", name]) {
        output if output.status.success() => Ok(()),
        output => {
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!complaint.contains("no other token"), "{complaint}");
            Err(UNAVAILABLE)
        }
    });
}

fn sign_in_software(service: &Service) {
    let software = service.caller();
    make_signer(&software, "s").expect("another provider");
    sign(&software, "s").expect("another provider");
}

/// The service may notice with the first request or with one soon after it; it must not do anything else with the key.
fn until_it_is(caller: &Caller, name: &str, expected: Status) {
    until_it_works("the exchange is noticed", || match sign(caller, name) {
        Err(status) if status == expected => Ok(()),
        // What SoftHSM2 still has in its memory, it signs with.
        Ok(()) => Err(Status::Success),
        Err(other) => panic!("{other} and not {expected}"),
    });
}
