//! Many create the same key at once: one succeeds, and that key works (Parsec's lessons, row 14).

use std::sync::Barrier;

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::KeyType;
use keystead_interface::operations::admin::Health;
use keystead_interface::status::Status;

use crate::requests::*;

const THREADS: usize = 8;

#[test]
fn of_eight_who_create_a_key_one_succeeds_and_that_key_works() {
    let service = Service::plain();
    let caller = service.caller();
    let rounds = rounds("rounds of eight creates", 100, 1_000);
    let start = Barrier::new(THREADS);
    let create = |thread: usize| {
        let mut wire = caller.connect();
        let mut created = Vec::new();
        for round in 0..rounds {
            let name = format!("race {round}");
            start.wait();
            // Half of them generate, half of them import: each would have another key.
            let status = match thread % 2 {
                0 => caller.ask_on(&mut wire, generate(&name, key(KeyType::Aes, 256, GCM))).map(drop),
                _ => {
                    caller.ask_on(&mut wire, import(&name, key(KeyType::Aes, 256, GCM), &[thread as u8; 32])).map(drop)
                }
            };
            match status {
                Ok(()) => {
                    let sealed = caller.ask_on(&mut wire, seal(&name, GCM, &[1; 12], b"text"));
                    created.push((round, thread, sealed.expect("who made it uses it").ciphertext));
                }
                Err(status) => assert_eq!(status, Status::PsaErrorAlreadyExists, "round {round}"),
            }
        }
        created
    };
    let create = &create;
    let mut created: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || create(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
    });
    created.sort_unstable();
    let winners: Vec<u64> = created.iter().map(|(round, ..)| *round).collect();
    assert_eq!(winners, (0..rounds).collect::<Vec<_>>(), "exactly one success in every round");
    assert_eq!(caller.ask(Health {}).expect("the test is an administrator").keys, rounds, "and nothing stray");

    let check = |service: &Service, when: &str| {
        let mut wire = service.connect();
        for (round, thread, sealed) in &created {
            let name = format!("race {round}");
            let opened = service.caller().ask_on(&mut wire, open(&name, GCM, &[1; 12], sealed));
            let opened = opened.unwrap_or_else(|e| panic!("{name} of thread {thread} {when}: {e}"));
            assert_eq!(opened.plaintext.expose(), b"text");
        }
    };
    check(&service, "afterwards");
    let service = Service::in_home(service.kill());
    check(&service, "after a crash");
}
