//! A process of the host, of the applications' uid, that shows tokens which it was given, and asks for others.

use std::fs;
use std::io::{BufRead, BufReader, Write, stdin};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Endpoint};
use keystead_e2e_tests::binary;
use keystead_e2e_tests::caller::Caller;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::identity::GetToken;

use crate::host::{APPLICATION, Host};

/// Where such a process finds the host's sockets.
const SOCKETS: &str = "KEYSTEAD_TEST_SOCKETS";
/// What stands before its answers: the test harness writes lines too.
const ANSWER: &str = "answer:";
const PATIENCE: Duration = Duration::from_secs(60);

/// The process: this program, and one test of it.
pub struct Insider {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The cgroups where it is, which their runtime could not remove.
    cgroups: Vec<PathBuf>,
}

/// Answers each line of input: a token with the status that the service gives to its bearer, `get` with a new token. Nothing
/// is done if this is an ordinary run of the tests.
pub fn serve() {
    let Some(sockets) = std::env::var_os(SOCKETS) else { return };
    let sockets = Path::new(&sockets);
    let service = Caller::new(sockets.join("service/service.sock"));
    let identity = Endpoint::at(sockets.join("identity/identity.sock"));
    let identity = Client::at(identity, Credential::None).with_timeout(Duration::from_secs(10));
    for line in stdin().lines() {
        let answer = match line.expect("words").as_str() {
            "get" => match identity.call(GetToken { audience: String::new(), identity: String::new() }) {
                Ok(given) => given.token,
                Err(_) => String::new(),
            },
            token => match service.clone().as_bearer(token).ask(ListKeys::default()) {
                Ok(_) => String::new(),
                Err(status) => format!("{status:?}"),
            },
        };
        println!("{ANSWER}{answer}");
    }
}

impl Insider {
    /// Starts one outside of all containers.
    pub fn start(host: &Host) -> Insider {
        let own = std::env::current_exe().expect("this program has a path");
        let mut command = Command::new(binary::reachable(&own, &host.path("")));
        command.args(["insider", "--exact", "--nocapture"]).env(SOCKETS, host.path("")).current_dir("/");
        command.uid(APPLICATION).gid(APPLICATION).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("this program can be run");
        let input = process.stdin.take().expect("it was piped");
        let output = BufReader::new(process.stdout.take().expect("it was piped"));
        Insider { process, input, output, cgroups: Vec::new() }
    }

    /// Has root put it into these cgroups.
    pub fn enter(&mut self, cgroups: &[PathBuf]) {
        assert!(!cgroups.is_empty());
        for folder in cgroups {
            fs::write(folder.join("cgroup.procs"), self.process.id().to_string()).expect("root may move processes");
        }
        self.cgroups = cgroups.to_vec();
    }

    /// Shows a token to the service; gives the status with which it is refused, or nothing.
    pub fn ask(&mut self, token: &str) -> String {
        writeln!(self.input, "{token}").expect("it reads");
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("words"), 0, "it has ended");
            if let Some((_, answer)) = line.split_once(ANSWER) {
                return answer.trim_end().to_owned();
            }
        }
    }

    /// A new token; nothing if it gets none.
    pub fn get_token(&mut self) -> String {
        self.ask("get")
    }

    /// The token is refused, as soon as the service was told.
    pub fn is_refused_from_now_on(&mut self, token: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.ask(token).is_empty() {
            assert!(Instant::now() < deadline, "the token is taken still");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Insider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.cgroups.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}
