//! The parties around an orchestrator: an identity provider in a folder of its own, and a service that believes it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Endpoint, Result};
use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_daemon::listener::{self, Admitted};
use keystead_daemon::{clock, instance};
use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::{
    GetInstanceResult, GetToken, GetTokenResult, ListClientDefinitions, ShareTrustBundleResult,
};
use keystead_interface::operations::{Opcode, Operation, Outcome, Request};
use keystead_interface::status::Status;
use keystead_trust::binding::PeerFacts;
use keystead_trust::peer::{Peer, Pinned};
use keystead_trust::slot::Slot;
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::{self, DEFAULT_ALGORITHMS, Expected, VerifiedToken};

/// Tells an application to wait for its token as client libraries do, and not to ask once.
pub const PATIENT: &str = "KEYSTEAD_TEST_PATIENT";
/// Where a command of the tests writes its token.
pub const TOKEN_FILE: &str = "KEYSTEAD_TEST_TOKEN_FILE";
/// Where such a command finds the identity provider.
pub const IDENTITY_SOCKET: &str = "KEYSTEAD_TEST_IDENTITY_SOCKET";
/// What stands before its token in its output.
pub const ANSWER: &str = "answer:";
const AUDIENCE: &str = "spiffe://localhost/keystead-service";
const ORCHESTRATOR: &str = env!("CARGO_BIN_EXE_keystead-orchestrator");
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running identity provider that gives whatever identity of localhost is asked for, with a service that believes it.
pub struct IdentityProvider {
    process: Child,
    folder: tempfile::TempDir,
    pub service: Service,
}

impl IdentityProvider {
    pub fn start() -> IdentityProvider {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start(folder.path());
        let config = format!(
            "[identity_provider]\nsocket_path = \"identity.sock\"\nadmin_socket_path = \"identity-admin.sock\"\n\
             [[service]]\nadmin_socket_path = \"service-admin.sock\"\nspiffe_id = \"{AUDIENCE}\"\n\
             [[mapping]]\nidentity = \"spiffe://localhost/{{*}}\"\n"
        );
        fs::write(folder.path().join("identity-provider.toml"), config).unwrap();
        let process = spawn(folder.path());
        IdentityProvider { process, folder, service }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks for a token as this very process.
    pub fn get_token(&self) -> Result<GetTokenResult> {
        ask(&self.socket(), GetToken { audience: String::new(), identity: String::new() })
    }

    /// Asks on the orchestrator's socket.
    pub fn admin<R: Request>(&self, request: R) -> Result<R::Result> {
        ask(&self.folder().join("identity-admin.sock"), request)
    }

    /// `run` without a daemon.
    pub fn run(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(ORCHESTRATOR);
        command.arg("run").arg("--identity-admin-socket").arg(self.folder().join("identity-admin.sock"));
        command.env(IDENTITY_SOCKET, self.socket()).args(arguments);
        command
    }

    /// Kills it and starts it again.
    pub fn restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = spawn(self.folder());
    }

    /// Until it knows exactly so many clients.
    pub fn wait_for_clients(&self, count: usize) {
        wait_until(count, || self.admin(ListClientDefinitions {}).unwrap().definitions);
    }

    /// Waits until the orchestrator's record of its clients is empty: it goes after the identity provider was told.
    pub fn wait_for_no_records(&self) {
        let records = || std::fs::read_dir(self.folder().join("orchestrator")).unwrap();
        wait_until(0, || records().map(|record| record.unwrap().file_name()).collect());
    }

    fn socket(&self) -> PathBuf {
        self.folder().join("identity.sock")
    }
}

/// Waits until there are so many.
fn wait_until<T: std::fmt::Debug>(count: usize, what: impl Fn() -> Vec<T>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let there = what();
        if there.len() == count {
            return;
        }
        assert!(Instant::now() < deadline, "{there:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A running daemon. It allows whatever is directly below localhost.
pub struct Daemon {
    process: Child,
    folder: PathBuf,
}

impl Daemon {
    pub fn start(provider: &IdentityProvider) -> Daemon {
        let folder = provider.folder().to_owned();
        let names = ["shop", "till", "x"].map(|name| format!("\"spiffe://localhost/{name}\"")).join(", ");
        let config = format!(
            "[orchestrator]\nsocket_path = \"orchestrator.sock\"\nidentity_admin_socket_path = \"identity-admin.sock\"\n\
             state_path = \"orchestrator\"\nhook_uids = [\"self\"]\n[[allow]]\nuids = [\"self\"]\nidentities = [{names}]\n"
        );
        fs::write(folder.join("orchestrator.toml"), config).unwrap();
        Daemon { process: spawn_daemon(&folder), folder }
    }

    /// Kills it and starts it again.
    pub fn restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = spawn_daemon(&self.folder);
    }

    /// `run` through it.
    pub fn command(&self, identity: &str) -> Command {
        let mut command = Command::new(ORCHESTRATOR);
        command.args(["run", "--identity", identity, "--socket"]).arg(self.socket());
        command.env(IDENTITY_SOCKET, self.folder.join("identity.sock"));
        command
    }

    /// An application that asks when it is asked.
    pub fn run(&self, name: &str) -> Application {
        let mut command = self.command(&format!("spiffe://localhost/{name}"));
        command.args(application()).arg("--nocapture");
        Application::start(&mut command)
    }

    /// The same in a pid namespace of its own, of which nobody was told.
    pub fn container(&self) -> Container {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--pid", "--fork"]).args(application()).arg("--nocapture");
        let mut application = Application::start(command.env(IDENTITY_SOCKET, self.folder.join("identity.sock")));
        // It answers, so it is there.
        assert_eq!(application.ask(), "");
        let outer = application.process.id();
        let children = fs::read_to_string(format!("/proc/{outer}/task/{outer}/children")).unwrap();
        Container { application, first_process: children.trim().parse().unwrap() }
    }

    /// `hook` with this state; what it says goes to the log of the test.
    pub fn hook(&self, state: &str) -> ExitStatus {
        let mut command = Command::new(ORCHESTRATOR);
        command.args(["hook", "--socket"]).arg(self.socket()).stdin(Stdio::piped());
        let mut hook = command.spawn().unwrap();
        hook.stdin.take().unwrap().write_all(state.as_bytes()).unwrap();
        hook.wait().unwrap()
    }

    /// `hook` as root of a container, which is this very user of the host.
    pub fn hook_in_a_container(&self, state: &str) -> Output {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", ORCHESTRATOR, "hook", "--socket"]).arg(self.socket());
        let mut hook = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        hook.stdin.take().unwrap().write_all(state.as_bytes()).unwrap();
        hook.wait_with_output().unwrap()
    }

    /// A caller.
    pub fn connect(&self) -> UnixStream {
        UnixStream::connect(self.socket()).unwrap()
    }

    /// A line to it, and its answer, which is empty if it hangs up.
    pub fn ask(&self, line: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("orchestrator.sock")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A process that asks who it is whenever it reads a line.
pub struct Application {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

pub struct Container {
    pub application: Application,
    pub first_process: u32,
}

/// Two processes in one pid namespace, as of two containers of a pod.
pub struct Pod {
    process: Child,
    /// The first process of the namespace, and another.
    pub members: [u32; 2],
}

impl Pod {
    pub fn start() -> Pod {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--"]);
        command.args(["sh", "-c", "sleep 1000 & echo started; read line"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let child_of = |pid: u32| {
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
            children.trim().parse::<u32>().unwrap()
        };
        let first = child_of(process.id());
        Pod { members: [first, child_of(first)], process }
    }

    pub fn end(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Application {
    fn start(command: &mut Command) -> Application {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Application { process, input, output }
    }

    /// Its token, empty if it got none.
    pub fn ask(&mut self) -> String {
        self.input.write_all(b"\n").unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the application has ended");
            // The test harness writes its own beginning of a line before it.
            if let Some((_, token)) = line.split_once(ANSWER) {
                return token.trim_end().to_owned();
            }
        }
    }

    /// Its token, as soon as it gets one.
    pub fn token(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.ask() {
                token if !token.is_empty() => return token,
                _ => assert!(Instant::now() < deadline, "there is no token"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends its input, and waits for it.
    pub fn end(self) -> ExitStatus {
        let Application { mut process, input, output } = self;
        drop(input);
        let status = process.wait().unwrap();
        drop(output);
        status
    }
}

/// The command that asks who it is: this program, and one test of it.
pub fn application() -> Vec<OsString> {
    let program = std::env::current_exe().unwrap().into_os_string();
    ["--".into(), program, "application".into(), "--exact".into()].into()
}

/// What a daemon would see of this process.
pub fn own_facts() -> PeerFacts {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    Peer::of(&ours).unwrap().pinned(&ours).unwrap().facts().unwrap()
}

pub fn ask<R: Request>(socket: &Path, request: R) -> Result<R::Result> {
    Client::at(Endpoint::at(socket), Credential::None).with_timeout(Duration::from_secs(5)).call(request)
}

/// Another package's program, which cargo builds where it builds ours.
fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let name = "keystead-identity-provider";
        assert!(Command::new(env!("CARGO")).args(["build", "--package", name]).status().unwrap().success());
        Path::new(ORCHESTRATOR).with_file_name(name)
    })
}

fn spawn(folder: &Path) -> Child {
    let process = Command::new(program()).arg("--config").arg(folder.join("identity-provider.toml")).spawn().unwrap();
    wait_for(&folder.join("identity-admin.sock"));
    // It is bound last.
    wait_for(&folder.join("identity.sock"));
    process
}

fn spawn_daemon(folder: &Path) -> Child {
    let mut command = Command::new(ORCHESTRATOR);
    let process = command.args(["daemon", "--config"]).arg(folder.join("orchestrator.toml")).spawn().unwrap();
    wait_for(&folder.join("orchestrator.sock"));
    process
}

fn wait_for(socket: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while UnixStream::connect(socket).is_err() {
        assert!(Instant::now() < deadline, "nobody listens on {}", socket.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A service's admin socket, and nothing else of it.
pub struct Service(Arc<Believing>);

struct Believing {
    instance: InstanceId,
    slot: Mutex<Slot<Pinned>>,
}

struct AdminDoor(Arc<Believing>);

impl Service {
    fn start(folder: &Path) -> Service {
        let slot = Mutex::new(Slot::new());
        let service = Service(Arc::new(Believing { instance: instance::fresh().unwrap(), slot }));
        let admitted = Admitted { mode: 0o600, group: None };
        let socket = listener::bind(&folder.join("service-admin.sock"), admitted).unwrap();
        listener::serve("service", socket, Arc::new(AdminDoor(Arc::clone(&service.0)))).unwrap();
        service
    }

    /// Until a token is not believed any more.
    pub fn wait_until_refused(&self, token: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.verify(token).is_some() {
            assert!(Instant::now() < deadline, "it is believed still");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What a token says, if it is believed now.
    pub fn verify(&self, token: &str) -> Option<VerifiedToken> {
        let trusted = self.0.slot.lock().unwrap().trusted();
        let now = clock::now();
        let trust_domain = TrustDomain::parse("localhost").unwrap();
        let expected =
            Expected { audience: AUDIENCE, trust_domain: &trust_domain, algorithms: DEFAULT_ALGORITHMS, now: now.unix };
        token::verify(token.as_bytes(), |key_id| trusted.key(key_id, now), &expected).ok()
    }
}

impl Door for AdminDoor {
    fn serves(&self, opcode: Opcode) -> bool {
        matches!(opcode, Opcode::GetInstance | Opcode::ShareTrustBundle)
    }

    fn refusals(&self) -> log::Level {
        log::Level::Warn
    }

    fn answer(&self, caller: &Caller<'_>, operation: Operation) -> std::result::Result<Outcome, Refusal> {
        let mut slot = self.0.slot.lock().unwrap();
        if slot.process().is_some_and(|process| !process.is_alive()) {
            *slot = Slot::new();
        }
        match operation {
            Operation::GetInstance(_) => {
                let (instance_id, version) = (self.0.instance, String::new());
                let senders = slot.sender().into_iter().collect();
                Ok(GetInstanceResult { instance_id, version, trust_epoch: 0, senders }.into())
            }
            Operation::ShareTrustBundle(share) => {
                let process = caller.peer().pinned(caller.socket()).unwrap();
                let shared = slot.share(process, &share, clock::now());
                let trust_epoch = shared.map_err(|error| Refusal::new(error.status(), error))?;
                Ok(ShareTrustBundleResult { trust_epoch }.into())
            }
            _ => Err(Refusal::new(Status::OpcodeDoesNotExist, "")),
        }
    }
}
