//! Goal 5: keys in tokens and TPMs, against the token and the TPM themselves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use crate::Effort;
use crate::figures::{Run, closed_loop, median, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::subject::{CONFIG, Kept, frame, generate, kept_loop, sign_with_new_key};
use crate::token_floors::{RawToken, RawTpm};

/// Clients in closed loops, as in the other goals.
const CLIENTS: usize = 8;
/// More of them than anything has workers or sessions.
const CROWD: usize = 32;
/// Keys in a token that has few, and in one that has many.
const FEW: usize = 10;
const MANY: usize = 500;
/// Keys that are used in turn: more than a TPM has room for.
const ROTATING: usize = 16;
/// The provider's lines for a module in a process of its own, and the module, which the service's own process then lacks.
pub(crate) const ISOLATED: &str = "isolation = \"process\"\n";
const MODULE: &str = "libsofthsm2.so";

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    softhsm(effort, report);
    swtpm(effort, report);
}

fn softhsm(effort: Effort, report: &mut Report) {
    if Place::softhsm("the bench of SoftHSM2").is_none() {
        return report.left_out("5", "SoftHSM2", "softhsm2 or opensc is not installed");
    }
    let raw = RawToken::new();
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    for threads in [1, workers, CLIENTS] {
        let rate = median((0..effort.rounds).map(|_| raw.run(threads, effort.time).rate));
        report.note(&format!("SoftHSM2 P-256 sign in process, {}", count(threads, "thread")), Unit::PerSecond, rate);
    }
    let compare =
        |report: &mut Report, number: &str, what: &str, clients: usize, goal: Goal, ours: &dyn Fn() -> Run| {
            let threads = workers.min(clients);
            let pair = side_by_side(effort.rounds, || raw.run(threads, effort.time).rate, || ours().rate);
            let (clients, threads) = (count(clients, "client"), count(threads, "thread"));
            let what = format!("P-256 sign, {what}, {clients}, to {threads} in process");
            report.compare(number, &what, Unit::PerSecond, &pair, goal);
        };
    // What is left of that for other processes at best: the floor has no clients on its cores.
    let echo = raw.behind_an_echo();
    for clients in [1, CLIENTS, CROWD] {
        let ours = || echo.run(clients, effort.time);
        compare(report, "–", "SoftHSM2 behind a bare echo", clients, Goal::None, &ours);
    }
    for (where_it_is, isolation) in [("in the service", ""), ("in a process of its own", ISOLATED)] {
        let what = format!("SoftHSM2 {where_it_is}");
        let lines = format!("workers = {workers}\n{isolation}");
        let Some((place, service)) = start(Place::softhsm(&what), &lines, &what, report) else { continue };
        if !isolation.is_empty() && has_loaded(&service, MODULE) {
            report.left_out("5", &what, "this service keeps the module in its own process");
            continue;
        }
        let sign = sign_with_new_key(&service.caller().at(place.number()), "token");
        for (clients, goal) in [(1, Goal::None), (CLIENTS, Goal::AtLeast(0.8)), (CROWD, Goal::AtLeast(0.8))] {
            let ours = || kept_loop(&service, clients, effort.time, &sign);
            compare(report, "5", &what, clients, goal, &ours);
            // The same clients, and nothing between them and the token but a socket.
            let pair = side_by_side(effort.rounds, || echo.run(clients, effort.time).rate, || ours().rate);
            let what = format!("P-256 sign, {what}, {}, to the bare echo", count(clients, "client"));
            report.compare("–", &what, Unit::PerSecond, &pair, Goal::None);
        }
        crowd(&service, &sign, &what, effort, report);
    }
    stock(effort, report);
}

fn swtpm(effort: Effort, report: &mut Report) {
    let raw = RawTpm::new().zip(Place::swtpm("the bench of swtpm"));
    let Some((raw, place)) = raw else {
        return report.left_out("5", "swtpm", "swtpm, tpm2-tools or libtss2-dev is not installed");
    };
    let Some((place, service)) = start(Some(place), "", "swtpm", report) else { return };
    let caller = service.caller().at(place.number());
    let sign: Vec<_> = (0..ROTATING).map(|number| sign_with_new_key(&caller, &format!("tpm {number}"))).collect();
    let mut compare = |what: &str, goal: Goal, ours: &dyn Fn() -> Run| {
        let pair = side_by_side(effort.rounds, || raw.run(effort.time).rate, || ours().rate);
        let what = format!("P-256 sign, swtpm, {what}, to raw with one key");
        report.compare("5", &what, Unit::PerSecond, &pair, goal);
    };
    for (clients, goal) in [(1, Goal::None), (CLIENTS, Goal::AtLeast(0.9)), (CROWD, Goal::AtLeast(0.9))] {
        let ours = || kept_loop(&service, clients, effort.time, &sign[0]);
        compare(&format!("one key, {}", count(clients, "client")), goal, &ours);
    }
    let ours = || rotation(&service, &sign, effort.time);
    compare(&format!("{ROTATING} keys in rotation, {CLIENTS} clients"), Goal::AtLeast(0.6), &ours);
    crowd(&service, &sign[0], "swtpm", effort, report);
}

/// A service with such a provider beside its software; why there is none, otherwise, goes to the report.
pub(crate) fn start(place: Option<Place>, lines: &str, what: &str, report: &mut Report) -> Option<(Place, Service)> {
    let place = place?;
    let home = place.home(&format!("{CONFIG}{}{lines}", place.provider()));
    match Service::try_in(home, None) {
        Ok(service) => Some((place, service)),
        Err((_, refused)) => {
            let why = refused.log.lines().last().unwrap_or("the service did not say why it does not start").to_owned();
            report.left_out("5", what, &why);
            None
        }
    }
}

fn has_loaded(service: &Service, library: &str) -> bool {
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", service.pid())).expect("the service runs");
    maps.contains(library)
}

/// Clients that use all of the keys in turn.
fn rotation(service: &Service, sign: &[Vec<u8>], time: Duration) -> Run {
    closed_loop(CLIENTS, time, |client| {
        let mut connection = Kept::open(service);
        let mut next = client * sign.len() / CLIENTS;
        move || {
            next = (next + 1) % sign.len();
            connection.exchange(&sign[next])
        }
    })
}

/// None of many clients is refused.
fn crowd(service: &Service, sign: &[u8], what: &str, effort: Effort, report: &mut Report) {
    let refused = AtomicUsize::new(0);
    closed_loop(CROWD, effort.time, |_| {
        let mut connection = Kept::open(service);
        let refused = &refused;
        move || {
            let is_error = connection.try_exchange(sign) != 0;
            refused.fetch_add(usize::from(is_error), Ordering::Relaxed);
            1
        }
    });
    let what = format!("errors among {CROWD} clients, {what}");
    report.judge("5", &what, Unit::Count, refused.into_inner() as f64, Goal::AtMost(0.0));
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
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut connection = Kept::open(service);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= keys {
                        return;
                    }
                    connection.exchange(&frame(owner, generate(&format!("key {number}"))));
                }
            });
        }
    });
    keys as f64 / begun.elapsed().as_secs_f64()
}

fn count(of: usize, what: &str) -> String {
    if of == 1 { format!("1 {what}") } else { format!("{of} {what}s") }
}
