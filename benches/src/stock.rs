//! Goal 7: a large store of keys costs nothing that a small one does not.

use std::time::Instant;

use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use keystead_interface::operations::core::ListKeys;

use crate::Effort;
use crate::figures::{Pair, median, side_by_side};
use crate::report::{Goal, Report, Unit};
use crate::subject::{CONFIG, Kept, frame, kept_loop, make_keys, memory, ping};

/// Keys of the application that asks.
const OWN: usize = 10;
/// Clients that fill the store: their commits go to the disk together.
const FILLERS: usize = 64;

/// What one start showed.
struct Start {
    milliseconds: f64,
    resident: f64,
}

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let small = Service::with(CONFIG);
    make_keys(&small, &small.caller(), OWN, FILLERS);
    let large = Service::with(CONFIG);
    make_keys(&large, &large.caller(), OWN, FILLERS);
    make_keys(&large, &large.caller().as_application("foreign"), effort.keys, FILLERS);
    let (mut small, mut large) = (small.stop().1, large.stop().1);

    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        small = start(small, &mut few);
        large = start(large, &mut many);
    }
    let pair = |of: &dyn Fn(&Start) -> f64| Pair {
        floor: median(few.iter().map(of)),
        ours: median(many.iter().map(of)),
        ratio: median(few.iter().zip(&many).map(|(few, many)| of(many) / of(few))),
    };
    let keys = effort.keys;
    let what = format!("start until it listens, {keys} keys, to {OWN} keys");
    report.compare("7", &what, Unit::Milliseconds, &pair(&|start| start.milliseconds), Goal::AtMost(1.5));
    let resident = pair(&|start| start.resident);
    report.judge("7", "resident memory, idle", Unit::MiB, resident.floor, Goal::AtMost(20.0));
    let for_a_key = (resident.ours - resident.floor) * 1024.0 * 1024.0 / keys as f64;
    let what = format!("resident memory for a key that is not in use ({keys})");
    report.judge("7", &what, Unit::Bytes, for_a_key.max(0.0), Goal::AtMost(200.0));
    let (small, large) = (Service::in_home(small), Service::in_home(large));
    let list =
        |service: &Service| kept_loop(service, 2, effort.time, &frame(&service.caller(), ListKeys::default())).p50;
    let pair = side_by_side(effort.rounds, || list(&small), || list(&large));
    let what = format!("ListKeys of {OWN} own keys, p50, among {keys} foreign ones, to none");
    report.compare("7", &what, Unit::Microseconds, &pair, Goal::AtMost(1.2));
}

/// Starts a service, notes what it needed, and stops it.
fn start(home: Home, starts: &mut Vec<Start>) -> Home {
    let begun = Instant::now();
    let service = Service::in_home(home);
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    Kept::open(&service).exchange(&ping(&service));
    starts.push(Start { milliseconds, resident: memory(&service, "VmRSS") });
    service.stop().1
}
