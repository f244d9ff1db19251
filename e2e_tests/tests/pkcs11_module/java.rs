//! Java's SunPKCS11.

use std::fs;

use keystead_e2e_tests::binary::workspace;

use crate::desk::{Desk, is_here, said};

#[test]
fn java_finds_keys_beside_their_certificates_and_signs_with_them() {
    const WHAT: &str = "java_finds_keys_beside_their_certificates_and_signs_with_them";
    let desk = Desk::with_every_place(WHAT);
    let is_ready = is_here("javac", "default-jdk-headless", WHAT) && is_here("pkcs11-tool", "opensc", WHAT);
    if !is_ready || !desk.has_engine(WHAT) {
        return;
    }
    let source = workspace().join("e2e_tests/tests/pkcs11_module/SunPkcs11.java");
    fs::copy(source, desk.folder().join("SunPkcs11.java")).expect("the directory is ours");
    desk.run("javac", &["SunPkcs11.java"]);
    let module = desk.module().display().to_string();
    for (slot, label) in desk.slots() {
        for (name, id, kind) in [("curve", "e1", "EC:secp256r1"), ("rsa", "e2", "rsa:2048")] {
            desk.tool(slot, &["--keypairgen", "--key-type", kind, "--label", name, "--id", id]);
            let key = format!("pkcs11:token={};object={name};type=private", label.replace(' ', "%20"));
            let mut request = desk.command("openssl");
            request
                .args(["req", "-new", "-x509", "-subj", "/CN=x", "-days", "2", "-outform", "DER", "-out", "cert.der"]);
            request.args(["-engine", "pkcs11", "-keyform", "engine", "-key", &key]).env("OPENSSL_CONF", "engine.cnf");
            let made = request.output().expect("timeout is part of every Debian");
            said(&made).unwrap_or_else(|said| panic!("no certificate for {key}:\n{said}"));
            desk.tool(slot, &["--write-object", "cert.der", "--type", "cert", "--label", name, "--id", id]);
        }
        let told = desk.run("java", &["-cp", ".", "SunPkcs11", &module, &slot.to_string()]);
        for line in ["curve true true", "rsa true true"] {
            assert!(told.lines().any(|one| one == line), "slot {slot}: {told}");
        }
    }
}
