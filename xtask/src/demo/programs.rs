//! The programs of the demonstration: built, or where somebody says that they are.

use std::path::{Path, PathBuf};

use crate::shell::{Failed, Result, cargo, run, target};

/// An application that lives as long as its input: an example of the Rust client.
pub(super) const APPLICATION: &str = "identified";

const BUILD: &[&str] = &[
    "build",
    "--package=keystead-service",
    "--package=keystead-identity-provider",
    "--package=keystead-orchestrator",
    "--package=keystead-cli",
    "--package=keystead-client",
    "--bins",
    "--example=identified",
];

/// The folder where they are.
pub(super) struct Programs(PathBuf);

impl Programs {
    /// Builds them.
    pub(super) fn build() -> Result<Programs> {
        run(&mut cargo(BUILD))?;
        Ok(Programs(target().join("debug")))
    }

    /// Takes those that lie in a folder.
    pub(super) fn in_folder(folder: &Path) -> Result<Programs> {
        let absolute = std::path::absolute(folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
        Ok(Programs(absolute))
    }

    /// Their folder.
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// The path of one. Cargo puts examples into a folder of their own.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let example = self.0.join("examples").join(name);
        if name == APPLICATION && example.exists() { example } else { self.0.join(name) }
    }
}
