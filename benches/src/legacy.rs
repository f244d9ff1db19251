//! Goals 2 and 3: Parsec's own client library, which opens a connection for every request.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use keystead_e2e_tests::service::Service;

use crate::Effort;
use crate::figures::{Pair, median, side_by_side};
use crate::floors::{self, Echo};
use crate::report::{Goal, Report, Unit};
use crate::subject::CONFIG;

/// Parsec 1.5.0 with the same client on another machine, with what that machine's floors were
/// (connect-per-request echo at 8 clients; P-256 sign of aws-lc-rs in process).
const PARSEC_ECHO: f64 = 54_000.0;
const PARSEC_IN_PROCESS: f64 = 68_000.0;
/// As shipped, it sleeps 10 ms between two looks at its socket, whatever the machine.
const PARSEC_PING_SHIPPED: f64 = 95.0;
/// With a busy poll instead, at 8 clients.
const PARSEC_PING_TUNED: f64 = 21_000.0;
const PARSEC_SIGN_TUNED: f64 = 2_800.0;

pub(crate) fn measure(effort: Effort, program: Option<&Path>, report: &mut Report) {
    let Some(program) = program else {
        return report.left_out("2, 3", "clients of Parsec", "no --legacy-bench");
    };
    let service = Service::with(CONFIG);
    let echo = Echo::once();
    let Effort { time, rounds, .. } = effort;
    let run = |what: &str, clients: usize| old_clients(program, &service, what, clients, time);

    let mut pings = 0.0;
    for (clients, goal) in [(1, Goal::None), (2, Goal::AtLeast(0.5)), (8, Goal::AtLeast(0.6))] {
        let pair = side_by_side(rounds, || echo.run_once(clients, time).rate, || run("ping", clients));
        let what = format!("old clients: ping, {clients} clients, to the echo with a connection per request");
        report.compare("2", &what, Unit::PerSecond, &pair, goal);
        if clients == 1 {
            pings = pair.ours;
        }
    }
    let mut signs = 0.0;
    for (clients, goal) in [(1, Goal::None), (2, Goal::None), (8, Goal::AtLeast(0.33))] {
        let pair = side_by_side(rounds, || floors::sign(time / 2).rate, || run("sign", clients));
        let what = format!("old clients: P-256 sign, {clients} clients, to one thread in process");
        report.compare("2", &what, Unit::PerSecond, &pair, goal);
        signs = pair.ours;
    }
    compare_with_parsec(effort, &echo, pings, signs, run("ping", 8), report);
}

/// Parsec's figures, scaled to this machine by whichever floor flatters it more.
fn compare_with_parsec(effort: Effort, echo: &Echo, ping1: f64, sign8: f64, ping8: f64, report: &mut Report) {
    let echo = median((0..effort.rounds).map(|_| echo.run_once(8, effort.time).rate)) / PARSEC_ECHO;
    let sign = median((0..effort.rounds).map(|_| floors::sign(effort.time / 2).rate)) / PARSEC_IN_PROCESS;
    let scale = echo.max(sign);
    let against = |parsec: f64, ours: f64| Pair { floor: parsec, ours, ratio: ours / parsec };
    let shipped = against(PARSEC_PING_SHIPPED, ping1);
    let what = "old clients: ping, 1 client, to Parsec as shipped";
    report.compare("3", what, Unit::PerSecond, &shipped, Goal::AtLeast(50.0));
    let tuned = against(PARSEC_PING_TUNED * scale, ping8);
    let what = "old clients: ping, 8 clients, to Parsec tuned, scaled";
    report.compare("3", what, Unit::PerSecond, &tuned, Goal::None);
    let tuned = against(PARSEC_SIGN_TUNED * scale, sign8);
    let what = "old clients: P-256 sign, 8 clients, to Parsec tuned, scaled";
    report.compare("3", what, Unit::PerSecond, &tuned, Goal::AtLeast(7.0));
}

/// Runs the old clients' own program, and gives the rate that it prints.
fn old_clients(program: &Path, service: &Service, what: &str, clients: usize, time: Duration) -> f64 {
    let mut command = Command::new(program);
    command.args([what, &clients.to_string(), &time.as_millis().to_string()]);
    command.env("PARSEC_SERVICE_ENDPOINT", format!("unix:{}", service.home().socket().display()));
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("legacy_bench was built");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "legacy_bench failed: {printed}");
    printed.trim().parse().expect("legacy_bench prints a rate")
}
