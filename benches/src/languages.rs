//! The client libraries: P-256 signatures over one kept connection, one after the other, beside those of the Rust
//! client; and its tasks beside its threads.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Endpoint, asynchronous, presets};
use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::languages::{self, Language};
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::Effort;
use crate::figures::{closed_loop, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::subject::CONFIG;

/// What the table calls these goals.
const NUMBER: &str = "libraries";
const KEY: &str = "of-rust";
const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(CONFIG);
    let rust = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    rust.generate(KEY, &presets::ecdsa_p256()).expect("the service is new");
    let tokio = Builder::new_multi_thread().enable_all().build().expect("threads can be had");
    let tasks = asynchronous::Client::at(rust.endpoint().clone(), Credential::default());
    for callers in [1, 64] {
        let what = format!("Rust (asynchronous): P-256 sign, {callers} at once, to the Rust client's");
        let threads = || sign(&rust, callers, effort.time);
        let pair = side_by_side(effort.rounds, threads, || sign_in_tasks(&tokio, &tasks, callers, effort.time));
        report.compare(NUMBER, &what, Unit::PerSecond, &pair, Goal::None);
    }
    let languages = languages::read(workspace()).unwrap_or_else(|why| panic!("{why}"));
    for language in languages.iter().filter(|language| !language.bench.is_empty()) {
        let what = format!("{}: P-256 sign, 1 kept connection, to the Rust client's", language.name);
        if !language.is_built(workspace()) {
            report.left_out(NUMBER, &what, "its toolchain is not here");
            continue;
        }
        let pair = side_by_side(effort.rounds, || sign(&rust, 1, effort.time), || rate_of(language, &service));
        report.compare(NUMBER, &what, Unit::PerSecond, &pair, Goal::None);
        if let Some(least) = language.least_signatures {
            let what = format!("{}: P-256 sign, 1 kept connection", language.name);
            report.judge(NUMBER, &what, Unit::PerSecond, pair.ours, Goal::AtLeast(f64::from(least)));
        }
    }
}

fn sign(client: &Client, threads: usize, time: Duration) -> f64 {
    let sign = || client.sign_hash(KEY, ECDSA, &[0x5A; 32]).map_or(0, |_| 1);
    closed_loop(threads, time, |_| sign).rate
}

/// Signatures a second of so many tasks, each of which waits for one before it asks for the next.
fn sign_in_tasks(tokio: &Runtime, client: &asynchronous::Client, tasks: usize, time: Duration) -> f64 {
    let begun = Instant::now();
    let running = async {
        let all: JoinSet<u32> = (0..tasks).map(|_| sign_until(client.clone(), begun + time)).collect();
        all.join_all().await.into_iter().sum::<u32>()
    };
    f64::from(tokio.block_on(running)) / begun.elapsed().as_secs_f64()
}

async fn sign_until(client: asynchronous::Client, end: Instant) -> u32 {
    let mut signatures = 0;
    while Instant::now() < end {
        client.sign_hash(KEY, ECDSA, &[0x5A; 32]).await.expect("the service lives");
        signatures += 1;
    }
    signatures
}

/// Runs a library's own program, and gives the rate that it prints.
fn rate_of(language: &Language, service: &Service) -> f64 {
    let (program, arguments) = language.bench.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace()).stdin(Stdio::null()).stderr(Stdio::inherit());
    command.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", service.home().socket().display()));
    let output = command.env_remove("KEYSTEAD_IDENTITY_ENDPOINT").output().expect("it was built");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "the bench of {} failed: {printed}", language.name);
    let rate = printed.trim().strip_suffix("/s").and_then(|rate| rate.parse().ok());
    rate.unwrap_or_else(|| panic!("the bench of {} prints no rate: {printed}", language.name))
}
