//! Several callers at once.

use std::sync::{Barrier, Mutex};
use std::thread;

use keystead_keystore::{KeyStore, StoreError};

use crate::{Place, address, record, wait};

const ROUNDS: u64 = 1000;
const CALLERS: u64 = 8;

/// Wire contract 4.4: of several creates of one name exactly one succeeds, and that key works.
#[test]
fn of_several_creates_of_one_name_exactly_one_succeeds() {
    let place = Place::new();
    let store = place.open();
    let start = Barrier::new(CALLERS as usize);
    let winners = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (store, start, winners) = (&store, &start, &winners);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let key = address("1000", &round.to_string());
                    let number = round * CALLERS + caller;
                    start.wait();
                    match wait(store.insert(&key, &record(number, &number.to_be_bytes()))) {
                        Ok(()) => winners.lock().unwrap().push((round, number)),
                        Err(error) => assert_eq!(error, StoreError::AlreadyExists),
                    }
                }
            });
        }
    });
    let mut winners = winners.into_inner().unwrap();
    winners.sort_unstable();
    assert_eq!(winners.len(), ROUNDS as usize);
    for (expected, (round, number)) in (0..).zip(winners) {
        assert_eq!(round, expected);
        let found = store.find(&address("1000", &round.to_string())).unwrap().unwrap();
        assert_eq!(found.handle.0.expose(), &number.to_be_bytes());
    }
}

#[test]
fn a_key_is_found_as_soon_as_it_is_acknowledged_and_no_longer_once_its_removal_is() {
    let place = Place::new();
    let store = place.open();
    thread::scope(|scope| {
        // More callers than connections for reading.
        for caller in 0..20 {
            let store = &store;
            scope.spawn(move || {
                let key = address(&caller.to_string(), "name");
                for round in 0..20 {
                    wait(store.insert(&key, &record(caller * 100 + round, &round.to_be_bytes()))).unwrap();
                    assert_eq!(store.find(&key).unwrap().unwrap().handle.0.expose(), &round.to_be_bytes());
                    assert_eq!(store.list(&key.tenant).unwrap().len(), 1);
                    assert!(wait(store.remove(&key)).unwrap());
                    assert!(store.find(&key).unwrap().is_none());
                }
            });
        }
    });
    assert_eq!(store.count().unwrap(), 0);
}
