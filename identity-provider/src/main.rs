//! Keystead's identity provider: arguments, settings, run, exit code.

mod admin_door;
mod application_door;
mod arguments;
mod attest;
mod bundle;
mod clients;
mod config;
mod evidence;
mod issuing;
mod limits;
mod mapping;
mod provider;
mod run;
mod sender;
mod settings;
mod upstream;
mod workload_door;

use std::process::ExitCode;

use clap::Parser;
use keystead_daemon::hardening;

use crate::arguments::Arguments;
use crate::settings::Settings;

/// The configuration is bad.
const BAD_CONFIGURATION: u8 = 2;

fn main() -> ExitCode {
    if let Err(error) = hardening::first() {
        return fail(1, &error);
    }
    let arguments = Arguments::parse();
    let source = match arguments.source() {
        Ok(source) => source,
        Err(error) => return fail(BAD_CONFIGURATION, &error),
    };
    let settings = match source.load(Settings::from_text) {
        Ok(settings) => settings,
        Err(complaints) => return fail(BAD_CONFIGURATION, &complaints),
    };
    if arguments.check_config {
        println!("{source} is good");
        return ExitCode::SUCCESS;
    }
    match run::run(settings) {
        Ok(never) => match never {},
        Err(error) => fail(1, &error),
    }
}

fn fail(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(code)
}
