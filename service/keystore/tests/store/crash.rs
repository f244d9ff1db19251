//! SIGKILL at any moment: what was acknowledged is there, and what was not is as if it had never been begun, or done.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use keystead_interface::codes::ProviderNumber;
use keystead_keystore::{KeyStore, RootKeySource, SqliteStore, Stage};

use crate::{Place, address, attributes, record, tag, wait};

/// Tells this test that it is the process that is to be killed, and where its store is.
const VICTIM: &str = "KEYSTEAD_TEST_CRASH_DIRECTORY";
/// Which round it is, so that its keys have names of their own.
const ROUND: &str = "KEYSTEAD_TEST_CRASH_ROUND";
const ROUNDS: usize = 12;
const THREADS: u64 = 6;

/// What a key is after each step of its way; it stops somewhere on it.
const WAYS: [&[Option<Stage>]; 3] = [
    // insert, remove
    &[None, Some(Stage::Live), None],
    // reserve, commit, condemn, forget
    &[None, Some(Stage::Reserved), Some(Stage::Live), Some(Stage::Condemned), None],
    // reserve, abandon, forget
    &[None, Some(Stage::Reserved), Some(Stage::Condemned), None],
];

/// The way of the key with this number, and after how many steps it stops.
fn way(number: u64) -> (usize, usize) {
    let way = number as usize % WAYS.len();
    (way, 1 + number as usize / WAYS.len() % (WAYS[way].len() - 1))
}

fn step(store: &SqliteStore, number: u64, step: usize) {
    let (key, tag) = (address("1000", &number.to_string()), tag(number));
    let record = || record(number, &number.to_be_bytes());
    match (way(number).0, step) {
        (0, 1) => wait(store.insert(&key, &record())).unwrap(),
        (0, 2) => assert!(wait(store.remove(&key)).unwrap()),
        (1 | 2, 1) => wait(store.reserve(&key, tag, &attributes(0))).unwrap(),
        (1, 2) => wait(store.commit(&key, &record())).unwrap(),
        (1, 3) => assert_eq!(wait(store.condemn(&key)).unwrap().unwrap().tag, tag),
        (2, 2) => wait(store.abandon(tag)).unwrap(),
        _ => wait(store.forget(tag)).unwrap(),
    }
}

/// The process that is killed: works, and says what was acknowledged, until it dies.
fn be_the_victim(path: PathBuf) {
    let directory = crate::directory(&path);
    let root_key = RootKeySource::File(directory.root_key_file());
    let store = SqliteStore::open(directory, &root_key).unwrap();
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for index in 0..1_000_000 {
                    let number = (round * THREADS + thread) * 1_000_000 + index;
                    for step_done in 1..=way(number).1 {
                        step(store, number, step_done);
                        println!("done {number} {step_done}");
                    }
                }
            });
        }
    });
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if let Some(path) = std::env::var_os(VICTIM) {
        return be_the_victim(path.into());
    }
    let place = Place::new();
    let mut acknowledged: HashMap<u64, usize> = HashMap::new();
    for round in 0..ROUNDS {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::what_was_acknowledged_survives_a_kill", "--nocapture"])
            .env(VICTIM, place.path())
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Some rounds end while the log is young, others after it was copied into the database.
        let enough = [1, 7, 50, 500, 3000][round % 5];
        let mut seen = 0;
        for line in BufReader::new(victim.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((number, step)) = line.strip_prefix("done ").and_then(|rest| rest.split_once(' ')) {
                acknowledged.insert(number.parse().unwrap(), step.parse().unwrap());
                seen += 1;
            }
            if seen == enough {
                victim.kill().unwrap();
            }
        }
        assert!(!victim.wait().unwrap().success());
        assert!(seen >= enough, "the victim ended by itself after {seen} lines");
        check(&place.open(), &acknowledged);
    }
}

fn check(store: &SqliteStore, acknowledged: &HashMap<u64, usize>) {
    let mut unfinished: HashMap<String, Stage> = HashMap::new();
    for left in store.leftovers(ProviderNumber::SOFTWARE).unwrap() {
        unfinished.insert(left.address.name.into_string(), left.stage);
    }
    for (&number, &done) in acknowledged {
        let name = number.to_string();
        let live = store.find(&address("1000", &name)).unwrap().map(|record| {
            assert_eq!(record.handle.0.expose(), &number.to_be_bytes());
            Stage::Live
        });
        let stage = live.or(unfinished.get(&name).copied());
        let (way, stop) = way(number);
        // The next step may have been taken, though nobody heard of it.
        let allowed = [WAYS[way][done], WAYS[way][stop.min(done + 1)]];
        assert!(allowed.contains(&stage), "key {number} is {stage:?} after step {done} of way {way}");
    }
    assert!(store.damaged().is_empty());
}
