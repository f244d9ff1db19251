//! Goal 5: keys in tokens and TPMs, against the token and the TPM themselves.

mod softhsm;
mod swtpm;

use std::sync::atomic::{AtomicUsize, Ordering};

use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

use crate::Effort;
use crate::figures::closed_loop;
use crate::report::{Goal, Report, Unit};
use crate::subject::{CONFIG, Kept};

/// Clients in closed loops, as in the other goals.
const CLIENTS: usize = 8;
/// More of them than anything has workers or sessions.
const CROWD: usize = 32;
/// The provider's lines for a module in a process of its own.
pub(crate) const ISOLATED: &str = "isolation = \"process\"\n";

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    softhsm::measure(effort, report);
    swtpm::measure(effort, report);
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

fn count(of: usize, what: &str) -> String {
    if of == 1 { format!("1 {what}") } else { format!("{of} {what}s") }
}
