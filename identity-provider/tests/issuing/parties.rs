//! The parties around an identity provider: a service, an orchestrator, and the process itself in a folder of its own.

// Each test program needs some of them.
#![allow(dead_code)]

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use keystead_client::interface::names::{ClientRef, InstanceId};
use keystead_client::interface::operations::identity::{
    AddClient, AddClientResult, ClientState, GetInstance, GetInstanceResult, GetToken, GetTokenResult, ProveClient,
    ProveClientResult, RemoveClient, RemoveClientResult, ShareTrustBundleResult,
};
use keystead_client::interface::operations::{Opcode, Operation, Outcome, Request};
use keystead_client::{Client, Credential, Endpoint, Result};
use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_daemon::listener::{self, Admitted};
use keystead_daemon::{clock, instance};
use keystead_interface::status::Status;
use keystead_trust::binding::{BindingKind, PeerFacts};
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime};
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{self, Envelope};
use keystead_trust::peer::{Peer, Pinned};
use keystead_trust::slot::Slot;
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::spiffe_id::{SpiffeId, TrustDomain};
use keystead_trust::token::{self, DEFAULT_ALGORITHMS, Expected, VerifiedToken};

/// A mapping that yields whatever is asked for.
pub const ANY: &str = "[[mapping]]\nidentity = \"spiffe://localhost/{*}\"\n";
pub const AUDIENCE: &str = "spiffe://localhost/keystead-service";
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running identity provider, with a service that believes it.
pub struct IdentityProvider {
    process: Child,
    folder: tempfile::TempDir,
    pub service: Service,
}

impl IdentityProvider {
    /// One that gives whatever identity is asked for; `settings` go under `[identity_provider]`.
    pub fn start(settings: &str) -> IdentityProvider {
        IdentityProvider::start_with(ANY, settings)
    }

    pub fn start_with(mapping: &str, settings: &str) -> IdentityProvider {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start(folder.path());
        IdentityProvider::start_in(folder, mapping, settings, Some(service))
    }

    /// In this folder, where a service may listen or not.
    pub fn start_in(
        folder: tempfile::TempDir,
        mapping: &str,
        settings: &str,
        service: Option<Service>,
    ) -> IdentityProvider {
        // The key may be among the settings.
        let workload_api = match settings.contains("workload_api_socket_path") {
            true => "",
            false => "workload_api_socket_path = \"spiffe.sock\"\n",
        };
        let config = format!(
            "[identity_provider]\nsocket_path = \"identity.sock\"\nadmin_socket_path = \"identity-admin.sock\"\n{workload_api}{settings}\
             [[service]]\nadmin_socket_path = \"service-admin.sock\"\nspiffe_id = \"{AUDIENCE}\"\n{mapping}"
        );
        let file = folder.path().join("identity-provider.toml");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystead-identity-provider"));
        let process = command.arg("--config").arg(&file).spawn().unwrap();
        let service = service.unwrap_or_else(Service::nowhere);
        let provider = IdentityProvider { process, folder, service };
        let deadline = Instant::now() + PATIENCE;
        while UnixStream::connect(provider.folder().join("identity.sock")).is_err() {
            assert!(Instant::now() < deadline, "the identity provider does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
        provider
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn get_token(&self, audience: &str, identity: &str) -> Result<GetTokenResult> {
        self.application(GetToken { audience: audience.into(), identity: identity.into() })
    }

    /// Asks on the socket for applications.
    pub fn application<R: Request>(&self, request: R) -> Result<R::Result> {
        client(&self.folder().join("identity.sock")).call(request)
    }

    /// Asks on the orchestrator's socket.
    pub fn admin<R: Request>(&self, request: R) -> Result<R::Result> {
        client(&self.folder().join("identity-admin.sock")).call(request)
    }

    /// What a daemon would see of this process.
    pub fn own_facts(&self) -> PeerFacts {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        Peer::of(&ours).unwrap().pinned(&ours).unwrap().facts().unwrap()
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A service's admin socket, and nothing else of it.
pub struct Service(Arc<Believing>);

struct Believing {
    state: Mutex<(InstanceId, Slot<Pinned>)>,
    /// Of connections, to end them.
    connections: Mutex<Vec<UnixStream>>,
}

struct AdminDoor(Arc<Believing>);

impl Service {
    /// Listens in this folder.
    pub fn start(folder: &Path) -> Service {
        let service = Service::nowhere();
        let admitted = Admitted { mode: 0o600, group: None };
        let socket = listener::bind(&folder.join("service-admin.sock"), admitted).unwrap();
        listener::serve("service", socket, Arc::new(AdminDoor(Arc::clone(&service.0)))).unwrap();
        service
    }

    /// One that does not listen.
    pub fn nowhere() -> Service {
        let state = Mutex::new((instance::fresh().unwrap(), Slot::new()));
        Service(Arc::new(Believing { state, connections: Mutex::default() }))
    }

    /// Forgets everything and ends every connection, as a new process would.
    pub fn restart(&self) {
        *self.0.state.lock().unwrap() = (instance::fresh().unwrap(), Slot::new());
        for connection in self.0.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(std::net::Shutdown::Both);
        }
    }

    /// What a token says, if it is believed now.
    pub fn verify(&self, token: &str) -> Option<VerifiedToken> {
        let trusted = self.0.state.lock().unwrap().1.trusted();
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
        let mut state = self.0.state.lock().unwrap();
        match operation {
            Operation::GetInstance(_) => {
                self.0.connections.lock().unwrap().push(caller.socket().try_clone().unwrap());
                let (instance_id, slot) = &*state;
                let senders = slot.sender().into_iter().collect();
                let version = String::new();
                Ok(GetInstanceResult { instance_id: *instance_id, version, trust_epoch: 0, senders }.into())
            }
            Operation::ShareTrustBundle(share) => {
                let process = caller.peer().pinned(caller.socket()).unwrap();
                let shared = state.1.share(process, &share, clock::now());
                let trust_epoch = shared.map_err(|error| Refusal::new(error.status(), error))?;
                Ok(ShareTrustBundleResult { trust_epoch }.into())
            }
            _ => Err(Refusal::new(Status::OpcodeDoesNotExist, "")),
        }
    }
}

/// Somebody who vouches for applications.
pub struct Orchestrator {
    client: Client,
    receiver: InstanceId,
    trustor: Trustor,
}

impl Orchestrator {
    /// One that nobody believes yet.
    pub fn of(provider: &IdentityProvider) -> Orchestrator {
        Orchestrator::at(provider.folder())
    }

    fn at(folder: &Path) -> Orchestrator {
        let client = client(&folder.join("identity-admin.sock"));
        let receiver = client.call(GetInstance {}).unwrap().instance_id;
        let trustor = Trustor::new(instance::fresh().unwrap(), DEFAULT_CADENCE).unwrap();
        Orchestrator { client, receiver, trustor }
    }

    /// One that shared a root and an intermediate.
    pub fn believed_by(provider: &IdentityProvider) -> Orchestrator {
        let mut orchestrator = Orchestrator::of(provider);
        orchestrator.share_root().unwrap();
        orchestrator.rotate();
        orchestrator
    }

    pub fn call<R: Request>(&self, request: R) -> Result<R::Result> {
        self.client.call(request)
    }

    pub fn share_root(&mut self) -> Result<ShareTrustBundleResult> {
        let root = self.trustor.root();
        self.call(root)
    }

    /// Shares the next intermediate.
    pub fn rotate(&mut self) {
        let next = self.trustor.prepare(clock::now(), 0).unwrap();
        let message = self.trustor.announce(&next);
        self.call(message).unwrap();
        self.trustor.adopt(next);
    }

    /// A signed definition.
    pub fn definition(
        &mut self,
        client: &str,
        identity: &str,
        selectors: Selectors,
        state: ClientState,
        binding: Option<BindingKind>,
    ) -> String {
        let identity = SpiffeId::parse(&format!("spiffe://localhost/{identity}")).unwrap();
        let client_ref = ClientRef::new(client).unwrap();
        self.sign(&Definition { client_ref, state, identity, selectors, binding })
    }

    /// Tells of a client; gives its definition and the nonce for its proof.
    pub fn add(
        &mut self,
        client: &str,
        identity: &str,
        selectors: Selectors,
        binding: Option<BindingKind>,
    ) -> Result<(String, [u8; 16])> {
        let definition = self.definition(client, identity, selectors, ClientState::Running, binding);
        let nonce = self.call(AddClient { definition: definition.clone() })?.nonce;
        Ok((definition, nonce.try_into().unwrap()))
    }

    /// A signed proof, with this process as evidence.
    pub fn proof(&mut self, client: &str, definition: &str, nonce: &[u8; 16]) -> String {
        let process = own_selectors().process.unwrap();
        let runtime = Runtime { process, cgroup: None, netns: None, mntns: None, pidns: None };
        self.sign(&Proof {
            client_ref: ClientRef::new(client).unwrap(),
            definition_sha256: payload::sha256(definition),
            nonce: *nonce,
            evidence: vec![Evidence::Runtime(runtime)],
        })
    }

    pub fn prove(&mut self, client: &str, definition: &str, nonce: &[u8; 16]) -> Result<ProveClientResult> {
        let proof = self.proof(client, definition, nonce);
        self.call(ProveClient { proof })
    }

    pub fn stop(&mut self, client: &str) -> Result<AddClientResult> {
        let definition = self.definition(client, "app", own_selectors(), ClientState::Stopped, None);
        self.call(AddClient { definition })
    }

    pub fn remove(&self, client: &str) -> Result<RemoveClientResult> {
        self.call(RemoveClient { client_ref: ClientRef::new(client).unwrap() })
    }

    fn sign<C: payload::Content>(&mut self, content: &C) -> String {
        let now = clock::now().unix;
        let envelope = Envelope {
            sender: self.trustor.instance(),
            receiver: self.receiver,
            issued_at: now,
            expires_at: now + 60,
            sequence: self.trustor.next_sequence(),
        };
        payload::sign(self.trustor.signer().unwrap(), &envelope, content).unwrap()
    }
}

/// Another process of this test, which does not outlive it.
pub struct Other(pub Child);

impl Other {
    /// Ends it as SIGKILL does, and waits until it is gone.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Vouches for whatever process has the uid of this one, until it is killed.
pub fn vouch_until_killed(folder: &Path) {
    let mut orchestrator = Orchestrator::at(folder);
    orchestrator.share_root().unwrap();
    orchestrator.rotate();
    let everybody = Selectors { uid: own_selectors().uid, ..Selectors::default() };
    let (definition, nonce) = orchestrator.add("shop", "app", everybody, None).unwrap();
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    loop {
        std::thread::park();
    }
}

/// This process and no other.
pub fn own_selectors() -> Selectors {
    let own = rustix::process::getpid();
    let pidfd = rustix::process::pidfd_open(own, rustix::process::PidfdFlags::empty()).unwrap();
    let pidfd_inode = rustix::fs::fstat(&pidfd).unwrap().st_ino;
    let process = PinnedProcess { pid: std::process::id(), pidfd_inode };
    Selectors { uid: Some(rustix::process::geteuid().as_raw()), process: Some(process), ..Selectors::default() }
}

fn client(socket: &Path) -> Client {
    Client::at(Endpoint::at(socket), Credential::None).with_timeout(Duration::from_secs(5))
}
