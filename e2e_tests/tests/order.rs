//! Rows 62 and 63 of what Parsec teaches: the order of the configuration is the clients' preference, and our client keeps
//! keys of equal names on two providers apart. What old clients make of the order is in `legacy/tests/order.rs`.

use keystead_client::interface::codes::ProviderNumber;
use keystead_client::{Client, Credential, Endpoint, presets};
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::service::Service;
use keystead_interface::operations::core::ListProviders;

/// These providers in this order, each as a name and perhaps a number.
fn providers(in_order: &[(&str, Option<u8>)]) -> String {
    let head = PLAIN.split("[[provider]]").next().expect("a text has a beginning");
    let provider = |(name, number): &(&str, Option<u8>)| {
        let number = number.map(|number| format!("number = {number}\n")).unwrap_or_default();
        format!("[[provider]]\nkind = \"software\"\nname = \"{name}\"\n{number}")
    };
    format!("{head}{}", in_order.iter().map(provider).collect::<String>())
}

fn client(service: &Service) -> Client {
    Client::at(Endpoint::at(service.home().socket()), Credential::default())
}

fn numbers(service: &Service) -> Vec<u8> {
    let listed = service.caller().ask(ListProviders {}).expect("anybody may ask");
    listed.providers.iter().map(|provider| provider.id.0).collect()
}

fn refusal(home: Home) -> (Home, String) {
    let (home, refused) = Service::try_in(home, None).err().expect("it does not start");
    (home, refused.log)
}

#[test]
fn clients_follow_the_first_provider_and_keep_their_keys_apart() {
    let service = Service::with(&providers(&[("one", None), ("two", None)]));
    let before = client(&service);
    assert_eq!(before.provider().expect("the first"), ProviderNumber(1));
    before.generate("k", &presets::ecdsa_p256()).expect("a key is made");

    service.home().configure(&providers(&[("two", None), ("one", None)]));
    service.reload();
    let after = client(&service);
    assert_eq!(after.provider().expect("the first"), ProviderNumber(16));
    after.generate("k", &presets::x25519()).expect("a key of this name is on the other provider, not on this one");
    assert_eq!(after.key_attributes("k").expect("it was made"), presets::x25519());
    let other = after.with_provider(ProviderNumber(1));
    assert_eq!(other.key_attributes("k").expect("it was made"), presets::ecdsa_p256());
    assert_eq!(before.key_attributes("k").expect("a client stays with its first choice"), presets::ecdsa_p256());
}

#[test]
fn a_provider_gets_the_number_that_is_written_for_it() {
    // The one that asks for the well-known number gets it, although the other one comes first.
    let service = Service::with(&providers(&[("fast", None), ("old", Some(1)), ("archive", Some(200))]));
    assert_eq!(numbers(&service), [16, 1, 200, 0]);
    let (_, home) = service.stop();
    home.configure(&providers(&[("archive", None), ("fast", Some(16)), ("old", None)]));
    let service = Service::in_home(home);
    assert_eq!(numbers(&service), [200, 16, 1, 0], "what is bound once stays bound");

    let (_, home) = service.stop();
    home.configure(&providers(&[("old", None), ("new", Some(200))]));
    let (home, log) = refusal(home);
    assert!(log.contains("200") && log.contains("archive"), "who has the number is said:\n{log}");
    home.configure(&providers(&[("old", Some(17))]));
    let (home, log) = refusal(home);
    assert!(log.contains("old") && log.contains("has the number 1 "), "which number it has is said:\n{log}");
    home.configure(&providers(&[("old", None), ("new", None)]));
    assert_eq!(numbers(&Service::in_home(home)), [1, 17, 0]);
}
