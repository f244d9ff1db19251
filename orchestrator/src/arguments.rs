//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use keystead_daemon::config::Source;
use keystead_trust::spiffe_id::SpiffeId;

use crate::settings::EMBEDDED;

/// Where the daemon listens, if nobody says otherwise.
pub const DAEMON_SOCKET: &str = "/run/keystead/orchestrator.sock";

/// The file that is taken if it exists and no other is named.
const USUAL_FILE: &str = "orchestrator.toml";

/// Where the daemon's configuration comes from. Errors if the current folder is needed and cannot be told.
pub fn source(config: Option<&Path>) -> std::io::Result<Source> {
    Source::choose(config, USUAL_FILE, EMBEDDED)
}

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
    /// Tell the daemon of a container, as a hook of an OCI runtime: of `createRuntime` and of `poststop`.
    ///
    /// The container's state is read from standard input. The identity is what its annotation `keystead.identity` asks for;
    /// a container that asks for nothing is let through.
    Hook {
        /// The socket of the daemon.
        #[arg(long, value_name = "PATH", default_value = DAEMON_SOCKET)]
        socket: PathBuf,

        /// The identity that is asked for, whatever the annotation says.
        #[arg(long, value_name = "SPIFFE_ID", value_parser = SpiffeId::parse)]
        identity: Option<SpiffeId>,
    },
    /// Vouch for everything that `run` and `hook` start on this host.
    Daemon {
        /// The configuration file. Without it, orchestrator.toml in the current folder is taken if there is one, else a
        /// built-in configuration that keeps everything under .keystead/ in the current folder.
        #[arg(long, value_name = "PATH")]
        config: Option<PathBuf>,

        /// Check the configuration, say everything that is wrong with it, and end: with 0 if it is good, else with 2.
        #[arg(long)]
        check_config: bool,
    },
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

    /// The socket of the daemon.
    #[arg(long, value_name = "PATH", default_value = DAEMON_SOCKET)]
    pub socket: PathBuf,

    /// Vouch for the command without a daemon, at this admin socket of the identity provider. That believes one living
    /// orchestrator at a time.
    #[arg(long, value_name = "PATH", conflicts_with = "socket")]
    pub identity_admin_socket: Option<PathBuf>,

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
