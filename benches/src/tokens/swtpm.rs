//! swtpm behind the service, beside itself.

use std::time::Duration;

use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use super::{CLIENTS, CROWD, count, crowd, start};
use crate::Effort;
use crate::figures::{Run, closed_loop, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::subject::{Kept, kept_loop, sign_with_new_key};
use crate::token_floors::RawTpm;

/// Keys that are used in turn: more than a TPM has room for.
const ROTATING: usize = 16;

pub(super) fn measure(effort: Effort, report: &mut Report) {
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
