//! OpenSSL through its engine for PKCS#11: a TLS server whose key is in the service.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::desk::{Desk, is_here, said};

#[test]
fn openssl_serves_tls_with_a_key_of_every_place() {
    const WHAT: &str = "openssl_serves_tls_with_a_key_of_every_place";
    let desk = Desk::with_every_place(WHAT);
    if !is_here("pkcs11-tool", "opensc", WHAT) || !desk.has_engine(WHAT) {
        return;
    }
    for (slot, label) in desk.slots() {
        desk.tool(slot, &["--keypairgen", "--key-type", "EC:secp256r1", "--label", "server", "--id", "d1"]);
        desk.tool(slot, &["--keypairgen", "--key-type", "rsa:2048", "--label", "older", "--id", "d2"]);
        let pss = ["--keypairgen", "--key-type", "rsa:2048", "--label", "pss", "--id", "d3"];
        desk.tool(slot, &[&pss[..], &["--allowed-mechanisms", "RSA-PKCS-PSS"]].concat());
        let token = format!("pkcs11:token={}", label.replace(' ', "%20"));
        let shaken = handshake(&desk, &format!("{token};object=server"), &[], &["-tls1_3"]);
        assert!(shaken.contains("Peer signature type: ECDSA"), "{shaken}");
        // A key for PKCS#1 v1.5, which TLS 1.3 has no use for.
        let older = handshake(&desk, &format!("{token};object=older"), &[], &["-tls1_2", "-sigalgs", "RSA+SHA256"]);
        assert!(older.contains("Peer signature type: RSA\n"), "{older}");
        let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"];
        let shaken = handshake(&desk, &format!("{token};object=pss"), &pss, &["-tls1_3"]);
        assert!(shaken.contains("Peer signature type: RSA-PSS"), "{shaken}");
    }
}

/// Makes a certificate for the key with these options, serves one connection with both, and gives what a client with those
/// options saw.
fn handshake(desk: &Desk, key: &str, request: &[&str], client: &[&str]) -> String {
    let private = format!("{key};type=private");
    let engine = ["-engine", "pkcs11", "-keyform", "engine", "-key", &private];
    let with_engine = |arguments: &[&str]| {
        let mut command = desk.command("openssl");
        command.env("OPENSSL_CONF", "engine.cnf").args(arguments).args(engine);
        command
    };
    let plain = ["req", "-new", "-x509", "-subj", "/CN=localhost", "-days", "2", "-out", "server.pem"];
    let request = [&plain[..], request].concat();
    let made = with_engine(&request).output().expect("timeout is part of every Debian");
    said(&made).unwrap_or_else(|said| panic!("no certificate for {key}:\n{said}"));

    let mut server =
        with_engine(&["s_server", "-cert", "server.pem", "-accept", "127.0.0.1:0", "-naccept", "1", "-www"]);
    let mut server = server.stdout(Stdio::piped()).spawn().expect("timeout is part of every Debian");
    let mut lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
    let accepting = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("ACCEPT "));
    let address = accepting.expect("the server says where it listens");
    let address = address.trim_start_matches("ACCEPT ").to_owned();
    // Whatever it says further is not waited for by anybody.
    std::thread::spawn(move || lines.count());
    let plain = ["s_client", "-connect", &address, "-CAfile", "server.pem", "-verify_return_error"];
    let shaken = desk.run("openssl", &[&plain[..], client].concat());
    assert!(shaken.contains("Verify return code: 0 (ok)"), "{shaken}");
    assert!(server.wait().expect("it is ours").success(), "the server ends after one connection");
    shaken
}
