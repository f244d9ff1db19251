//! The folder of the demonstration, and the processes that are started in it. Whoever started this process ends those that
//! are left, and removes the folder.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::programs::Programs;
use crate::shell::{Failed, Result, shown};

/// A folder, and the programs that are used there.
pub(super) struct Home {
    folder: PathBuf,
    programs: Programs,
}

impl Home {
    /// Takes over a folder.
    pub(super) fn in_folder(folder: &Path, programs: Programs) -> Home {
        Home { folder: folder.to_owned(), programs }
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of something in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// One of the programs, which knows where the daemons are.
    pub(super) fn program(&self, name: &str, arguments: &[&str]) -> Command {
        self.showing_the_way(Command::new(self.programs.path(name)), arguments)
    }

    /// The same, started by the orchestrator, which asks for this identity.
    pub(super) fn vouched_for(&self, identity: &str, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.path("keystead-orchestrator"));
        command.args(["run", "--identity", identity, "--socket"]).arg(self.path("orchestrator.sock"));
        command.arg("--").arg(self.programs.path(name));
        self.showing_the_way(command, arguments)
    }

    /// Starts a process. What it says on standard error goes to the log of this name.
    pub(super) fn start(&self, command: &mut Command, log: &str) -> Result<Child> {
        let log = File::options().create(true).append(true).open(self.path(&format!("{log}.log")));
        log.and_then(|log| command.stderr(log).spawn()).map_err(|error| cannot(command, error))
    }

    /// Runs a process to its end.
    pub(super) fn output(&self, command: &mut Command) -> Result<Output> {
        command.stdin(Stdio::null()).output().map_err(|error| cannot(command, error))
    }

    fn showing_the_way(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.args(arguments);
        for (variable, socket) in [("SERVICE", "service.sock"), ("IDENTITY", "identity.sock")] {
            let endpoint = format!("unix:{}", self.path(socket).display());
            command.env(format!("KEYSTEAD_{variable}_ENDPOINT"), endpoint);
        }
        command
    }
}

fn cannot(command: &Command, error: io::Error) -> Failed {
    Failed(format!("{}: {error}", shown(command)))
}
