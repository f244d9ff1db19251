//! Programs of others that the tests run against the daemons, from crates.io and PyPI, kept in the target directory.

use std::path::PathBuf;

use crate::shell::{Failed, Result, cargo, command, run, target, workspace};

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

/// What Python needs for the SPIFFE tests.
const REQUIREMENTS: &str = "e2e_tests/spiffe/python/requirements.txt";

/// Path of a Python with SPIFFE's library. The first call on a machine installs it, and so does the first after the list of
/// what is needed has changed.
pub(crate) fn spiffe_python() -> Result<PathBuf> {
    let root = target().join("spiffe-python");
    let (python, installed) = (root.join("bin/python"), root.join("requirements.txt"));
    let wanted = workspace().join(REQUIREMENTS);
    let text = std::fs::read(&wanted).map_err(|error| Failed(format!("{REQUIREMENTS}: {error}")))?;
    if std::fs::read(&installed).is_ok_and(|installed| installed == text) {
        return Ok(python);
    }
    run(&mut command("python3", &["-m", "venv", "--clear", &root.to_string_lossy()]))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS];
    run(&mut command(&python.to_string_lossy(), &pip))?;
    // Last, so that what was not installed whole is installed again.
    std::fs::copy(&wanted, &installed).map_err(|error| Failed(format!("{}: {error}", installed.display())))?;
    Ok(python)
}
