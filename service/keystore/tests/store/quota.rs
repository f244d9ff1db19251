//! How many keys a tenant may have.

use keystead_interface::codes::AuthKind;
use keystead_interface::names::Tenant;
use keystead_keystore::{KeyStore, StoreError};

use super::*;

fn insert(store: &SqliteStore, owner: &str, number: u64) -> Result<(), StoreError> {
    wait(store.insert(&address(owner, &number.to_string()), &record(number, b"handle")))
}

#[test]
fn a_tenant_gets_as_many_keys_as_it_may_have_and_others_are_not_touched_by_that() {
    let place = Place::new();
    let store = place.open();
    store.limit_keys_of_tenants(2);
    insert(&store, "1000", 1).unwrap();
    insert(&store, "1000", 2).unwrap();
    assert_eq!(insert(&store, "1000", 3), Err(StoreError::QuotaExceeded));
    assert_eq!(wait(store.reserve(&address("1000", "r"), tag(4), &attributes(256))), Err(StoreError::QuotaExceeded));
    let taken = wait(store.insert(&address("1000", "1"), &record(5, b"handle")));
    assert_eq!(taken, Err(StoreError::AlreadyExists), "a name that is taken is that first");
    insert(&store, "1001", 6).unwrap();
    drop(store);

    let store = place.open();
    store.limit_keys_of_tenants(2);
    assert_eq!(insert(&store, "1000", 3), Err(StoreError::QuotaExceeded), "nor after a new start");
    assert!(wait(store.remove(&address("1000", "1"))).unwrap());
    insert(&store, "1000", 3).unwrap();
    store.limit_keys_of_tenants(3);
    insert(&store, "1000", 1).unwrap();
}

/// A key that is half-made, or that its token could not destroy yet, takes the token's room too.
#[test]
fn keys_count_in_every_stage() {
    let store = Place::new().open();
    store.limit_keys_of_tenants(1);
    let key = address("1000", "k");
    wait(store.reserve(&key, tag(1), &attributes(256))).unwrap();
    assert_eq!(insert(&store, "1000", 2), Err(StoreError::QuotaExceeded), "reserved");
    wait(store.commit(&key, &record(1, b"handle"))).unwrap();
    wait(store.condemn(&key)).unwrap();
    assert_eq!(insert(&store, "1000", 2), Err(StoreError::QuotaExceeded), "condemned");
    wait(store.forget(tag(1))).unwrap();
    insert(&store, "1000", 2).unwrap();
}

#[test]
fn keys_that_move_count_for_their_new_owner() {
    let store = Place::new().open();
    let application = Tenant::new(AuthKind::JWT, "spiffe://td/app").unwrap();
    insert(&store, "1000", 1).unwrap();
    insert(&store, "1000", 2).unwrap();
    wait(store.move_tenant(&tenant("1000"), &application, false)).unwrap();
    store.limit_keys_of_tenants(2);
    let more = keystead_keystore::KeyAddress { tenant: application, ..address("1000", "3") };
    assert_eq!(wait(store.insert(&more, &record(3, b"handle"))), Err(StoreError::QuotaExceeded));
    insert(&store, "1000", 4).unwrap();
}
