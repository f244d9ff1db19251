//! The storage root key is changed for another, or moved, while the store is in use.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;
use keystead_keystore::root_key::RootKeyError;
use keystead_keystore::{KeyStore, OpenError, Place as KeyPlace, RekeyError, RootKeySource, SqliteStore};
use keystead_provider::{ErrorKind, ProviderError, Sealing};
use rusqlite::params;

use crate::{Place, address, attributes, record, tag, wait};

/// Tells a test that it runs in a process of its own, whose environment names the storage root key.
const CHILD: &str = "KEYSTEAD_TEST_REKEY_DIRECTORY";
/// What names it.
const VARIABLE: &str = "KEYSTEAD_TEST_REKEY_KEY";

/// A token that can be taken away. It is none: what it seals is only garbled.
pub(crate) struct Token {
    number: u8,
    is_away: AtomicBool,
}

impl Token {
    pub(crate) fn new(number: u8) -> Arc<Self> {
        Arc::new(Token { number, is_away: AtomicBool::new(false) })
    }

    fn answer(&self) -> Result<(), ProviderError> {
        match self.is_away.load(Ordering::SeqCst) {
            true => Err(ProviderError::new(ErrorKind::CommunicationFailure, "it was pulled out")),
            false => Ok(()),
        }
    }
}

impl Sealing for Token {
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        self.answer()?;
        Ok([self.number].into_iter().chain(secret.expose().iter().map(|byte| byte ^ self.number)).collect())
    }

    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError> {
        self.answer()?;
        match sealed.split_first() {
            Some((number, rest)) if *number == self.number => {
                Ok(SecretBytes::new(rest.iter().map(|byte| byte ^ self.number).collect()))
            }
            _ => Err(ProviderError::invalid_argument("another token sealed it")),
        }
    }
}

pub(crate) fn sealed_by(token: &Arc<Token>, provider: &str) -> RootKeySource {
    RootKeySource::Sealed { provider: provider.into(), sealing: token.clone() }
}

fn file(place: &Place, name: &str) -> (RootKeySource, PathBuf) {
    let path = place.path().join(name);
    (RootKeySource::File(path.clone()), path)
}

/// A store in which a key is in each stage, and some are live.
fn filled(place: &Place) -> SqliteStore {
    let store = place.open();
    for number in 0..600 {
        wait(store.insert(&address("1000", &number.to_string()), &record(number, &number.to_be_bytes()))).unwrap();
    }
    wait(store.reserve(&address("1001", "reserved"), tag(1000), &attributes(0))).unwrap();
    wait(store.insert(&address("1001", "condemned"), &record(1001, b"condemned"))).unwrap();
    wait(store.condemn(&address("1001", "condemned"))).unwrap().unwrap();
    store
}

fn check(store: &SqliteStore) {
    for number in 0..600u64 {
        let found = store.find(&address("1000", &number.to_string())).unwrap().unwrap();
        assert_eq!(found.handle.0.expose(), &number.to_be_bytes());
    }
    let left = store.leftovers(ProviderNumber::SOFTWARE).unwrap();
    let handles: Vec<_> =
        left.iter().map(|left| left.handle.as_ref().map(|handle| handle.0.expose().clone())).collect();
    assert_eq!(handles, [None, Some(b"condemned".to_vec())]);
    assert!(store.damaged().is_empty());
}

fn elsewhere(opened: Result<SqliteStore, OpenError>) -> String {
    match opened.err().unwrap() {
        OpenError::RootKey(error @ RootKeyError::Elsewhere { .. }) => error.to_string(),
        error => panic!("{error}"),
    }
}

#[test]
fn a_key_is_moved_and_changed_and_every_record_follows() {
    let place = Place::new();
    let token = Token::new(0x5A);
    let chip = sealed_by(&token, "chip");
    let (first, first_path) = file(&place, "root.key");
    let (second, second_path) = file(&place, "other.key");
    let mut store = filled(&place);
    let mut before = first;
    let mut fingerprint = store.root_key().unwrap().1;
    for to in [before.clone(), second.clone(), second, chip.clone(), chip, before.clone(), before.clone()] {
        let done = store.rekey(&to).unwrap();
        assert_ne!(done.fingerprint, fingerprint);
        assert_eq!((done.records, done.damaged), (601, 0));
        assert_eq!(store.root_key().unwrap(), (to.place(), done.fingerprint));
        check(&store);
        drop(store);

        // Where it was is empty; only where it is, it is found.
        for path in [&first_path, &second_path] {
            assert_eq!(path.exists(), to.place() == KeyPlace::File(path.clone()), "{}", path.display());
        }
        let files = fs::read_dir(place.path()).unwrap().count();
        assert_eq!(files, if matches!(to, RootKeySource::File(_)) { 3 } else { 2 });
        if to.place() != before.place() {
            let message = elsewhere(place.try_open_with(&before));
            let names_both = [to.place(), before.place()].iter().all(|place| message.contains(&place.to_string()));
            assert!(names_both && message.contains("put the old setting back"), "{message}");
        }
        store = place.try_open_with(&to).unwrap();
        check(&store);
        (before, fingerprint) = (to, done.fingerprint);
    }
}

#[test]
fn an_empty_store_can_begin_with_a_token() {
    let place = Place::new();
    let token = Token::new(7);
    let chip = sealed_by(&token, "chip");
    token.is_away.store(true, Ordering::SeqCst);
    let refused = place.try_open_with(&chip).err().unwrap();
    assert!(matches!(refused, OpenError::RootKey(RootKeyError::CannotSeal { .. })), "{refused}");
    token.is_away.store(false, Ordering::SeqCst);
    let store = place.try_open_with(&chip).unwrap();
    wait(store.insert(&address("1000", "a"), &record(1, b"handle"))).unwrap();
    drop(store);
    assert!(!place.path().join("root.key").exists());

    token.is_away.store(true, Ordering::SeqCst);
    let away = place.try_open_with(&chip).err().unwrap();
    assert!(matches!(away, OpenError::RootKey(RootKeyError::TokenAway { .. })), "{away}");
    assert!(away.to_string().contains("\"chip\"") && away.to_string().contains("pulled out"), "{away}");
    let other = place.try_open_with(&sealed_by(&Token::new(8), "chip")).err().unwrap();
    assert!(matches!(other, OpenError::RootKey(RootKeyError::OtherToken { .. })), "{other}");
    assert!(elsewhere(place.try_open_with(&sealed_by(&Token::new(8), "card"))).contains("\"chip\""));
    assert!(elsewhere(place.try_open()).contains("\"chip\""));
    assert!(!place.path().join("root.key").exists());

    // The provider has another name now, and the same token.
    token.is_away.store(false, Ordering::SeqCst);
    let renamed = sealed_by(&token, "card");
    let store = place.try_open_with(&renamed).unwrap();
    assert!(store.find(&address("1000", "a")).unwrap().is_some());
    assert_eq!(store.root_key().unwrap().0, renamed.place());
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let place = Place::new();
    let store = filled(&place);
    let before = store.root_key().unwrap();
    let token = Token::new(7);
    token.is_away.store(true, Ordering::SeqCst);
    let away = store.rekey(&sealed_by(&token, "chip")).unwrap_err();
    assert_eq!(away.status(), Status::PsaErrorCommunicationFailure, "{away}");

    let (occupied, path) = file(&place, "foreign");
    fs::write(&path, [1; 32]).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let refused = store.rekey(&occupied).unwrap_err();
    assert!(matches!(refused, RekeyError::RootKey(RootKeyError::Occupied { .. })), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), [1; 32]);

    let nowhere = store.rekey(&RootKeySource::Environment("KEYSTEAD_TEST_NOT_SET".into())).unwrap_err();
    assert!(matches!(nowhere, RekeyError::RootKey(RootKeyError::NotProvided { .. })), "{nowhere}");
    assert_eq!(store.root_key().unwrap(), before);
    check(&store);
    drop(store);
    check(&place.open());
}

#[test]
fn a_key_that_the_operator_provides_must_be_another_one() {
    if let Some(directory) = std::env::var_os(CHILD) {
        return change_to_the_provided_key(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "rekey::a_key_that_the_operator_provides_must_be_another_one", "--nocapture"])
        .env(CHILD, directory.path())
        .env(VARIABLE, directory.path().join("provided"))
        .env("CREDENTIALS_DIRECTORY", directory.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}

fn change_to_the_provided_key(directory: &Path) {
    let place = Place::new();
    let store = filled(&place);
    let provide = |byte: u8| {
        fs::write(directory.join("provided"), [byte; 32]).unwrap();
        fs::set_permissions(directory.join("provided"), Permissions::from_mode(0o600)).unwrap();
    };
    provide(1);
    let variable = RootKeySource::Environment(VARIABLE.into());
    store.rekey(&variable).unwrap();
    assert!(!place.path().join("root.key").exists());
    check(&store);
    let credential = RootKeySource::Credential("provided".into());
    for same in [&variable, &credential] {
        let refused = store.rekey(same).unwrap_err();
        assert!(matches!(refused, RekeyError::RootKey(RootKeyError::Unchanged { .. })), "{refused}");
    }
    drop(store);
    // The same key in another place needs no change of keys.
    let store = place.try_open_with(&credential).unwrap();
    assert_eq!(store.root_key().unwrap().0, credential.place());
    provide(2);
    store.rekey(&credential).unwrap();
    drop(store);
    check(&place.try_open_with(&variable).unwrap());
    provide(1);
    let different = place.try_open_with(&variable).err().unwrap();
    assert!(matches!(different, OpenError::RootKey(RootKeyError::Different { .. })), "{different}");
    assert_eq!(fs::read(directory.join("provided")).unwrap(), [1; 32], "what the operator provides is left alone");
}

#[test]
fn requests_go_on_while_keys_change() {
    let place = Place::new();
    let store = filled(&place);
    let token = Token::new(7);
    let (at_home, _) = file(&place, "root.key");
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        for caller in 0..3u64 {
            let (store, is_done) = (&store, &is_done);
            scope.spawn(move || {
                let mut number = 10_000 * (caller + 1);
                while !is_done.load(Ordering::SeqCst) {
                    number += 1;
                    let key = address(&caller.to_string(), &number.to_string());
                    // Sealed now, and perhaps written after the keys were changed.
                    wait(store.reserve(&key, tag(number), &attributes(0))).unwrap();
                    wait(store.commit(&key, &record(number, &number.to_be_bytes()))).unwrap();
                    for read in [number % 600, number * 7 % 600] {
                        let found = store.find(&address("1000", &read.to_string())).unwrap().unwrap();
                        assert_eq!(found.handle.0.expose(), &read.to_be_bytes());
                    }
                    assert!(store.leftovers(ProviderNumber::SOFTWARE).unwrap()[1].handle.is_some());
                    let condemned = wait(store.condemn(&key)).unwrap().unwrap();
                    assert_eq!(condemned.handle.unwrap().0.expose(), &number.to_be_bytes());
                    wait(store.forget(tag(number))).unwrap();
                    wait(store.insert(&key, &record(number, &number.to_be_bytes()))).unwrap();
                    assert_eq!(store.find(&key).unwrap().unwrap().handle.0.expose(), &number.to_be_bytes());
                }
            });
        }
        // These never wait for a change, so they read at every moment of one.
        for reader in 0..2u64 {
            let (store, is_done) = (&store, &is_done);
            scope.spawn(move || {
                let mut number = reader;
                while !is_done.load(Ordering::SeqCst) {
                    number = (number + 1) % 600;
                    let found = store.find(&address("1000", &number.to_string())).unwrap().unwrap();
                    assert_eq!(found.handle.0.expose(), &number.to_be_bytes());
                    assert!(store.leftovers(ProviderNumber::SOFTWARE).unwrap()[1].handle.is_some());
                }
            });
        }
        for _ in 0..15 {
            for to in [&sealed_by(&token, "chip"), &at_home] {
                assert_eq!(store.rekey(to).unwrap().damaged, 0);
            }
        }
        is_done.store(true, Ordering::SeqCst);
    });
    check(&store);
    drop(store);
    check(&place.open());
}

#[test]
fn a_damaged_record_stays_one_keys_trouble() {
    let place = Place::new();
    let store = filled(&place);
    place.database().execute("UPDATE keys SET sealed = x'01' WHERE name = CAST('5' AS BLOB)", []).unwrap();
    let done = store.rekey(&file(&place, "root.key").0).unwrap();
    assert_eq!((done.records, done.damaged), (600, 1));
    assert!(store.find(&address("1000", "5")).is_err());
    assert!(wait(store.remove(&address("1000", "5"))).unwrap());
    wait(store.insert(&address("1000", "5"), &record(2000, &5u64.to_be_bytes()))).unwrap();
    drop(store);
    check(&place.open());
}

#[test]
fn nothing_that_was_sealed_under_the_former_key_is_left() {
    let place = Place::new();
    let store = filled(&place);
    let sealed = |number: u64| -> Vec<u8> {
        let sql = "SELECT sealed FROM keys WHERE tag = ?1";
        place.database().query_row(sql, [tag(number).0.as_slice()], |row| row.get(0)).unwrap()
    };
    let former: Vec<Vec<u8>> = [0, 300, 599, 1001].into_iter().map(sealed).collect();
    store.rekey(&sealed_by(&Token::new(7), "chip")).unwrap();
    for entry in fs::read_dir(place.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let is_there = former.iter().any(|sealed| bytes.windows(32).any(|part| part == &sealed[1..33]));
        assert!(!is_there, "{}", path.display());
    }
}

#[test]
fn what_a_crash_left_of_a_change_is_brought_to_its_end() {
    let place = Place::new();
    let (at_home, path) = file(&place, "root.key");
    let next = place.path().join("root.key.next");
    let private = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    };
    drop(filled(&place));
    // Before the store was sealed under it, whole or not.
    for bytes in [&[1; 32][..], &[1; 7], &[]] {
        private(&next, bytes);
        check(&place.open());
        assert!(!next.exists());
    }
    // After that, and before it had its name.
    let former = fs::read(&path).unwrap();
    let store = place.open();
    store.rekey(&at_home).unwrap();
    drop(store);
    let present = fs::read(&path).unwrap();
    assert_ne!(former, present);
    for is_former_there in [true, false] {
        fs::rename(&path, &next).unwrap();
        if is_former_there {
            private(&path, &former);
        }
        check(&place.open());
        assert_eq!((fs::read(&path).unwrap(), next.exists()), (present.clone(), false));
    }
    // The same, while it runs: the present key must not be taken for a draft.
    let store = place.open();
    fs::rename(&path, &next).unwrap();
    private(&path, &former);
    store.rekey(&at_home).unwrap();
    drop(store);
    check(&place.open());
}

#[test]
fn the_file_of_a_former_key_is_removed_and_no_other() {
    let place = Place::new();
    let (_, path) = file(&place, "root.key");
    let (moved, _) = file(&place, "moved.key");
    let store = filled(&place);
    let former = fs::read(&path).unwrap();
    let (KeyPlace::File(_), fingerprint) = store.root_key().unwrap() else { panic!("it is in a file") };
    store.rekey(&moved).unwrap();
    drop(store);
    for (bytes, is_kept) in [(former, false), (vec![9; 32], true)] {
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        // As a crash leaves it before the file is removed.
        let sql = "UPDATE store SET former_file = CAST(?1 AS BLOB), former_fingerprint = ?2";
        place.database().execute(sql, params![path.to_str(), fingerprint.to_string()]).unwrap();
        check(&place.try_open_with(&moved).unwrap());
        assert_eq!(path.exists(), is_kept);
    }
}

#[test]
fn a_store_of_an_earlier_version_tells_where_its_key_is_once_it_was_opened() {
    let place = Place::new();
    drop(filled(&place));
    let chip = sealed_by(&Token::new(7), "chip");
    place.database().execute("UPDATE store SET root_key_kind = NULL, root_key_place = NULL", []).unwrap();
    assert!(elsewhere(place.try_open_with(&chip)).contains("an earlier version"));
    let store = place.open();
    check(&store);
    assert_eq!(store.root_key().unwrap().0, file(&place, "root.key").0.place());
    store.rekey(&chip).unwrap();
    check(&store);
}
