//! Goals 3 and 8: a service that has nothing to do, and connections that have nothing to say.

use std::os::unix::net::UnixStream;

use keystead_e2e_tests::service::Service;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::Effort;
use crate::figures::{Pair, median};
use crate::report::{Goal, Report, Unit};
use crate::spinner::Spinner;
use crate::subject::{CONFIG, Kept, kept_loop, memory, ping, sign_with_new_key, time_on_core};

const CONNECTIONS: usize = 10_000;
/// Descriptors that this process needs beside them.
const SPARE: u64 = 200;

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(CONFIG);
    Kept::open(&service).exchange(&ping(&service));
    report.judge("3", "CPU of an idle service, of one core", Unit::Percent, share(&service, effort), Goal::AtMost(0.1));

    if !raise_descriptors() {
        return report.left_out("8", "10,000 idle connections", "too few descriptors are allowed");
    }
    let sign = sign_with_new_key(&service.caller(), "idle");
    let awake = Spinner::start();
    let others = || median((0..effort.rounds).map(|_| kept_loop(&service, 2, effort.time, &sign).p99));
    // Not by turns: ten thousand connections that end would disturb whoever is measured next.
    let floor = others();
    let held = hold(&service);
    let ours = others();
    drop(awake);
    let what = "resident memory with 10,000 idle connections";
    report.judge("8", what, Unit::MiB, memory(&service, "VmRSS"), Goal::AtMost(32.0));
    let pair = Pair { floor, ours, ratio: ours / floor };
    report.compare("8", "p99 of two others beside them, to alone", Unit::Microseconds, &pair, Goal::AtMost(1.2));
    let what = "CPU of the service with 10,000 idle connections, of one core";
    report.judge("8", what, Unit::Percent, share(&service, effort), Goal::None);
    drop(held);
}

/// Percent of one core over a while.
fn share(service: &Service, effort: Effort) -> f64 {
    let before = time_on_core(service);
    // Nothing can be awaited: that nothing happens is what is measured.
    std::thread::sleep(effort.idle_time);
    (time_on_core(service) - before) / effort.idle_time.as_secs_f64() * 100.0
}

/// Connections that have had an answer and stay.
fn hold(service: &Service) -> Vec<UnixStream> {
    let ping = ping(service);
    (0..CONNECTIONS).map(|_| Kept::open(service).answered(&ping)).collect()
}

fn raise_descriptors() -> bool {
    let limit = getrlimit(Resource::Nofile);
    let needed = CONNECTIONS as u64 + SPARE;
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    raised.is_ok() && limit.maximum.is_none_or(|maximum| maximum >= needed)
}
