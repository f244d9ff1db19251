//! Programs of others that the tests run against the service, built from crates.io once and kept in the target directory.

use std::path::PathBuf;

use crate::shell::{Result, cargo, run, target};

/// The version of Parsec's command-line client that must work unmodified.
const PARSEC_TOOL: &str = "0.7.0";

/// Path of `parsec-tool`. The first call on a machine builds it.
pub(crate) fn parsec_tool() -> Result<PathBuf> {
    let root = target().join("legacy-tools");
    let path = root.join("bin/parsec-tool");
    if !path.exists() {
        let root = root.to_string_lossy();
        run(&mut cargo(&["install", "parsec-tool", "--version", PARSEC_TOOL, "--locked", "--root", &root]))?;
    }
    Ok(path)
}
