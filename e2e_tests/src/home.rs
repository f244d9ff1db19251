//! A directory of its own for one service: configuration, sockets, state and log.

use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::Folder;

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

/// A directory for one service, and the environment that it runs in beside the test's own.
pub struct Home {
    folder: Folder,
    environment: Vec<(String, String)>,
}

impl Home {
    /// A directory that holds `config.toml` with these words and nothing else.
    pub fn new(config: &str) -> Home {
        let home = Home { folder: Folder::new(), environment: Vec::new() };
        home.configure(config);
        home
    }

    /// The same with this variable in the service's environment.
    pub fn with_variable(mut self, name: &str, value: impl AsRef<Path>) -> Home {
        let value = value.as_ref().to_str().expect("the tests' paths are text");
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes another configuration. A service that runs does not see it before it is told to.
    pub fn configure(&self, config: &str) {
        fs::write(self.config(), config).expect("the directory is ours");
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.path().join("config.toml")
    }

    /// The socket of the service.
    pub fn socket(&self) -> PathBuf {
        self.path().join("service.sock")
    }

    /// The service's state directory.
    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// What the service wrote to its standard output and error, over all its runs in this directory.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// Variables that the service is to have beside the test's own.
    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.path().join("service.log")
    }
}
