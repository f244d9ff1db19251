//! The storage root key in a token or a TPM: moved there and back while the service runs, and nothing is lost.

use keystead_e2e_tests::home::{Home, WITH_DIRECT};
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use crate::hands::*;

/// A configuration with this place beside software keys, and the storage root key kept as these lines say.
fn kept(place: &Place, storage_root_key: &str) -> String {
    format!("{WITH_DIRECT}{}\n[storage_root_key]\n{storage_root_key}\n", place.provider())
}

fn in_hardware(place: &Place) -> String {
    kept(place, &format!("kind = \"provider\"\nprovider = \"{}\"", provider_name(place)))
}

fn provider_name(place: &Place) -> &'static str {
    match place {
        Place::Software => "software",
        Place::SoftHsm(_) => "pkcs11",
        Place::Swtpm(_) => "tpm",
    }
}

/// Ends the service, and starts another on what it left.
fn restart(service: Service) -> Service {
    let (status, home) = service.stop();
    assert!(status.success(), "{}", home.log());
    Service::in_home(home)
}

fn moves_there_and_back(place: &Place) {
    let service = Service::in_home(place.home(&kept(place, "")));
    let (software, token) = (service.caller(), service.caller().at(place.number()));
    for caller in [&software, &token] {
        make_signer(caller, "before").expect("made");
    }
    let file = service.home().state().join("storage-root.key");
    assert!(file.exists());

    service.home().configure(&in_hardware(place));
    service.reload();
    assert!(service.log().contains("run `keystead store rekey`"), "{}", service.log());
    let said = keystead_does(&service, &["store", "rekey"]);
    assert!(said.contains("sealed by the token of the provider"), "{said}");
    assert!(!file.exists(), "the former key's file is gone");
    make_signer(&software, "between").expect("made");
    let service = restart(service);
    for (caller, key) in [(&software, "before"), (&token, "before"), (&software, "between")] {
        sign(caller, key).expect("signed");
    }
    // A new key where it is.
    keystead_does(&service, &["store", "rekey"]);
    sign(&software, "between").expect("signed");

    service.home().configure(&kept(place, "kind = \"file\""));
    service.reload();
    keystead_does(&service, &["store", "rekey"]);
    let service = restart(service);
    assert!(file.exists());
    sign(&software, "before").expect("signed");
    sign(&token, "before").expect("signed");
    drop(service);
}

#[test]
fn the_root_key_moves_into_a_token_and_back() {
    let Some(place) = Place::softhsm("the_root_key_moves_into_a_token_and_back") else { return };
    moves_there_and_back(&place);
}

#[test]
fn the_root_key_moves_into_a_tpm_and_back() {
    let Some(place) = Place::swtpm("the_root_key_moves_into_a_tpm_and_back") else { return };
    moves_there_and_back(&place);
}

/// Starts a service that must refuse to, and gives what it said.
fn refused(home: Home) -> (Home, String) {
    match Service::try_in(home, None) {
        Ok(_) => panic!("it started"),
        Err((home, refused)) => (home, format!("{refused:?}")),
    }
}

#[test]
fn without_its_token_the_service_does_not_start_and_says_why() {
    let Some(place) = Place::softhsm("without_its_token_the_service_does_not_start_and_says_why") else { return };
    let service = Service::in_home(place.home(&in_hardware(&place)));
    make_signer(&service.caller(), "k").expect("made");
    let (_, home) = service.stop();
    let Place::SoftHsm(softhsm) = &place else { return };
    softhsm.take_away(true);
    let (home, said) = refused(home);
    assert!(said.contains("pkcs11") && said.contains("root key"), "{said}");
    softhsm.put_back();
    // A configuration that looks for the key elsewhere is told where it is.
    home.configure(&kept(&place, "kind = \"file\""));
    let (home, said) = refused(home);
    assert!(said.contains("put the old setting back"), "{said}");
    home.configure(&in_hardware(&place));
    sign(&Service::in_home(home).caller(), "k").expect("signed");
}
