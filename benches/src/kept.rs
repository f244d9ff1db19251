//! Goal 1: kept connections, against the echo and the cryptography of one process.

use keystead_e2e_tests::service::Service;

use crate::Effort;
use crate::figures::side_by_side;
use crate::floors::{self, Echo};
use crate::report::{Goal, Report, Unit};
use crate::spinner::AwakeCore;
use crate::subject::{CONFIG, kept_loop, ping, pipelined_loop, sign_with_new_key};

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(CONFIG);
    let (ping, sign) = (ping(&service), sign_with_new_key(&service.caller(), "kept"));
    let echo = Echo::persistent();
    let Effort { time, rounds, .. } = effort;
    latency(effort, &service, &echo, [&ping, &sign], report);

    let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    let ceiling = || cores * floors::sign(time / 2).rate;
    for clients in [2, 8] {
        let pair =
            side_by_side(rounds, || echo.run(clients, time).rate, || kept_loop(&service, clients, time, &ping).rate);
        let what = format!("ping, {clients} kept connections, to the echo's");
        report.compare("1", &what, Unit::PerSecond, &pair, Goal::None);
    }
    let one = side_by_side(rounds, ceiling, || kept_loop(&service, 1, time, &sign).rate);
    report.compare("1", "P-256 sign, 1 kept connection, to cores × in process", Unit::PerSecond, &one, Goal::None);
    let eight = side_by_side(rounds, ceiling, || kept_loop(&service, 8, time, &sign).rate);
    let what = "P-256 sign, 8 kept connections, to cores × in process (aim 0.5)";
    report.compare("1", what, Unit::PerSecond, &eight, Goal::AtLeast(0.37));
    let deep = side_by_side(rounds, ceiling, || pipelined_loop(&service, 4, 16, time, &sign).rate);
    let what = "P-256 sign, 4 connections × 16 under way, to cores × in process (aim 0.9)";
    report.compare("1", what, Unit::PerSecond, &deep, Goal::AtLeast(0.8));
}

/// One connection, all on one core that is kept awake: at most 1.3 times the echo and the operation itself.
fn latency(effort: Effort, service: &Service, echo: &Echo, [ping, sign]: [&[u8]; 2], report: &mut Report) {
    let Effort { time, rounds, .. } = effort;
    let _awake = AwakeCore::share(&[service.pid(), echo.pid()]);
    let pair = side_by_side(rounds, || echo.run(1, time).p50, || kept_loop(service, 1, time, ping).p50);
    report.compare("1", "ping, p50 of one connection, to the echo's", Unit::Microseconds, &pair, Goal::AtMost(1.3));
    let floor = || echo.run(1, time).p50 + floors::sign(time / 2).p50;
    let pair = side_by_side(rounds, floor, || kept_loop(service, 1, time, sign).p50);
    let what = "P-256 sign, p50 of one connection, to echo + in process";
    report.compare("1", what, Unit::Microseconds, &pair, Goal::AtMost(1.3));
}
