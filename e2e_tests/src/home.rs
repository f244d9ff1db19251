//! A directory of its own for one service: configuration, sockets, state and log.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The configuration that most tests want: one software provider, peer credentials, and the test's own user as
/// administrator. Names of sockets and state are those that [`Home`] expects.
pub const PLAIN: &str = r#"
[service]
socket_path = "service.sock"
socket_mode = 0o666
state_directory = "state"

[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]

[[provider]]
kind = "software"
"#;

/// [`PLAIN`] with applications that name themselves, after peer credentials: tests are many tenants that way without
/// being many users. "admin" is an administrator.
pub const WITH_DIRECT: &str = r#"
[service]
socket_path = "service.sock"
socket_mode = 0o666
state_directory = "state"
allow_insecure = true

[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]

[[authenticator]]
kind = "direct"
admins = ["admin"]

[[provider]]
kind = "software"
"#;

/// A new directory that every user can enter, removed when this is dropped; after a failure it stays, for whoever
/// looks for the reason.
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// A directory that holds `config.toml` with these words and nothing else.
    pub fn new(config: &str) -> Home {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket can have 107 bytes at most.
        let path = std::env::temp_dir().join(format!("keystead-{}-{number}", std::process::id()));
        // What is left of a process with the same number, which is long gone.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("the directory for temporary files takes another");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the directory is ours");
        let home = Home { path };
        home.configure(config);
        home
    }

    /// Writes another configuration. A service that runs does not see it before it is told to.
    pub fn configure(&self, config: &str) {
        fs::write(self.config(), config).expect("the directory is ours");
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The socket of the service.
    pub fn socket(&self) -> PathBuf {
        self.path.join("service.sock")
    }

    /// The service's state directory.
    pub fn state(&self) -> PathBuf {
        self.path.join("state")
    }

    /// What the service wrote to its standard output and error, over all its runs in this directory.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.path.join("service.log")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("left for inspection: {}", self.path.display());
        } else {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
