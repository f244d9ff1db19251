//! A language's runner: its process, a line to it, and its answer.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use keystead_e2e_tests::binary::{self, workspace};
use keystead_e2e_tests::effort::left_out;
use keystead_e2e_tests::languages::Language;

/// Longer than a library waits for its service, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a runner answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, with these words.
    Ok(BTreeMap<String, String>),
    /// The library says no.
    No,
    /// Refused with this status.
    Status(u16),
    /// The library failed by itself.
    Client(String),
    /// The library does not have it.
    Unsupported,
}

/// A running runner. Dropped, it is killed.
pub struct Runner {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    complaints: PathBuf,
}

/// The words that start a language's runner; none, and counted, where it is not built. In CI every language must be.
pub fn command(language: &Language) -> Option<Vec<String>> {
    if let Some(example) = &language.example {
        return Some(vec![binary::rust_example(example).to_string_lossy().into_owned()]);
    }
    if language.is_built(workspace()) {
        return Some(language.runner.clone());
    }
    assert!(std::env::var("CI").is_err(), "the runner of {} is not built", language.name);
    left_out(&format!("conformance of {}", language.name), &format!("run {}/test.sh build", language.folder));
    None
}

/// A runner that looks for its service there, and for no identity provider.
pub fn at(endpoint: &str, words: &[String]) -> Command {
    let (program, arguments) = words.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(arguments).env("KEYSTEAD_SERVICE_ENDPOINT", endpoint);
    command.env_remove("PARSEC_SERVICE_ENDPOINT").env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
    command
}

impl Runner {
    /// Starts a runner. What it says to people goes into `folder`.
    pub fn start(mut command: Command, folder: &Path) -> Runner {
        let complaints = folder.join("runner.log");
        let log = std::fs::File::create(&complaints).expect("the directory is ours");
        command.current_dir(workspace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("it was piped"));
        let (say, hear) = channel();
        // Ends with the runner's output.
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
        });
        Runner { child, input, output: hear, complaints }
    }

    /// A line and its answer; fails with why there is none.
    pub fn ask(&mut self, line: &str) -> Result<Answer, String> {
        let input = self.input.as_mut().expect("it is open until the end");
        writeln!(input, "{line}").and_then(|()| input.flush()).map_err(|error| self.gone(&error.to_string()))?;
        match self.output.recv_timeout(PATIENCE) {
            Ok(answer) => parse(&answer).ok_or_else(|| format!("no answer of the language: {answer}")),
            Err(RecvTimeoutError::Timeout) => Err(format!("no answer within {PATIENCE:?}")),
            Err(RecvTimeoutError::Disconnected) => Err(self.gone("its output ended")),
        }
    }

    /// Ends its input, and waits until it has ended too, with success and without another word.
    pub fn end(mut self) -> Result<(), String> {
        drop(self.input.take());
        let deadline = Instant::now() + PATIENCE;
        match self.output.recv_timeout(PATIENCE) {
            Ok(line) => return Err(format!("it answers what was not asked: {line}")),
            Err(RecvTimeoutError::Timeout) => return Err("it does not end with its input".into()),
            Err(RecvTimeoutError::Disconnected) => {}
        }
        loop {
            match self.child.try_wait().expect("the child is ours") {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(self.gone(&format!("it ends with {status}"))),
                None if Instant::now() > deadline => return Err("it does not end with its output".into()),
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn gone(&self, how: &str) -> String {
        let complaints = std::fs::read_to_string(&self.complaints).unwrap_or_default();
        let last: Vec<_> = complaints.lines().rev().take(12).collect();
        format!("{how}; it said last:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parse(line: &str) -> Option<Answer> {
    let mut words = line.split(' ');
    Some(match words.next()? {
        "ok" => Answer::Ok(
            words
                .map(|word| word.split_once('=').map(|(name, value)| (name.into(), value.into())))
                .collect::<Option<_>>()?,
        ),
        "error" => match words.next()?.split_once('=')? {
            ("status", number) => Answer::Status(number.parse().ok()?),
            ("client", word) => Answer::Client(word.into()),
            _ => return None,
        },
        "no" => Answer::No,
        "unsupported" => Answer::Unsupported,
        _ => return None,
    })
}
