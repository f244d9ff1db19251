//! The command line.

use std::path::PathBuf;

use clap::Parser;
use keystead_daemon::config::Source;

/// The configuration that runs as it is, for when there is no file.
pub const EMBEDDED: &str = include_str!("../config.toml");

/// The file that is taken if it exists and no other is named. Not `config.toml`: that is the service's.
const USUAL_FILE: &str = "identity-provider.toml";

/// Keystead's identity provider: it attests applications and gives them tokens that the service believes.
///
/// It keeps nothing on disk: SIGTERM ends it at once, and whoever vouches for applications does so again when it is back.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "keystead-identity-provider", version)]
pub struct Arguments {
    /// The configuration file. Without it, identity-provider.toml in the current folder is taken if there is one, else a
    /// built-in configuration that keeps everything under .keystead/ in the current folder.
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    /// Check the configuration, say everything that is wrong with it, and end: with 0 if it is good, else with 2.
    #[arg(long)]
    pub check_config: bool,
}

impl Arguments {
    /// Where the configuration comes from. Errors if the current folder is needed and cannot be told.
    pub fn source(&self) -> std::io::Result<Source> {
        Source::choose(self.config.as_deref(), USUAL_FILE, EMBEDDED)
    }
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
