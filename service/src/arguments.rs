//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::settings::Source;

/// Keystead's service: applications use keys that they never see, over a Unix socket.
///
/// SIGHUP reads the configuration again, SIGTERM finishes what has begun and ends.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "keystead-service", version)]
pub struct Arguments {
    /// The configuration file. Without it, config.toml in the current folder is taken if there is one, else a
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
        Source::choose(self.config.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_named_file_is_taken_whether_it_exists_or_not() {
        let arguments = Arguments::try_parse_from(["keystead-service", "--config", "/no/such/file", "--check-config"]);
        let arguments = arguments.unwrap();
        assert!(arguments.check_config);
        assert_eq!(arguments.source().unwrap(), Source::File("/no/such/file".into()));
        assert!(arguments.source().unwrap().load().is_err());
    }

    #[test]
    fn a_misspelt_flag_is_refused_with_exit_code_2() {
        let refused = Arguments::try_parse_from(["keystead-service", "--check-confg"]).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
        assert!(refused.to_string().contains("--check-config"), "{refused}");
    }
}
