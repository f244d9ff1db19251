//! What the tests of Parsec's own clients share: the service that they find by their own means, and OpenSSL, which says
//! whether what they got is right.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystead_e2e_tests::service::Service;

/// The value of `PARSEC_SERVICE_ENDPOINT` for a service.
pub fn endpoint(service: &Service) -> String {
    format!("unix:{}", service.home().socket().display())
}

/// Points every client in this process to the service. No other thread may run yet: each test program here has one
/// test, which calls this first.
pub fn point_clients_to(service: &Service) {
    std::env::set_var("PARSEC_SERVICE_ENDPOINT", endpoint(service));
}

/// OpenSSL's command in a directory of its own files.
pub struct OpenSsl {
    folder: PathBuf,
}

impl OpenSsl {
    /// Works in this directory, which must exist.
    pub fn new(folder: &Path) -> OpenSsl {
        OpenSsl { folder: folder.to_owned() }
    }

    /// Writes a file for OpenSSL.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.folder.join(name), bytes).expect("the directory is ours");
    }

    /// Reads a file that OpenSSL wrote.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("OpenSSL wrote no {name}: {error}"))
    }

    /// Runs a command, its words separated by spaces, and returns what it printed. Panics with its complaint if it
    /// fails.
    pub fn run(&self, words: &str) -> String {
        let mut openssl = Command::new("openssl");
        openssl.args(words.split(' ')).current_dir(&self.folder).stdin(Stdio::null());
        let output = openssl.output().expect("openssl is installed");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "openssl {words}:\n{said}");
        said
    }
}
