//! What is noted of those who own keys, and until when.

use keystead_interface::codes::AuthKind;
use keystead_keystore::{KeyStore, Owner};

use crate::{Place, address, attributes, record, tag, tenant, wait};

const KIND: AuthKind = AuthKind::UNIX_PEER_CREDENTIALS;

fn owner(name: &str, account: Option<&str>, quarantine: Option<&str>) -> Owner {
    Owner { tenant: tenant(name), account: account.map(Into::into), quarantine: quarantine.map(Into::into) }
}

#[test]
fn owners_are_those_with_keys_in_any_stage() {
    let place = Place::new();
    let store = place.open();
    wait(store.note_owners(vec![owner("1000", Some("alice"), None)])).unwrap();
    assert_eq!(store.owners(KIND, None).unwrap(), [], "a note alone makes nobody an owner");
    assert_eq!(store.owners(KIND, Some("1000")).unwrap(), []);

    wait(store.insert(&address("1000", "k"), &record(1, b"handle"))).unwrap();
    wait(store.reserve(&address("2000", "k"), tag(2), &attributes(256))).unwrap();
    wait(store.insert(&address("3000", "k"), &record(3, b"handle"))).unwrap();
    wait(store.condemn(&address("3000", "k"))).unwrap();
    let all = [owner("1000", Some("alice"), None), owner("2000", None, None), owner("3000", None, None)];
    assert_eq!(store.owners(KIND, None).unwrap(), all);
    assert_eq!(store.owners(KIND, Some("2000")).unwrap(), all[1..2]);
    assert_eq!(store.owners(AuthKind::DIRECT, None).unwrap(), []);
}

#[test]
fn a_note_is_durable_replaces_the_one_before_and_ends_with_the_last_key() {
    let place = Place::new();
    let store = place.open();
    wait(store.insert(&address("1000", "k"), &record(1, b"handle"))).unwrap();
    wait(store.note_owners(vec![owner("1000", Some("alice"), None)])).unwrap();
    let refused = owner("1000", Some("alice"), Some("it is gone"));
    wait(store.note_owners(vec![refused.clone()])).unwrap();
    drop(store);

    let store = place.open();
    assert_eq!(store.owners(KIND, None).unwrap(), [refused]);
    assert!(wait(store.remove(&address("1000", "k"))).unwrap());
    wait(store.insert(&address("1000", "k"), &record(2, b"handle"))).unwrap();
    assert_eq!(store.owners(KIND, None).unwrap(), [owner("1000", None, None)]);
}
