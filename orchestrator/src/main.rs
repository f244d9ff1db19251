//! Keystead's orchestrator: arguments, and what they ask for, exit code.

mod arguments;
mod cgroup;
mod client;
mod facts;
mod held;
mod limits;
mod run;
mod signals;
mod voucher;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

/// The command never started, as of env(1).
const NOT_STARTED: u8 = 125;
/// The command cannot be executed, as shells have it.
const NOT_EXECUTED: u8 = 126;
/// There is no such command.
const NOT_FOUND: u8 = 127;

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(arguments) => match run::run(&arguments) {
            Ok(code) => ExitCode::from(code),
            Err(error) => fail(NOT_STARTED, &error),
        },
        Command::Held { gate, command } => hold(&gate, &command),
    }
}

/// Returns only if the command was not executed.
fn hold(gate: &str, command: &[OsString]) -> ExitCode {
    match held::hold(gate, command) {
        Ok(Some(never)) => match never {},
        // Its starter says why.
        Ok(None) => ExitCode::from(NOT_STARTED),
        Err(error) => {
            let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_EXECUTED };
            fail(code, &format!("{}: {error}", command.first().map(|name| name.to_string_lossy()).unwrap_or_default()))
        }
    }
}

fn fail(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("keystead-orchestrator: {error}");
    ExitCode::from(code)
}
