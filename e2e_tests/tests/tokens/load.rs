//! Clients that go on working whatever happens, and what became of their requests.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::PATIENCE;
use keystead_interface::status::Status;

use crate::requests::*;

/// The sums over several clients, which somebody waits for.
#[derive(Default)]
pub struct Load {
    sums: Mutex<Sums>,
    changed: Condvar,
}

/// What became of requests.
#[derive(Default)]
struct Sums {
    is_over: bool,
    good: u64,
    refused: BTreeMap<Status, u64>,
    /// How long each that succeeded took, and when it was answered.
    times: Vec<(Instant, Duration)>,
}

impl Sums {
    fn bad(&self) -> u64 {
        self.refused.values().sum()
    }
}

impl Load {
    /// Has the key sign again and again until [`Load::end`].
    pub fn keep_signing(&self, caller: &Caller, name: &str) {
        let mut wire = caller.connect();
        self.keep_doing(|| caller.ask_on(&mut wire, sign_hash(name, ECDSA, &[7; 32])).map(|_| ()));
    }

    /// Does something again and again until [`Load::end`].
    pub fn keep_doing(&self, mut ask: impl FnMut() -> Result<(), Status>) {
        loop {
            let begun = Instant::now();
            let answer = ask();
            let took = begun.elapsed();
            let mut sums = self.sums.lock().expect("nothing panics while it counts");
            match answer {
                Ok(()) => {
                    sums.good += 1;
                    sums.times.push((Instant::now(), took));
                }
                Err(status) => *sums.refused.entry(status).or_default() += 1,
            }
            self.changed.notify_all();
            if sums.is_over {
                return;
            }
        }
    }

    /// Waits until this many more succeeded.
    pub fn wait_for_good(&self, what: &str, more: u64) {
        let before = self.sums.lock().expect("nothing panics while it counts").good;
        self.wait(what, |sums| sums.good >= before + more);
    }

    /// Waits until this many more were refused.
    pub fn wait_for_bad(&self, what: &str, more: u64) {
        let before = self.sums.lock().expect("nothing panics while it counts").bad();
        self.wait(what, |sums| sums.bad() >= before + more);
    }

    /// Ends the work.
    pub fn end(&self) {
        self.sums.lock().expect("nothing panics while it counts").is_over = true;
    }

    /// The statuses of what was refused.
    pub fn refusals(&self) -> BTreeMap<Status, u64> {
        self.sums.lock().expect("nothing panics while it counts").refused.clone()
    }

    /// The time within which 99 % of those were answered that succeeded between these moments.
    pub fn p99(&self, from: Instant, to: Instant) -> Duration {
        let sums = self.sums.lock().expect("nothing panics while it counts");
        let mut times: Vec<_> =
            sums.times.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, took)| *took).collect();
        times.sort();
        times.get(times.len() * 99 / 100).copied().unwrap_or_default()
    }

    fn wait(&self, what: &str, is_so: impl Fn(&Sums) -> bool) {
        let sums = self.sums.lock().expect("nothing panics while it counts");
        let waiting = |sums: &mut Sums| !is_so(sums);
        let (mut sums, waited) =
            self.changed.wait_timeout_while(sums, PATIENCE, waiting).expect("nothing panics while it counts");
        if waited.timed_out() {
            // The clients must end before a panic can.
            sums.is_over = true;
            let (good, refused) = (sums.good, sums.refused.clone());
            drop(sums);
            panic!("{what}: not within {PATIENCE:?}; {good} succeeded, refused: {refused:?}");
        }
    }
}
