//! The command from outside, without a service: what it says and how it ends when it cannot do what was asked.

use std::process::{Command, Output};

/// Runs the command in an environment of its own.
fn keystead(arguments: &[&str], endpoint: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystead"));
    for variable in ["KEYSTEAD_SERVICE_ENDPOINT", "PARSEC_SERVICE_ENDPOINT", "KEYSTEAD_IDENTITY_ENDPOINT"] {
        command.env_remove(variable);
    }
    if let Some(endpoint) = endpoint {
        command.env("KEYSTEAD_SERVICE_ENDPOINT", endpoint);
    }
    command.args(arguments).output().unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn complaint(output: &Output) -> String {
    assert!(output.stdout.is_empty(), "a failure prints no result");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_service_that_is_not_there_is_exit_code_3_with_its_socket_and_a_hint() {
    let output = keystead(&["ping"], Some("unix:/nonexistent/service.sock"));
    assert_eq!(code(&output), Some(3));
    let complaint = complaint(&output);
    assert!(complaint.contains("unix:/nonexistent/service.sock") && complaint.contains("hint: start the service"));
}

#[test]
fn the_option_wins_over_the_environment() {
    let output = keystead(&["--endpoint", "unix:///nonexistent/option", "ping"], Some("unix:/nonexistent/variable"));
    assert!(complaint(&output).contains("unix:/nonexistent/option"));
}

#[test]
fn json_errors_are_one_object_on_standard_error() {
    let output = keystead(&["keys", "--json"], Some("unix:/nonexistent/service.sock"));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("cannot connect"));
    assert_eq!((code(&output), error["error"]["status"].is_null()), (Some(3), true));
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_is_known() {
    for (arguments, expected) in [
        (&["generate", "k", "--type", "rsa-big"][..], "ecc-p256"),
        (&["generate", "k", "--type", "aes"], "name a size"),
        (&["generate", "k", "--alg", "rot13"], "ecdsa-sha256"),
        (&["generate", "k", "--usage", "everything"], "sign-hash"),
        (&["random", "20", "--provider", "mainframe"], "pkcs11"),
        (&["import", "k", "/nonexistent/key.pem"], "/nonexistent/key.pem"),
        (&["sign", "k", "--hex", "abc"], "odd number"),
        (&["verify", "k", "message"], "--signature"),
        (&["ping", "--endpoint", "tcp://localhost"], "unix:"),
        (&["keys", "--provider", "mainframe"], "pkcs11"),
        (&["keys", "adopt", "--id", "01", "--name", "k", "--type", "rsa"], "--client"),
        (&["keys", "adopt", "--id", "xy", "--client", "1000", "--name", "k", "--type", "rsa"], "hexadecimal"),
        (&["attest", "answer", "k", "--hex", "badcc0de"], "tpm2_makecredential"),
        (&["attest", "quote", "7", "--signer", "k", "-o", "a", "-s", "b"], "sha256:0,1,7"),
        (&["attest", "quote", "sha256:7", "--signer", "k"], "--output"),
        (&["attest", "certify", "k", "--signer", "k", "-o", "a"], "--signature"),
        (&["store"], "rekey"),
        (&["csr", "k", "--subject", "example.org"], "CN=example.org"),
        (&["csr", "k", "--subject", "X=y"], "serialNumber"),
        (&["csr", "k", "--subject", "CN=x", "--san", "example.org"], "dns:NAME"),
        (&["tls-test", "k", "--certificate", "/nonexistent/tls.pem"], "/nonexistent/tls.pem"),
        (&["ssh-agent", "--socket", "/dev/null"], "/dev/null"),
    ] {
        let output = keystead(arguments, Some("unix:/nonexistent/service.sock"));
        assert_eq!(code(&output), Some(2), "{arguments:?}");
        assert!(complaint(&output).contains(expected), "{arguments:?}: {}", complaint(&output));
    }
    assert_eq!(code(&keystead(&["ping"], Some("localhost:1234"))), Some(2));
}

#[test]
fn a_private_key_and_a_damaged_one_are_not_sent_as_a_peers_public_key() {
    // RFC 9500 2.3, the test key for P-256, in SEC 1.
    const PRIVATE: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIObLW92AqkWunJXowVR2Z5/+yVPBaFHnEedDk5WJxk/BoAoGCCqGSM49\n\
        AwEHoUQDQgAEQiVI+I+3gv+17KN0RFLHKh5Vj71vc75eSOkyMsxFxbFsTNEMTLjV\n\
        uKFxOelIgsiZJXKZNCX0FBmrfpCkKklCcg==\n\
        -----END EC PRIVATE KEY-----\n";
    let path = std::env::temp_dir().join(format!("keystead-peer-{}.pem", std::process::id()));
    let file = path.to_str().unwrap();
    for (pem, expected) in [(PRIVATE, "private key"), (&PRIVATE[..100], "damaged")] {
        std::fs::write(&path, pem).unwrap();
        // Refused before anybody is asked: there is no service.
        let output = keystead(&["agree", "k", file], Some("unix:/nonexistent/service.sock"));
        assert_eq!(code(&output), Some(2));
        assert!(complaint(&output).contains(expected), "{}", complaint(&output));
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn key_material_and_plaintext_are_not_taken_from_the_command_line() {
    for arguments in [&["import", "k", "--type", "aes-128", "--hex", "00"][..], &["encrypt", "k", "--hex", "00"]] {
        let output = keystead(arguments, None);
        assert_eq!(code(&output), Some(2));
        assert!(complaint(&output).contains("--hex"));
    }
}

#[test]
fn without_its_token_nothing_is_sent_and_no_other_credential_is_taken() {
    let nowhere = "unix:/nonexistent/identity.sock";
    let service = Some("unix:/nonexistent/service.sock");
    for arguments in [&["keys", "--identity-endpoint", nowhere, "--timeout", "2"][..], &["token", "--timeout", "2"]] {
        let output = keystead(arguments, service);
        assert_eq!(code(&output), Some(3), "{arguments:?}");
        let complaint = complaint(&output);
        assert!(complaint.contains("no token from the identity provider"), "{complaint}");
        assert!(complaint.contains("identity.sock") && complaint.contains("--identity-endpoint"), "{complaint}");
    }
    let both = keystead(&["keys", "--identity-endpoint", nowhere, "--auth-direct", "app"], service);
    assert_eq!(code(&both), Some(2));
}
