//! The table: each goal with its floor, what Keystead reached, their ratio, and whether that is enough.

use std::process::ExitCode;

use crate::Effort;
use crate::figures::Pair;

/// What a ratio must be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing is promised.
    None,
}

/// What is measured, as it is written.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    PerSecond,
    Microseconds,
    Milliseconds,
    MiB,
    Bytes,
    Percent,
    /// A number of things.
    Count,
    /// Student's t, without its sign.
    T,
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Unit::PerSecond if value >= 10_000.0 => format!("{:.1}k/s", value / 1000.0),
            Unit::PerSecond => format!("{value:.0}/s"),
            Unit::Microseconds => format!("{value:.1} µs"),
            Unit::Milliseconds => format!("{value:.1} ms"),
            Unit::MiB => format!("{value:.1} MiB"),
            Unit::Bytes => format!("{value:.0} B"),
            Unit::Percent => format!("{value:.2} %"),
            Unit::Count => format!("{value:.0}"),
            Unit::T => format!("{value:.1}"),
        }
    }
}

impl Goal {
    fn show(self, bound: impl Fn(f64) -> String) -> String {
        match self {
            Goal::AtLeast(least) => format!("≥ {}", bound(least)),
            Goal::AtMost(most) => format!("≤ {}", bound(most)),
            Goal::None => NOTHING.into(),
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        match self {
            Goal::AtLeast(least) if value < least => MISSED,
            Goal::AtMost(most) if value > most => MISSED,
            Goal::None => NOTHING,
            Goal::AtLeast(_) | Goal::AtMost(_) => "met",
        }
    }
}

/// Stands where there is nothing to say.
const NOTHING: &str = "–";
const MISSED: &str = "NOT MET";
const COLUMNS: [&str; 7] = ["goal", "what", "floor", "Keystead", "ratio", "promised", ""];

/// The rows so far.
pub(crate) struct Report {
    rows: Vec<[String; 7]>,
}

impl Report {
    pub(crate) fn begin(effort: Effort, quick: bool) -> Report {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let Effort { rounds, time, .. } = effort;
        let warning = if quick { "Quick run, not for a judgement. " } else { "" };
        println!("{warning}{cores} cores, load {load} at the beginning; medians of {rounds} runs of {time:?}.\n");
        Report { rows: Vec::new() }
    }

    /// Two figures, and what their ratio should be.
    pub(crate) fn compare(&mut self, number: &str, what: &str, unit: Unit, pair: &Pair, goal: Goal) {
        let Pair { floor, ours, ratio } = *pair;
        let bound = goal.show(|ratio| ratio.to_string());
        let ratio_shown = format!("{ratio:.2}");
        self.row([number, what, &unit.show(floor), &unit.show(ours), &ratio_shown, &bound, goal.verdict(ratio)]);
    }

    /// One figure, and what it should be.
    pub(crate) fn judge(&mut self, number: &str, what: &str, unit: Unit, value: f64, goal: Goal) {
        let bound = goal.show(|value| unit.show(value));
        self.row([number, what, NOTHING, &unit.show(value), NOTHING, &bound, goal.verdict(value)]);
    }

    /// A floor alone.
    pub(crate) fn note(&mut self, what: &str, unit: Unit, value: f64) {
        self.row([NOTHING, what, &unit.show(value), NOTHING, NOTHING, NOTHING, NOTHING]);
    }

    /// Something that could not be measured here.
    pub(crate) fn left_out(&mut self, number: &str, what: &str, why: &str) {
        self.row([number, what, NOTHING, NOTHING, NOTHING, NOTHING, why]);
    }

    fn row(&mut self, row: [&str; 7]) {
        eprintln!("{}", row.join(" | "));
        self.rows.push(row.map(str::to_owned));
    }

    /// Prints the table. Fails if a goal was missed.
    pub(crate) fn end(self) -> ExitCode {
        println!("| {} |\n|{}", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
        let missed = self.rows.iter().filter(|row| row[6] == MISSED).count();
        println!("\nPromises that are not kept in this run: {missed}.");
        if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
