//! An application of the demonstration: a process that the orchestrator started, and that answers what it sees.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::daemons::PATIENCE;
use super::home::Home;
use super::programs::APPLICATION;
use crate::shell::{Failed, Result};

/// A running application.
pub(super) struct Application {
    name: &'static str,
    process: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

/// What it sees.
pub(super) struct Seen {
    /// The names of its keys.
    pub(super) keys: String,
    /// The end of its public key.
    pub(super) public_key: String,
    /// The end of the token with which it asked.
    pub(super) token: String,
}

impl Application {
    /// Has the orchestrator start one with the identity of this name.
    pub(super) fn start(home: &Home, name: &'static str) -> Result<Application> {
        let mut command = home.vouched_for(&super::identity(name), APPLICATION, &[]);
        let mut process = home.start(command.stdin(Stdio::piped()).stdout(Stdio::piped()), name)?;
        let input = process.stdin.take().expect("its input was just piped");
        let output = process.stdout.take().expect("its output was just piped");
        Ok(Application { name, process, input, answers: lines_of(output) })
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Has it sign, and say what it sees.
    pub(super) fn ask(&mut self) -> Result<Seen> {
        self.input.write_all(b"\n").map_err(|error| Failed(format!("{} does not listen: {error}", self.name)))?;
        let line = self.answers.recv_timeout(PATIENCE);
        let line = line.map_err(|why| Failed(format!("{} does not answer: {why}", self.name)))?;
        let mut words = line.split(' ').map(str::to_owned);
        let (Some(keys), Some(public_key), Some(token)) = (words.next(), words.next(), words.next()) else {
            return Err(Failed(format!("{} answers: {line}", self.name)));
        };
        Ok(Seen { keys, public_key, token })
    }

    /// Ends its input, with which it ends.
    pub(super) fn end(self) -> Result<()> {
        let Application { name, mut process, input, .. } = self;
        drop(input);
        match process.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failed(format!("{name} ended with {status}"))),
            Err(error) => Err(Failed(format!("{name} cannot be waited for: {error}"))),
        }
    }
}

/// Each line as soon as it is there.
fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (say, hear) = channel();
    thread::spawn(move || -> io::Result<()> {
        for line in BufReader::new(output).lines() {
            if say.send(line?).is_err() {
                break;
            }
        }
        Ok(())
    });
    hear
}
