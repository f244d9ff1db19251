//! An application with an identity: the client library between a real identity provider and a real service, each of which
//! is killed. The test is the application, and vouches for itself in the orchestrator's place.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use keystead_client::{Client, Credential, Deadline, Endpoint, Error, TokenSource, presets};
use keystead_e2e_tests::binary;
use keystead_e2e_tests::effort::left_out;
use keystead_e2e_tests::service::Service;
use keystead_interface::names::{ClientRef, InstanceId};
use keystead_interface::operations::identity::{AddClient, ClientState, GetInstance, ProveClient};
use keystead_interface::status::Status;
use keystead_trust::moment::Moment;
use keystead_trust::payload::definition::{Definition, PinnedProcess, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime};
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{self, Envelope};
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::fresh_id;

const SERVICE: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
admin_socket_path = "admin/service-admin.sock"

[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]

[[authenticator]]
kind = "jwt"
trust_domain = "localhost"
identity_provider_user = "self"

[[provider]]
kind = "software"
"#;

const IDENTITY_PROVIDER: &str = r#"
[identity_provider]
socket_path = "identity.sock"
admin_socket_path = "identity/identity-admin.sock"

[[service]]
admin_socket_path = "admin/service-admin.sock"
spiffe_id = "spiffe://localhost/keystead-service"

[[mapping]]
identity = "spiffe://localhost/{*}"
"#;

/// Long, because the machine may be busy; the client waits within it.
const PATIENCE: Duration = Duration::from_secs(30);

/// An identity provider beside the service, killed when it is dropped.
struct IdentityProvider(Child);

impl IdentityProvider {
    fn beside(service: &Service) -> IdentityProvider {
        let config = service.home().path().join("identity-provider.toml");
        fs::write(&config, IDENTITY_PROVIDER).expect("the directory is ours");
        let mut command = Command::new(binary::identity_provider());
        command.arg("--config").arg(config).env_remove("NOTIFY_SOCKET").stdin(Stdio::null()).stderr(Stdio::null());
        IdentityProvider(command.spawn().expect("the binary was just built"))
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn in_home(service: &Service, name: &str) -> PathBuf {
    service.home().path().join(name)
}

fn tokens(service: &Service) -> TokenSource {
    TokenSource::at(Endpoint::at(in_home(service, "identity.sock")))
}

fn application(service: &Service) -> Client {
    let credential = Credential::Token(tokens(service));
    Client::at(Endpoint::at(service.home().socket()), credential).with_timeout(PATIENCE)
}

fn names(client: &Client) -> Vec<String> {
    let keys = client.list_keys().expect("what is stale or away is waited for");
    keys.into_iter().map(|key| key.name.into_string()).collect()
}

fn now() -> Moment {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970");
    Moment { unix: since_1970.as_secs(), uptime: since_1970 }
}

/// Who vouches for this process, as the orchestrator would.
struct Voucher {
    admin: Client,
    receiver: InstanceId,
    trustor: Trustor,
}

impl Voucher {
    /// Waits for the identity provider, and shares its certificates.
    fn of(service: &Service) -> Voucher {
        let socket = in_home(service, "identity/identity-admin.sock");
        let admin = Client::at(Endpoint::at(socket), Credential::None).with_timeout(PATIENCE);
        let deadline = SystemTime::now() + PATIENCE;
        let receiver = loop {
            match admin.call(GetInstance {}) {
                Ok(instance) => break instance.instance_id,
                Err(error) => assert!(SystemTime::now() < deadline, "the identity provider does not start: {error}"),
            }
            thread::sleep(Duration::from_millis(5));
        };
        let id = fresh_id().expect("random bytes");
        let id = InstanceId::new(std::array::from_fn(|at| id.as_bytes()[at]));
        let mut trustor = Trustor::new(id, DEFAULT_CADENCE).expect("a root");
        admin.call(trustor.root()).expect("the slot is empty");
        let intermediate = trustor.prepare(now(), 128).expect("an intermediate");
        admin.call(trustor.announce(&intermediate)).expect("the root is ours");
        trustor.adopt(intermediate);
        Voucher { admin, receiver, trustor }
    }

    /// Says that every process of this uid is the application, and gives the proof of it, which is still to be shown.
    fn define(&mut self) -> String {
        let client_ref = ClientRef::new("app").expect("a short name");
        let uid = Some(rustix::process::geteuid().as_raw());
        let definition = self.sign(&Definition {
            client_ref: client_ref.clone(),
            state: ClientState::Running,
            identity: SpiffeId::parse("spiffe://localhost/app").expect("an ID"),
            selectors: Selectors { uid, ..Selectors::default() },
            binding: None,
        });
        let added = self.admin.call(AddClient { definition: definition.clone() }).expect("a definition");
        let own = rustix::process::pidfd_open(rustix::process::getpid(), rustix::process::PidfdFlags::empty());
        let pidfd_inode = rustix::fs::fstat(own.expect("we live")).expect("a descriptor").st_ino;
        let process = PinnedProcess { pid: std::process::id(), pidfd_inode };
        let runtime = Runtime { process, cgroup: None, netns: None, mntns: None, pidns: None };
        self.sign(&Proof {
            client_ref,
            definition_sha256: payload::sha256(&definition),
            nonce: added.nonce.try_into().expect("16 bytes"),
            evidence: vec![Evidence::Runtime(runtime)],
        })
    }

    fn prove(&self, proof: String) {
        let proven = self.admin.call(ProveClient { proof }).expect("a proof");
        assert_eq!(proven.identity, "spiffe://localhost/app");
    }

    fn sign<C: payload::Content>(&mut self, content: &C) -> String {
        let issued_at = now().unix;
        let envelope = Envelope {
            sender: self.trustor.instance(),
            receiver: self.receiver,
            issued_at,
            expires_at: issued_at + 60,
            sequence: self.trustor.next_sequence(),
        };
        let key = self.trustor.signer().expect("an intermediate was shared");
        payload::sign(key, &envelope, content).expect("a signature")
    }
}

#[test]
fn an_application_only_waits_while_it_is_proven_and_while_service_or_identity_provider_restart() {
    let service = Service::with(SERVICE);
    let provider = IdentityProvider::beside(&service);
    let mut voucher = Voucher::of(&service);
    let client = application(&service);
    let proof = voucher.define();
    let hasty = client.with_timeout(Duration::from_millis(300)).list_keys().expect_err("it is not proven");
    assert!(matches!(hasty, Error::Identity(_)) && hasty.status() == Some(Status::Busy), "{hasty}");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| client.generate("signing", &presets::ecdsa_p256()).map(drop));
        voucher.prove(proof);
        waiting.join().expect("no panic").expect("it is proven by now");
    });
    assert_eq!(names(&client), ["signing"]);
    let by_uid = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    assert!(by_uid.list_keys().expect("it has no keys").is_empty(), "the uid is somebody else");

    let service = Service::in_home(service.kill());
    assert_eq!(names(&client), ["signing"], "the new service believes nobody at first");

    drop(provider);
    let hasty = client.with_timeout(Duration::from_millis(300)).list_keys().expect_err("nobody gives tokens");
    assert!(matches!(hasty, Error::Identity(_)), "{hasty}");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| names(&client));
        let _provider = IdentityProvider::beside(&service);
        let mut voucher = Voucher::of(&service);
        let proof = voucher.define();
        voucher.prove(proof);
        assert_eq!(waiting.join().expect("no panic"), ["signing"]);
    });
}

#[test]
fn the_command_shows_who_it_is_and_the_token_only_when_told_to() {
    let service = Service::with(SERVICE);
    let _provider = IdentityProvider::beside(&service);
    let mut voucher = Voucher::of(&service);
    let proof = voucher.define();
    voucher.prove(proof);
    let keystead = |arguments: &[&str]| {
        let mut command = Command::new(binary::command());
        let identity_endpoint = format!("unix:{}", in_home(&service, "identity.sock").display());
        let endpoint = format!("unix:{}", service.home().socket().display());
        command.env("KEYSTEAD_SERVICE_ENDPOINT", endpoint).env("KEYSTEAD_IDENTITY_ENDPOINT", identity_endpoint);
        let output = command.args(arguments).output().expect("the binary was just built");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let said = keystead(&["token"]);
    assert!(said.starts_with("spiffe://localhost/app\nfor spiffe://localhost/keystead-service\nuntil "), "{said}");
    assert!(!said.contains("eyJ"), "{said}");
    assert!(keystead(&["token", "--show"]).lines().last().is_some_and(|token| token.starts_with("eyJ")));
    assert!(keystead(&["authenticators"]).contains("2   A token of the identity provider"));
    keystead(&["generate", "of-the-command"]);
    assert_eq!(names(&application(&service)), ["of-the-command"], "it is the same application");
    let token = tokens(&service).token(Deadline::after(PATIENCE)).expect("a token");
    assert!(token.expires_at() <= now().unix + 300);
}

#[test]
fn programs_that_speak_pkcs11_have_the_identity_of_their_token() {
    let tool = |service: &Service, arguments: &[&str], identity: bool| {
        let mut command = Command::new("pkcs11-tool");
        command.arg("--module").arg(binary::pkcs11_module()).args(["--slot", "1"]).args(arguments);
        command.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", service.home().socket().display()));
        command.env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
        if identity {
            let endpoint = format!("unix:{}", in_home(service, "identity.sock").display());
            command.env("KEYSTEAD_IDENTITY_ENDPOINT", endpoint);
        }
        command.output().ok().map(|output| {
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
    };
    let service = Service::with(SERVICE);
    let _provider = IdentityProvider::beside(&service);
    let mut voucher = Voucher::of(&service);
    let proof = voucher.define();
    voucher.prove(proof);
    let Some(slots) = tool(&service, &["-L"], true) else {
        return left_out("programs_that_speak_pkcs11_have_the_identity_of_their_token", "opensc is not installed");
    };
    let serial = |slots: &str| slots.lines().find(|line| line.contains("serial num")).map(str::to_owned);
    let by_uid = tool(&service, &["-L"], false).expect("it is here");
    assert!(serial(&slots).is_some() && serial(&slots) != serial(&by_uid), "{slots}{by_uid}");
    let make = ["--keypairgen", "--key-type", "EC:secp256r1", "--label", "through pkcs11", "--id", "01"];
    tool(&service, &make, true);
    assert_eq!(names(&application(&service)), ["through pkcs11"]);
    assert!(!tool(&service, &["-O"], false).expect("it is here").contains("through"), "the uid is somebody else");
}
