//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use keystead_trust::spiffe_id::SpiffeId;

/// Keystead's orchestrator: it starts applications, or is told of them by container runtimes, and vouches for them to the
/// identity provider, which gives them their identities.
#[derive(Debug, Clone, Parser)]
#[command(name = "keystead-orchestrator", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Start a command that has an identity from its first instruction on.
    ///
    /// It runs in a cgroup of its own where one can be made; whatever it leaves there is ended with it. Signals are passed
    /// on to it, and its exit code is passed on: 128 and the number of the signal if one ended it, 125 if it was not
    /// vouched for and never started, 126 or 127 if it cannot be executed or found.
    Run(RunArguments),
    /// A command that waits to be vouched for: `run` starts itself so.
    #[command(hide = true, name = crate::held::SUBCOMMAND)]
    Held {
        /// The socket of who started it.
        gate: String,
        /// The command.
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

/// What `run` is told.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// The identity that is asked for, as in spiffe://example.org/shop.
    #[arg(long, value_name = "SPIFFE_ID", value_parser = SpiffeId::parse)]
    pub identity: SpiffeId,

    /// The admin socket of the identity provider: vouch for the command without a daemon. An identity provider believes one
    /// living orchestrator at a time.
    #[arg(long, value_name = "PATH")]
    pub identity_admin_socket: PathBuf,

    /// Say more than what went wrong.
    #[arg(long)]
    pub verbose: bool,

    /// The command with its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
