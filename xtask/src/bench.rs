//! `cargo xtask bench`: builds the service and its load generators in release, and measures them side by side with the
//! floors of this machine. The table goes to standard output, what happens meanwhile to standard error.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::libraries;
use crate::packages;
use crate::shell::{Failed, Result, cargo, run, target, workspace};

/// Who is measured, and who measures.
const PACKAGES: [&str; 4] =
    ["keystead-service", "keystead-identity-provider", "keystead-orchestrator", "keystead-bench"];

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Shorter runs and fewer keys: for a look, not for a judgement.
    #[arg(long)]
    quick: bool,
    /// Only these: floors, kept, legacy, creation, stock, identity, idle, neighbours, tokens, outages, padding,
    /// languages.
    #[arg(long)]
    only: Vec<String>,
}

/// Builds and measures. Fails if a promise is not kept.
pub(crate) fn run_all(arguments: &Arguments) -> Result<()> {
    packages::provide()?;
    let mut build = cargo(&["build", "--release", "--features=keystead-service/tpm,keystead-bench/tpm"]);
    run(build.args(PACKAGES.iter().flat_map(|package| ["--package", package])))?;
    if arguments.only.is_empty() || arguments.only.iter().any(|word| "languages".contains(word.as_str())) {
        libraries::build()?;
    }
    let legacy = workspace().join("e2e_tests/legacy");
    let mut build = cargo(&["build", "--release", "--locked", "--bin", "legacy_bench"]);
    run(build.current_dir(&legacy))?;

    let mut bench = Command::new(target().join("release/keystead-bench"));
    bench.env("KEYSTEAD_SERVICE_BINARY", target().join("release/keystead-service"));
    bench.arg("--legacy-bench").arg(legacy_target(&legacy).join("release/legacy_bench"));
    if arguments.quick {
        bench.arg("--quick");
    }
    for only in &arguments.only {
        bench.args(["--only", only]);
    }
    let status = bench.status().map_err(|error| Failed(format!("keystead-bench cannot be run: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failed("a promise is not kept".into())) }
}

fn legacy_target(legacy: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| legacy.join("target"), PathBuf::from)
}
