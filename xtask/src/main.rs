//! What developers do with the repository, as `cargo xtask COMMAND`. One file for each command.

mod advisories;
mod bench;
mod demo;
mod fuzz;
#[path = "../../e2e_tests/src/languages.rs"]
#[allow(dead_code)]
mod languages;
mod libraries;
mod packages;
mod shell;
mod support;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser;

/// What developers do with the repository.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
enum Command {
    /// Run every test. The counts are short ones; `--full` runs the long ones.
    Test(test::Arguments),
    /// Run every fuzz target for a while.
    Fuzz(fuzz::Arguments),
    /// Measure the service beside the floors of this machine, and compare with what is promised.
    Bench(bench::Arguments),
    /// Show identities: two applications of one user, while every part is killed and started again.
    Demo(demo::Arguments),
    /// Install the Debian packages that the tests and the TPM provider need.
    Packages,
    /// Write the README's table of what each provider can do.
    Support,
    /// Compare the dependencies with the database of security advisories.
    Advisories,
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Test(arguments) => test::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Bench(arguments) => bench::run_all(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Packages => packages::provide(),
        Command::Support => support::run(),
        Command::Advisories => advisories::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(shell::Failed(why)) => {
            if !why.is_empty() {
                eprintln!("xtask: {why}");
            }
            ExitCode::FAILURE
        }
    }
}
