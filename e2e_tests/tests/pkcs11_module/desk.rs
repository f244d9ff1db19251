//! A service with every place for keys that is here, and programs that use it through the module.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use keystead_client::{Client, Credential, Endpoint};
use keystead_e2e_tests::binary;
use keystead_e2e_tests::effort::left_out;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

/// How long one program may take, in seconds. Long, because the machine may be busy; it is only reached when one hangs.
const PATIENCE: &str = "100";

/// A service, and what programs need to find it.
pub struct Desk {
    service: Service,
    module: PathBuf,
    places: Vec<Place>,
}

impl Desk {
    /// A service with software keys, a token of SoftHSM2 and a TPM, as far as they are here; `what` is counted for those
    /// that are not.
    pub fn with_every_place(what: &str) -> Desk {
        let places = [Some(Place::Software), Place::softhsm(what), Place::swtpm(what)];
        Desk::with(places.into_iter().flatten().collect())
    }

    /// A service with software keys alone.
    pub fn with_software() -> Desk {
        Desk::with(vec![Place::Software])
    }

    /// A service with this place alone.
    pub fn with_only(place: Place) -> Desk {
        Desk::with(vec![place])
    }

    fn with(places: Vec<Place>) -> Desk {
        let providers: String = places.iter().map(Place::provider).collect();
        let service = PLAIN.replace(&Place::Software.provider(), "");
        let mut home = Home::new(&format!("{service}{providers}"));
        for place in &places {
            if let Place::SoftHsm(softhsm) = place {
                home = home.with_variable("SOFTHSM2_CONF", softhsm.configuration());
            }
        }
        let service = Service::in_home(home);
        // Where every user can reach it, which the developer's own folder may not be.
        let module = service.home().path().join("libkeystead_pkcs11.so");
        fs::copy(binary::pkcs11_module(), &module).expect("the module was just built");
        fs::set_permissions(&module, fs::Permissions::from_mode(0o755)).expect("the copy is ours");
        Desk { service, module, places }
    }

    /// The slots, and the labels of their tokens.
    pub fn slots(&self) -> impl Iterator<Item = (u8, &'static str)> {
        self.places.iter().map(|place| match place {
            Place::Software => (1, "keystead software"),
            Place::SoftHsm(_) => (2, "keystead pkcs11"),
            Place::Swtpm(_) => (3, "keystead tpm"),
        })
    }

    /// The module, where everybody can read it.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// A folder for files, in which programs run.
    pub fn folder(&self) -> &Path {
        self.service.home().path()
    }

    /// Writes a file there.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.folder().join(name), contents).expect("the directory is ours");
    }

    /// Reads one.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The endpoint, as the environment has it.
    pub fn endpoint(&self) -> String {
        format!("unix:{}", self.service.home().socket().display())
    }

    /// The Rust client, as the same user.
    pub fn client(&self) -> Client {
        Client::at(Endpoint::at(self.service.home().socket()), Credential::PeerCredentials)
    }

    /// A program that finds the service, and is ended if it takes too long.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", PATIENCE]).arg(program.as_ref()).current_dir(self.folder());
        command.env("KEYSTEAD_SERVICE_ENDPOINT", self.endpoint()).env("KEYSTEAD_PKCS11_LOG", "1");
        command.env_remove("KEYSTEAD_IDENTITY_ENDPOINT").stdin(Stdio::null());
        command
    }

    /// Runs a program to its end. Gives what it printed, on either stream; panics with that if it fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        self.try_run(program, arguments).unwrap_or_else(|said| panic!("{program} {arguments:?}:\n{said}"))
    }

    /// The same, with a failure as an error.
    pub fn try_run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        let output = self.command(program).args(arguments).output().expect("timeout is part of every Debian");
        said(&output)
    }

    /// Runs `pkcs11-tool` in a slot.
    pub fn tool(&self, slot: u8, arguments: &[&str]) -> String {
        let (module, slot) = (self.module.display().to_string(), slot.to_string());
        self.run("pkcs11-tool", &[&["--module", &module, "--slot", &slot], arguments].concat())
    }

    /// OpenSSL's command, words separated by blanks.
    pub fn openssl(&self, arguments: &str) -> String {
        self.run("openssl", &arguments.split(' ').collect::<Vec<_>>())
    }

    /// Whether the OpenSSL engine for PKCS#11 is here; if so, `OPENSSL_CONF` may name the file `engine.cnf`, which loads it
    /// with our module.
    pub fn has_engine(&self, what: &str) -> bool {
        let told = self.openssl("version -e");
        let folder = told.split('"').nth(1).unwrap_or_default();
        let engine = Path::new(folder).join("pkcs11.so");
        if !engine.exists() {
            left_out(what, "libengine-pkcs11-openssl is not installed");
            return false;
        }
        let (engine, module) = (engine.display(), self.module.display());
        self.file(
            "engine.cnf",
            format!(
                "openssl_conf = init\n[init]\nengines = engines\n[engines]\npkcs11 = ours\n[ours]\nengine_id = pkcs11\n\
                 dynamic_path = {engine}\nMODULE_PATH = {module}\ninit = 0\n[req]\ndistinguished_name = name\n[name]\n"
            ),
        );
        true
    }
}

/// What a program printed, as an error if it failed.
pub fn said(output: &Output) -> Result<String, String> {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// Whether a program is here; counted as left out if it is not.
pub fn is_here(program: &str, package: &str, what: &str) -> bool {
    let found = Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", program]).status();
    let is_here = found.is_ok_and(|status| status.success());
    if !is_here {
        left_out(what, &format!("{package} is not installed"));
    }
    is_here
}
