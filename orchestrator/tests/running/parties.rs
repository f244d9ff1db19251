//! The parties around an orchestrator: an identity provider in a folder of its own, and a service that believes it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Endpoint, Result};
use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_daemon::listener::{self, Admitted};
use keystead_daemon::{clock, instance};
use keystead_interface::names::InstanceId;
use keystead_interface::operations::identity::{GetInstanceResult, GetToken, GetTokenResult, ShareTrustBundleResult};
use keystead_interface::operations::{Opcode, Operation, Outcome, Request};
use keystead_interface::status::Status;
use keystead_trust::binding::PeerFacts;
use keystead_trust::peer::{Peer, Pinned};
use keystead_trust::slot::Slot;
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::{self, DEFAULT_ALGORITHMS, Expected, VerifiedToken};

/// Where a command of the tests writes its token.
pub const TOKEN_FILE: &str = "KEYSTEAD_TEST_TOKEN_FILE";
const AUDIENCE: &str = "spiffe://localhost/keystead-service";
const PATIENCE: Duration = Duration::from_secs(20);

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystead-orchestrator"));
        command.arg("run").arg("--identity-admin-socket").arg(self.folder().join("identity-admin.sock"));
        command.env("KEYSTEAD_TEST_IDENTITY_SOCKET", self.socket()).args(arguments);
        command
    }

    fn socket(&self) -> PathBuf {
        self.folder().join("identity.sock")
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
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
        Path::new(env!("CARGO_BIN_EXE_keystead-orchestrator")).with_file_name(name)
    })
}

fn spawn(folder: &Path) -> Child {
    let process = Command::new(program()).arg("--config").arg(folder.join("identity-provider.toml")).spawn().unwrap();
    let deadline = Instant::now() + PATIENCE;
    while UnixStream::connect(folder.join("identity-admin.sock")).is_err() {
        assert!(Instant::now() < deadline, "the identity provider does not listen");
        std::thread::sleep(Duration::from_millis(5));
    }
    process
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
