//! What these tests have in common: a service with tokens beside its own keys, and the administrator's command.

use std::process::{Command, Output, Stdio};
use std::time::Instant;

use keystead_e2e_tests::binary;
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;

use crate::requests::*;

/// The configuration of a service with software keys, applications that name themselves, and these providers after them.
pub fn config(providers: &[&str]) -> String {
    format!("{WITH_DIRECT}{}", providers.concat())
}

/// A service with software keys and this place after them.
pub fn beside_software(place: &Place) -> Service {
    Service::in_home(place.home(&config(&[&place.provider()])))
}

/// Makes a P-256 key that signs.
pub fn make_signer(caller: &Caller, name: &str) -> Result<(), Status> {
    caller.ask(generate(name, with_usage(P_PAIR, 256, ALL_USES, ECDSA))).map(|_| ())
}

/// Has the key sign, and says whether it did.
pub fn sign(caller: &Caller, name: &str) -> Result<(), Status> {
    caller.ask(sign_hash(name, ECDSA, &[7; 32])).map(|_| ())
}

/// The same bytes with one bit flipped in this one.
pub fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[at] ^= 1 << (at % 8);
    flipped
}

/// The names of the caller's keys on one provider.
pub fn names(caller: &Caller, provider: u8) -> Vec<String> {
    let keys = caller.ask(ListKeys::default()).expect("everybody may list").keys;
    keys.into_iter().filter(|key| key.provider_id.0 == provider).map(|key| key.name.into_string()).collect()
}

/// Asks until it succeeds; panics with the last refusal if it never does.
pub fn until_it_works<T>(what: &str, mut ask: impl FnMut() -> Result<T, Status>) -> T {
    let begun = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(status) => assert!(begun.elapsed() < PATIENCE, "{what}: still {status}"),
        }
        // The provider tries again only after a while; asking without end would take the processor from it.
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Runs the command `keystead` as the test's own user, who is an administrator.
pub fn keystead(service: &Service, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary::command());
    command.arg("--endpoint").arg(format!("unix:{}", service.home().socket().display()));
    command.args(arguments).stdin(Stdio::null()).output().expect("the command was built")
}

/// The same, which must succeed. Gives what it printed.
pub fn keystead_does(service: &Service, arguments: &[&str]) -> String {
    let output = keystead(service, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "keystead {arguments:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
