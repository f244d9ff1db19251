//! Goal 6: making keys that are on the disk before they are acknowledged.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keystead_e2e_tests::service::Service;

use crate::Effort;
use crate::figures::{closed_loop, side_by_side};
use crate::floors;
use crate::report::{Goal, Report, Unit};
use crate::spinner::Spinner;
use crate::subject::{CONFIG, Kept, frame, generate};

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let service = Service::with(CONFIG);
    let next = AtomicU64::new(0);
    let Effort { time, rounds, .. } = effort;
    // One client waits for others all the time, and so do they: a core must be awake.
    let awake = Spinner::start();
    let one = side_by_side(rounds, || floors::insert(time).rate, || create(&service, 1, time, &next));
    let what = "P-256 keys made, 1 client, to SQLite inserts one by one";
    report.compare("6", what, Unit::PerSecond, &one, Goal::AtLeast(0.5));
    drop(awake);
    let many = side_by_side(rounds, || create(&service, 1, time, &next), || create(&service, 32, time, &next));
    report.compare("6", "P-256 keys made, 32 clients, to 1 client", Unit::PerSecond, &many, Goal::None);
    let floor = side_by_side(rounds, || floors::insert(time).rate, || create(&service, 32, time, &next));
    let what = "P-256 keys made, 32 clients, to SQLite inserts one by one";
    report.compare("6", what, Unit::PerSecond, &floor, Goal::AtLeast(5.0));
}

fn create(service: &Service, clients: usize, time: Duration, next: &AtomicU64) -> f64 {
    let caller = service.caller();
    let run = closed_loop(clients, time, |_| {
        let mut connection = Kept::open(service);
        let caller = &caller;
        move || {
            let name = format!("key {}", next.fetch_add(1, Ordering::Relaxed));
            connection.exchange(&frame(caller, generate(&name)))
        }
    });
    run.rate
}
