//! Keystead beside the floors of the same run: how fast the machine could be, how fast the service is, and whether
//! their ratio is what the project promises. `cargo xtask bench` builds everything and runs this.
//!
//! In reading order: [`figures`] measures loops, [`floors`] are the bounds, [`subject`] is the service under test and
//! its clients, the files named after a goal measure it, and [`report`] is the table.

mod creation;
mod figures;
mod floors;
mod forged;
mod identity;
mod idle;
mod kept;
mod languages;
mod legacy;
mod neighbours;
mod outages;
mod padding;
mod report;
mod spinner;
mod stock;
mod subject;
mod timing;
mod token_floors;
mod tokens;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::report::Report;

/// Measures Keystead. The service is the binary that `KEYSTEAD_SERVICE_BINARY` names.
#[derive(Parser)]
#[command(name = "keystead-bench", version)]
struct Arguments {
    /// Shorter runs and fewer keys: for a look, not for a judgement.
    #[arg(long)]
    quick: bool,
    /// Only goals whose name holds one of these words: kept, legacy, creation, stock, identity, idle, neighbours,
    /// tokens, outages, padding, languages.
    #[arg(long)]
    only: Vec<String>,
    /// The load generator of old clients (`legacy_bench` of e2e_tests/legacy).
    #[arg(long)]
    legacy_bench: Option<PathBuf>,
    #[command(subcommand)]
    floor: Option<Floor>,
}

/// What runs in processes of its own: floors, as the service is one, and an application.
#[derive(Subcommand)]
enum Floor {
    /// Answers 64 bytes with 64 bytes, a thread for each connection.
    Echo { socket: PathBuf },
    /// Answers one message for each connection.
    EchoOnce { socket: PathBuf },
    /// Keeps a core awake.
    Spin,
    /// Signs in the token of SoftHSM2 that the environment names.
    RawToken { threads: usize, milliseconds: u64 },
    /// Signs in such a token before it answers 64 bytes with 64 bytes, a thread for each connection.
    RawTokenEcho { socket: PathBuf },
    /// Signs in a TPM.
    RawTpm { tcti: String, milliseconds: u64 },
    /// An application that has tokens; it measures requests with and without them.
    Bearer { service: u32, milliseconds: u64, rounds: usize },
}

/// How long and how often everything is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Of one loop.
    pub(crate) time: Duration,
    /// Of which the median is taken.
    pub(crate) rounds: usize,
    /// In the large store.
    pub(crate) keys: usize,
    /// For the CPU time of an idle service.
    pub(crate) idle_time: Duration,
    /// Decryptions of each kind whose times are compared.
    pub(crate) samples: usize,
}

impl Effort {
    const FULL: Effort = Effort {
        time: Duration::from_secs(2),
        rounds: 5,
        keys: 100_000,
        idle_time: Duration::from_secs(10),
        samples: 20_000,
    };
    const QUICK: Effort = Effort {
        time: Duration::from_millis(500),
        rounds: 3,
        keys: 10_000,
        idle_time: Duration::from_secs(3),
        samples: 2_000,
    };
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.floor {
        Some(Floor::Echo { socket }) => floors::serve_echo(socket),
        Some(Floor::EchoOnce { socket }) => floors::serve_echo_once(socket),
        Some(Floor::Spin) => spinner::spin(),
        Some(Floor::RawToken { threads, milliseconds }) => {
            token_floors::sign_in_token(*threads, Duration::from_millis(*milliseconds))
        }
        Some(Floor::RawTokenEcho { socket }) => token_floors::echo_with_token(socket),
        Some(Floor::RawTpm { tcti, milliseconds }) => {
            token_floors::sign_in_tpm(tcti, Duration::from_millis(*milliseconds))
        }
        Some(Floor::Bearer { service, milliseconds, rounds }) => {
            identity::compare_as_application(*service, Duration::from_millis(*milliseconds), *rounds)
        }
        None => measure(&arguments),
    }
}

fn measure(arguments: &Arguments) -> ExitCode {
    let effort = if arguments.quick { Effort::QUICK } else { Effort::FULL };
    let mut report = Report::begin(effort, arguments.quick);
    let is_wanted = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|word| name.contains(word));
    if is_wanted("floors") {
        floors::measure(effort, &mut report);
    }
    if is_wanted("kept") {
        kept::measure(effort, &mut report);
    }
    if is_wanted("legacy") {
        legacy::measure(effort, arguments.legacy_bench.as_deref(), &mut report);
    }
    if is_wanted("creation") {
        creation::measure(effort, &mut report);
    }
    if is_wanted("stock") {
        stock::measure(effort, &mut report);
    }
    if is_wanted("identity") {
        identity::measure(effort, &mut report);
        forged::measure(effort, &mut report);
    }
    if is_wanted("idle") {
        idle::measure(effort, &mut report);
    }
    if is_wanted("neighbours") {
        neighbours::measure(effort, &mut report);
    }
    if is_wanted("tokens") {
        tokens::measure(effort, &mut report);
    }
    if is_wanted("outages") {
        outages::measure(effort, &mut report);
    }
    if is_wanted("padding") {
        padding::measure(effort, &mut report);
    }
    if is_wanted("languages") {
        languages::measure(effort, &mut report);
    }
    report.end()
}
