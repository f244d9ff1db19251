//! Our binaries: built once for each test program, and found where cargo says that they are.

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
        None => build("keystead-service", "keystead-service", if has_tpm() { &["--features=tpm"] } else { &[] }),
    })
}

/// Path of the command `keystead`. This and those below lie beside the service that `KEYSTEAD_SERVICE_BINARY` names, or are
/// built.
///
/// Panics with cargo's words if it cannot be built: no test can say anything then.
pub fn command() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| beside_or_built("keystead", "keystead-cli", &[]))
}

/// Path of `keystead-identity-provider`, as [`command`].
pub fn identity_provider() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| beside_or_built("keystead-identity-provider", "keystead-identity-provider", &[]))
}

/// Path of `keystead-orchestrator`, as [`command`].
pub fn orchestrator() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| beside_or_built("keystead-orchestrator", "keystead-orchestrator", &[]))
}

/// Path of the developers' program, as [`command`].
pub fn xtask() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| beside_or_built("xtask", "xtask", &[]))
}

/// Path of an example of the Rust client, an application that has an identity, as [`command`].
pub fn identified() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| beside_or_built("examples/identified", "keystead-client", &["--example=identified"]))
}

/// Path of an example of the Rust client, with whatever features, as [`command`].
pub fn rust_example(example: &str) -> PathBuf {
    let path = format!("examples/{example}");
    beside_or_built(&path, "keystead-client", &["--features=tokio", &format!("--example={example}")])
}

/// Copies a program to where a test needs it. Another process does, because a file that this one had open for writing
/// could not be executed while a child that another thread started meanwhile has it open too (ETXTBSY).
///
/// Panics if it cannot be copied.
pub fn copy(program: &Path, to: &Path) {
    let output = Command::new("cp").arg(program).arg(to).output().expect("coreutils are there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The program in a folder that every user can enter, which the developer's own may not be. Nothing is done if it is there.
pub fn reachable(program: &Path, folder: &Path) -> PathBuf {
    let there = folder.join(program.file_name().expect("a program has a name"));
    if !there.exists() {
        // Programs are large, so they are only copied to another disk.
        if std::fs::hard_link(program, &there).is_err() {
            copy(program, &there);
        }
    }
    there
}

/// Path of the PKCS#11 module `libkeystead_pkcs11.so`: beside the service that `KEYSTEAD_SERVICE_BINARY` names, if one is
/// there, else built.
///
/// Panics with cargo's words if it cannot be built: no test can say anything then.
pub fn pkcs11_module() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| library("keystead_pkcs11", "keystead-pkcs11"))
}

/// Path of the C library `libkeystead_psa.so`, as [`pkcs11_module`].
pub fn psa_library() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| library("keystead_psa", "keystead-psa"))
}

fn library(name: &str, package: &str) -> PathBuf {
    let file = format!("lib{name}.so");
    let beside = std::env::var_os("KEYSTEAD_SERVICE_BINARY").map(|path| Path::new(&path).with_file_name(file));
    beside.filter(|path| path.exists()).unwrap_or_else(|| build(package, name, &[]))
}

/// Whether the service is built with the TPM provider: where Debian's libtss2-dev, or the same from elsewhere, is.
pub fn has_tpm() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| {
        let found = Command::new("pkg-config").args(["--exists", "tss2-esys"]).status();
        found.is_ok_and(|status| status.success())
    })
}

fn beside_or_built(path: &str, package: &str, options: &[&str]) -> PathBuf {
    let folder =
        std::env::var_os("KEYSTEAD_SERVICE_BINARY").and_then(|service| Some(Path::new(&service).parent()?.to_owned()));
    let beside = folder.map(|folder| folder.join(path)).filter(|path| path.exists());
    beside.unwrap_or_else(|| build(package, path.rsplit('/').next().unwrap_or(path), options))
}

/// Builds a package, and finds the program or C library of this name among what came out.
fn build(package: &str, name: &str, options: &[&str]) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).stdin(Stdio::null()).stderr(Stdio::piped());
    cargo.args(["build", "--message-format=json-render-diagnostics", "--package", package]).args(options);
    if std::env::var_os("KEYSTEAD_E2E_RELEASE").is_some() {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo runs these tests, so it can be run");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{package} cannot be built:\n{complaint}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| executable(&message, name))
        .unwrap_or_else(|| panic!("cargo names nothing to run of {package}:\n{complaint}"))
}

fn executable(message: &serde_json::Value, name: &str) -> Option<PathBuf> {
    if message["target"]["name"] != name {
        return None;
    }
    let library =
        || message["filenames"].as_array()?.iter().filter_map(|one| one.as_str()).find(|one| one.ends_with(".so"));
    message["executable"].as_str().or_else(library).map(PathBuf::from)
}
