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
        }
    }
}

impl Goal {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Goal::AtLeast(bound) => ratio >= bound,
            Goal::AtMost(bound) => ratio <= bound,
            Goal::None => true,
        }
    }
}

/// The rows so far.
pub(crate) struct Report {
    rows: Vec<[String; 7]>,
    missed: usize,
}

impl Report {
    pub(crate) fn begin(effort: Effort, quick: bool) -> Report {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!(
            "{}{} cores, load {load} at the beginning; medians of {} runs of {:.1} s.\n",
            if quick { "Quick run, not for a judgement. " } else { "" },
            cores,
            effort.rounds,
            effort.time.as_secs_f64()
        );
        Report { rows: Vec::new(), missed: 0 }
    }

    /// Two figures, and what their ratio should be.
    pub(crate) fn compare(&mut self, number: &str, what: &str, unit: Unit, pair: &Pair, goal: Goal) {
        self.row(number, what, unit.show(pair.floor), unit.show(pair.ours), Some((pair.ratio, "")), goal);
    }

    /// One figure, and what it should be.
    pub(crate) fn judge(&mut self, number: &str, what: &str, unit: Unit, value: f64, goal: Goal) {
        let bound = match goal {
            Goal::AtLeast(bound) | Goal::AtMost(bound) => unit.show(bound),
            Goal::None => "–".into(),
        };
        self.row(number, what, bound, unit.show(value), Some((value, "figure")), goal);
    }

    /// A figure that nothing is promised of.
    pub(crate) fn note(&mut self, what: &str, unit: Unit, value: f64) {
        self.row("", what, unit.show(value), "–".into(), None, Goal::None);
    }

    /// Something that could not be measured here.
    pub(crate) fn left_out(&mut self, number: &str, what: &str, why: &str) {
        self.rows.push([number, what, "–", "–", "–", "–", why].map(str::to_owned));
    }

    fn row(&mut self, number: &str, what: &str, floor: String, ours: String, ratio: Option<(f64, &str)>, goal: Goal) {
        let (shown, met) = match (ratio, goal) {
            (Some((ratio, how)), goal) => {
                let met = goal.is_met(ratio);
                self.missed += usize::from(!met);
                let verdict = match goal {
                    Goal::None => "–",
                    _ if met => "met",
                    _ => "NOT MET",
                };
                (if how == "figure" { "–".into() } else { format!("{ratio:.2}") }, verdict)
            }
            (None, _) => ("–".to_owned(), "–"),
        };
        let bound = match (ratio, goal) {
            (_, Goal::None) => "–".to_owned(),
            (Some((_, "figure")), Goal::AtLeast(_)) => format!("≥ {floor}"),
            (Some((_, "figure")), Goal::AtMost(_)) => format!("≤ {floor}"),
            (_, Goal::AtLeast(bound)) => format!("≥ {bound}"),
            (_, Goal::AtMost(bound)) => format!("≤ {bound}"),
        };
        let floor = if matches!(ratio, Some((_, "figure"))) { "–".to_owned() } else { floor };
        eprintln!("{what}: floor {floor}, Keystead {ours}, ratio {shown}, goal {bound}: {met}");
        self.rows.push([number.to_owned(), what.to_owned(), floor, ours, shown, bound, met.to_owned()]);
    }

    /// Prints the table. Fails if a goal was missed.
    pub(crate) fn end(self) -> ExitCode {
        println!("| goal | what | floor | Keystead | ratio | promised | |");
        println!("|---|---|---|---|---|---|---|");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
        println!("\n{} of the promises are not kept in this run.", self.missed);
        if self.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
