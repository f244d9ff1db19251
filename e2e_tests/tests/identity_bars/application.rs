//! An application as its test sees it: a process that the orchestrator started, and what it says of its work.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread;

use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::parties;
use rustix::time::{ClockId, clock_gettime};

/// What an application is told: its task.
pub const TASK: &str = "KEYSTEAD_TEST_TASK";
/// And its name.
pub const NAME: &str = "KEYSTEAD_TEST_NAME";
/// What stands before its words in a line of its output.
pub const SAYS: &str = "says:";

/// What applications do until their input ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Works with its keys, and waits where a part of the system is away.
    WorkPatiently,
    /// Works with its keys, and fails if anything is refused or away.
    Work,
    /// Takes tokens, and shows old ones to the service.
    ShowOldTokens,
    /// Says its token when it reads `token`, how the service answers to one when it reads `show TOKEN`, and who has keys
    /// when it reads `clients`.
    Talk,
}

/// What it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The public half of its key, when it began or ended.
    Key(String),
    /// A round of work ended well; when it began and ended, in nanoseconds of CLOCK_MONOTONIC.
    Round(u64, u64),
    /// Whatever its task makes it say.
    Word(String),
    /// What it met that it should not have met. It works no more.
    Failed(String),
    /// It has ended.
    End,
}

/// A running application. It ends with its input.
pub struct Application {
    child: Child,
    input: Option<ChildStdin>,
}

impl Task {
    const ALL: [(Task, &str); 4] = [
        (Task::WorkPatiently, "work patiently"),
        (Task::Work, "work"),
        (Task::ShowOldTokens, "show old tokens"),
        (Task::Talk, "talk"),
    ];

    fn name(self) -> &'static str {
        Task::ALL.iter().find(|(task, _)| *task == self).map_or("", |(_, name)| name)
    }

    /// What [`TASK`] says.
    pub fn named(name: &str) -> Option<Task> {
        Task::ALL.iter().find(|(_, one)| *one == name).map(|(task, _)| *task)
    }
}

impl Said {
    /// As a line.
    pub fn to_line(&self) -> String {
        match self {
            Said::Key(public) => format!("{SAYS}key {public}"),
            Said::Round(begun, ended) => format!("{SAYS}round {begun} {ended}"),
            Said::Word(word) => format!("{SAYS}word {word}"),
            Said::Failed(why) => format!("{SAYS}failed {}", why.replace('\n', " ")),
            Said::End => format!("{SAYS}end"),
        }
    }

    /// The test harness writes its own beginning of a line before it, and lines of its own.
    fn from_line(line: &str) -> Option<Said> {
        let (_, said) = line.split_once(SAYS)?;
        let (kind, rest) = said.trim_end().split_once(' ').unwrap_or((said, ""));
        match kind {
            "key" => Some(Said::Key(rest.to_owned())),
            "round" => {
                let (begun, ended) = rest.split_once(' ')?;
                Some(Said::Round(begun.parse().ok()?, ended.parse().ok()?))
            }
            "word" => Some(Said::Word(rest.to_owned())),
            "failed" => Some(Said::Failed(rest.to_owned())),
            _ => None,
        }
    }
}

impl Application {
    /// Has the orchestrator start this very program as the application of this name. What it says comes to `ears` under its
    /// number.
    pub fn start(home: &Home, name: &str, task: Task, number: usize, ears: Sender<(usize, Said)>) -> Application {
        let mut command = parties::run(home, name);
        command.arg(std::env::current_exe().expect("a test has a file"));
        Application::spawn(command.env(TASK, task.name()).env(NAME, name), number, ears)
    }

    /// The same program, of which nobody told the identity provider.
    pub fn beside(home: &Home, task: Task, ears: Sender<(usize, Said)>) -> Application {
        let mut command = Command::new(std::env::current_exe().expect("a test has a file"));
        command.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", home.socket().display()));
        Application::spawn(command.env(TASK, task.name()).env(NAME, "beside"), 0, ears)
    }

    fn spawn(command: &mut Command, number: usize, ears: Sender<(usize, Said)>) -> Application {
        command.args(["--exact", "an_application", "--nocapture"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary was just built");
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("it is piped"));
        thread::spawn(move || listen(output, number, &ears));
        Application { child, input }
    }

    /// Gives it a line.
    pub fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input is open");
        writeln!(input, "{line}").expect("it reads");
    }

    /// Ends its input; it says its last words and ends.
    pub fn finish(&mut self) {
        self.input = None;
    }

    /// Whether it ended well, after [`Application::finish`].
    pub fn has_ended_well(&mut self) -> bool {
        self.child.wait().expect("the child is ours").success()
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.finish();
        let _ = self.child.wait();
    }
}

fn listen(output: ChildStdout, number: usize, ears: &Sender<(usize, Said)>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let Some(said) = Said::from_line(&line) else { continue };
        if ears.send((number, said)).is_err() {
            // Nobody listens any more; read on, so that it can end.
            continue;
        }
    }
    let _ = ears.send((number, Said::End));
}

/// Now, for all processes of the host: nanoseconds of CLOCK_MONOTONIC.
pub fn moment() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
