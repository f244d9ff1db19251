//! The service's binary: built once for each test program, and found where cargo says that it is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Path of `keystead-service`: what `KEYSTEAD_SERVICE_BINARY` names, else the debug build, or with
/// `KEYSTEAD_E2E_RELEASE` set the release build.
///
/// Panics with cargo's words if it cannot be built: no test can say anything then.
pub fn service() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("KEYSTEAD_SERVICE_BINARY") {
        Some(built) => PathBuf::from(built),
        None => build("keystead-service"),
    })
}

/// Builds the binary of the package `package`, which has one of the same name.
fn build(package: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).stdin(Stdio::null()).stderr(Stdio::piped());
    cargo.args(["build", "--message-format=json-render-diagnostics", "--package", package]);
    if std::env::var_os("KEYSTEAD_E2E_RELEASE").is_some() {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo runs these tests, so it can be run");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{package} cannot be built:\n{complaint}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| executable(&message, package))
        .unwrap_or_else(|| panic!("cargo names no executable of {package}:\n{complaint}"))
}

fn executable(message: &serde_json::Value, name: &str) -> Option<PathBuf> {
    if message["target"]["name"] != name {
        return None;
    }
    message["executable"].as_str().map(PathBuf::from)
}
