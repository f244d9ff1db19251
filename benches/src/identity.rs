//! Goal 4: requests that show a token, against the same ones by peer credentials: of one process, by turns, to one service
//! that has verified the token once.
//!
//! The process is an application that a real orchestrator starts and to which a real identity provider gives its token.

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use keystead_client::{Deadline, Endpoint, TokenSource};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::service::Service;
use keystead_interface::operations::core::Ping;

use crate::Effort;
use crate::figures::{Pair, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::spinner::AwakeCore;
use crate::subject::{Kept, frame, fresh_loop_at, kept_loop_at, sign_with, sign_with_new_key, time_on_core_of};

/// Kept connections in closed loops.
const CLIENTS: [usize; 3] = [1, 2, 8];
/// No token of a measurement becomes stale.
const CADENCE_S: u64 = 7200;
/// How long the application waits for its token.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name of both keys.
const KEY: &str = "kept";
/// What is promised something.
const KEPT: &str = "kept connections: ";
/// What costs more than that: the token is looked up by its digest, and its bearer looked at.
const ONCE: &str = "ping, connections for one request each: 2";
/// What hardly depends on who else uses the machine.
const ON_CORE: &str = "the service's time on a core for a ping on a kept connection";
const MANY: u32 = 2_000;
/// Each run is cut into so many, so that what disturbs the machine disturbs both alike.
const SLICES: usize = 10;
/// What stands in a line of the application before its three figures.
const FIGURES: &str = " | ";

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), CADENCE_S);
    let _orchestrator = Daemon::orchestrator(service.home());
    let mut application = parties::run(service.home(), "bench");
    application.arg(std::env::current_exe().expect("this program is a file"));
    let Effort { time, rounds, .. } = effort;
    let told = [u128::from(service.pid()), time.as_millis(), rounds as u128].map(|number| number.to_string());
    application.arg("bearer").args(told).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = application.output().expect("the orchestrator can be run");
    assert!(output.status.success(), "the application failed: {}", output.status);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (what, figures) = line.split_once(FIGURES).expect("the application says what it measured");
        let figures: Vec<f64> = figures.split(' ').filter_map(|figure| figure.parse().ok()).collect();
        let [floor, ours, ratio] = figures[..] else { panic!("no figures: {line}") };
        let goal = if what.contains(KEPT) { Goal::AtLeast(0.95) } else { Goal::None };
        let what = format!("{what}; with a token, to peer credentials");
        let unit = if what.starts_with(ON_CORE) { Unit::Microseconds } else { Unit::PerSecond };
        report.compare("4", &what, unit, &Pair { floor, ours, ratio }, goal);
    }
}

/// In the application: measures, and writes a line for each comparison.
pub(crate) fn compare_as_application(service: u32, time: Duration, rounds: usize) -> ExitCode {
    let socket = Endpoint::from_environment().expect("it was started with one").path().to_owned();
    let tokens = Endpoint::of_identity_from_environment().ok().flatten().map(TokenSource::at);
    let tokens = tokens.expect("it was started with one");
    let by_uid = Caller::new(socket.clone());
    // Asked before each loop, so that it is good for the whole of it.
    let by_token = || {
        let token = tokens.token(Deadline::after(PATIENCE)).expect("the identity provider gives tokens");
        by_uid.clone().as_bearer(token.bytes())
    };
    for caller in [&by_uid, &by_token()] {
        sign_with_new_key(caller, KEY);
    }
    let ping = |caller: &Caller| frame(caller, Ping {});
    let sign = |caller: &Caller| sign_with(caller, KEY);
    let by_turns =
        |rate: &dyn Fn(&Caller) -> f64| side_by_side(rounds * SLICES, || rate(&by_uid), || rate(&by_token()));
    let slice = time / SLICES as u32;
    for (what, request) in [("ping", &ping as &dyn Fn(&Caller) -> Vec<u8>), ("P-256 sign", &sign)] {
        for clients in CLIENTS {
            let _awake = (clients == 1).then(|| AwakeCore::share(&[service]));
            let pair = by_turns(&|caller| kept_loop_at(&socket, clients, slice, &request(caller)).rate);
            say(&format!("{what}, {KEPT}{clients}"), &pair);
        }
    }
    say(ONCE, &by_turns(&|caller| fresh_loop_at(&socket, 2, slice, &ping(caller)).rate));
    say(ON_CORE, &by_turns(&|caller| time_of_one(service, &socket, &ping(caller))));
    ExitCode::SUCCESS
}

/// Microseconds that the service's threads are on a core for one of many such requests on a kept connection. Who else uses
/// the cores hardly matters for that.
fn time_of_one(service: u32, socket: &Path, request: &[u8]) -> f64 {
    let mut connection = Kept::at(socket);
    connection.exchange(request);
    let before = time_on_core_of(service);
    for _ in 0..MANY {
        connection.exchange(request);
    }
    (time_on_core_of(service) - before) * 1e6 / f64::from(MANY)
}

fn say(what: &str, pair: &Pair) {
    println!("{what}{FIGURES}{} {} {}", pair.floor, pair.ours, pair.ratio);
}
