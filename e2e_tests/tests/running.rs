//! The service as a process of its host: its places for connections, its log and metrics, what it closes to others, and
//! how it ends.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::time::Instant;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::header::Flags;
use keystead_interface::names::KeyName;
use keystead_interface::operations::admin::Health;
use keystead_interface::operations::core::{ListKeys, Ping};
use keystead_interface::operations::keys::{PsaDestroyKey, PsaGenerateKey};
use keystead_interface::status::Status;
use rustix::process::Signal;

fn name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

fn with(rest: &str) -> String {
    format!("{PLAIN}\n{rest}\n")
}

/// A connection that stays, or what the service says if it has no place for it.
fn take_place(caller: &Caller) -> Result<Wire, Status> {
    let mut wire = caller.connect();
    // One that is turned away may be closed before this is written.
    let _ = wire.try_send(&Draft::ping().flags(Flags::KEEP_ALIVE).bytes());
    let answer = wire.answer();
    match answer.status() {
        Status::Success => {
            assert_eq!(answer.header.flags, Flags::KEEP_ALIVE);
            Ok(wire)
        }
        status => {
            assert_eq!(answer.header.flags, Flags(0));
            Err(status)
        }
    }
}

#[test]
fn no_user_can_take_all_places() {
    if !may_be_others("no_user_can_take_all_places") {
        return;
    }
    let service = Service::with(&with("[limits]\nmax_connections_per_uid = 4\nmax_connections = 20"));
    let greedy = service.caller().as_uid(2_001);
    let mut taken: Vec<Wire> = (0..4).map(|_| take_place(&greedy).expect("there are four places")).collect();
    let turned_away = take_place(&greedy).err();
    assert_eq!(turned_away, Some(Status::PsaErrorCommunicationFailure), "the fifth: Busy, in a word that all know");
    service.caller().as_uid(2_002).ask(Ping {}).expect("others are served");

    // A place that is given back can be taken again, once the service has seen the end of the connection.
    taken.pop();
    let begun = Instant::now();
    while take_place(&greedy).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the place was not given back");
        std::thread::yield_now();
    }
}

#[test]
fn the_log_is_one_json_object_a_line_whatever_a_key_is_called() {
    let service = Service::with(&with("[log]\nformat = \"json\"\nlevel = \"debug\""));
    for odd in ["two\nlines", "\"quoted\"", "\u{1b}[31mred", "\0", "{}{{"] {
        let unknown = service.caller().ask(PsaDestroyKey { key_name: name(odd) });
        assert_eq!(unknown.err(), Some(Status::PsaErrorDoesNotExist));
    }
    let (_, home) = service.stop();
    let log = home.log();
    let mut failed = 0;
    for line in log.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line}"));
        assert!(record["time"].is_string() && record["level"].is_string() && record["message"].is_string(), "{line}");
        failed += usize::from(record["fields"]["status"] == 1140 || record["fields"]["status"] == "1140");
    }
    assert_eq!(failed, 5, "each failed request has its line, with its status:\n{log}");
}

#[test]
fn names_stay_out_of_the_log_unless_it_is_asked_for_more() {
    let service = Service::plain();
    let named = || name("payroll-signing-key");
    make_rsa(&service.caller(), named(), 2048);
    let _ = service.caller().ask(PsaDestroyKey { key_name: named() }).expect("it is there");
    let _ = service.caller().ask(PsaDestroyKey { key_name: named() });
    let (_, home) = service.stop();
    assert!(!home.log().contains("payroll"), "{}", home.log());
}

#[test]
fn metrics_can_be_read_and_agree_with_health() {
    let service = Service::with(&PLAIN.replace("state_dir", "metrics_socket_path = \"metrics.sock\"\nstate_dir"));
    for _ in 0..10 {
        service.caller().ask(Ping {}).expect("a pong");
    }
    make_rsa(&service.caller(), name("k"), 2048);
    let health = service.caller().ask(Health {}).expect("an administrator may ask");
    assert_eq!((health.panics, health.keys), (0, 1));
    assert!(health.requests >= 11, "{} requests", health.requests);
    assert!(health.providers.len() == 1 && health.providers[0].available, "{:?}", health.providers);
    assert!(health.damaged_records.is_empty() && health.quarantined.is_empty());

    let socket = service.home().path().join("metrics.sock");
    let mode = fs::metadata(&socket).expect("the socket is there").permissions().mode() & 0o777;
    assert_eq!(mode & 0o007, 0, "strangers may not read metrics");
    let mut scraper = UnixStream::connect(&socket).expect("the socket takes connections");
    scraper.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("the socket takes requests");
    let mut page = String::new();
    scraper.read_to_string(&mut page).expect("the page ends");
    let requests = page.lines().filter(|line| !line.starts_with('#') && line.contains("requests"));
    let counted = requests.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).max();
    assert!(counted >= Some(health.requests), "{page}");
}

#[test]
fn the_process_is_closed_to_others() {
    let service = Service::plain();
    let of_process = |file: &str| {
        let path = format!("/proc/{}/{file}", service.pid());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let limits = of_process("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("Linux has this limit");
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "no core dumps: {core}");
    let status = of_process("status");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
}

#[test]
fn root_is_refused_where_that_is_asked_for() {
    if !may_be_others("root_is_refused_where_that_is_asked_for") {
        return;
    }
    let home = Home::new(&PLAIN.replace("state_dir", "refuse_root = true\nstate_dir"));
    let Err((_, refused)) = Service::try_in(home, None) else { panic!("root was not refused") };
    assert!(refused.status.code() != Some(0) && refused.log.contains("root"), "{}", refused.log);
}

#[test]
fn requests_that_have_begun_are_finished_before_the_end() {
    let service = Service::plain();
    let slow = service.caller().draft(generate_rsa(name("slow"), 4096)).flags(Flags::KEEP_ALIVE).bytes();
    let mut wire = service.connect();
    // Both in one write: when the first is answered, the second has been read.
    wire.send(&[Draft::ping().flags(Flags::KEEP_ALIVE).bytes(), slow].concat());
    assert_eq!(wire.answer().status(), Status::Success);
    service.signal(Signal::TERM);
    assert_eq!(wire.answer().status(), Status::Success, "the key was made before the service ended");
    let (status, home) = service.wait();
    assert_eq!(status.code(), Some(0));
    let listed = Service::in_home(home).caller().ask(ListKeys::default()).expect("a tenant may ask");
    assert_eq!(listed.keys.len(), 1);
}

fn generate_rsa(key_name: KeyName, bits: u32) -> PsaGenerateKey {
    let alg = AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha256));
    let algorithm = Algorithm::AsymmetricSignature(alg);
    PsaGenerateKey { key_name, attributes: KeyAttributes::new(KeyType::RsaKeyPair, bits, Usage::SIGN_HASH, algorithm) }
}

fn make_rsa(caller: &Caller, key_name: KeyName, bits: u32) {
    let _ = caller.ask(generate_rsa(key_name, bits)).expect("a key is made");
}
