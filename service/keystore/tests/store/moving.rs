//! Keys that go from one tenant to another: all of them or none, and sealed as the new owner's.

use keystead_interface::codes::AuthKind;
use keystead_interface::names::Tenant;
use keystead_keystore::{KeyAddress, KeyStore, StoreError};

use super::*;

fn application() -> Tenant {
    Tenant::new(AuthKind::JWT, "spiffe://td/app").unwrap()
}

fn moved_address(name: &str) -> KeyAddress {
    KeyAddress { tenant: application(), ..address("1000", name) }
}

fn names(store: &SqliteStore, tenant: &Tenant) -> Vec<String> {
    store.list(tenant).unwrap().into_iter().map(|key| key.name.into_string()).collect()
}

#[test]
fn all_keys_move_and_open_as_the_new_owner_s() {
    let place = Place::new();
    let store = place.open();
    // More than are read at once.
    for number in 0..1_500 {
        wait(store.insert(&address("1000", &format!("k{number:04}")), &record(number, b"handle"))).unwrap();
    }
    wait(store.insert(&address("1001", "k0001"), &record(2_000, b"another's"))).unwrap();
    let tried = wait(store.move_tenant(&tenant("1000"), &application(), true)).unwrap();
    assert_eq!((tried.keys.len(), tried.taken.len()), (1_500, 0));
    assert_eq!(names(&store, &tenant("1000")).len(), 1_500, "a trial changes nothing");
    let moved = wait(store.move_tenant(&tenant("1000"), &application(), false)).unwrap();
    assert_eq!(moved, tried);
    drop(store);
    let store = place.open();
    assert!(names(&store, &tenant("1000")).is_empty());
    assert_eq!(names(&store, &tenant("1001")), ["k0001"]);
    for number in [0, 700, 1_499] {
        let found = store.find(&moved_address(&format!("k{number:04}"))).unwrap().unwrap();
        assert_eq!((found.tag, found.handle.0.expose()), (tag(number), &b"handle".to_vec()));
    }
    assert!(
        store.owners(AuthKind::UNIX_PEER_CREDENTIALS, Some("1000")).unwrap().is_empty(),
        "who owns nothing is gone"
    );
    assert!(store.damaged().is_empty());
}

#[test]
fn one_name_that_both_have_keeps_all_where_they_are() {
    let place = Place::new();
    let store = place.open();
    for (number, name) in [(1, "a"), (2, "b"), (3, "c")] {
        wait(store.insert(&address("1000", name), &record(number, b"old"))).unwrap();
    }
    wait(store.insert(&moved_address("b"), &record(4, b"new"))).unwrap();
    let tried = wait(store.move_tenant(&tenant("1000"), &application(), true)).unwrap();
    assert_eq!((tried.keys.len(), tried.taken), (3, vec![moved_address("b")]));
    let refused = wait(store.move_tenant(&tenant("1000"), &application(), false));
    assert_eq!(refused, Err(StoreError::AlreadyExists));
    assert_eq!(names(&store, &tenant("1000")), ["a", "b", "c"]);
    assert_eq!(store.find(&address("1000", "a")).unwrap().unwrap().handle.0.expose(), b"old");
    assert_eq!(store.find(&moved_address("b")).unwrap().unwrap().handle.0.expose(), b"new");
    let elsewhere = KeyAddress { provider: ProviderNumber::TPM, ..address("1000", "b") };
    wait(store.remove(&address("1000", "b"))).unwrap();
    wait(store.insert(&elsewhere, &record(5, b"elsewhere"))).unwrap();
    assert_eq!(wait(store.move_tenant(&tenant("1000"), &application(), false)).unwrap().keys.len(), 3);
    assert_eq!(names(&store, &application()), ["a", "b", "c", "b"], "on another provider it is another key");
}

#[test]
fn a_damaged_record_keeps_all_where_they_are_and_nothing_is_nothing() {
    let place = Place::new();
    let store = place.open();
    assert!(wait(store.move_tenant(&tenant("1000"), &application(), false)).unwrap().keys.is_empty());
    for (number, name) in [(1, "a"), (2, "b")] {
        wait(store.insert(&address("1000", name), &record(number, b"old"))).unwrap();
    }
    place.database().execute("UPDATE keys SET name = x'63' WHERE name = x'62'", []).unwrap();
    assert!(matches!(wait(store.move_tenant(&tenant("1000"), &application(), false)), Err(StoreError::Damaged(_))));
    assert!(store.find(&address("1000", "a")).unwrap().is_some());
    assert!(names(&store, &application()).is_empty());
    let owners = store.owners(AuthKind::JWT, None).unwrap();
    assert!(owners.is_empty(), "{owners:?}");
}
