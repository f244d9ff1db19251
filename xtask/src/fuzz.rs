//! `cargo xtask fuzz`: every fuzz target for the same time.

use std::process::Command;

use crate::shell::{Failed, Result, command, run as run_shown, succeeds, workspace};

/// Options of `cargo xtask fuzz`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only this target.
    #[arg(long)]
    target: Option<String>,
}

/// Folders whose `fuzz/` is a workspace of fuzz targets.
const FUZZED: &[&str] = &["interface", "trust"];

/// Runs the targets one after another. The first that finds something ends the run, and libFuzzer says where the
/// input lies.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let missing = missing();
    if !missing.is_empty() {
        return Err(Failed(format!("fuzzing needs what is not here; run:\n  {}", missing.join("\n  "))));
    }
    let mut done = 0;
    for folder in FUZZED {
        for target in targets(folder)? {
            if arguments.target.as_ref().is_some_and(|only| *only != target) {
                continue;
            }
            let limit = format!("-max_total_time={}", arguments.seconds);
            run_shown(&mut fuzz(folder, &["run", &target, "--", &limit, "-verbosity=0", "-print_final_stats=1"]))?;
            done += 1;
        }
    }
    println!("{done} targets, {} s each: nothing found", arguments.seconds);
    if done == 0 { Err(Failed("there is no such target".into())) } else { Ok(()) }
}

/// What to type so that fuzzing is possible; nothing if it is.
fn missing() -> Vec<&'static str> {
    let needs = [
        (command("cargo", &["+nightly", "--version"]), "rustup toolchain install nightly"),
        (command("cargo", &["fuzz", "--version"]), "cargo install --locked cargo-fuzz"),
        (command("c++", &["--version"]), "sudo apt-get install g++"),
    ];
    needs.into_iter().filter_map(|(mut probe, cure)| (!succeeds(&mut probe)).then_some(cure)).collect()
}

fn targets(folder: &str) -> Result<Vec<String>> {
    let output = fuzz(folder, &["list"]).output().map_err(|error| Failed(format!("cargo fuzz list: {error}")))?;
    if !output.status.success() {
        return Err(Failed(format!("cargo fuzz list: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn fuzz(folder: &str, arguments: &[&str]) -> Command {
    let mut fuzz = command("cargo", &[&["+nightly", "fuzz"], arguments].concat());
    fuzz.current_dir(workspace().join(folder));
    // Set by the cargo that runs us; it would override the toolchain that we name.
    fuzz.env_remove("RUSTUP_TOOLCHAIN");
    fuzz
}
