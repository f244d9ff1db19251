//! Other programs, run from the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a command of ours could not be carried out, in words for the developer; empty if it has said so itself.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

/// What a step of a command gives.
pub(crate) type Result<T> = std::result::Result<T, Failed>;

/// The root of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// A program with its arguments, to be run from the root of the workspace and without anybody at the keyboard.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace()).stdin(Stdio::null());
    command
}

/// Cargo, the one that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    command(env!("CARGO"), arguments)
}

/// The command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ").replace(env!("CARGO"), "cargo")
}

/// Says what is run, runs it, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().map_err(|error| Failed(format!("{} cannot be run: {error}", shown(command))))?;
    if status.success() { Ok(()) } else { Err(Failed(format!("{} failed: {status}", shown(command)))) }
}

/// Whether the command can be run and succeeds. Nothing of what it says is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
