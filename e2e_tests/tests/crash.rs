//! SIGKILL under load, and at start: no acknowledged key is missing, none that was destroyed is back, and nothing
//! half-made stays, neither in the store nor in a token.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use keystead_e2e_tests::binary;
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::home::{Home, WITH_DIRECT};
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::Wire;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::header::Flags;
use keystead_interface::names::KeyName;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::keys::{PsaDestroyKey, PsaExportPublicKey, PsaGenerateKey};
use keystead_interface::operations::sign::{PsaSignHash, PsaVerifyHash};
use keystead_interface::operations::{Message, Request};
use keystead_interface::status::Status;
use rusqlite::{Connection, OpenFlags};

/// Clients at once: enough that the store commits several changes together.
const CLIENTS: u64 = 6;
/// Names that each client uses over and over, so that destroyed keys have successors.
const NAMES: u64 = 12;
/// The most changes that are acknowledged before a kill.
const MAX_ACKNOWLEDGED: u64 = 60;
/// The longest time from there to the kill: that of a few changes.
const MAX_DELAY_US: u64 = 3_000;
/// The longest time that a start goes on before it is killed: about that of a whole one.
const MAX_START_US: u64 = 60_000;

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

/// What is known of a key. A name that is not noted has none.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Asked for, without an answer.
    Creating,
    /// Acknowledged, with its public key once that was seen.
    Live(Option<Vec<u8>>),
    /// Its end was asked for, without an answer.
    Destroying(Option<Vec<u8>>),
}

/// How what was under way at a kill turned out.
#[derive(Debug, Default)]
struct Tally {
    made: u64,
    not_made: u64,
    destroyed: u64,
    not_destroyed: u64,
}

struct Client {
    caller: Caller,
    chance: Chance,
    keys: BTreeMap<String, Fate>,
}

impl Client {
    fn new(service: &Service, place: &Place, number: u64) -> Client {
        let caller = service.caller().as_application(&format!("client {number}")).at(place.number());
        Client { caller, chance: Chance::new(number), keys: BTreeMap::new() }
    }

    /// Makes and destroys keys until the service is gone. Each acknowledged change is announced.
    fn work(&mut self, mut wire: Wire, announce: &Sender<()>) {
        loop {
            let name = format!("key {}", self.chance.below(NAMES));
            let changed = match self.keys.get(&name).cloned() {
                None => self.create(&mut wire, name),
                Some(Fate::Live(public)) => self.destroy(&mut wire, name, public),
                Some(open) => panic!("{name} is still {open:?}"),
            };
            if changed.is_none() || announce.send(()).is_err() {
                return;
            }
        }
    }

    fn create(&mut self, wire: &mut Wire, name: String) -> Option<()> {
        self.keys.insert(name.clone(), Fate::Creating);
        let request = PsaGenerateKey { key_name: key_name(&name), attributes: p256() };
        try_ask(&self.caller, wire, request)?.expect("the name is free");
        self.keys.insert(name.clone(), Fate::Live(None));
        // Half of them are first seen after the kill.
        if self.chance.below(2) == 0 {
            let seen = try_ask(&self.caller, wire, PsaExportPublicKey { key_name: key_name(&name) })?;
            self.keys.insert(name, Fate::Live(Some(seen.expect("the key is there").data)));
        }
        Some(())
    }

    fn destroy(&mut self, wire: &mut Wire, name: String, public: Option<Vec<u8>>) -> Option<()> {
        self.keys.insert(name.clone(), Fate::Destroying(public));
        try_ask(&self.caller, wire, PsaDestroyKey { key_name: key_name(&name) })?.expect("the key is there");
        self.keys.remove(&name);
        Some(())
    }

    /// Compares what the service has with what was acknowledged, and settles what was not. Gives the number of keys.
    fn take_stock(&mut self, tally: &mut Tally) -> i64 {
        let mut wire = self.caller.connect();
        let listed = self.caller.ask_on(&mut wire, ListKeys::default()).expect("a list").keys;
        let listed: Vec<&str> = listed.iter().map(|key| key.name.as_str()).collect();
        for name in &listed {
            assert!(self.keys.contains_key(*name), "{name} is back, or never was");
        }
        for (name, fate) in std::mem::take(&mut self.keys) {
            let is_there = listed.contains(&name.as_str());
            let public = match (fate, is_there) {
                (Fate::Live(public), true) => public,
                (Fate::Live(_), false) => panic!("{name} was acknowledged and is gone"),
                (Fate::Creating, true) => {
                    tally.made += 1;
                    None
                }
                (Fate::Destroying(public), true) => {
                    tally.not_destroyed += 1;
                    public
                }
                (Fate::Creating, false) => {
                    tally.not_made += 1;
                    continue;
                }
                (Fate::Destroying(_), false) => {
                    tally.destroyed += 1;
                    continue;
                }
            };
            let public = check_works(&self.caller, &mut wire, &name, public);
            self.keys.insert(name, Fate::Live(Some(public)));
        }
        listed.len() as i64
    }
}

/// Asks a service that may be gone before it has answered.
fn try_ask<R: Request>(caller: &Caller, wire: &mut Wire, request: R) -> Option<Result<R::Result, Status>> {
    let kept = Flags(Flags::EXTENDED.0 | Flags::KEEP_ALIVE.0);
    wire.try_send(&caller.draft(request).flags(kept).bytes()).ok()?;
    let answer = wire.try_answer().ok()?;
    Some(match answer.status() {
        Status::Success => Ok(R::Result::decode(&answer.body).expect("a successful answer can be read")),
        status => Err(status),
    })
}

/// The key is the one that it was, and signs. Gives its public half.
fn check_works(caller: &Caller, wire: &mut Wire, name: &str, public: Option<Vec<u8>>) -> Vec<u8> {
    let name = || key_name(name);
    let found = caller.ask_on(wire, PsaExportPublicKey { key_name: name() }).expect("a public key").data;
    assert_eq!(public.as_ref().unwrap_or(&found), &found, "{} became another", name());
    let hash = vec![7; 32];
    let request = PsaSignHash { key_name: name(), alg: ECDSA, hash: hash.clone() };
    let signature = caller.ask_on(wire, request).expect("the key signs").signature;
    let request = PsaVerifyHash { key_name: name(), alg: ECDSA, hash, signature };
    caller.ask_on(wire, request).expect("the signature is the key's");
    found
}

/// Starts the service and kills it at any moment of its start.
fn start_in_vain(home: &Home, chance: &mut Chance) {
    let mut child = Command::new(binary::service())
        .arg("--config")
        .arg(home.config())
        .envs(home.environment())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary was built");
    std::thread::sleep(Duration::from_micros(chance.below(MAX_START_US)));
    child.kill().expect("the child is ours");
    child.wait().expect("the child is ours");
}

/// What the service does not show: the store holds these keys and nothing else.
fn check_store(home: &Home, keys: i64) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let store = Connection::open_with_flags(home.state().join("keys.sqlite"), flags).expect("the store can be read");
    let count = |of: &str| {
        let question = format!("SELECT count(*) FROM {of}");
        store.query_row(&question, [], |row| row.get::<_, i64>(0)).expect("the store can be read")
    };
    assert_eq!(count("keys WHERE stage <> 1"), 0, "half-made or half-destroyed keys");
    assert_eq!(count("keys"), keys);
    assert_eq!(count("tenants WHERE id NOT IN (SELECT tenant FROM keys)"), 0, "tenants without keys");
    let verdict: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a verdict");
    assert_eq!(verdict, "ok");
}

/// Waits for that many acknowledged changes.
fn wait_for(changes: u64, announced: &Receiver<()>) {
    for _ in 0..changes {
        announced.recv_timeout(Duration::from_secs(60)).expect("the service works until it is killed");
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    run(&Place::Software, rounds("kills under load", 40, 300));
}

#[test]
fn softhsm_keeps_what_was_acknowledged_and_nothing_else() {
    let Some(place) = Place::softhsm("softhsm_keeps_what_was_acknowledged_and_nothing_else") else { return };
    run(&place, rounds("kills under load, with SoftHSM2", 8, 300));
}

#[test]
fn keys_of_swtpm_survive_a_kill_and_none_is_left_in_it() {
    let Some(place) = Place::swtpm("keys_of_swtpm_survive_a_kill_and_none_is_left_in_it") else { return };
    run(&place, rounds("kills under load, with swtpm", 8, 300));
}

fn run(place: &Place, kills: u64) {
    let mut chance = Chance::new(CLIENTS);
    let config = WITH_DIRECT.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
    let mut service = Service::in_home(place.home(&config));
    let mut clients: Vec<_> = (0..CLIENTS).map(|number| Client::new(&service, place, number)).collect();
    let mut tally = Tally::default();
    for kill in 0..kills {
        let (announce, announced) = channel();
        let home = std::thread::scope(|scope| {
            for client in &mut clients {
                // Before the kill can come: a service that is gone takes no connection.
                let (wire, announce) = (client.caller.connect(), announce.clone());
                scope.spawn(move || client.work(wire, &announce));
            }
            wait_for(chance.below(MAX_ACKNOWLEDGED), &announced);
            std::thread::sleep(Duration::from_micros(chance.below(MAX_DELAY_US)));
            service.kill()
        });
        // At each login SoftHSM 2.6.1 writes the token's own record anew, and who kills it then has no token any more.
        if kill % 4 == 0 && !matches!(place, Place::SoftHsm(_)) {
            start_in_vain(&home, &mut chance);
        }
        service = Service::in_home(home);
        let keys = clients.iter_mut().map(|client| client.take_stock(&mut tally)).sum();
        check_store(service.home(), keys);
        place.comes_to_hold(keys as usize);
    }
    service.stop();
    if let Place::Swtpm(_) = place {
        place.holds(0);
    }
    println!("under way at a kill: {tally:?}");
    let under_way = tally.made + tally.not_made + tally.destroyed + tally.not_destroyed;
    assert!(under_way >= kills, "the kills met no work");
    // Few kills of the short run meet the moment in which a token destroys something.
    let is_rare = !matches!(place, Place::Software);
    assert!(tally.not_made > 0 && (tally.not_destroyed > 0 || is_rare), "no kill came before a commit");
}

fn p256() -> KeyAttributes {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, usage, Algorithm::AsymmetricSignature(ECDSA))
}

fn key_name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}
