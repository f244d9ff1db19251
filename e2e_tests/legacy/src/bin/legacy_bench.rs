//! The load that programs with Parsec's own client library make: `legacy_bench ping|sign CLIENTS MILLISECONDS` prints
//! how many requests a second were answered. The service is the one that `PARSEC_SERVICE_ENDPOINT` names.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use parsec_client::core::interface::operations::psa_algorithm::{AsymmetricSignature, Hash};
use parsec_client::core::interface::operations::psa_key_attributes::{
    Attributes, EccFamily, Lifetime, Policy, Type, UsageFlags,
};
use parsec_client::BasicClient;

const KEY: &str = "legacy bench";
/// The share of the time that is not measured, at the beginning.
const WARM_UP: f64 = 0.2;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [what, clients, milliseconds] = &words[..] else { panic!("legacy_bench ping|sign CLIENTS MILLISECONDS") };
    let clients: usize = clients.parse().expect("a number of clients");
    let time = Duration::from_millis(milliseconds.parse().expect("a number of milliseconds"));
    let request: fn(&BasicClient) = match what.as_str() {
        "ping" => ping,
        "sign" => {
            make_key();
            sign
        }
        other => panic!("nothing is known of {other}"),
    };
    let start = Barrier::new(clients);
    let rate: f64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(|| run(request, time, &start))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a client says itself why it failed")).sum()
    });
    println!("{rate}");
}

/// A closed loop of one client; its requests per second.
fn run(request: fn(&BasicClient), time: Duration, start: &Barrier) -> f64 {
    let client = BasicClient::new(None).expect("the service answers");
    start.wait();
    let begun = Instant::now();
    while begun.elapsed() < time.mul_f64(WARM_UP) {
        request(&client);
    }
    let (begun, mut answers) = (Instant::now(), 0_u32);
    while begun.elapsed() < time {
        request(&client);
        answers += 1;
    }
    f64::from(answers) / begun.elapsed().as_secs_f64()
}

fn ping(client: &BasicClient) {
    client.ping().expect("the service answers");
}

fn sign(client: &BasicClient) {
    client.psa_sign_hash(KEY, &[7; 32], algorithm()).expect("the key signs");
}

/// Makes the key, if an earlier run did not.
fn make_key() {
    let client = BasicClient::new(None).expect("the service answers");
    if client.list_keys().expect("a list").iter().any(|key| key.name == KEY) {
        return;
    }
    let mut usage_flags = UsageFlags::default();
    let _ = usage_flags.set_sign_hash().set_verify_hash();
    let attributes = Attributes {
        lifetime: Lifetime::Persistent,
        key_type: Type::EccKeyPair { curve_family: EccFamily::SecpR1 },
        bits: 256,
        policy: Policy { usage_flags, permitted_algorithms: algorithm().into() },
    };
    client.psa_generate_key(KEY, attributes).expect("the name is free");
}

fn algorithm() -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa { hash_alg: Hash::Sha256.into() }
}
