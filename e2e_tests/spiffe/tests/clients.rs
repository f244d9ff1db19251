//! SPIFFE's own clients, unmodified, as applications that the orchestrator vouches for: they fetch tokens from the identity
//! provider's Workload API, and verify them by its bundle and by asking it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::service::Service;

const AUDIENCE: &str = "spiffe://localhost/keystead-service";
const PATIENCE: Duration = Duration::from_secs(60);

const SERVICE: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
admin_socket_path = "admin/service-admin.sock"

[[authenticator]]
kind = "jwt"
trust_domain = "localhost"
identity_provider_user = "self"

[[provider]]
kind = "software"
"#;

/// A service, and an identity provider that it believes.
struct Host {
    service: Service,
    provider: Child,
}

impl Host {
    fn start(settings: &str) -> Host {
        let service = Service::with(SERVICE);
        let config = format!(
            "[identity_provider]\nsocket_path = \"identity.sock\"\nworkload_api_socket_path = \"spiffe.sock\"\n\
             admin_socket_path = \"identity/identity-admin.sock\"\n{settings}\n\
             [[service]]\nadmin_socket_path = \"admin/service-admin.sock\"\nspiffe_id = \"{AUDIENCE}\"\n\
             [[mapping]]\nidentity = \"spiffe://localhost/{{*}}\"\n"
        );
        let file = service.home().path().join("identity-provider.toml");
        fs::write(&file, config).expect("the directory is ours");
        let mut command = Command::new(binary::identity_provider());
        command.arg("--config").arg(file).env_remove("NOTIFY_SOCKET").stdin(Stdio::null());
        let host = Host { provider: command.spawn().expect("the binary was just built"), service };
        let deadline = Instant::now() + PATIENCE;
        // The last of its sockets.
        while !host.path("identity.sock").exists() {
            assert!(Instant::now() < deadline, "the identity provider does not start");
            thread::sleep(Duration::from_millis(5));
        }
        host
    }

    fn path(&self, name: &str) -> PathBuf {
        self.service.home().path().join(name)
    }

    /// What a program says as an application with this identity; it must succeed.
    fn run(&self, identity: &str, program: &Command, arguments: &[&str]) -> String {
        let mut command = Command::new(binary::orchestrator());
        command.arg("run").arg("--identity-admin-socket").arg(self.path("identity/identity-admin.sock"));
        command.args(["--identity", identity, "--"]).arg(program.get_program()).args(program.get_args());
        command.args(arguments).stdin(Stdio::null());
        command.env("SPIFFE_ENDPOINT_SOCKET", format!("unix://{}", self.path("spiffe.sock").display()));
        let output = command.output().expect("the binary was just built");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {complaint}", program.get_program());
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.provider.kill();
        let _ = self.provider.wait();
    }
}

/// The same workload with the library from crates.io, and with the one from PyPI.
fn clients() -> [Command; 2] {
    [Command::new(env!("CARGO_BIN_EXE_spiffe_client")), keystead_spiffe_tests::python("client.py")]
}

#[test]
fn spiffe_clients_fetch_and_verify_tokens() {
    let host = Host::start("");
    for client in clients() {
        let said = host.run("spiffe://localhost/shop", &client, &[AUDIENCE]);
        let expected = "fetched spiffe://localhost/shop\nverified spiffe://localhost/shop\n\
                        validated spiffe://localhost/shop\neach spiffe://localhost/shop\nrefused what is wrong\n";
        assert_eq!(said, expected, "{:?}", client.get_program());
    }
}

#[test]
fn spiffe_clients_follow_the_keys() {
    let host = Host::start("intermediate_cadence_s = 1");
    for client in clients() {
        assert_eq!(host.run("spiffe://localhost/shop", &client, &[AUDIENCE, "follow"]), "followed\n");
    }
}
