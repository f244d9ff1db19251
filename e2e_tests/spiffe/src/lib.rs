//! What the tests of SPIFFE's own clients share: where Python with its library is, and other programs that are told lines
//! and answer with lines.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use keystead_e2e_tests::binary::workspace;

/// Python with what `python/requirements.txt` names: what `KEYSTEAD_SPIFFE_PYTHON` says, else where `cargo xtask test` puts
/// it.
pub fn python(program: &str) -> Command {
    let installed = match std::env::var_os("KEYSTEAD_SPIFFE_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => workspace().join("target/spiffe-python/bin/python"),
    };
    assert!(installed.exists(), "{} is missing: `cargo xtask test` installs it", installed.display());
    let mut command = Command::new(installed);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(program));
    command
}

/// A program that answers each line with a line. It does not outlive the test.
pub struct Talker {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Talker {
    /// Starts it, and returns when it has said its first line.
    pub fn start(mut command: Command) -> Talker {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it is a program");
        let to = child.stdin.take().expect("it is piped");
        let from = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut talker = Talker { child, to, from };
        talker.line();
        talker
    }

    /// Says this line, and gives the answer.
    pub fn ask(&mut self, line: &str) -> String {
        writeln!(self.to, "{line}").expect("it listens");
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.from.read_line(&mut line).expect("it writes text");
        assert!(read > 0, "it ended without an answer");
        line.trim_end().to_owned()
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
