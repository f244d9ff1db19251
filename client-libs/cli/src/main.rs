//! The command `keystead`: keys and what can be done with them, from a shell.
//!
//! In reading order: `arguments` is what may be written on the command line, `commands` has a file for each family of
//! subcommands, `words` the names of algorithms and types, `input` and `output` read and write bytes, `key_file`, `pem`,
//! `der` and `x509` know other programs' formats, `ssh` and `door` are for the command's own servers, whose limits are in
//! `limits`, and `failure` says what went wrong and with which exit code.

mod arguments;
mod commands;
mod digest;
mod door;
mod failure;
mod hex;
mod input;
mod key_file;
mod limits;
mod output;
mod pem;
mod session;
mod ssh;
mod words;
mod x509;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::session::Session;

fn main() -> ExitCode {
    let Arguments { global, command } = Arguments::parse();
    let json = global.json;
    let done = Session::new(global, command.takes_provider_name()).and_then(|session| command.run(&session));
    done.unwrap_or_else(|failure| failure.report(json))
}
