//! A damaged record: it is refused and named, it can be removed, and all others work on (Parsec's lessons, row 17).

use std::path::Path;

use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::KeyType;
use keystead_interface::codes::AuthKind;
use keystead_interface::operations::admin::Health;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;
use rusqlite::Connection;

use crate::requests::*;

const NAMES: [&str; 7] = ["good", "flipped", "cut", "emptied", "swapped", "promoted", "nonsense"];

/// Alters the records of a store whose service does not run.
fn damage(state: &Path) {
    let db = Connection::open(state.join("keys.sqlite")).expect("the store can be opened");
    let change = |sql: &str, name: &str| {
        let changed = db.execute(sql, [name.as_bytes()]).unwrap_or_else(|e| panic!("{sql}: {e}"));
        assert_eq!(changed, 1, "{name} is in the store");
    };
    let sealed: Vec<u8> = db
        .query_row("SELECT sealed FROM keys WHERE name = ?1", [b"flipped".as_slice()], |row| row.get(0))
        .expect("it is in the store");
    let mut flipped = sealed;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    db.execute("UPDATE keys SET sealed = ?1 WHERE name = ?2", rusqlite::params![flipped, b"flipped".as_slice()])
        .expect("it can be changed");
    change("UPDATE keys SET sealed = substr(sealed, 1, 10) WHERE name = ?1", "cut");
    change("UPDATE keys SET sealed = x'' WHERE name = ?1", "emptied");
    // Somebody gives himself another's key.
    change(
        "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE name = CAST('good' AS BLOB)) WHERE name = ?1",
        "swapped",
    );
    // Somebody gives himself rights: the attributes of a key that can be exported.
    change(
        "UPDATE keys SET attributes = (SELECT attributes FROM keys WHERE name = CAST('good' AS BLOB)) WHERE name = ?1",
        "promoted",
    );
    change("UPDATE keys SET attributes = x'FFFF' WHERE name = ?1", "nonsense");
}

#[test]
fn damaged_records_are_refused_and_named_and_the_others_work_on() {
    let service = Service::with(WITH_DIRECT);
    let owner = service.caller().as_application("owner");
    for name in NAMES {
        let attributes = match name {
            "promoted" => with_usage(KeyType::Aes, 128, ALL_USES, GCM),
            _ => key(KeyType::Aes, 128, GCM),
        };
        owner.ask(generate(name, attributes)).expect("made");
    }
    let sealed = owner.ask(seal("good", GCM, &[1; 12], b"text")).expect("sealed").ciphertext;
    let (_, home) = service.stop();
    damage(&home.state());

    let service = Service::in_home(home);
    let owner = service.caller().as_application("owner");
    let admin = service.caller().as_application("admin");
    for name in &NAMES[1..] {
        for status in [
            owner.ask(seal(name, GCM, &[1; 12], b"text")).err(),
            owner.ask(export(name)).err(),
            owner.ask(open(name, GCM, &[1; 12], &sealed)).err(),
        ] {
            assert_eq!(status, Some(Status::PsaErrorDataCorrupt), "{name}");
        }
        let taken = owner.ask(generate(name, key(KeyType::Aes, 128, GCM))).err();
        assert_eq!(taken, Some(Status::PsaErrorAlreadyExists), "{name} is not free");
    }
    owner.ask(open("good", GCM, &[1; 12], &sealed)).expect("the others work");
    owner.ask(generate("new", key(KeyType::Aes, 128, Algorithm::None))).expect("new ones are made");
    let listed = owner.ask(ListKeys::default()).expect("what can be read is listed").keys;
    assert!(listed.iter().any(|info| info.name.as_str() == "good"), "{listed:?}");

    let health = admin.ask(Health {}).expect("for administrators");
    let mut named: Vec<_> = health.damaged_records.iter().map(|record| record.key_name.as_str()).collect();
    named.sort_unstable();
    let mut expected = NAMES[1..].to_vec();
    expected.sort_unstable();
    assert_eq!(named, expected);
    let whose =
        |(kind, client, provider): (AuthKind, &str, u8)| kind == AuthKind::DIRECT && client == "owner" && provider == 1;
    let addresses = health.damaged_records.iter().map(|r| (r.auth_type, r.client.as_str(), r.provider_id.0));
    assert!(addresses.into_iter().all(whose), "{:?}", health.damaged_records);

    for name in &NAMES[1..] {
        owner.ask(destroy(name)).unwrap_or_else(|e| panic!("{name} cannot be removed: {e}"));
        owner.ask(generate(name, key(KeyType::Aes, 128, GCM))).expect("then the name is free");
        owner.ask(seal(name, GCM, &[1; 12], b"text")).expect("and the new key works");
    }
    assert!(admin.ask(Health {}).expect("for administrators").damaged_records.is_empty());
}
