//! When a store is opened, and when it is not.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use keystead_keystore::root_key::RootKeyError;
use keystead_keystore::{KeyStore, OpenError, RootKeySource, SqliteStore, StateDirectory};

use crate::{Place, address, record, wait};

#[test]
fn every_file_is_for_us_alone() {
    let place = Place::new();
    let store = place.open();
    wait(store.insert(&address("1000", "a"), &record(1, b"handle"))).unwrap();
    for entry in fs::read_dir(place.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o7777, 0o600, "{entry:?}");
    }
}

#[test]
fn a_database_that_others_can_read_is_refused() {
    let place = Place::new();
    drop(place.open());
    let file = place.path().join("keys.sqlite");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let message = place.try_open().err().unwrap().to_string();
    assert!(message.contains(&format!("chmod 0600 {}", file.display())), "{message}");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    place.open();
}

#[test]
fn a_store_without_its_root_key_names_it_and_makes_no_other() {
    let place = Place::new();
    let store = place.open();
    wait(store.insert(&address("1000", "a"), &record(1, b"handle"))).unwrap();
    drop(store);
    let file = place.path().join("root.key");
    let kept = place.path().join("kept");
    fs::rename(&file, &kept).unwrap();

    let missing = place.try_open().err().unwrap();
    let OpenError::RootKey(RootKeyError::Missing { expected, .. }) = missing else {
        panic!("{missing}");
    };
    let message = place.try_open().err().unwrap().to_string();
    assert!(message.contains(&expected.to_string()) && message.contains(file.to_str().unwrap()), "{message}");
    assert!(!file.exists());

    fs::write(&file, [1; 32]).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let message = place.try_open().err().unwrap().to_string();
    assert!(message.contains(&expected.to_string()), "{message}");

    // It may have moved, as long as it is the same.
    let directory = StateDirectory::open(place.path()).unwrap();
    let store = SqliteStore::open(directory, &RootKeySource::File(kept)).unwrap();
    assert!(store.find(&address("1000", "a")).unwrap().is_some());
}

#[test]
fn a_crash_between_making_the_root_key_and_recording_it_does_no_harm() {
    let place = Place::new();
    drop(place.open());
    let key = fs::read(place.path().join("root.key")).unwrap();
    // As the crash leaves it: a key, and a store that does not know it yet.
    place.database().execute("UPDATE store SET root_key_fingerprint = NULL", []).unwrap();
    let store = place.open();
    wait(store.insert(&address("1000", "a"), &record(1, b"handle"))).unwrap();
    drop(store);
    assert_eq!(fs::read(place.path().join("root.key")).unwrap(), key);
    assert!(place.open().find(&address("1000", "a")).unwrap().is_some());
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let place = Place::new();
    drop(place.open());
    place.database().pragma_update(None, "user_version", 1000).unwrap();
    let message = place.try_open().err().unwrap().to_string();
    assert!(message.contains("keys.sqlite") && message.contains("1000") && message.contains("newer"), "{message}");
}

#[test]
fn what_is_no_database_is_refused_with_its_path() {
    let place = Place::new();
    drop(place.open());
    fs::write(place.path().join("keys.sqlite"), "this was a database once".repeat(1000)).unwrap();
    let message = place.try_open().err().unwrap().to_string();
    assert!(message.contains("keys.sqlite") && message.contains("not a database"), "{message}");
}
