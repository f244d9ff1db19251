//! SIGKILL while the storage root key is changed for another, with keys being made at the same time: the store opens
//! under the old key or the new one, and every key that was acknowledged is there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use keystead_interface::codes::ProviderNumber;
use keystead_keystore::root_key::RootKeyError;
use keystead_keystore::{KeyStore, OpenError, RootKeySource, SqliteStore, Stage};

use crate::rekey::{Token, sealed_by};
use crate::{Place, address, attributes, record, tag, wait};

/// Tells this test that it is the process that is to be killed, and where its store is.
const VICTIM: &str = "KEYSTEAD_TEST_REKEY_VICTIM";
/// Which round it is, so that its keys have names of their own, and another change of keys comes first.
const ROUND: &str = "KEYSTEAD_TEST_REKEY_ROUND";
const ROUNDS: u64 = 220;
/// Rounds on one store, which grows with each.
const ROUNDS_EACH: u64 = 20;
const THREADS: u64 = 3;

/// Every place in which the key can be. Each change goes on to the next one; each file and token is also changed in
/// place.
fn places(state: &Path) -> [RootKeySource; 8] {
    let (chip, card) = (Token::new(0x5A), Token::new(0x33));
    let file = |name: &str| RootKeySource::File(state.join(name));
    [
        file("root.key"),
        file("root.key"),
        file("other.key"),
        sealed_by(&chip, "chip"),
        sealed_by(&chip, "chip"),
        sealed_by(&card, "card"),
        file("other.key"),
        file("other.key"),
    ]
}

/// Opens the store with whichever source has its key. That it is in none of the others must be said of them.
fn open(state: &Path) -> SqliteStore {
    let mut opened: Option<RootKeySource> = None;
    let mut seen = Vec::new();
    for source in places(state) {
        if seen.contains(&source.place()) {
            continue;
        }
        seen.push(source.place());
        match SqliteStore::open(crate::directory(state), &source) {
            Ok(store) => {
                assert_eq!(store.root_key().unwrap().0, source.place());
                opened = Some(source);
            }
            Err(OpenError::RootKey(RootKeyError::Elsewhere { .. })) => {}
            Err(error) => panic!("{error}"),
        }
    }
    SqliteStore::open(crate::directory(state), &opened.expect("a place with the key")).unwrap()
}

/// The process that is killed: makes keys, and says which were acknowledged, while it changes the storage root key.
fn be_the_victim(state: PathBuf) {
    let store = open(&state);
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    println!("ready");
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for index in 0..1_000_000 {
                    let number = (round * THREADS + thread) * 1_000_000 + index;
                    let key = address("1000", &number.to_string());
                    if index % 2 == 0 {
                        wait(store.insert(&key, &record(number, &number.to_be_bytes()))).unwrap();
                    } else {
                        wait(store.reserve(&key, tag(number), &attributes(0))).unwrap();
                        wait(store.commit(&key, &record(number, &number.to_be_bytes()))).unwrap();
                    }
                    println!("done {number}");
                }
            });
        }
        let places = places(&state);
        for to in places.iter().cycle().skip(round as usize % places.len()) {
            assert_eq!(store.rekey(to).unwrap().damaged, 0);
            println!("changed");
        }
    });
}

#[test]
fn a_kill_leaves_the_old_key_or_the_new_one() {
    if let Some(state) = std::env::var_os(VICTIM) {
        return be_the_victim(state.into());
    }
    let mut place = Place::new();
    let mut acknowledged = BTreeSet::new();
    let mut changes = 0;
    for round in 0..ROUNDS {
        if round % ROUNDS_EACH == 0 {
            place = Place::new();
            acknowledged.clear();
            drop(place.open());
        }
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed_rekey::a_kill_leaves_the_old_key_or_the_new_one", "--nocapture"])
            .env(VICTIM, place.path())
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut hear = |line: &str| {
            changes += u64::from(line == "changed");
            acknowledged.extend(line.strip_prefix("done ").and_then(|number| number.parse::<u64>().ok()));
        };
        // Some are killed in the first change after a start, others in a later one.
        let begun = if round % 4 == 0 { "ready" } else { "changed" };
        assert!(lines.by_ref().inspect(|line| hear(line)).any(|line| line == begun));
        // The moment of the kill differs from round to round, by about as much as a change takes.
        let moment = Instant::now() + Duration::from_micros(round * 7919 % 10_000);
        thread::scope(|scope| {
            // Else the victim could wait for somebody who reads what it says.
            let said = scope.spawn(|| lines.for_each(|line| hear(&line)));
            thread::sleep(moment.saturating_duration_since(Instant::now()));
            victim.kill().unwrap();
            said.join().unwrap();
        });
        assert!(!victim.wait().unwrap().success());
        check(&open(&place.path()), &acknowledged);
    }
    assert!(changes > ROUNDS / 4, "only {changes} changes in {ROUNDS} rounds");
}

fn check(store: &SqliteStore, acknowledged: &BTreeSet<u64>) {
    for number in acknowledged {
        let found = store.find(&address("1000", &number.to_string())).unwrap();
        assert_eq!(found.unwrap_or_else(|| panic!("{number}")).handle.0.expose(), &number.to_be_bytes());
    }
    assert!(store.leftovers(ProviderNumber::SOFTWARE).unwrap().iter().all(|left| left.stage == Stage::Reserved));
    assert!(store.damaged().is_empty());
}
