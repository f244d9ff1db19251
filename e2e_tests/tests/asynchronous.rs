//! The asynchronous Rust client and a running service: many tasks, calls that are given up, a service that is killed,
//! and one that does not answer.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use keystead_client::asynchronous::{Client, Key};
use keystead_client::interface::algorithm::Hash;
use keystead_client::{Credential, Endpoint, Error, presets};
use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use rustix::process::Signal;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// Tasks that share a client.
const TASKS: u64 = 64;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads can be had")
}

fn client(home: &Home) -> Client {
    Client::at(Endpoint::at(home.socket()), Credential::default())
}

/// A message that no other task and no other round has.
fn message(task: u64, round: u64) -> Vec<u8> {
    format!("round {round} of task {task}").into_bytes()
}

async fn all(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a task did not panic");
    }
}

/// The call's answer, or nothing if it is not there after so many looks at it: then the call is given up where it is.
async fn within<F: Future>(polls: u64, call: F) -> Option<F::Output> {
    let (mut call, mut left) = (pin!(call), polls);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        call.as_mut().poll(context).map(Some)
    })
    .await
}

#[test]
fn each_of_64_tasks_gets_the_answers_to_its_own_questions() {
    let (service, rounds) = (Service::plain(), rounds("rounds of each task", 20, 500));
    let client = client(service.home());
    runtime().block_on(async {
        let key = Arc::new(client.generate("shared", &presets::ecdsa_p256()).await.expect("the service is new"));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (client, key) = (client.clone(), Arc::clone(&key));
            tasks.spawn(async move {
                let own = client.generate(&format!("own-{task}"), &presets::ecdsa_p256()).await.expect("a new name");
                for round in 0..rounds {
                    let message = message(task, round);
                    let signature = key.sign(&message).await.expect("the key is there");
                    assert!(key.verify(&message, &signature).await.expect("it is a public key too"));
                    assert!(!own.verify(&message, &signature).await.expect("so is this"), "it is another key");
                }
                own.destroy().await.expect("nobody else does");
            });
        }
        all(tasks).await;
        let names: Vec<_> = client.list_keys().await.expect("a list").into_iter().map(|key| key.name).collect();
        assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["shared"]);
    });
}

#[test]
fn calls_that_are_given_up_anywhere_leave_their_answers_to_nobody() {
    let (service, rounds) = (Service::plain(), rounds("rounds of each task", 40, 2_000));
    let client = client(service.home());
    let (done, given_up) = (AtomicU64::new(0), AtomicU64::new(0));
    let counts = Arc::new((done, given_up));
    runtime().block_on(async {
        let key = Arc::new(client.generate("shared", &presets::ecdsa_p256()).await.expect("the service is new"));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (client, key, counts) = (client.clone(), Arc::clone(&key), Arc::clone(&counts));
            tasks.spawn(async move {
                let mut chance = Chance::new(task);
                for round in 0..rounds {
                    // It waits for its place, for the socket to take its request, and for its answer.
                    let polls = chance.below(6);
                    let is_done = ask(&client, &key, &message(task, round), polls, chance.below(2) == 0).await;
                    if is_done { &counts.0 } else { &counts.1 }.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        all(tasks).await;
    });
    let (done, given_up) = (counts.0.load(Ordering::Relaxed), counts.1.load(Ordering::Relaxed));
    println!("{done} calls done, {given_up} given up");
    assert!(done > TASKS && given_up > TASKS, "{done} were done and {given_up} given up");
}

/// Asks for a signature or a hash, which is given up after so many looks; what comes must be the message's own.
async fn ask(client: &Client, key: &Key, message: &[u8], polls: u64, signs: bool) -> bool {
    if signs {
        let Some(signature) = within(polls, key.sign(message)).await else { return false };
        let signature = signature.expect("the key is there");
        assert!(key.verify(message, &signature).await.expect("it is a public key too"), "another message's signature");
    } else {
        let Some(hash) = within(polls, client.hash_compute(Hash::Sha256, message)).await else { return false };
        assert_eq!(hash.expect("anybody may ask"), Sha256::digest(message)[..], "another message's hash");
    }
    true
}

#[test]
fn tasks_go_on_when_the_service_is_killed_and_started_again() {
    let service = Service::plain();
    let client = client(service.home());
    let runtime = runtime();
    let key = runtime.block_on(client.generate("k", &presets::ecdsa_p256())).expect("the service is new");
    let (key, is_over) = (Arc::new(key), Arc::new(AtomicBool::new(false)));
    let signed = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (client, key) = (client.clone(), Arc::clone(&key));
        let (is_over, signed) = (Arc::clone(&is_over), Arc::clone(&signed));
        let work = async move {
            for round in 0.. {
                let message = message(task, round);
                let signature = patiently(|| key.sign(&message)).await;
                let is_right = patiently(|| key.verify(&message, &signature)).await;
                assert!(is_right, "another message's signature");
                signed.fetch_add(1, Ordering::Relaxed);
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
            // A key is made once, whatever became of the connections.
            client.generate(&format!("after-{task}"), &presets::ecdsa_p256()).await.expect("a new name");
        };
        tasks.spawn_on(work, runtime.handle());
    }
    let wait_for = |count: u64| {
        let deadline = Instant::now() + Duration::from_secs(60);
        while signed.load(Ordering::Relaxed) < count {
            assert!(Instant::now() < deadline, "nobody signs");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let mut service = service;
    for _ in 0..2 {
        wait_for(signed.load(Ordering::Relaxed) + 2 * TASKS);
        service = Service::in_home(service.kill());
    }
    wait_for(signed.load(Ordering::Relaxed) + 2 * TASKS);
    is_over.store(true, Ordering::Relaxed);
    runtime.block_on(all(tasks));
    let keys = runtime.block_on(client.list_keys()).expect("the service lives").len() as u64;
    assert_eq!(keys, 1 + TASKS);
}

/// Makes a call until it is answered. While nobody is there it may fail, but only so that it can be made again.
async fn patiently<T, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) -> T {
    loop {
        match call().await {
            Ok(answer) => return answer,
            Err(error) => assert!(error.is_worth_retrying(), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn a_service_that_does_not_answer_is_waited_for_until_the_deadline() {
    let service = Service::plain();
    let client = client(service.home());
    runtime().block_on(async {
        let key = client.generate("k", &presets::ecdsa_p256()).await.expect("the service is new");
        let hurried = client.with_timeout(Duration::from_millis(200));
        hurried.ping().await.expect("it is there");
        service.signal(Signal::STOP);
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for task in 0..2 * TASKS {
            let key = hurried.key("k").expect("a name");
            tasks.spawn(async move {
                let error = key.sign(&message(task, 0)).await.expect_err("nobody answers");
                assert!(matches!(error, Error::Timeout), "{error}");
            });
        }
        all(tasks).await;
        assert!(begun.elapsed() < Duration::from_secs(20), "took {:?}", begun.elapsed());
        service.signal(Signal::CONT);
        let signature = key.sign(b"after").await.expect("it is there again");
        assert!(key.verify(b"after", &signature).await.expect("a public key"), "an answer to somebody else's question");
    });
}
