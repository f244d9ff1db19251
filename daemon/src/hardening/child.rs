//! For tests of what belongs to a whole process: the test runs itself again in a process of its own.

use std::process::{Command, Output};

/// Set in the child, so that it knows what it is.
const VARIABLE: &str = "KEYSTEAD_TEST_CHILD";

/// The command that runs the test `name` (its path in the crate) alone in a child; `None` if this is the child.
pub(crate) fn command(name: &str) -> Option<Command> {
    if std::env::var_os(VARIABLE).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().expect("a test knows its own path"));
    command.args([name, "--exact", "--nocapture", "--test-threads=1"]).env(VARIABLE, "1");
    Some(command)
}

/// Runs the child and insists that its test ran and succeeded.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("the child starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}\n{errors}");
    output
}
