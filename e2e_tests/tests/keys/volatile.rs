//! Keys in memory that end with the process that made them: who has them, what they are called, and when they are gone.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Barrier;
use std::time::Instant;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::home::{Home, WITH_DIRECT};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::Wire;
use keystead_interface::algorithm::AsymmetricSignature;
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::codes::AuthKind;
use keystead_interface::header::Flags;
use keystead_interface::operations::admin::{DeleteClient, Health, ListClients, MoveClient};
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;

use crate::process::Process;
use crate::requests::{self, *};

const NOT_PERMITTED: Status = Status::PsaErrorNotPermitted;
const UNKNOWN: Option<Status> = Some(Status::PsaErrorDoesNotExist);
const TAKEN: Option<Status> = Some(Status::PsaErrorAlreadyExists);
/// A limit of the caller's own, and one of the service's.
const QUOTA: Option<Status> = Some(Status::QuotaExceeded);
const FULL: Option<Status> = Some(Status::PsaErrorInsufficientMemory);

/// As `service/src/limits.rs` has them.
const OF_PROCESS: usize = 256;
const OF_TENANT: usize = 1024;
const OF_ALL: usize = 4096;

fn config() -> String {
    WITH_DIRECT.replace("state_dir", "metrics_socket_path = \"metrics.sock\"\nstate_dir")
}

fn start() -> Service {
    Service::with(&config())
}

fn aes() -> KeyAttributes {
    key(KeyType::Aes, 128, GCM).volatile()
}

/// How many volatile keys there are, as the metrics say.
fn count(service: &Service) -> usize {
    let mut scraper = UnixStream::connect(service.home().path().join("metrics.sock")).expect("the socket is there");
    scraper.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("the socket takes requests");
    let mut page = String::new();
    scraper.read_to_string(&mut page).expect("the page ends");
    let line = page.lines().find_map(|line| line.strip_prefix("keystead_volatile_keys "));
    line.expect("they are counted").parse().expect("a number")
}

/// Returns once there are so many of them.
fn until(service: &Service, keys: usize) {
    let begun = Instant::now();
    while count(service) != keys {
        assert!(begun.elapsed() < PATIENCE, "there are {} volatile keys still", count(service));
        std::thread::yield_now();
    }
}

fn listed(caller: &Caller) -> Vec<String> {
    let keys = caller.ask(ListKeys::default()).expect("everybody may list").keys;
    keys.into_iter().map(|key| key.name.into_string()).collect()
}

/// Whether the process at the other end of the connection has the key, or why not.
fn mac_on(caller: &Caller, wire: &mut Wire, name: &str) -> Option<Status> {
    caller.ask_on(wire, mac(name, HMAC, b"text")).err()
}

fn hmac() -> KeyAttributes {
    key(KeyType::Hmac, 256, HMAC).volatile()
}

#[test]
fn they_are_used_as_any_other_key_on_every_connection_of_their_process() {
    let service = start();
    let caller = service.caller();
    caller.ask(generate("aes", aes())).expect("made");
    // Each request comes on a connection of its own.
    let sealed = caller.ask(seal("aes", GCM, &[1; 12], b"text")).expect("sealed").ciphertext;
    assert_eq!(caller.ask(open("aes", GCM, &[1; 12], &sealed)).expect("opened").plaintext.expose(), b"text");
    let data = caller.ask(export("aes")).expect("its policy allows that").data;
    caller.ask(import("again", aes(), data.expose())).expect("taken");
    assert_eq!(caller.ask(open("again", GCM, &[1; 12], &sealed)).expect("opened").plaintext.expose(), b"text");

    let pair = with_usage(P_PAIR, 256, Usage::SIGN_HASH, ECDSA).volatile();
    caller.ask(generate("pair", pair)).expect("made");
    let public = caller.ask(export_public("pair")).expect("no flag is needed").data;
    let verifier = with_usage(KeyType::EccPublicKey(EccFamily::SecpR1), 256, Usage::VERIFY_HASH, ECDSA);
    caller.ask(import("public", verifier.volatile(), &public)).expect("taken");
    let signature = caller.ask(sign_hash("pair", ECDSA, &[7; 32])).expect("signed").signature;
    caller.ask(verify_hash("public", ECDSA, &[7; 32], &signature)).expect("right");

    let mut table = Table::new(&caller);
    table.row("a use that its policy forbids", verify_hash("pair", ECDSA, &[7; 32], &[0; 64]), NOT_PERMITTED);
    table.row("an export that its policy forbids", export("pair"), NOT_PERMITTED);
    table.row("the public half of a secret key", export_public("aes"), Status::PsaErrorInvalidArgument);
    table.row("too short", import("short", aes(), &[1; 15]), Status::PsaErrorInvalidArgument);
    table.row("destroyed", destroy("pair"), Status::Success);
    table.row("destroyed again", destroy("pair"), Status::PsaErrorDoesNotExist);
    table.row("used afterwards", sign_hash("pair", ECDSA, &[7; 32]), Status::PsaErrorDoesNotExist);
    table.check();
    assert_eq!(count(&service), 3, "what could not be made has left nothing");
}

#[test]
fn nobody_else_sees_them_and_no_list_shows_them() {
    let service = start();
    let caller = service.caller();
    caller.ask(generate("mine", hmac())).expect("made");
    let as_application = caller.clone().as_application("alice");
    assert_eq!(as_application.ask(mac("mine", HMAC, b"text")).err(), UNKNOWN, "another tenant in the same process");
    as_application.ask(generate("mine", hmac())).expect("another tenant's key");
    as_application.ask(destroy("mine")).expect("it is that tenant's own");

    // A child of this process.
    let (_process, mut theirs) = Process::start(&service.home().socket());
    assert_eq!(mac_on(&caller, &mut theirs, "mine"), UNKNOWN);
    assert_eq!(caller.ask_on(&mut theirs, destroy("mine")).err(), UNKNOWN);
    caller.ask_on(&mut theirs, generate("mine", hmac())).expect("a key of its own");
    let own = caller.ask(mac("mine", HMAC, b"text")).expect("computed").mac;
    assert_ne!(caller.ask_on(&mut theirs, mac("mine", HMAC, b"text")).expect("computed").mac, own);

    assert!(listed(&caller).is_empty() && listed(&as_application).is_empty());
    assert!(caller.ask(ListClients {}).expect("an administrator may ask").clients.is_empty());
    assert_eq!(caller.ask(Health {}).expect("an administrator may ask").keys, 0);
    assert_eq!(count(&service), 2);
}

#[test]
fn clients_that_know_no_extensions_make_ordinary_keys() {
    let service = start();
    let legacy = service.caller().legacy();
    legacy.ask(generate("generated", hmac())).expect("made");
    legacy.ask(import("imported", aes(), &[1; 16])).expect("taken");
    assert_eq!(listed(&legacy), ["generated", "imported"]);
    assert_eq!(requests::listed(&legacy, "generated"), hmac().persistent());
    assert_eq!(count(&service), 0);
    // Each may use the other's keys, whatever it knows.
    service.caller().ask(generate("volatile", aes())).expect("made");
    legacy.ask(seal("volatile", GCM, &[1; 12], b"text")).expect("encrypted");
}

#[test]
fn a_name_is_one_key_to_a_process() {
    let service = start();
    let caller = service.caller();
    caller.ask(generate("stored", hmac().persistent())).expect("made");
    caller.ask(generate("volatile", hmac())).expect("made");
    let mut table = Table::new(&caller);
    for lifetime in [aes(), aes().persistent()] {
        for name in ["stored", "volatile"] {
            table.row(&format!("generate {name}"), generate(name, lifetime), Status::PsaErrorAlreadyExists);
            table.row(&format!("import {name}"), import(name, lifetime, &[1; 16]), Status::PsaErrorAlreadyExists);
        }
    }
    table.check();

    // To another process the name is free; what that one stores is hidden from whoever has the name.
    let (_process, mut theirs) = Process::start(&service.home().socket());
    let own = caller.ask(mac("volatile", HMAC, b"text")).expect("computed").mac;
    caller.ask_on(&mut theirs, generate("volatile", hmac().persistent())).expect("the name is free there");
    let stored = caller.ask_on(&mut theirs, mac("volatile", HMAC, b"text")).expect("computed").mac;
    assert_eq!(caller.ask(mac("volatile", HMAC, b"text")).expect("computed").mac, own);
    caller.ask(destroy("volatile")).expect("the volatile one");
    assert_eq!(caller.ask(mac("volatile", HMAC, b"text")).expect("computed").mac, stored);
    caller.ask(destroy("volatile")).expect("the stored one");
    assert_eq!(mac_on(&caller, &mut theirs, "volatile"), UNKNOWN);
    caller.ask(generate("volatile", hmac())).expect("the name is free again");
}

#[test]
fn of_eight_who_make_one_at_once_one_succeeds() {
    let service = start();
    let caller = service.caller();
    let start = Barrier::new(8);
    let make = || {
        start.wait();
        caller.ask(generate("k", aes())).err()
    };
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_none()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| outcome.is_none() || *outcome == TAKEN), "{outcomes:?}");
    assert_eq!(count(&service), 1);
    caller.ask(seal("k", GCM, &[1; 12], b"text")).expect("it works");
}

#[test]
fn they_end_with_their_process() {
    let service = start();
    let caller = service.caller();
    caller.ask(generate("mine", hmac())).expect("made");
    let (process, mut theirs) = Process::start(&service.home().socket());
    for name in ["one", "two"] {
        caller.ask_on(&mut theirs, generate(name, hmac())).expect("made");
        assert_eq!(mac_on(&caller, &mut theirs, name), None);
    }
    assert_eq!(count(&service), 3);
    process.kill();
    // The connection is in our hands, and is the process's that is no more.
    assert_eq!(mac_on(&caller, &mut theirs, "one"), UNKNOWN);
    until(&service, 1);
    assert_eq!(mac_on(&caller, &mut theirs, "two"), UNKNOWN);
    let refused = caller.ask_on(&mut theirs, generate("three", hmac())).err();
    assert_eq!(refused, Some(Status::AuthenticationError), "nobody would end it");
    assert_eq!(caller.ask(mac("mine", HMAC, b"text")).err(), None, "another process's key");
}

/// The key is made after its process has been killed, or before, or meanwhile.
#[test]
fn none_outlives_a_process_that_ends_while_it_is_made() {
    let service = start();
    let caller = service.caller();
    let rsa = key(KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPss(SHA256)).volatile();
    for round in 0..rounds("processes killed while they make a key", 12, 300) {
        let (process, mut theirs) = Process::start(&service.home().socket());
        let attributes = if round % 2 == 0 { rsa } else { hmac() };
        theirs.send(&caller.draft(generate("k", attributes)).flags(Flags(3)).bytes());
        process.kill();
        let status = theirs.answer().status();
        assert!(matches!(status, Status::Success | Status::AuthenticationError), "round {round}: {status}");
        until(&service, 0);
    }
}

#[test]
fn they_end_with_the_service() {
    let service = start();
    let caller = service.caller();
    caller.ask(generate("k", aes())).expect("made");
    caller.ask(generate("stored", aes().persistent())).expect("made");
    let service = Service::in_home(service.kill());
    let caller = service.caller();
    assert_eq!(caller.ask(seal("k", GCM, &[1; 12], b"text")).err(), UNKNOWN);
    assert_eq!((listed(&caller), count(&service)), (vec!["stored".to_owned()], 0));
    caller.ask(generate("k", aes())).expect("the name is free");
}

#[test]
fn they_stay_when_the_configuration_is_read_again() {
    let home = Home::new(&config());
    let service = Service::in_home(home);
    let caller = service.caller();
    caller.ask(generate("k", hmac())).expect("made");
    let before = caller.ask(mac("k", HMAC, b"text")).expect("computed").mac;
    let changed = config().replace("kind = \"software\"", "kind = \"software\"\nallow_export = false");
    service.home().configure(&changed);
    service.reload();
    assert_eq!(caller.ask(mac("k", HMAC, b"text")).expect("by another backend").mac, before);
    assert_eq!(caller.ask(export("k")).err(), Some(NOT_PERMITTED), "the provider is another now");

    let without = config().replace("kind = \"software\"", "kind = \"software\"\nname = \"other\"\nnumber = 20");
    service.home().configure(&without);
    service.reload();
    assert_eq!(caller.ask(mac("k", HMAC, b"text")).err(), Some(Status::ProviderNotRegistered));
    assert_eq!(caller.clone().at(20).ask(mac("k", HMAC, b"text")).err(), UNKNOWN, "another provider's keys");
    service.home().configure(&config());
    service.reload();
    assert_eq!(caller.ask(mac("k", HMAC, b"text")).expect("its provider is back").mac, before);
}

#[test]
fn they_end_with_their_tenant_and_do_not_move() {
    let service = start();
    let (caller, alice, bob) =
        (service.caller(), service.caller().as_application("alice"), service.caller().as_application("bob"));
    alice.ask(generate("stored", hmac().persistent())).expect("made");
    for owner in [&caller, &alice, &bob] {
        owner.ask(generate("k", hmac())).expect("made");
    }
    let (_process, mut theirs) = Process::start(&service.home().socket());
    alice.ask_on(&mut theirs, generate("k", hmac())).expect("made");

    let (from, to) = ("alice".to_owned(), "carol".to_owned());
    let kind = AuthKind::DIRECT;
    let moving =
        MoveClient { old_auth_type: kind, old_client: from, new_auth_type: kind, new_client: to, dry_run: false };
    assert_eq!(caller.ask(moving).expect("an administrator may ask").keys, 1, "what is stored");
    assert_eq!(alice.ask(mac("k", HMAC, b"text")).err(), None);
    assert_eq!(service.caller().as_application("carol").ask(mac("k", HMAC, b"text")).err(), UNKNOWN);

    let admin = service.caller().as_application("admin");
    let _ = admin.ask(DeleteClient { client: "alice".to_owned() }).expect("an administrator may ask");
    assert_eq!(alice.ask(mac("k", HMAC, b"text")).err(), UNKNOWN);
    assert_eq!(mac_on(&alice, &mut theirs, "k"), UNKNOWN, "nor in another process");
    assert_eq!((caller.ask(mac("k", HMAC, b"text")).err(), bob.ask(mac("k", HMAC, b"text")).err()), (None, None));
    assert_eq!(count(&service), 2);
    alice.ask(generate("k", hmac())).expect("a process that had some can have others");
}

#[test]
fn there_are_so_many_of_a_process_of_a_tenant_and_of_all() {
    let service = start();
    let tenants: Vec<_> =
        (0..OF_ALL / OF_TENANT).map(|number| service.caller().as_application(&format!("tenant {number}"))).collect();
    let one_more = |caller: &Caller| caller.ask(import("one more", aes(), &[1; 16])).err();
    let mut processes = Vec::new();
    for tenant in &tenants {
        for _ in 0..OF_TENANT / OF_PROCESS {
            assert_eq!(one_more(tenant), None, "there is room for {} and one", count(&service));
            tenant.ask(destroy("one more")).expect("gone");
            let (process, mut wire) = Process::start(&service.home().socket());
            for number in 0..OF_PROCESS {
                let made = tenant.ask_on(&mut wire, import(&format!("key {number}"), aes(), &[1; 16]));
                made.unwrap_or_else(|status| panic!("key {number}: {status}"));
            }
            let refused = tenant.ask_on(&mut wire, import("one more", aes(), &[1; 16]));
            assert_eq!(refused.err(), QUOTA, "the process has as many as it may");
            let refused = service.caller().ask_on(&mut wire, import("one more", aes(), &[1; 16]));
            assert_eq!(refused.err(), QUOTA, "also as another tenant");
            processes.push(process);
        }
        assert_eq!(one_more(tenant), QUOTA, "the tenant has as many as it may");
    }
    assert_eq!((count(&service), one_more(&service.caller())), (OF_ALL, FULL));
    service.caller().ask(generate("stored", aes().persistent())).expect("the store has room");
    processes.pop().expect("there are some").kill();
    until(&service, OF_ALL - OF_PROCESS);
    assert_eq!(one_more(&service.caller()), None);
    drop(processes);
    until(&service, 1);

    let (caller, long) = (service.caller(), "n".repeat(16 * 1024));
    assert_eq!(caller.ask(import(&long, aes(), &[1; 16])).err(), FULL);
    caller.ask(import(&long, aes().persistent(), &[1; 16])).expect("the store takes it");
    assert_eq!(count(&service), 1);
}
