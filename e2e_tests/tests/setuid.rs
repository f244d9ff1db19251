//! Row 56 of what Parsec teaches: a setuid program is its owner's, as the kernel says, and whoever sends its real uid
//! instead is refused with a line in the log that names both.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use keystead_e2e_tests::binary;
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::operations::Opcode;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;

/// Who starts the program.
const USER: u32 = 4_100;
/// Who owns it.
const OWNER: u32 = 4_200;

fn keys(caller: &Caller) -> Vec<String> {
    let listed = caller.ask(ListKeys::default()).expect("the caller has an identity");
    listed.keys.into_iter().map(|key| key.name.into_string()).collect()
}

/// Has the user start the command as a program of the owner's.
fn run_setuid(service: &Service, arguments: &[&str], variable: &str) -> Output {
    let program = service.home().path().join("keystead");
    binary::copy(binary::command(), &program);
    chown(&program, Some(OWNER), Some(OWNER)).expect("the test is root");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755)).expect("the test is root");

    let mut command = Command::new(&program);
    command.args(arguments).uid(USER).gid(USER).current_dir("/");
    command.env_clear().env("KEYSTEAD_SERVICE_ENDPOINT", variable);
    command.stdin(Stdio::null()).output().expect("the program can be run")
}

#[test]
fn a_setuid_program_does_not_let_its_caller_choose_the_service() {
    if !may_be_others("a setuid program does not ask the environment") {
        return;
    }
    // Any other program complains of a variable that names no socket.
    let output = run_setuid(&Service::plain(), &["ping"], "no socket");
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_setuid_program_acts_for_its_owner() {
    if !may_be_others("a setuid program authenticates") {
        return;
    }
    let service = Service::plain();
    let endpoint = format!("unix:{}", service.home().socket().display());
    let generate = ["generate", "of the owner", "--type", "ecc-p256", "--endpoint", &endpoint];
    let output = run_setuid(&service, &generate, "unix:/of/the/caller");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(keys(&service.caller().as_uid(OWNER)), ["of the owner"]);
    assert!(keys(&service.caller().as_uid(USER)).is_empty());
}

#[test]
fn a_uid_that_the_kernel_does_not_confirm_is_refused_and_both_are_logged() {
    if !may_be_others("the real uid of a setuid program is refused") {
        return;
    }
    let service = Service::with(&format!("{PLAIN}\n[log]\nlevel = \"debug\"\n"));
    // As Parsec's clients do it in a setuid program: the kernel knows the effective uid, and they send the real one.
    let mut wire = Wire::connect_as(OWNER, &service.home().socket());
    let answer = wire.exchange(&Draft::new(Opcode::ListKeys, 0).from_uid(USER).bytes());
    assert_eq!(answer.status(), Status::AuthenticationError);
    let (_, home) = service.stop();
    let log = home.log();
    let line = log.lines().find(|line| line.contains("request failed")).unwrap_or_else(|| panic!("no line in:\n{log}"));
    assert!(line.contains(&USER.to_string()) && line.contains(&OWNER.to_string()), "{line}");
}
