//! A service that believes tokens, an identity provider beside it, and `keystead-orchestrator run`, which vouches for a
//! runner before it starts.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::service::{PATIENCE, Service};

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

/// Both daemons, in one folder.
pub struct Identities {
    pub service: Service,
    provider: Child,
}

impl Identities {
    pub fn start() -> Identities {
        let service = Service::with(SERVICE);
        let config = service.home().path().join("identity-provider.toml");
        std::fs::write(&config, IDENTITY_PROVIDER).expect("the directory is ours");
        let mut command = Command::new(binary::identity_provider());
        command.arg("--config").arg(config).env_remove("NOTIFY_SOCKET").stdin(Stdio::null()).stderr(Stdio::null());
        let identities = Identities { provider: command.spawn().expect("the binary was just built"), service };
        let deadline = Instant::now() + PATIENCE;
        while !identities.admin_socket().exists() {
            assert!(Instant::now() < deadline, "the identity provider does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        identities
    }

    /// Where applications fetch their tokens.
    pub fn endpoint(&self) -> String {
        format!("unix:{}", self.service.home().path().join("identity.sock").display())
    }

    /// The words that start a command as the application of this name.
    pub fn as_application(&self, name: &str, command: &[String]) -> Vec<String> {
        let orchestrator = binary::orchestrator().to_string_lossy().into_owned();
        let admin = self.admin_socket().to_string_lossy().into_owned();
        let identity = format!("spiffe://localhost/{name}");
        let words = [&orchestrator, "run", "--identity", &identity, "--identity-admin-socket", &admin, "--"];
        words.iter().map(|word| (*word).to_owned()).chain(command.iter().cloned()).collect()
    }

    fn admin_socket(&self) -> PathBuf {
        self.service.home().path().join("identity/identity-admin.sock")
    }
}

impl Drop for Identities {
    fn drop(&mut self) {
        let _ = self.provider.kill();
        let _ = self.provider.wait();
    }
}
