//! The C library as programs use it that are written against the PSA Crypto API, with keys in software, in a token and in a
//! TPM, and with two of them at once. What the library does with software alone, `client-libs/c/test.sh` shows.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystead_e2e_tests::binary::{self, workspace};
use keystead_e2e_tests::folder::Folder;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;

const SOFTWARE: &str = "\n[[provider]]\nkind = \"software\"\n";

/// Compiles a program into a folder, with the library beside it under the name that programs look for.
fn compiled(source: &str, folder: &Folder) -> PathBuf {
    for name in ["libkeystead_psa.so", "libkeystead_psa.so.0"] {
        std::os::unix::fs::symlink(binary::psa_library(), folder.path().join(name)).expect("the folder is ours");
    }
    let program = folder.path().join("program");
    let here = folder.path().display();
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Iinclude", "-Itests"]);
    compiler.arg(workspace().join(source)).arg("-o").arg(&program);
    compiler.args([format!("-L{here}"), format!("-Wl,-rpath,{here}"), "-lkeystead_psa".into()]);
    let output = compiler.current_dir(workspace().join("client-libs/c")).output().expect("Debian has a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// A program that looks for its service in this directory.
fn at(home: &Home, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("KEYSTEAD_SERVICE_ENDPOINT", format!("unix:{}", home.socket().display()));
    command.env_remove("KEYSTEAD_IDENTITY_ENDPOINT");
    command
}

/// Runs a program, which says what is not as it should be.
fn run(program: &Path, arguments: &[String], service: &Service) {
    let output = at(service.home(), program).args(arguments).output().expect("it was just compiled");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}\n{}", String::from_utf8_lossy(&output.stderr), service.log());
}

/// What every provider can do.
fn try_portable(place: &Place) {
    let service = Service::in_home(place.home(&PLAIN.replace(SOFTWARE, &place.provider())));
    let folder = Folder::new();
    run(&compiled("client-libs/c/tests/portable.c", &folder), &[], &service);
    let (_, _home) = service.stop();
    place.holds(0);
}

/// Two providers, this one and software, in this order.
fn try_both(place: &Place, providers: &str, numbers: [u8; 2]) {
    let service = Service::in_home(place.home(&PLAIN.replace(SOFTWARE, providers)));
    let folder = Folder::new();
    run(&compiled("e2e_tests/tests/psa_library/providers.c", &folder), &numbers.map(|one| one.to_string()), &service);
}

#[test]
fn a_program_has_its_keys_in_software() {
    try_portable(&Place::Software);
}

#[test]
fn a_program_has_its_keys_in_a_token() {
    let Some(place) = Place::softhsm("the C library with a token") else { return };
    try_portable(&place);
}

#[test]
fn a_program_has_its_keys_in_a_tpm() {
    let Some(place) = Place::swtpm("the C library with a TPM") else { return };
    try_portable(&place);
}

#[test]
fn a_program_has_keys_in_a_token_before_software() {
    let Some(place) = Place::softhsm("the C library with a token and software") else { return };
    try_both(&place, &(place.provider() + SOFTWARE), [2, 1]);
}

#[test]
fn a_program_has_keys_in_software_before_a_token() {
    let Some(place) = Place::softhsm("the C library with software and a token") else { return };
    try_both(&place, &(SOFTWARE.to_owned() + &place.provider()), [1, 2]);
}

#[test]
fn a_program_has_keys_in_a_tpm_before_software() {
    let Some(place) = Place::swtpm("the C library with a TPM and software") else { return };
    try_both(&place, &(place.provider() + SOFTWARE), [3, 1]);
}

#[test]
fn a_token_that_is_away_keeps_no_program_from_software() {
    let Some(place) = Place::softhsm("the C library with a token that is away") else { return };
    let config = PLAIN.replace(SOFTWARE, &(place.provider() + SOFTWARE));
    let folder = Folder::new();
    let program = compiled("e2e_tests/tests/psa_library/away.c", &folder);
    let service = Service::in_home(place.home(&config));
    run(&program, &["make".into()], &service);
    let (_, home) = service.stop();
    let Place::SoftHsm(token) = &place else { return };
    token.take_away(true);
    run(&program, &["use".into()], &Service::in_home(home));
}

#[test]
fn a_program_outlives_its_service() {
    let (home, folder) = (Home::new(PLAIN), Folder::new());
    let mut command = at(&home, &compiled("e2e_tests/tests/psa_library/restart.c", &folder));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it was just compiled");
    let (mut input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let mut said = BufReader::new(output).lines().map(|line| line.expect("text"));
    let mut says = |word: &str| assert_eq!(said.next().as_deref(), Some(word));
    says("nobody");
    let service = Service::in_home(home);
    writeln!(input).expect("it reads");
    says("made");
    let (_, home) = service.stop();
    writeln!(input).expect("it reads");
    says("gone");
    let service = Service::in_home(home);
    writeln!(input).expect("it reads");
    let rest: Vec<_> = said.collect();
    assert!(child.wait().expect("the child is ours").success(), "{rest:#?}");
    drop(service);
}
