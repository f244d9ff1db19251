//! A TPM proves its keys and states what it measured to a verifier that has nothing but tpm2-tools and OpenSSL: by the
//! commands that the help of `keystead attest` shows.

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

/// OpenSSL's verdict on a statement that the key `signer` signed.
fn verify(host: &Hands) {
    let arguments = ["dgst", "-sha256", "-verify", "signer.pem", "-signature", "signature", "statement"];
    assert_eq!(host.tool("openssl", &arguments), "Verified OK");
}

#[test]
fn a_tpm_signs_what_it_states() {
    let Some(place) = Place::swtpm("a_tpm_signs_what_it_states") else { return };
    let host = Hands::new(&place);
    host.keystead(&["generate", "signer", "--type", "ecc-p256"]);
    host.keystead(&["public-key", "signer", "-o", "signer.pem"]);
    host.keystead(&["generate", "device", "--type", "rsa-2048"]);
    let common = ["--signer", "signer", "--nonce-hex", "0a1b2c", "-o", "statement", "-s", "signature"];
    let state = |what: &[&str]| host.keystead(&[&["attest"][..], what, &common].concat());

    assert_eq!(state(&["certify", "device"]), "ecdsa-sha256");
    verify(&host);
    let name = host.keystead(&["attest", "prepare", "device"]);
    let certified: String = host.get("statement").iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(certified.contains(&name) && certified.contains("0a1b2c"), "{certified}");

    assert_eq!(state(&["quote", "sha256:0,1,7"]), "ecdsa-sha256");
    verify(&host);
    let quoted = host.tool("tpm2_print", &["-t", "TPMS_ATTEST", "statement"]);
    assert!(quoted.contains("pcrSelect: 830000") && quoted.contains("0a1b2c"), "{quoted}");

    let json = host.keystead(&["--json", "attest", "quote", "sha256:0", "--signer", "signer"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&json["algorithm"], json["statement"].is_string()), (&"ecdsa-sha256".into(), true));

    // An emulator has no maker.
    let none = host.try_keystead(&["attest", "certificates"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("no certificate"));
}

#[test]
fn statements_are_signed_by_keys_that_may_sign_messages() {
    let Some(place) = Place::swtpm("statements_are_signed_by_keys_that_may_sign_messages") else { return };
    let host = Hands::new(&place);
    let make = |name, more: &[&str]| host.keystead(&[&["generate", name][..], more].concat());
    make("signer", &["--type", "ecc-p256"]);
    make("cipher", &["--type", "rsa-2048", "--alg", "rsa-oaep-sha256"]);
    make("verifier", &["--type", "ecc-p256", "--usage", "verify"]);
    let refusal = |arguments: &[&str]| {
        let output = host.try_keystead(&[&["--json", "attest"], arguments].concat());
        let told: serde_json::Value = serde_json::from_slice(&output.stderr).expect("a refusal is JSON");
        told["error"]["number"].clone()
    };
    let long = "00".repeat(65);
    assert_eq!(refusal(&["quote", "sha256:0", "--signer", "nobody"]), 1140);
    assert_eq!(refusal(&["quote", "sha256:0", "--signer", "cipher"]), 1134);
    assert_eq!(refusal(&["quote", "sha256:0", "--signer", "verifier"]), 1133);
    assert_eq!(refusal(&["quote", "sha256:24", "--signer", "signer"]), 1135);
    assert_eq!(refusal(&["quote", "sha256:0", "--signer", "signer", "--nonce-hex", &long]), 1135);
    assert_eq!(refusal(&["certify", "nobody", "--signer", "signer"]), 1140);
}

#[test]
fn software_states_nothing() {
    let host = Hands::new(&Place::Software);
    host.keystead(&["generate", "signer"]);
    for arguments in [&["quote", "sha256:0", "--signer", "signer"][..], &["certificates"], &["prepare", "signer"]] {
        let output = host.try_keystead(&[&["--json", "attest"], arguments].concat());
        assert!(String::from_utf8_lossy(&output.stderr).contains("PsaErrorNotSupported"), "{arguments:?}");
    }
}
