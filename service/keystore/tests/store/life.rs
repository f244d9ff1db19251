//! The life of a key, and the lists in which it appears.

use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::{KeyName, Tenant};
use keystead_interface::status::Status;
use keystead_keystore::{KeyAddress, KeyStore, SqliteStore, Stage, StoreError};

use crate::{Place, address, attributes, record, tag, tenant, wait};

fn handle_of(store: &SqliteStore, address: &KeyAddress) -> Option<Vec<u8>> {
    store.find(address).unwrap().map(|record| record.handle.0.expose().clone())
}

fn names_of(store: &SqliteStore, owner: &str) -> Vec<String> {
    store.list(&tenant(owner)).unwrap().into_iter().map(|key| key.name.into_string()).collect()
}

#[test]
fn a_key_that_is_made_in_one_step() {
    let place = Place::new();
    let store = place.open();
    let key = address("1000", "signing");
    assert!(store.find(&key).unwrap().is_none());
    wait(store.insert(&key, &record(1, b"material"))).unwrap();
    let taken = wait(store.insert(&key, &record(2, b"other"))).unwrap_err();
    assert_eq!((taken.clone(), taken.status()), (StoreError::AlreadyExists, Status::PsaErrorAlreadyExists));

    let found = store.find(&key).unwrap().unwrap();
    assert_eq!((found.tag, found.attributes), (tag(1), attributes(256)));
    assert_eq!(found.handle.0.expose(), b"material");
    drop(store);

    let store = place.open();
    assert_eq!(handle_of(&store, &key).unwrap(), b"material");
    assert!(wait(store.remove(&key)).unwrap());
    assert!(!wait(store.remove(&key)).unwrap());
    assert!(store.find(&key).unwrap().is_none());
    wait(store.insert(&key, &record(3, b"new"))).unwrap();
    assert_eq!(handle_of(&store, &key).unwrap(), b"new");
}

#[test]
fn a_key_that_is_made_and_destroyed_in_two_steps() {
    let place = Place::new();
    let store = place.open();
    let key = address("1000", "in a token");
    wait(store.reserve(&key, tag(1), &attributes(0))).unwrap();
    assert!(store.find(&key).unwrap().is_none() && !store.has(&key).unwrap());
    assert!(names_of(&store, "1000").is_empty());
    assert_eq!(wait(store.insert(&key, &record(2, b""))), Err(StoreError::AlreadyExists));
    assert_eq!(wait(store.reserve(&key, tag(2), &attributes(0))), Err(StoreError::AlreadyExists));

    assert_eq!(wait(store.commit(&key, &record(9, b"handle"))), Err(StoreError::DoesNotExist));
    assert_eq!(wait(store.commit(&address("1000", "other"), &record(1, b"handle"))), Err(StoreError::DoesNotExist));
    wait(store.commit(&key, &record(1, b"handle"))).unwrap();
    assert_eq!(wait(store.commit(&key, &record(1, b"handle"))), Err(StoreError::DoesNotExist));
    assert_eq!(store.find(&key).unwrap().unwrap().attributes, attributes(256));
    assert!(store.has(&key).unwrap());
    for other in [address("1000", "other"), address("1001", "in a token")] {
        assert!(!store.has(&other).unwrap(), "{other}");
    }

    let condemned = wait(store.condemn(&key)).unwrap().unwrap();
    assert_eq!(condemned.tag, tag(1));
    assert_eq!(condemned.handle.unwrap().0.expose(), b"handle");
    assert!(store.find(&key).unwrap().is_none());
    // The name is free at once, and the old key can still be destroyed: once the new one is.
    assert!(store.has(&key).unwrap());
    wait(store.insert(&key, &record(3, b"new"))).unwrap();
    assert_eq!(wait(store.condemn(&key)).unwrap().unwrap().tag, tag(3));
    assert_eq!(wait(store.condemn(&key)).unwrap().unwrap().tag, tag(1));
    wait(store.forget(tag(1))).unwrap();
    wait(store.forget(tag(1))).unwrap();
    assert_eq!(wait(store.condemn(&key)).unwrap().unwrap().tag, tag(3));
    wait(store.forget(tag(3))).unwrap();
    assert!(wait(store.condemn(&key)).unwrap().is_none() && !store.has(&key).unwrap());
}

#[test]
fn a_reservation_that_is_given_up_frees_the_name_and_is_left_over() {
    let place = Place::new();
    let store = place.open();
    let (given_up, crashed, live) = (address("1000", "a"), address("1000", "b"), address("1000", "c"));
    wait(store.reserve(&given_up, tag(1), &attributes(256))).unwrap();
    wait(store.reserve(&crashed, tag(2), &attributes(256))).unwrap();
    wait(store.insert(&live, &record(3, b"handle"))).unwrap();
    wait(store.abandon(tag(1))).unwrap();
    wait(store.abandon(tag(1))).unwrap();
    wait(store.abandon(tag(3))).unwrap();
    wait(store.forget(tag(3))).unwrap();
    wait(store.forget(tag(2))).unwrap();
    assert!(store.find(&live).unwrap().is_some());
    drop(store);

    let store = place.open();
    let left = store.leftovers(ProviderNumber::SOFTWARE).unwrap();
    let seen: Vec<_> = left.iter().map(|left| (left.address.clone(), left.tag, left.stage)).collect();
    assert_eq!(seen, [(given_up.clone(), tag(1), Stage::Condemned), (crashed, tag(2), Stage::Reserved)]);
    assert!(left.iter().all(|left| left.handle.is_none()));
    assert!(store.leftovers(ProviderNumber::TPM).unwrap().is_empty());
    wait(store.insert(&given_up, &record(4, b"handle"))).unwrap();
    assert!(wait(store.condemn(&live)).unwrap().is_some());
    let handles = store.leftovers(ProviderNumber::SOFTWARE).unwrap();
    assert_eq!(handles[2].handle.as_ref().unwrap().0.expose(), b"handle");
}

#[test]
fn names_are_any_text_and_belong_to_one_owner_on_one_provider() {
    let place = Place::new();
    let store = place.open();
    let long = "é".repeat(32_767);
    let names = ["", "a", "a\0", "a\0b", "/", "..", "A", "é", "e\u{301}", "'; DROP TABLE keys; --", &long];
    let mut keys = Vec::new();
    for name in names {
        let key = address("1000", name);
        keys.push(KeyAddress { provider: ProviderNumber::TPM, ..key.clone() });
        keys.push(KeyAddress { tenant: Tenant::new(AuthKind::DIRECT, "1000").unwrap(), ..key.clone() });
        keys.push(KeyAddress { tenant: tenant(name), ..key.clone() });
        keys.push(key);
    }
    for (number, key) in (0..).zip(&keys) {
        wait(store.insert(key, &record(number, &number.to_be_bytes()))).unwrap();
    }
    for (number, key) in (0u64..).zip(&keys) {
        assert_eq!(handle_of(&store, key).unwrap(), number.to_be_bytes(), "{key}");
    }
    assert_eq!(store.count().unwrap(), keys.len() as u64);
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    // By provider, then by the bytes of the name.
    assert_eq!(names_of(&store, "1000"), [sorted.clone(), sorted].concat());
    let removed = address("1000", "a");
    assert!(wait(store.remove(&removed)).unwrap());
    for key in keys.iter().filter(|key| **key != removed) {
        assert!(store.find(key).unwrap().is_some(), "{key}");
    }
}

#[test]
fn owners_are_listed_by_authenticator_while_they_have_live_keys() {
    let place = Place::new();
    let store = place.open();
    let direct = |name: &str| KeyAddress { tenant: Tenant::new(AuthKind::DIRECT, name).unwrap(), ..address("", "k") };
    for (number, owner) in (0..).zip(["b", "a", "\0", "", "ä"]) {
        wait(store.insert(&direct(owner), &record(number, b"handle"))).unwrap();
    }
    wait(store.insert(&address("uid", "k"), &record(10, b"handle"))).unwrap();
    wait(store.reserve(&direct("reserving"), tag(11), &attributes(128))).unwrap();
    assert_eq!(store.tenants(AuthKind::DIRECT).unwrap(), ["", "\0", "a", "b", "ä"]);
    assert_eq!(store.tenants(AuthKind::UNIX_PEER_CREDENTIALS).unwrap(), ["uid"]);
    assert!(wait(store.remove(&direct("a"))).unwrap());
    assert!(wait(store.condemn(&direct("b"))).unwrap().is_some());
    assert_eq!(store.tenants(AuthKind::DIRECT).unwrap(), ["", "\0", "ä"]);
    assert_eq!(store.count().unwrap(), 4, "live keys only");

    // To delete a client is to destroy what is live and what is condemned.
    assert_eq!(store.keys_of(&direct("b").tenant).unwrap(), [direct("b")]);
    assert!(store.keys_of(&direct("a").tenant).unwrap().is_empty());
    assert!(store.keys_of(&direct("nobody").tenant).unwrap().is_empty());
}

#[test]
fn a_list_holds_the_live_keys_of_one_tenant() {
    let place = Place::new();
    let store = place.open();
    for number in 0..20 {
        let owner = if number % 2 == 0 { "even" } else { "odd" };
        wait(store.insert(&address(owner, &format!("{number:02}")), &record(number, b"handle"))).unwrap();
    }
    let listed = store.list(&tenant("odd")).unwrap();
    assert_eq!(listed.len(), 10);
    assert_eq!(listed[3].name, KeyName::new("07").unwrap());
    assert_eq!((listed[3].provider, listed[3].attributes), (ProviderNumber::SOFTWARE, attributes(256)));
    assert!(store.list(&tenant("nobody")).unwrap().is_empty());
}

#[test]
fn a_provider_keeps_its_number_whatever_the_order() {
    let place = Place::new();
    let (software, tpm) = (ProviderNumber::SOFTWARE, ProviderNumber::TPM);
    let store = place.open();
    assert_eq!(store.bind_provider("main", software, None), Ok(software));
    assert_eq!(store.bind_provider("second", software, None), Ok(ProviderNumber(16)));
    assert_eq!(store.bind_provider("chip", tpm, None), Ok(tpm));
    assert_eq!(store.bind_provider("third", software, None), Ok(ProviderNumber(17)));
    drop(store);

    let store = place.open();
    assert_eq!(store.bind_provider("third", software, None), Ok(ProviderNumber(17)));
    assert_eq!(store.bind_provider("fourth", tpm, None), Ok(ProviderNumber(18)));
    assert_eq!(store.bind_provider("main", software, None), Ok(software));
    let changed = store.bind_provider("chip", software, None).unwrap_err();
    assert_eq!(changed, StoreError::ProviderKindChanged { name: "chip".into(), was: tpm, now: software });
    for number in 19..=255 {
        assert_eq!(store.bind_provider(&format!("{number}"), software, None), Ok(ProviderNumber(number)));
    }
    assert_eq!(store.bind_provider("one too many", software, None), Err(StoreError::NoProviderNumberLeft));
}

#[test]
fn a_provider_gets_the_number_that_is_wanted_if_it_is_free() {
    let place = Place::new();
    let (software, number) = (ProviderNumber::SOFTWARE, |number| Some(ProviderNumber(number)));
    let store = place.open();
    assert_eq!(store.bind_provider("archive", software, number(40)), Ok(ProviderNumber(40)));
    assert_eq!(store.bind_provider("main", software, None), Ok(software));
    assert_eq!(store.bind_provider("spare", software, number(16)), Ok(ProviderNumber(16)));
    assert_eq!(store.bind_provider("next", software, None), Ok(ProviderNumber(17)));
    let taken = StoreError::ProviderNumberTaken { number: ProviderNumber(40), name: "archive".into() };
    assert_eq!(store.bind_provider("other", software, number(40)), Err(taken));
    assert_eq!(store.bind_provider("main", software, number(41)), Ok(software), "it has one");
}

#[test]
fn a_token_is_known_by_its_providers_name_until_an_administrator_accepts_another() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(store.token_of("chip"), Ok(None));
    wait(store.remember_token("chip", "first")).unwrap();
    wait(store.remember_token("card", "other")).unwrap();
    wait(store.remember_token("chip", "first")).unwrap();
    let refused = wait(store.remember_token("chip", "second")).unwrap_err();
    assert_eq!(refused, StoreError::OtherToken { name: "chip".into(), bound: "first".into() });
    drop(store);

    let store = place.open();
    assert_eq!(store.token_of("chip"), Ok(Some("first".into())));
    wait(store.accept_token("chip", "second")).unwrap();
    assert_eq!(store.token_of("chip"), Ok(Some("second".into())));
    wait(store.remember_token("chip", "second")).unwrap();
    assert_eq!(store.token_of("card"), Ok(Some("other".into())));
}
