//! The parties around a service that believes tokens: an identity provider and an orchestrator's daemon, each a process in
//! the service's directory that can be killed and started again there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;

use crate::binary;
use crate::caller::Caller;
pub use crate::daemon::Daemon;
use crate::home::Home;
use crate::service::Service;

/// A service for applications that show tokens, besides those that are known by their uid. The test's own user and the
/// application `operator` are its administrators, the former is its identity provider too.
pub const SERVICE: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
admin_socket_path = "admin/service-admin.sock"

[limits]
max_connections_per_uid = 1000

[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]

[[authenticator]]
kind = "jwt"
trust_domain = "localhost"
identity_provider_user = "self"
admins = ["spiffe://localhost/operator"]

[[provider]]
kind = "software"
"#;

/// Tokens for that service and for whatever identity directly below `spiffe://localhost/` an orchestrator asks for.
const TOKENS: &str = r#"
[[service]]
admin_socket_path = "admin/service-admin.sock"
spiffe_id = "spiffe://localhost/keystead-service"

[[mapping]]
identity = "spiffe://localhost/{*}"
"#;

const ORCHESTRATOR: &str = r#"
[orchestrator]
socket_path = "orchestrator.sock"
identity_admin_socket_path = "identity/identity-admin.sock"
state_path = "orchestrator"
hook_uids = ["self"]

[[allow]]
uids = ["self"]
identities = ["spiffe://localhost/*"]
"#;

/// The daemons beside a service.
impl Daemon {
    /// An identity provider, which makes a new intermediate every so many seconds.
    pub fn identity_provider(home: &Home, cadence_s: u64) -> Daemon {
        Daemon::identity_provider_at(home, "identity.sock", &format!("intermediate_cadence_s = {cadence_s}"))
    }

    /// One whose socket for applications has this name, and of which these lines are said besides, under
    /// `[identity_provider]` first.
    pub fn identity_provider_at(home: &Home, socket: &str, settings: &str) -> Daemon {
        let name = socket.trim_end_matches(".sock");
        let sockets = format!(
            "socket_path = \"{socket}\"\nadmin_socket_path = \"{name}/{name}-admin.sock\"\n\
             workload_api_socket_path = \"\""
        );
        let config = format!("[identity_provider]\n{sockets}\n{settings}\n{TOKENS}");
        Daemon::beside(home, binary::identity_provider(), &[], name, &config)
    }

    /// The daemon that vouches for what [`run`] starts.
    pub fn orchestrator(home: &Home) -> Daemon {
        Daemon::beside(home, binary::orchestrator(), &["daemon"], "orchestrator", ORCHESTRATOR)
    }

    /// Starts a daemon with this configuration, in the service's directory.
    fn beside(home: &Home, program: &Path, arguments: &[&str], name: &str, config: &str) -> Daemon {
        let file = home.path().join(format!("{name}.toml"));
        fs::write(&file, config).expect("the directory is ours");
        let mut command = Command::new(program);
        command.args(arguments).arg("--config").arg(file);
        Daemon::start(command, name, home.path())
    }
}

/// The service's administrative socket.
pub fn admin(service: &Service) -> Caller {
    Caller::new(service.home().path().join("admin/service-admin.sock"))
}

/// `keystead-orchestrator run` through the daemon in this directory: the arguments that are added are the command. It finds
/// service and identity provider by its environment, as an application does.
pub fn run(home: &Home, name: &str) -> Command {
    let mut command = Command::new(binary::orchestrator());
    command.args(["run", "--identity", &identity(name), "--socket"]).arg(home.path().join("orchestrator.sock"));
    let endpoint = |path: PathBuf| format!("unix:{}", path.display());
    command.env("KEYSTEAD_SERVICE_ENDPOINT", endpoint(home.socket()));
    command.env("KEYSTEAD_IDENTITY_ENDPOINT", endpoint(identity_socket(home)));
    command.arg("--");
    command
}

/// Where applications get their tokens.
pub fn identity_socket(home: &Home) -> PathBuf {
    home.path().join("identity.sock")
}

/// Where the orchestrator speaks to the identity provider.
pub fn identity_admin_socket(home: &Home) -> PathBuf {
    home.path().join("identity/identity-admin.sock")
}

/// The identity of the application of this name.
pub fn identity(name: &str) -> String {
    format!("spiffe://localhost/{name}")
}

/// The uid of everybody here.
pub fn own_uid() -> u32 {
    geteuid().as_raw()
}
