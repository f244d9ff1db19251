//! PINs: from a file, from a systemd credential, of any bytes, and wrong (Parsec's lessons, rows 26 and 46).

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::softhsm::{LABEL, PIN, SoftHsm};
use keystead_interface::status::Status;

use crate::hands::*;

/// Not UTF-8, and with a line break inside.
const RAW_PIN: &[u8] = b"\xFF1\n2\xFE34";

/// A directory for a service with this provider.
fn home(softhsm: &SoftHsm, provider: &str) -> Home {
    Home::new(&config(&[provider])).with_variable("SOFTHSM2_CONF", softhsm.configuration())
}

fn write_secret(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("the directory is ours");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("the file is ours");
}

fn works(service: &Service) {
    let caller = service.caller().at(2);
    make_signer(&caller, "k").expect("logged in");
    sign(&caller, "k").expect("logged in");
    let log = service.log();
    assert!(!log.contains(PIN), "the PIN is in the log:\n{log}");
}

#[test]
fn a_pin_comes_from_a_file() {
    if !SoftHsm::is_here("a_pin_comes_from_a_file") {
        return;
    }
    let softhsm = SoftHsm::new();
    let home = home(&softhsm, &format!("{}user_pin_file = \"pin\"\n", SoftHsm::provider(LABEL)));
    write_secret(&home.path().join("pin"), PIN.as_bytes());
    works(&Service::in_home(home));
}

#[test]
fn a_pin_may_be_any_bytes() {
    if !SoftHsm::is_here("a_pin_may_be_any_bytes") {
        return;
    }
    let softhsm = SoftHsm::without_tokens();
    softhsm.add_token("raw", OsStr::from_bytes(RAW_PIN));
    let home = home(&softhsm, &format!("{}user_pin_file = \"pin\"\n", SoftHsm::provider("raw")));
    write_secret(&home.path().join("pin"), RAW_PIN);
    works(&Service::in_home(home));
}

#[test]
fn a_pin_comes_from_a_systemd_credential() {
    if !SoftHsm::is_here("a_pin_comes_from_a_systemd_credential") {
        return;
    }
    let softhsm = SoftHsm::new();
    let home = home(&softhsm, &format!("{}user_pin_credential = \"token.pin\"\n", SoftHsm::provider(LABEL)));
    let credentials = home.path().join("credentials");
    fs::create_dir(&credentials).expect("the directory is ours");
    write_secret(&credentials.join("token.pin"), PIN.as_bytes());
    works(&Service::in_home(home.with_variable("CREDENTIALS_DIRECTORY", credentials)));
}

#[test]
fn a_wrong_pin_is_one_providers_trouble() {
    if !SoftHsm::is_here("a_wrong_pin_is_one_providers_trouble") {
        return;
    }
    let softhsm = SoftHsm::new();
    softhsm.add_token("other", PIN.as_ref());
    let wrong = format!("{}name = \"wrong\"\nuser_pin = \"654321\"\n", SoftHsm::provider(LABEL));
    let right = format!("{}name = \"right\"\nuser_pin = \"{PIN}\"\n", SoftHsm::provider("other"));
    let service = Service::in_home(home(&softhsm, &format!("{wrong}{right}")));
    let (wrong, right) = (service.caller().at(2), service.caller().at(16));
    for _ in 0..3 {
        assert_eq!(make_signer(&wrong, "k"), Err(Status::PsaErrorCommunicationFailure));
        assert_eq!(make_signer(&wrong.clone().legacy(), "k"), Err(Status::PsaErrorCommunicationFailure));
    }
    make_signer(&right, "k").expect("another token of the same library");
    sign(&right, "k").expect("another token of the same library");
    make_signer(&service.caller(), "k").expect("software");
    let health = keystead_does(&service, &["health"]);
    assert!(health.contains("wrong"), "{health}");
    let log = service.log();
    assert!(log.contains("CKR_PIN_INCORRECT"), "the operator reads why:\n{log}");
    assert!(!log.contains("654321") && !log.contains(PIN), "a PIN is in the log:\n{log}");

    // The operator corrects it, without a restart.
    let right_pin = service.home().config();
    let text = fs::read_to_string(&right_pin).expect("the configuration is ours").replace("654321", PIN);
    service.home().configure(&text);
    service.reload();
    until_it_works("the corrected PIN", || make_signer(&wrong, "k"));
}

#[test]
fn a_pin_that_was_corrected_in_its_file_is_read_at_a_reload() {
    if !SoftHsm::is_here("a_pin_that_was_corrected_in_its_file_is_read_at_a_reload") {
        return;
    }
    let softhsm = SoftHsm::new();
    let home = home(&softhsm, &format!("{}user_pin_file = \"pin\"\n", SoftHsm::provider(LABEL)));
    write_secret(&home.path().join("pin"), b"654321");
    let service = Service::in_home(home);
    let caller = service.caller().at(2);
    assert_eq!(make_signer(&caller, "k"), Err(Status::PsaErrorCommunicationFailure));
    write_secret(&service.home().path().join("pin"), PIN.as_bytes());
    service.reload();
    until_it_works("the corrected PIN", || make_signer(&caller, "k"));
}
