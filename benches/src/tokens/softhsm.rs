//! SoftHSM2 in the service and in a process of its own, beside itself.

use std::time::Instant;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use super::{CLIENTS, CROWD, ISOLATED, count, crowd, start};
use crate::Effort;
use crate::figures::{Run, median, side_by_side};
use crate::floors::Echo;
use crate::report::{Goal, Report, Unit};
use crate::subject::{kept_loop, make_keys, sign_with_new_key};
use crate::token_floors::RawToken;

/// Keys in a token that has few, and in one that has many.
const FEW: usize = 10;
const MANY: usize = 500;
/// The module, which the service's own process lacks if it is in another.
const MODULE: &str = "libsofthsm2.so";

pub(super) fn measure(effort: Effort, report: &mut Report) {
    if Place::softhsm("the bench of SoftHSM2").is_none() {
        return report.left_out("5", "SoftHSM2", "softhsm2 or opensc is not installed");
    }
    let raw = RawToken::new();
    let floors = Floors { effort, echo: raw.behind_an_echo(), raw };
    let cores = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    for threads in [1, cores, CLIENTS] {
        let rate = median((0..effort.rounds).map(|_| floors.raw.run(threads, effort.time).rate));
        report.note(&format!("SoftHSM2 P-256 sign in process, {}", count(threads, "thread")), Unit::PerSecond, rate);
    }
    // What is left of that for other processes at best: the floor has no clients on its cores.
    for clients in [1, CLIENTS, CROWD] {
        let ours = || floors.echo.run(clients, effort.time);
        let what = format!("SoftHSM2 behind a bare echo, {}", count(clients, "client"));
        floors.in_process(report, "–", &what, cores.min(clients), Goal::None, &ours);
    }
    for (place, isolation) in [("in the service", ""), ("in a process of its own", ISOLATED)] {
        // With one worker, the clients have a core beside the token's; with more, token and clients share them all.
        for workers in [1, cores] {
            measure_with(workers, place, isolation, &floors, report);
        }
    }
    stock(effort, report);
}

/// What the service is compared with.
struct Floors {
    effort: Effort,
    raw: RawToken,
    echo: Echo,
}

impl Floors {
    /// Calls of the module itself.
    fn in_process(
        &self,
        report: &mut Report,
        number: &str,
        what: &str,
        threads: usize,
        goal: Goal,
        ours: &dyn Fn() -> Run,
    ) {
        let floor = || self.raw.run(threads, self.effort.time).rate;
        let pair = side_by_side(self.effort.rounds, floor, || ours().rate);
        let what = format!("P-256 sign, {what}, to {} in process", count(threads, "thread"));
        report.compare(number, &what, Unit::PerSecond, &pair, goal);
    }

    /// The same clients, and nothing between them and the module but a socket.
    fn bare_echo(&self, report: &mut Report, what: &str, clients: usize, ours: &dyn Fn() -> Run) {
        let floor = || self.echo.run(clients, self.effort.time).rate;
        let pair = side_by_side(self.effort.rounds, floor, || ours().rate);
        let what = format!("P-256 sign, {what}, to the bare echo");
        report.compare("–", &what, Unit::PerSecond, &pair, Goal::None);
    }
}

/// The service with so many workers for the token.
fn measure_with(workers: usize, place: &str, isolation: &str, floors: &Floors, report: &mut Report) {
    let what = format!("SoftHSM2 {place}, {}", count(workers, "worker"));
    let lines = format!("workers = {workers}\n{isolation}");
    let Some((place, service)) = start(Place::softhsm(&what), &lines, &what, report) else { return };
    if !isolation.is_empty() && has_loaded(&service, MODULE) {
        return report.left_out("5", &what, "this service keeps the module in its own process");
    }
    let sign = sign_with_new_key(&service.caller().at(place.number()), "token");
    for (clients, goal) in [(1, Goal::None), (CLIENTS, Goal::AtLeast(0.8)), (CROWD, Goal::AtLeast(0.8))] {
        let ours = || kept_loop(&service, clients, floors.effort.time, &sign);
        let what = format!("{what}, {}", count(clients, "client"));
        floors.in_process(report, "5", &what, workers.min(clients), goal, &ours);
        if workers > 1 && clients > 1 {
            floors.bare_echo(report, &what, clients, &ours);
        }
    }
    crowd(&service, &sign, &what, floors.effort, report);
}

fn has_loaded(service: &Service, library: &str) -> bool {
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", service.pid())).expect("the service runs");
    maps.contains(library)
}

/// How many keys a token holds does not matter to those who sign.
fn stock(effort: Effort, report: &mut Report) {
    let begin = |report: &mut Report| start(Place::softhsm("stock"), "", "SoftHSM2", report);
    let (Some((place, few)), Some((_many_place, many))) = (begin(report), begin(report)) else { return };
    let fill = |service: &Service, keys| fill(service, &service.caller().at(place.number()), keys);
    fill(&few, FEW - 1);
    let rate = fill(&many, MANY - 1);
    let what = format!("P-256 keys made in SoftHSM2, {CLIENTS} clients, up to {MANY} keys");
    report.judge("5", &what, Unit::PerSecond, rate, Goal::None);
    let sign = |service: &Service| sign_with_new_key(&service.caller().at(place.number()), "last");
    let (sign_few, sign_many) = (sign(&few), sign(&many));
    let rate = |service, sign| kept_loop(service, CLIENTS, effort.time, sign).rate;
    let pair = side_by_side(effort.rounds, || rate(&few, &sign_few), || rate(&many, &sign_many));
    let what = format!("P-256 sign, {MANY} keys in the token of SoftHSM2, to {FEW} keys");
    report.compare("5", &what, Unit::PerSecond, &pair, Goal::AtLeast(0.9));
}

/// Makes so many keys, and says how many that were each second.
fn fill(service: &Service, owner: &Caller, keys: usize) -> f64 {
    let begun = Instant::now();
    make_keys(service, owner, keys, CLIENTS);
    keys as f64 / begun.elapsed().as_secs_f64()
}
