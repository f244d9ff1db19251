//! Keystead's service: arguments, settings, assemble, run, exit code.

mod accounts;
mod admission;
mod arguments;
mod assembly;
mod authenticate;
mod buffers;
mod clock;
mod config;
mod connection;
mod door;
mod error;
mod event_loop;
mod groups;
mod hardening;
mod keyring;
mod limits;
mod listener;
mod logging;
mod metrics;
mod metrics_socket;
mod operations;
mod permit;
mod providers;
mod quarantine;
mod readiness;
mod recovery;
mod registration;
mod reload;
mod run;
mod schedule;
mod service;
mod settings;
mod socket;
mod systemd;
#[cfg(feature = "tpm")]
mod tpm_library;
mod trust;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

/// The configuration is bad.
const BAD_CONFIGURATION: u8 = 2;

fn main() -> ExitCode {
    if let Err(error) = hardening::first() {
        return fail(1, &error);
    }
    if let Some(ended) = assembly::run_module() {
        return ended.map_or_else(|error| fail(1, &error), |()| ExitCode::SUCCESS);
    }
    #[cfg(feature = "tpm")]
    tpm_library::silence();
    // Before any descriptor is opened, lest one is mistaken for another.
    let inherited = match systemd::inherited_sockets() {
        Ok(inherited) => inherited,
        Err(error) => return fail(1, &error),
    };
    let arguments = Arguments::parse();
    let source = match arguments.source() {
        Ok(source) => source,
        Err(error) => return fail(BAD_CONFIGURATION, &error),
    };
    let settings = match source.load() {
        Ok(settings) => settings,
        Err(complaints) => return fail(BAD_CONFIGURATION, &complaints),
    };
    if arguments.check_config {
        println!("{source} is good");
        return ExitCode::SUCCESS;
    }
    match run::run(&source, settings, inherited) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
    }
}

fn fail(code: u8, error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(code)
}
