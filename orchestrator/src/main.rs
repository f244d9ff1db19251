//! Keystead's orchestrator: arguments, and what they ask for, exit code.

mod arguments;
mod cgroup;
mod client;
mod config;
mod daemon;
mod facts;
mod held;
mod hook;
mod ledger;
mod limits;
mod policy;
mod roster;
mod run;
mod settings;
mod signals;
mod speech;
mod voucher;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use keystead_daemon::hardening;

use crate::arguments::{Arguments, Command};
use crate::settings::Settings;

/// The configuration is bad.
const BAD_CONFIGURATION: u8 = 2;
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
        Command::Hook { socket, identity } => match hook::run(&socket, identity.as_ref()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(1, &error),
        },
        Command::Daemon { config, check_config } => daemon(config.as_deref(), check_config),
        Command::Held { gate, command } => hold(&gate, &command),
    }
}

fn daemon(config: Option<&Path>, check_config: bool) -> ExitCode {
    if let Err(error) = hardening::first() {
        return fail(1, &error);
    }
    let source = match arguments::source(config) {
        Ok(source) => source,
        Err(error) => return fail(BAD_CONFIGURATION, &error),
    };
    let settings = match source.load(Settings::from_text) {
        Ok(settings) => settings,
        Err(complaints) => return fail(BAD_CONFIGURATION, &complaints),
    };
    if check_config {
        println!("{source} is good");
        return ExitCode::SUCCESS;
    }
    match daemon::run(settings) {
        Ok(never) => match never {},
        Err(error) => fail(1, &error),
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
