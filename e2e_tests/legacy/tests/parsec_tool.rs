//! The published `parsec-tool`, as an ordinary user, does what its own test script has it do, on every provider; OpenSSL
//! accepts its signatures, requests and ciphertexts; and an administrator clears up after it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystead_e2e_tests::binary::{self, workspace};
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_legacy_tests::{endpoint, OpenSsl};

/// A user without a name on most hosts.
const ORDINARY: u32 = 54_321;
const MESSAGE: &str = "Parsec as it was";

/// `parsec-tool` as one user.
struct Tool<'a> {
    path: &'a Path,
    endpoint: String,
    uid: Option<u32>,
    /// The number of the provider that it names, as `-p` takes it.
    provider: String,
}

impl Tool<'_> {
    /// Runs it; returns what it printed, without the last line break.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        self.try_run(arguments).unwrap_or_else(|said| panic!("parsec-tool {arguments:?}:\n{said}"))
    }

    /// Runs it; returns what it printed, or if it failed, what it complained of.
    fn try_run(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.path);
        command.args(["-p", &self.provider]).args(arguments).stdin(Stdio::null());
        command.env_clear().env("PARSEC_SERVICE_ENDPOINT", &self.endpoint).env("RUST_LOG", "info");
        if let Some(uid) = self.uid {
            command.uid(uid).gid(uid).current_dir("/");
        }
        let output = command.output().expect("the tool can be run");
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

#[test]
fn the_published_tool_works_for_an_ordinary_user() {
    works_with(&Place::Software);
}

#[test]
fn the_published_tool_works_with_a_token() {
    let Some(place) = Place::softhsm("the_published_tool_works_with_a_token") else { return };
    works_with(&place);
}

#[test]
fn the_published_tool_works_with_a_tpm() {
    let Some(place) = Place::swtpm("the_published_tool_works_with_a_tpm") else { return };
    works_with(&place);
}

fn works_with(place: &Place) {
    let service = Service::in_home(match place {
        Place::Software => place.home(PLAIN),
        _ => place.home(&format!("{PLAIN}{}", place.provider())),
    });
    let path = reachable_copy(service.home().path());
    let is_root = may_be_others("parsec-tool as an ordinary user (it ran as this one)");
    let tool = |uid| Tool { path: &path, endpoint: endpoint(&service), uid, provider: place.number().to_string() };
    let (user, admin) = (tool(is_root.then_some(ORDINARY)), tool(None));
    let openssl = OpenSsl::new(service.home().path());

    discover(&user);
    sign_and_request(&user, &openssl, "rsa", &["create-rsa-key", "--for-signing"]);
    sign_and_request(&user, &openssl, "ecc", &["create-ecc-key"]);
    match place {
        // It knows OAEP with SHA-1 alone, and the tool asks for SHA-256.
        Place::SoftHsm(_) => is_refused_oaep(&user),
        _ => {
            encrypt(&user, &openssl, "oaep", &["--oaep"], "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256")
        }
    }
    encrypt(&user, &openssl, "v15", &[], "-pkeyopt rsa_padding_mode:pkcs1");
    clear_up(&user, &admin, is_root);
    service.stop();
    place.holds(0);
}

/// What the token cannot do is refused in words that the tool knows, at the latest when the key is used.
fn is_refused_oaep(user: &Tool<'_>) {
    let made = user.try_run(&["create-rsa-key", "--key-name", "oaep", "--oaep"]);
    let complaint = match made {
        Err(complaint) => complaint,
        Ok(_) => user.try_run(&["encrypt", "--key-name", "oaep", MESSAGE]).expect_err("the token has no such OAEP"),
    };
    assert!(complaint.contains("not supported") || complaint.contains("NotSupported"), "{complaint}");
}

/// The tool in a folder that every user can enter, which the developer's own may not be.
fn reachable_copy(folder: &Path) -> PathBuf {
    let installed = match std::env::var_os("KEYSTEAD_PARSEC_TOOL") {
        Some(path) => PathBuf::from(path),
        None => workspace().join("target/legacy-tools/bin/parsec-tool"),
    };
    let copy = folder.join("parsec-tool");
    assert!(installed.exists(), "no parsec-tool at {}: `cargo xtask test` installs it", installed.display());
    binary::copy(&installed, &copy);
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).expect("the copy is ours");
    copy
}

fn discover(user: &Tool<'_>) {
    user.run(&["ping"]);
    let providers = user.run(&["list-providers"]);
    let own = format!("ID: 0x0{}", user.provider);
    assert!(providers.contains(&own) && providers.contains("ID: 0x00"), "{providers}");
    let opcodes = user.run(&["list-opcodes"]);
    assert!(opcodes.contains("PsaSignHash"), "{opcodes}");
    let authenticators = user.run(&["list-authenticators"]);
    assert!(authenticators.contains("ID: 0x03"), "{authenticators}");
    assert!(!user.run(&["list-keys"]).contains("signer"));
    let random = user.run(&["generate-random", "--nbytes", "10"]);
    assert!(random.split_whitespace().count() == 10 || random.len() == 20, "ten bytes: {random}");
}

/// Makes a key called `name`, signs with it, has it sign a request for a certificate, and destroys it.
fn sign_and_request(user: &Tool<'_>, openssl: &OpenSsl, name: &str, create: &[&str]) {
    user.run(&[create, &["--key-name", name]].concat());
    assert!(user.run(&["list-keys"]).contains(name));
    openssl.write("public.pem", user.run(&["export-public-key", "--key-name", name]));
    openssl.write("message", MESSAGE);
    openssl.write("signature.b64", user.run(&["sign", MESSAGE, "--key-name", name]));
    openssl.run("base64 -d -A -in signature.b64 -out signature");
    openssl.run("dgst -sha256 -verify public.pem -signature signature message");

    let subject = ["--cn", "parallaxsecond.com", "--san", "localhost", "--serialNumber", "EZ4U2CIXL"];
    openssl.write("request.pem", user.run(&[&["create-csr", "--key-name", name], &subject[..]].concat()));
    let request = openssl.run("req -text -noout -verify -in request.pem");
    assert!(request.contains("CN = parallaxsecond.com") && request.contains("serialNumber = EZ4U2CIXL"), "{request}");
    user.run(&["delete-key", "--key-name", name]);
    assert!(!user.run(&["list-keys"]).contains(name));
}

/// Makes a key called `name`; the tool opens what it sealed itself and what OpenSSL sealed.
fn encrypt(user: &Tool<'_>, openssl: &OpenSsl, name: &str, create: &[&str], padding: &str) {
    user.run(&[&["create-rsa-key", "--key-name", name], create].concat());
    let sealed = user.run(&["encrypt", "--key-name", name, MESSAGE]);
    assert_eq!(user.run(&["decrypt", "--key-name", name, &sealed]), MESSAGE);

    openssl.write("public.pem", user.run(&["export-public-key", "--key-name", name]));
    openssl.write("message", MESSAGE);
    openssl.run(&format!("pkeyutl -encrypt {padding} -pubin -inkey public.pem -in message -out sealed"));
    openssl.run("base64 -A -in sealed -out sealed.b64");
    let sealed = String::from_utf8(openssl.read("sealed.b64")).expect("base64 is text");
    assert_eq!(user.run(&["decrypt", "--key-name", name, sealed.trim()]), MESSAGE);
}

fn clear_up(user: &Tool<'_>, admin: &Tool<'_>, is_root: bool) {
    let clients = admin.run(&["list-clients"]);
    if is_root {
        assert!(clients.contains(&ORDINARY.to_string()), "{clients}");
        admin.run(&["delete-client", "--client", &ORDINARY.to_string()]);
    } else {
        let own = clients.split_whitespace().last().expect("this user has keys").to_owned();
        admin.run(&["delete-client", "--client", &own]);
    }
    let left = user.run(&["list-keys"]);
    assert!(!left.contains("oaep") && !left.contains("v15"), "{left}");
}
