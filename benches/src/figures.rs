//! Measuring: closed loops of several threads, percentiles, and medians of runs side by side.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a loop reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Answers each second, of all clients together.
    pub(crate) rate: f64,
    /// Half of the calls took at most so many microseconds.
    pub(crate) p50: f64,
    /// 99 of 100 calls took at most so many microseconds.
    pub(crate) p99: f64,
}

impl Run {
    /// It, for the process that waits for it.
    pub(crate) fn to_line(self) -> String {
        format!("{} {} {}", self.rate, self.p50, self.p99)
    }

    /// What [`Run::to_line`] wrote.
    pub(crate) fn from_line(line: &str) -> Option<Run> {
        let mut numbers = line.split_whitespace().map(|word| word.parse().ok());
        Some(Run { rate: numbers.next()??, p50: numbers.next()??, p99: numbers.next()?? })
    }
}

/// The share of a loop's time that is not measured, at its beginning.
const WARM_UP: f64 = 0.2;

/// Each of `clients` threads makes its own caller by `make`, and calls it over and over. A call says how many answers
/// it brought; its time counts once.
pub(crate) fn closed_loop<C: FnMut() -> usize>(
    clients: usize,
    time: Duration,
    make: impl Fn(usize) -> C + Sync,
) -> Run {
    let start = Barrier::new(clients);
    let client = |number: usize| {
        let mut call = make(number);
        let mut times: Vec<u32> = Vec::with_capacity(1 << 20);
        start.wait();
        let begun = Instant::now();
        while begun.elapsed() < time.mul_f64(WARM_UP) {
            call();
        }
        let (begun, mut answers) = (Instant::now(), 0);
        let mut last = begun;
        while last - begun < time {
            answers += call();
            let now = Instant::now();
            times.push(u32::try_from((now - last).as_nanos()).unwrap_or(u32::MAX));
            last = now;
        }
        (answers as f64 / (last - begun).as_secs_f64(), times)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number))).collect::<Vec<_>>();
        threads.into_iter().map(|thread| thread.join().expect("a client says itself why it failed")).collect()
    });
    let rate = results.iter().map(|(rate, _)| rate).sum();
    let mut times: Vec<u32> = results.into_iter().flat_map(|(_, times)| times).collect();
    times.sort_unstable();
    let at = |share: f64| f64::from(times[((times.len() - 1) as f64 * share) as usize]) / 1000.0;
    Run { rate, p50: at(0.5), p99: at(0.99) }
}

/// Does something else over and over in a thread of its own while `measured` runs.
pub(crate) fn meanwhile<T>(mut other: Box<dyn FnMut() + Send + '_>, measured: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        scope.spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                other();
            }
        });
        let result = measured();
        stop.store(true, Ordering::Relaxed);
        result
    })
}

/// A floor and what is compared with it, measured by turns so that both met the same disturbances.
pub(crate) struct Pair {
    /// Median of the floor.
    pub(crate) floor: f64,
    /// Median of ours.
    pub(crate) ours: f64,
    /// Median of the ratios ours / floor.
    pub(crate) ratio: f64,
}

/// Measures both by turns, `rounds` times.
pub(crate) fn side_by_side(rounds: usize, mut floor: impl FnMut() -> f64, mut ours: impl FnMut() -> f64) -> Pair {
    let both: Vec<(f64, f64)> = (0..rounds).map(|_| (floor(), ours())).collect();
    Pair {
        floor: median(both.iter().map(|(floor, _)| *floor)),
        ours: median(both.iter().map(|(_, ours)| *ours)),
        ratio: median(both.iter().map(|(floor, ours)| ours / floor)),
    }
}

/// The one in the middle, of at least one.
pub(crate) fn median(of: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = of.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
