//! `cargo xtask demo`: it shows what it says, for root and for an ordinary user, and leaves nothing behind.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::folder::Folder;
use rustix::process::{Pid, Signal, kill_process};

/// A user without a name on most hosts.
const ORDINARY: u32 = 54_321;

/// The programs, in a folder that every user can enter, which the developer's own may not be.
struct Programs(Folder);

impl Programs {
    fn new() -> Programs {
        let folder = Folder::new();
        for program in [
            binary::service(),
            binary::identity_provider(),
            binary::orchestrator(),
            binary::command(),
            binary::identified(),
            binary::xtask(),
        ] {
            binary::reachable(program, folder.path());
        }
        Programs(folder)
    }

    /// The demonstration, writing into a folder of its own in ours.
    fn demonstrate(&self, uid: Option<u32>) -> Demonstration {
        let temporary = self.0.path().join("tmp");
        fs::create_dir(&temporary).expect("the folder is ours");
        let mut command = Command::new(self.path("xtask"));
        command.arg("demo").arg("--programs").arg(self.0.path());
        command.env("TMPDIR", &temporary).env_remove("NOTIFY_SOCKET").current_dir("/");
        if let Some(uid) = uid {
            std::os::unix::fs::chown(&temporary, Some(uid), Some(uid)).expect("root may give files away");
            command.uid(uid).gid(uid);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Demonstration { process: command.spawn().expect("the binary was just built"), temporary }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Processes of these programs, of which each names its folder in its own arguments or in those of its program.
    fn processes(&self) -> Vec<String> {
        let folder = self.0.path().to_str().expect("the tests' paths are text");
        let commands = fs::read_dir("/proc").expect("there is /proc").filter_map(|entry| {
            let command = fs::read(entry.ok()?.path().join("cmdline")).ok()?;
            Some(String::from_utf8_lossy(&command).replace('\0', " "))
        });
        commands.filter(|command| command.contains(folder)).collect()
    }
}

struct Demonstration {
    process: Child,
    temporary: PathBuf,
}

/// How it ended, and what it said on standard output and error.
struct Ended {
    status: ExitStatus,
    output: String,
    errors: String,
}

impl Demonstration {
    fn wait(self, programs: &Programs) -> Ended {
        let output = self.process.wait_with_output().expect("the child is ours");
        let [out, errors] = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        leaves_nothing(programs, &self.temporary);
        Ended { status: output.status, output: out, errors }
    }
}

#[track_caller]
fn leaves_nothing(programs: &Programs, temporary: &Path) {
    let left: Vec<_> =
        fs::read_dir(temporary).expect("the folder is ours").flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(programs.processes(), [""; 0]);
    fs::remove_dir(temporary).expect("it is empty");
}

fn shows_everything(uid: Option<u32>) {
    let programs = Programs::new();
    let ended = programs.demonstrate(uid).wait(&programs);
    assert!(ended.status.success(), "{}\n{}", ended.output, ended.errors);
    for seen in [
        "  shop is spiffe://demo.example/shop\n    its keys: signing; ",
        "  till is spiffe://demo.example/till\n    its keys: signing; ",
        "SIGKILL for keystead-service, keystead-identity-provider, keystead-orchestrator, and a new start:\n  shop signs",
        "nothing of it is left.\n",
    ] {
        assert!(ended.output.contains(seen), "{seen:?} is missing:\n{}", ended.output);
    }
}

#[test]
fn it_shows_everything_to_whoever_runs_the_tests() {
    shows_everything(None);
}

#[test]
fn it_shows_everything_to_an_ordinary_user() {
    if may_be_others("the demonstration for another user (it ran for this one)") {
        shows_everything(Some(ORDINARY));
    }
}

#[test]
fn interrupted_it_leaves_nothing() {
    let programs = Programs::new();
    for signal in [Signal::INT, Signal::TERM] {
        let mut demonstration = programs.demonstrate(None);
        let mut output = BufReader::new(demonstration.process.stdout.take().expect("it was piped")).lines();
        let begun = output.find(|line| line.as_ref().is_ok_and(|line| line.contains("till is spiffe://")));
        assert!(begun.is_some(), "it ended before");
        // The applications run now, and so do all daemons.
        assert!(programs.processes().len() > 7, "{:?}", programs.processes());
        kill_process(Pid::from_child(&demonstration.process), signal).expect("nobody has waited for it");
        let ended = demonstration.wait(&programs);
        assert!(!ended.status.success() && ended.errors.contains("interrupted by SIG"), "{}", ended.errors);
        // Nobody holds the other end any more.
        let rest: Result<Vec<String>, _> = output.collect();
        assert!(rest.is_ok_and(|rest| !rest.iter().any(|line| line.contains("nothing of it is left"))));
    }
}

#[test]
fn what_is_not_seen_is_said_and_nothing_is_left() {
    let programs = Programs::new();
    // An application that sees nothing, and says something else than what it sees.
    fs::remove_file(programs.path("identified")).expect("the folder is ours");
    std::os::unix::fs::symlink("/bin/cat", programs.path("identified")).expect("the folder is ours");
    let ended = programs.demonstrate(None).wait(&programs);
    assert!(!ended.status.success());
    assert!(ended.errors.contains("shop answers: "), "{}", ended.errors);
    assert!(ended.errors.contains("keystead-orchestrator: "), "the logs are not shown:\n{}", ended.errors);
}

#[test]
fn a_daemon_that_does_not_start_is_named() {
    let programs = Programs::new();
    fs::remove_file(programs.path("keystead-identity-provider")).expect("the folder is ours");
    std::os::unix::fs::symlink("/bin/false", programs.path("keystead-identity-provider")).expect("the folder is ours");
    let mut demonstration = programs.demonstrate(None);
    let mut errors = String::new();
    let mut pipe = demonstration.process.stderr.take().expect("it was piped");
    pipe.read_to_string(&mut errors).expect("words");
    assert!(!demonstration.wait(&programs).status.success());
    assert!(errors.contains("keystead-identity-provider did not start: it ended"), "{errors}");
}
