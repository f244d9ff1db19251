//! `cargo xtask test`: builds once, runs every test there is, and says how many passed and failed.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::libraries;
use crate::packages;
use crate::shell::{Failed, Result, cargo, run as run_shown, target, workspace};
use crate::tally::Tally;
use crate::tools;

/// Options of `cargo xtask test`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The counts of the project's goals instead of shorter ones, on release builds. Takes an hour or more.
    #[arg(long)]
    full: bool,
}

/// Everything, with the provider that needs a C library, which [`packages`] has installed.
const EVERYTHING: &[&str] = &["--workspace", "--features=keystead-service/tpm"];

/// The comparison of the software provider's two engines, of which nobody else builds the second. The whole workspace is
/// named because cargo would build what it has already with other features for one package alone.
const DIFFERENTIAL: &[&str] = &["--workspace", "--features=keystead-provider-software/mbed-tls", "--test=differential"];

/// What all test programs of this run are told.
struct Plan {
    full: bool,
    seed: String,
    parsec_tool: PathBuf,
    spiffe_python: PathBuf,
    /// Tests write into this file what they could not do here.
    left_out: PathBuf,
}

/// Runs every test, also after one has failed.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let begun = Instant::now();
    packages::provide()?;
    let plan = Plan {
        full: arguments.full,
        seed: seed(),
        parsec_tool: tools::parsec_tool()?,
        spiffe_python: tools::spiffe_python()?,
        left_out: target().join("tests-left-out.txt"),
    };
    println!("KEYSTEAD_SEED={} (set it to repeat this run)", plan.seed);
    let _ = std::fs::remove_file(&plan.left_out);

    run_shown(&mut plan.cargo("build", EVERYTHING))?;
    let mut tally = Tally::default();
    // Before the workspace's own tests, of which one has every library tell stories.
    libraries::test(&plan.service(), &plan.left_out, &mut tally)?;
    tally.run(&mut plan.tests(EVERYTHING))?;
    tally.run(&mut plan.tests(DIFFERENTIAL))?;
    for clients_of_others in ["e2e_tests/legacy", "e2e_tests/spiffe"] {
        tally.run(plan.tests(&[]).current_dir(workspace().join(clients_of_others)))?;
    }
    plan.report(&tally, begun)
}

impl Plan {
    fn cargo(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut cargo = cargo(&[subcommand]);
        if self.full {
            cargo.arg("--release");
        }
        cargo.args(arguments);
        cargo
    }

    fn service(&self) -> PathBuf {
        target().join(if self.full { "release" } else { "debug" }).join("keystead-service")
    }

    /// `cargo test`, whose programs print what they counted even if all went well.
    fn tests(&self, arguments: &[&str]) -> Command {
        let mut tests = self.cargo("test", &[&["--no-fail-fast"], arguments, &["--", "--show-output"]].concat());
        tests.env("KEYSTEAD_SERVICE_BINARY", self.service());
        tests.env("KEYSTEAD_PARSEC_TOOL", &self.parsec_tool);
        tests.env("KEYSTEAD_SPIFFE_PYTHON", &self.spiffe_python);
        tests.env("KEYSTEAD_SEED", &self.seed);
        tests.env("KEYSTEAD_LEFT_OUT", &self.left_out);
        if self.full {
            tests.env("KEYSTEAD_FULL", "1");
        }
        tests
    }

    /// Prints the sums, and nothing after them. Fails if a test did, or if a test program did not come so far as to say so.
    fn report(&self, tally: &Tally, begun: Instant) -> Result<()> {
        let left_out = std::fs::read_to_string(&self.left_out).unwrap_or_default();
        let tier = if self.full { "full" } else { "CI" };
        println!("\n{tier} tier, KEYSTEAD_SEED={}, {} s", self.seed, begun.elapsed().as_secs());
        for line in left_out.lines() {
            println!("left out: {line}");
        }
        println!("{} left out", left_out.lines().count());
        for broken in &tally.broken {
            println!("failed: {broken}");
        }
        println!("{} passed, {} failed", tally.passed, tally.failed);
        if tally.failed == 0 && tally.broken.is_empty() { Ok(()) } else { Err(Failed(String::new())) }
    }
}

/// The seed of random tests: `KEYSTEAD_SEED`, or another each time.
fn seed() -> String {
    let chosen = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64);
    std::env::var("KEYSTEAD_SEED").unwrap_or_else(|_| chosen().to_string())
}
