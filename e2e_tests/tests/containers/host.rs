//! A host on which containers are started: three daemons of three users, and what a container's root is made of.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use keystead_e2e_tests::binary;
use keystead_e2e_tests::daemon::Daemon;
use keystead_e2e_tests::effort::{left_out, may_be_others};
use keystead_e2e_tests::folder::Folder;

use crate::{Bundle, Container};

/// The uid of all applications.
pub const APPLICATION: u32 = 54_321;
/// The uids of the daemons, in the order of their names below, and the group that may enter their admin sockets.
const DAEMONS: [u32; 3] = [54_301, 54_302, 54_303];
const GROUP: u32 = 54_300;

const SERVICE: &str = r#"
[service]
socket_path = "service/service.sock"
admin_socket_path = "service-admin/service-admin.sock"
state_directory = "service-state"
refuse_root = true
refuse_shared_uid = true
[[authenticator]]
kind = "jwt"
trust_domain = "example.org"
identity_provider_user = "54302"
[[provider]]
kind = "software"
"#;

const IDENTITY_PROVIDER: &str = r#"
[identity_provider]
socket_path = "identity/identity.sock"
admin_socket_path = "identity-admin/identity-admin.sock"
workload_api_socket_path = ""
trust_domain = "example.org"
refuse_root = true
refuse_shared_uid = true
[orchestrator]
uids = ["54303"]
[[service]]
admin_socket_path = "service-admin/service-admin.sock"
spiffe_id = "spiffe://example.org/keystead-service"
[[mapping]]
identity = "spiffe://example.org/{*}"
selectors = ["cgroup"]
"#;

const ORCHESTRATOR: &str = r#"
[orchestrator]
socket_path = "orchestrator/orchestrator.sock"
identity_admin_socket_path = "identity-admin/identity-admin.sock"
state_path = "orchestrator-state"
hook_uids = ["0"]
[[allow]]
uids = ["0"]
identities = ["spiffe://example.org/shop", "spiffe://example.org/till"]
"#;

/// The daemons, and a folder for everything.
pub struct Host {
    daemons: Vec<Daemon>,
    folder: Folder,
}

/// The identity of this name.
pub fn identity(name: &str) -> String {
    format!("spiffe://example.org/{name}")
}

impl Host {
    /// None, and noted as left out, if this process is not root or cannot run containers here.
    pub fn start(test: &str) -> Option<Host> {
        if !may_be_others(test) {
            return None;
        }
        let mut host = Host { daemons: Vec::new(), folder: Folder::new() };
        if let Err(why) = host.bundle("probe", None).probe() {
            left_out(test, &format!("runc cannot run a container here: {}", why.trim()));
            return None;
        }
        for program in [binary::service(), binary::identity_provider(), binary::orchestrator()] {
            binary::reachable(program, host.folder.path());
        }
        host.daemon(0, "keystead-service", SERVICE, &["service", "service-admin", "service-state"]);
        host.daemon(1, "keystead-identity-provider", IDENTITY_PROVIDER, &["identity", "identity-admin"]);
        host.daemon(2, "keystead-orchestrator", ORCHESTRATOR, &["orchestrator", "orchestrator-state"]);
        Some(host)
    }

    /// A running container that asked for the identity of this name.
    pub fn container(&self, name: &str) -> Container {
        Container::start(self.bundle(name, Some(&identity(name))))
    }

    /// A container that is not started yet.
    pub fn bundle(&self, name: &str, identity: Option<&str>) -> Bundle {
        Bundle::make(self.folder.path(), name, identity)
    }

    /// Something in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a daemon as its user, with folders of its own: only the daemons' group enters those of admin sockets.
    fn daemon(&mut self, at: usize, name: &str, config: &str, folders: &[&str]) {
        for folder in folders {
            let path = self.path(folder);
            let mode = match folder.rsplit('-').next() {
                Some("state") => 0o700,
                Some("admin") => 0o750,
                _ => 0o755,
            };
            fs::create_dir(&path).expect("the folder is ours");
            chown(&path, Some(DAEMONS[at]), Some(GROUP)).expect("root may give files away");
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
        }
        let file = self.path(&format!("{name}.toml"));
        fs::write(&file, config).expect("the folder is ours");
        let mut command = Command::new(self.path(name));
        if name == "keystead-orchestrator" {
            command.arg("daemon");
        }
        command.arg("--config").arg(file);
        self.daemons.push(Daemon::start_as(DAEMONS[at], GROUP, command, self.folder.path()));
    }
}

/// The root of a container: busybox, the command `keystead`, and the libraries of that.
pub fn make_root(root: &Path) {
    for folder in ["bin", "proc", "dev", "sys", "tmp", "run/service", "run/identity"] {
        fs::create_dir_all(root.join(folder)).expect("the folder is ours");
    }
    // runc mounts another disk there, with the mode that it finds.
    fs::set_permissions(root.join("tmp"), Permissions::from_mode(0o1777)).expect("it is ours");
    fs::copy("/bin/busybox", root.join("bin/busybox")).expect("Debian's busybox-static");
    fs::hard_link(root.join("bin/busybox"), root.join("bin/sh")).expect("the folder is ours");
    binary::reachable(binary::command(), &root.join("bin"));
    let ldd = Command::new("ldd").arg(binary::command()).output().expect("ldd is of the C library");
    // Each line has a path: behind an arrow, or alone, or, of what the kernel brings, none.
    let listed = String::from_utf8_lossy(&ldd.stdout).into_owned();
    let libraries: Vec<&str> = listed.split_whitespace().filter(|word| word.starts_with('/')).collect();
    assert!(!libraries.is_empty(), "{listed}");
    for library in libraries {
        let there = root.join(library.trim_start_matches('/'));
        fs::create_dir_all(there.parent().expect("it is a file")).expect("the folder is ours");
        fs::copy(library, there).expect("ldd names files");
    }
}
