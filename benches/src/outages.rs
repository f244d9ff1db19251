//! What a token does to its own users, those of other providers do not feel: the p99 of software keys while a token is in
//! use, against while it is away or its module aborts again and again.

use std::sync::Mutex;
use std::time::Duration;

use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use rustix::process::{Signal, kill_process};

use crate::Effort;
use crate::figures::{meanwhile, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::spinner::Spinner;
use crate::subject::{Kept, kept_loop, sign_with_new_key};
use crate::tokens::{ISOLATED, start};

/// Clients of the software keys.
const CLIENTS: usize = 2;
/// What a client does that is refused: it waits a moment, as client libraries do.
const REFUSED_PAUSE: Duration = Duration::from_millis(1);
/// Time between two aborts of a module.
const ABORT_PAUSE: Duration = Duration::from_millis(200);
/// As the issue of keys in hardware has it.
const UNDISTURBED: Goal = Goal::AtMost(1.2);

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let _awake = Spinner::start();
    away("SoftHSM2", Place::softhsm("the bench of a token that is away"), effort, report);
    away("swtpm", Place::swtpm("the bench of a TPM that is away"), effort, report);
    aborting(effort, report);
}

/// The token is taken away and comes back for each pair of runs.
fn away(name: &str, place: Option<Place>, effort: Effort, report: &mut Report) {
    let Some((place, service)) = start(place, "", name, report) else { return };
    let number = place.number();
    let (token, software) = signers(&service, number);
    let place = Mutex::new(place);
    let change = |present: bool| match &mut *place.lock().expect("nothing panics meanwhile") {
        Place::SoftHsm(softhsm) if present => softhsm.put_back(),
        Place::SoftHsm(softhsm) => softhsm.take_away(false),
        Place::Swtpm(swtpm) if present => swtpm.start(),
        Place::Swtpm(swtpm) => swtpm.kill(),
        Place::Software => {}
    };
    let quiet = || meanwhile(users(&service, &token), || kept_loop(&service, CLIENTS, effort.time, &software)).p99;
    let gone = || {
        change(false);
        let p99 = quiet();
        change(true);
        until_served(&service, &token);
        p99
    };
    let pair = side_by_side(effort.rounds, quiet, gone);
    let what = format!("p99 of software keys while {name} is away, to while it is used");
    report.compare("–", &what, Unit::Microseconds, &pair, UNDISTURBED);
}

/// The module's process is aborted some times each second.
fn aborting(effort: Effort, report: &mut Report) {
    let what = "SoftHSM2 in a process of its own";
    let Some((place, service)) = start(Place::softhsm(what), ISOLATED, what, report) else { return };
    if service.children().is_empty() {
        return report.left_out("–", what, "this service keeps the module in its own process");
    }
    let (token, software) = signers(&service, place.number());
    let quiet = || meanwhile(users(&service, &token), || kept_loop(&service, CLIENTS, effort.time, &software)).p99;
    let abort = || {
        for child in service.children() {
            // It may have ended by itself meanwhile.
            let _ = kill_process(child, Signal::ABORT);
        }
        std::thread::sleep(ABORT_PAUSE);
    };
    let pair = side_by_side(effort.rounds, quiet, || meanwhile(Box::new(abort), quiet));
    let what = "p99 of software keys while a module aborts five times a second, to while it is used";
    report.compare("–", what, Unit::Microseconds, &pair, UNDISTURBED);
}

/// A key in the token and one in software, as the requests that sign with them.
fn signers(service: &Service, number: u8) -> (Vec<u8>, Vec<u8>) {
    (sign_with_new_key(&service.caller().at(number), "token"), sign_with_new_key(&service.caller(), "software"))
}

/// Signs with the token's key, whatever the answer is.
fn users<'a>(service: &Service, token: &'a [u8]) -> Box<dyn FnMut() + Send + 'a> {
    let mut connection = Kept::open(service);
    Box::new(move || {
        if connection.try_exchange(token) != 0 {
            std::thread::sleep(REFUSED_PAUSE);
        }
    })
}

/// Waits until the token signs again.
fn until_served(service: &Service, token: &[u8]) {
    let mut connection = Kept::open(service);
    while connection.try_exchange(token) != 0 {
        std::thread::sleep(REFUSED_PAUSE);
    }
}
