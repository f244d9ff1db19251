//! What somebody can do who has the disk, and what the store says to it.

use std::fs;

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::status::Status;
use keystead_keystore::limits::MAX_DAMAGED_REMEMBERED;
use keystead_keystore::{KeyStore, SqliteStore, StoreError};
use rusqlite::params;

use crate::{Place, address, record, tenant, wait};

fn is_damaged(store: &SqliteStore, name: &str) -> bool {
    match store.find(&address("1000", name)) {
        Ok(found) => {
            assert!(found.is_some(), "{name} is gone");
            false
        }
        Err(error) => {
            assert_eq!(error.status(), Status::PsaErrorDataCorrupt, "{error}");
            true
        }
    }
}

#[test]
fn altered_rows_are_refused_and_the_others_work_on() {
    let place = Place::new();
    let store = place.open();
    let names = ["sealed a", "sealed b", "tag", "attributes", "provider", "name", "tenant", "cut", "none", "intact"];
    for (number, name) in (0..).zip(names) {
        wait(store.insert(&address("1000", name), &record(number, name.as_bytes()))).unwrap();
    }
    wait(store.insert(&address("1001", "other"), &record(100, b"other"))).unwrap();
    assert!(names.iter().all(|name| !is_damaged(&store, name)));

    let exportable = KeyAttributes::new(KeyType::Aes, 256, Usage::ENCRYPT.and(Usage::EXPORT), Algorithm::None);
    let disk = place.database();
    let alter = |sql: &str, value: &[u8]| assert_eq!(disk.execute(sql, params![value]).unwrap(), 1, "{sql}");
    let sealed = |name: &str| -> Vec<u8> {
        let sql = "SELECT sealed FROM keys WHERE name = ?1";
        disk.query_row(sql, [name.as_bytes()], |row| row.get(0)).unwrap()
    };
    let (a, b) = (sealed("sealed a"), sealed("sealed b"));
    alter("UPDATE keys SET sealed = ?1 WHERE name = CAST('sealed a' AS BLOB)", &b);
    alter("UPDATE keys SET sealed = ?1 WHERE name = CAST('sealed b' AS BLOB)", &a);
    alter("UPDATE keys SET tag = ?1 WHERE name = CAST('tag' AS BLOB)", &[1; 16]);
    alter("UPDATE keys SET attributes = ?1 WHERE name = CAST('attributes' AS BLOB)", &exportable.to_bytes());
    alter("UPDATE keys SET sealed = ?1 WHERE name = CAST('cut' AS BLOB)", &[1; 40]);
    disk.execute("UPDATE keys SET sealed = NULL WHERE name = CAST('none' AS BLOB)", []).unwrap();
    disk.execute("UPDATE keys SET provider = 2 WHERE name = CAST('provider' AS BLOB)", []).unwrap();
    alter("UPDATE keys SET name = ?1 WHERE name = CAST('name' AS BLOB)", b"renamed");
    let theirs =
        "UPDATE keys SET tenant = (SELECT id FROM tenants WHERE name = ?1) WHERE name = CAST('tenant' AS BLOB)";
    alter(theirs, b"1001");

    for name in ["sealed a", "sealed b", "tag", "attributes", "cut", "none", "renamed"] {
        assert!(is_damaged(&store, name), "{name}");
    }
    let moved = keystead_keystore::KeyAddress {
        provider: keystead_interface::codes::ProviderNumber(2),
        ..address("1000", "provider")
    };
    assert!(matches!(store.find(&moved), Err(StoreError::Damaged(_))));
    assert!(matches!(store.find(&address("1001", "tenant")), Err(StoreError::Damaged(_))));
    assert!(!is_damaged(&store, "intact"));
    assert!(store.find(&address("1001", "other")).unwrap().is_some());
    assert_eq!(store.damaged().len(), 9);

    // What is damaged can be got rid of, and its name used again.
    assert!(wait(store.remove(&address("1000", "tag"))).unwrap());
    let condemned = wait(store.condemn(&address("1000", "cut"))).unwrap().unwrap();
    assert!(condemned.handle.is_none());
    assert_eq!(store.damaged().len(), 7);
    wait(store.insert(&address("1000", "tag"), &record(200, b"new"))).unwrap();
    assert!(!is_damaged(&store, "tag"));
}

#[test]
fn unreadable_attributes_leave_one_key_out_of_a_list() {
    let place = Place::new();
    let store = place.open();
    for (number, name) in (0..).zip(["a", "b", "c"]) {
        wait(store.insert(&address("1000", name), &record(number, name.as_bytes()))).unwrap();
    }
    place.database().execute("UPDATE keys SET attributes = x'FFFF' WHERE name = CAST('b' AS BLOB)", []).unwrap();
    let names: Vec<_> = store.list(&tenant("1000")).unwrap().into_iter().map(|key| key.name.into_string()).collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(store.damaged(), [address("1000", "b")]);
}

#[test]
fn only_so_many_damaged_keys_are_remembered() {
    let place = Place::new();
    let store = place.open();
    let keys = MAX_DAMAGED_REMEMBERED as u64 + 10;
    for number in 0..keys {
        wait(store.insert(&address("1000", &number.to_string()), &record(number, b"handle"))).unwrap();
    }
    place.database().execute("UPDATE keys SET sealed = x'00'", []).unwrap();
    for number in 0..keys {
        assert!(is_damaged(&store, &number.to_string()));
    }
    assert_eq!(store.damaged().len(), MAX_DAMAGED_REMEMBERED);
}

#[test]
fn no_secret_lies_in_clear_in_the_state_directory() {
    let place = Place::new();
    let store = place.open();
    let secret: [u8; 32] = std::array::from_fn(|at| (at as u8).wrapping_mul(151) ^ 0x5A);
    for number in 0..300 {
        let key = address("1000", &number.to_string());
        wait(store.insert(&key, &record(number, &secret))).unwrap();
        if number % 3 == 0 {
            wait(store.condemn(&key)).unwrap();
            wait(store.forget(crate::tag(number))).unwrap();
        }
    }
    let root_key = fs::read(place.path().join("root.key")).unwrap();
    let search = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(place.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            // Half a secret would be enough of one.
            assert!(!bytes.windows(16).any(|part| part == &secret[..16] || part == &secret[16..]), "{path:?}");
            let holds_root_key = bytes.windows(32).any(|part| part == root_key);
            assert_eq!(holds_root_key, path.ends_with("root.key"), "{path:?}");
            names.push(path.file_name().unwrap().to_owned());
        }
        names.sort();
        names
    };
    assert_eq!(search(), ["keys.sqlite", "keys.sqlite-shm", "keys.sqlite-wal", "lock", "root.key"]);
    drop(store);
    // The log was put away.
    assert_eq!(search(), ["keys.sqlite", "lock", "root.key"]);
}
