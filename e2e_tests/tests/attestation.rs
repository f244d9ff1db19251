//! A key in a TPM is proved to a verifier that has nothing but tpm2-tools and OpenSSL: by the commands that the help of
//! `keystead attest` shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

/// What the verifier hides in a challenge.
const SECRET: &[u8] = b"what only this TPM finds: 32 by.";

/// Somebody on the host, with a directory for files that go to and fro.
struct Hands {
    service: Service,
    directory: PathBuf,
}

impl Hands {
    fn new(place: &Place) -> Hands {
        let config = PLAIN.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
        let service = Service::in_home(place.home(&config));
        let directory = service.home().path().join("files");
        fs::create_dir(&directory).expect("the directory is ours");
        Hands { service, directory }
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.directory).stdin(Stdio::null());
        command.output().unwrap_or_else(|error| panic!("{program:?}: {error}"))
    }

    fn try_keystead(&self, arguments: &[&str]) -> Output {
        let endpoint = format!("unix:{}", self.service.home().socket().display());
        self.run(binary::command(), &[&["--endpoint", &endpoint][..], arguments].concat())
    }

    fn keystead(&self, arguments: &[&str]) -> String {
        words(self.try_keystead(arguments))
    }

    fn tool(&self, program: &str, arguments: &[&str]) -> String {
        words(self.run(program.as_ref(), arguments))
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.directory.join(name), content).expect("the directory is ours");
    }

    fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.directory.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The verifier's part, without a TPM.
    fn challenge(&self, key_name: &str, file: &str) {
        self.put("secret", SECRET);
        let arguments = ["-T", "none", "-G", "rsa", "-u", "ek.pem", "-n", key_name, "-s", "secret", "-o", file];
        self.tool("tpm2_makecredential", &arguments);
    }
}

/// What a program that succeeded printed.
fn words(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_verifier_learns_that_a_key_is_in_the_tpm() {
    let Some(place) = Place::swtpm("a_verifier_learns_that_a_key_is_in_the_tpm") else { return };
    let host = Hands::new(&place);
    host.keystead(&["generate", "device", "--type", "ecc-p256"]);
    host.keystead(&["generate", "other", "--type", "rsa-2048"]);
    let device = host.keystead(&["attest", "prepare", "device", "--ek", "ek.pem", "--public", "device.tss"]);
    let other = host.keystead(&["attest", "prepare", "other"]);

    host.challenge(&device, "challenge");
    host.keystead(&["attest", "answer", "device", "challenge", "-o", "answer"]);
    assert_eq!(host.get("answer"), SECRET);

    // The public area belongs to the Name: SHA-256 (TPM_ALG_SHA256 is 0x000b) of what follows its size.
    host.put("area", &host.get("device.tss")[2..]);
    let digest = host.tool("openssl", &["dgst", "-sha256", "-r", "area"]);
    assert_eq!(Some(device.strip_prefix("000b").expect("a Name of SHA-256")), digest.split(' ').next());
    let shown = host.tool("tpm2_print", &["-t", "TPM2B_PUBLIC", "device.tss"]);
    assert!(shown.contains("fixedtpm") && shown.contains("NIST p256"), "{shown}");

    // A challenge for one key is not answered by another.
    host.challenge(&other, "challenge");
    let refused = host.try_keystead(&["attest", "answer", "device", "challenge"]);
    assert!(refused.stdout.is_empty() && refused.status.code() == Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("PsaErrorInvalidArgument"));
    assert_eq!(host.keystead(&["attest", "answer", "other", "challenge", "-o", "answer"]), "");
    assert_eq!(host.get("answer"), SECRET);
}
