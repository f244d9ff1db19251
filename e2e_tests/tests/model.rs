//! Random operations against a model of what every one of them must answer. Applications that use the same key names,
//! on the same provider and on two, all at once: nobody ever feels what another does. In the end a token holds the keys
//! that the model knows, and not one object more.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::Wire;
use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricSignature, FullLengthMac, Hash, Mac, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::Request;
use keystead_interface::operations::aead::{PsaAeadDecrypt, PsaAeadEncrypt};
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use keystead_interface::operations::mac::{PsaMacCompute, PsaMacVerify};
use keystead_interface::operations::sign::{PsaSignHash, PsaVerifyHash};
use keystead_interface::secret::Secret;
use keystead_interface::status::Status;

const CONFIG: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
allow_insecure = true

[[authenticator]]
kind = "unix-peer-credentials"

[[authenticator]]
kind = "direct"

[[provider]]
kind = "software"
"#;

/// A second software provider.
const SECOND: &str = "
[[provider]]
kind = \"software\"
name = \"second\"
number = 16
";

/// Every application calls its keys so, on every provider. They differ in what a careless service would mix up.
const NAMES: [&str; 5] = ["", "key", "key ", "Key", "kéy/../\u{0}"];
/// Services that live one after the other on the same state; every second one is killed.
const LIVES: u64 = 4;
/// What was lately made by anybody, and is shown to the keys of everybody.
const REMEMBERED: usize = 64;

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
const GCM: Aead = Aead::DefaultLengthTag(AeadAlg::Gcm);
const HMAC: Mac = Mac::FullLength(FullLengthMac::Hmac(Hash::Sha256));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sign,
    Encrypt,
    Mac,
}

/// A key as the model knows it. What it has not seen yet is unknown.
struct Known {
    serial: u64,
    kind: Kind,
    attributes: KeyAttributes,
    material: Option<Vec<u8>>,
    public: Option<Vec<u8>>,
    last: Option<Made>,
}

/// Something that a key made: only the same key may recognise it.
#[derive(Clone)]
struct Made {
    by: u64,
    kind: Kind,
    nonce: Vec<u8>,
    input: Vec<u8>,
    output: Vec<u8>,
}

/// A provider, and what it can do.
struct Site {
    number: u8,
    kinds: &'static [Kind],
    exports: bool,
}

const ALL_KINDS: &[Kind] = &[Kind::Sign, Kind::Encrypt, Kind::Mac];

/// What all applications share, which the service must not.
struct World {
    sites: [Site; 2],
    next_serial: AtomicU64,
    made: Mutex<Vec<Made>>,
    /// Whose a public key is, or material that the service chose.
    owners: Mutex<HashMap<Vec<u8>, u64>>,
    /// How often each operation ended in each way.
    endings: Mutex<BTreeMap<(&'static str, String), u64>>,
}

/// An application and its model.
struct Application {
    caller: Caller,
    wire: Wire,
    chance: Chance,
    keys: BTreeMap<(u8, &'static str), Known>,
}

fn attributes(kind: Kind, exportable: bool) -> KeyAttributes {
    let export = if exportable { Usage::EXPORT } else { Usage::NONE };
    let (key_type, usage, algorithm) = match kind {
        Kind::Sign => (
            KeyType::EccKeyPair(EccFamily::SecpR1),
            Usage::SIGN_HASH.and(Usage::VERIFY_HASH),
            Algorithm::AsymmetricSignature(ECDSA),
        ),
        Kind::Encrypt => (KeyType::Aes, Usage::ENCRYPT.and(Usage::DECRYPT), Algorithm::Aead(GCM)),
        Kind::Mac => (KeyType::Hmac, Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE), Algorithm::Mac(HMAC)),
    };
    KeyAttributes::new(key_type, 256, usage.and(export), algorithm)
}

impl Site {
    fn software(number: u8) -> Site {
        Site { number, kinds: ALL_KINDS, exports: true }
    }

    fn of(place: &Place) -> Site {
        match place {
            Place::Software => Site::software(16),
            Place::SoftHsm(_) => Site { number: place.number(), kinds: ALL_KINDS, exports: true },
            // A TPM has no authenticated encryption, and gives no key away.
            Place::Swtpm(_) => Site { number: place.number(), kinds: &[Kind::Sign, Kind::Mac], exports: false },
        }
    }
}

impl World {
    fn new(second: Site) -> World {
        World {
            sites: [Site::software(1), second],
            next_serial: AtomicU64::new(0),
            made: Mutex::default(),
            owners: Mutex::default(),
            endings: Mutex::default(),
        }
    }

    fn site(&self, at: u8) -> &Site {
        self.sites.iter().find(|site| site.number == at).expect("only these are asked")
    }

    fn remember(&self, made: &Made) {
        let mut all = self.made.lock().expect("no thread panics with it");
        if all.len() == REMEMBERED {
            all.remove(0);
        }
        all.push(made.clone());
    }

    /// Two keys never have the same secret, whoever has them.
    fn belongs_to(&self, bytes: &[u8], serial: u64) {
        let owner = *self.owners.lock().expect("no thread panics with it").entry(bytes.to_vec()).or_insert(serial);
        assert_eq!(owner, serial, "two keys are one");
    }

    fn note(&self, operation: &'static str, ending: String) {
        *self.endings.lock().expect("no thread panics with it").entry((operation, ending)).or_default() += 1;
    }
}

impl Application {
    fn new(caller: Caller, lane: u64) -> Application {
        Application { wire: caller.connect(), caller, chance: Chance::new(lane), keys: BTreeMap::new() }
    }

    /// The same after the service was started again.
    fn reconnect(&mut self) {
        self.wire = self.caller.connect();
    }

    /// Asks, and insists on the predicted ending.
    fn ask<R: Request>(
        &mut self,
        world: &World,
        at: u8,
        request: R,
        expected: Result<(), Status>,
    ) -> Option<R::Result> {
        let answer = self.caller.clone().at(at).ask_on(&mut self.wire, request);
        let ending = answer.as_ref().map(|_| ()).map_err(|status| *status);
        assert_eq!(ending, expected, "{} at provider {at}", R::OPCODE.name());
        world.note(R::OPCODE.name(), ending.map_or_else(|status| format!("{status:?}"), |()| "Success".into()));
        answer.ok()
    }

    fn step(&mut self, world: &World) {
        let at = self.chance.pick(&world.sites).number;
        let name = *self.chance.pick(&NAMES);
        match self.chance.below(100) {
            0..10 => self.generate(world, at, name),
            10..18 => self.import(world, at, name),
            18..28 => self.destroy(world, at, name),
            28..58 => self.make(world, at, name),
            58..84 => self.recognise(world, at, name),
            84..90 => self.export(world, at, name),
            90..96 => self.public_key(world, at, name),
            _ => self.list(world),
        }
    }

    fn kind(&mut self) -> Kind {
        *self.chance.pick(ALL_KINDS)
    }

    /// What a new key is to be.
    fn wish(&mut self, world: &World, at: u8) -> (Kind, KeyAttributes) {
        let site = world.site(at);
        let kind = *self.chance.pick(site.kinds);
        (kind, attributes(kind, site.exports && self.chance.below(2) == 0))
    }

    fn may_create(&self, at: u8, name: &'static str) -> Result<(), Status> {
        if self.keys.contains_key(&(at, name)) { Err(Status::PsaErrorAlreadyExists) } else { Ok(()) }
    }

    fn created(
        &mut self,
        world: &World,
        place: (u8, &'static str),
        attributes: (Kind, KeyAttributes),
        material: Option<Vec<u8>>,
    ) {
        let (kind, attributes) = attributes;
        let serial = world.next_serial.fetch_add(1, Ordering::Relaxed);
        self.keys.insert(place, Known { serial, kind, attributes, material, public: None, last: None });
    }

    fn generate(&mut self, world: &World, at: u8, name: &'static str) {
        let (kind, attributes) = self.wish(world, at);
        let expected = self.may_create(at, name);
        if self.ask(world, at, PsaGenerateKey { key_name: key_name(name), attributes }, expected).is_some() {
            self.created(world, (at, name), (kind, attributes), None);
        }
    }

    fn import(&mut self, world: &World, at: u8, name: &'static str) {
        let (kind, attributes) = self.wish(world, at);
        let mut material = self.chance.bytes(32);
        // Below the order of P-256, and not zero.
        material[0] = 1;
        let expected = self.may_create(at, name);
        let data = Secret::new(material.clone());
        if self.ask(world, at, PsaImportKey { key_name: key_name(name), attributes, data }, expected).is_some() {
            self.created(world, (at, name), (kind, attributes), Some(material));
        }
    }

    fn destroy(&mut self, world: &World, at: u8, name: &'static str) {
        let expected = self.keys.remove(&(at, name)).map(|_| ()).ok_or(Status::PsaErrorDoesNotExist);
        self.ask(world, at, PsaDestroyKey { key_name: key_name(name) }, expected);
    }

    /// Whether the key is there and may be used so.
    fn may_use(&self, world: &World, place: (u8, &'static str), kind: Kind) -> Result<u64, Status> {
        if !world.site(place.0).kinds.contains(&kind) {
            return Err(Status::PsaErrorNotSupported);
        }
        let key = self.keys.get(&place).ok_or(Status::PsaErrorDoesNotExist)?;
        if key.kind == kind { Ok(key.serial) } else { Err(Status::PsaErrorNotPermitted) }
    }

    /// What the caller means to do with the key: mostly what it is for.
    fn intention(&mut self, place: (u8, &'static str)) -> Kind {
        let any = self.kind();
        match self.keys.get(&place) {
            Some(key) if self.chance.below(8) > 0 => key.kind,
            _ => any,
        }
    }

    /// Signs, encrypts or computes a MAC.
    fn make(&mut self, world: &World, at: u8, name: &'static str) {
        let kind = self.intention((at, name));
        let serial = self.may_use(world, (at, name), kind);
        let expected = serial.map(|_| ());
        let (key_name, input) = (key_name(name), self.chance.bytes(32));
        let nonce = self.chance.bytes(12);
        let output = match kind {
            Kind::Sign => {
                let request = PsaSignHash { key_name, alg: ECDSA, hash: input.clone() };
                self.ask(world, at, request, expected).map(|answer| answer.signature)
            }
            Kind::Encrypt => {
                let (additional_data, plaintext) = (Vec::new(), Secret::new(input.clone()));
                let request = PsaAeadEncrypt { key_name, alg: GCM, nonce: nonce.clone(), additional_data, plaintext };
                self.ask(world, at, request, expected).map(|answer| answer.ciphertext)
            }
            Kind::Mac => {
                let request = PsaMacCompute { key_name, alg: HMAC, input: input.clone() };
                self.ask(world, at, request, expected).map(|answer| answer.mac)
            }
        };
        if let (Some(output), Ok(by)) = (output, serial) {
            let made = Made { by, kind, nonce, input, output };
            world.remember(&made);
            self.keys.get_mut(&(at, name)).expect("it was just used").last = Some(made);
        }
    }

    /// Verifies or decrypts something of this key's or, as often, of anybody's.
    fn recognise(&mut self, world: &World, at: u8, name: &'static str) {
        let own = self.keys.get(&(at, name)).and_then(|key| key.last.clone());
        let made = match own {
            Some(own) if self.chance.below(2) == 0 => own,
            _ => {
                let all = world.made.lock().expect("no thread panics with it");
                if all.is_empty() {
                    return;
                }
                self.chance.pick(&all).clone()
            }
        };
        let expected = match self.may_use(world, (at, name), made.kind) {
            Ok(serial) if serial == made.by => Ok(()),
            Ok(_) => Err(Status::PsaErrorInvalidSignature),
            Err(status) => Err(status),
        };
        let Made { kind, nonce, input, output, .. } = made;
        let key_name = key_name(name);
        match kind {
            Kind::Sign => {
                self.ask(world, at, PsaVerifyHash { key_name, alg: ECDSA, hash: input, signature: output }, expected);
            }
            Kind::Encrypt => {
                let additional_data = Vec::new();
                let request = PsaAeadDecrypt { key_name, alg: GCM, nonce, additional_data, ciphertext: output };
                if let Some(answer) = self.ask(world, at, request, expected) {
                    assert_eq!(*answer.plaintext.expose(), input);
                }
            }
            Kind::Mac => {
                self.ask(world, at, PsaMacVerify { key_name, alg: HMAC, input, mac: output }, expected);
            }
        }
    }

    fn export(&mut self, world: &World, at: u8, name: &'static str) {
        let expected = match self.keys.get(&(at, name)) {
            None => Err(Status::PsaErrorDoesNotExist),
            Some(key) if !key.attributes.usage().contains(Usage::EXPORT) => Err(Status::PsaErrorNotPermitted),
            Some(_) => Ok(()),
        };
        let Some(answer) = self.ask(world, at, PsaExportKey { key_name: key_name(name) }, expected) else { return };
        let key = self.keys.get_mut(&(at, name)).expect("the prediction held");
        assert_eq!(answer.data.expose(), key.material.get_or_insert_with(|| answer.data.expose().clone()));
        world.belongs_to(answer.data.expose(), key.serial);
    }

    fn public_key(&mut self, world: &World, at: u8, name: &'static str) {
        let expected = match self.keys.get(&(at, name)) {
            None => Err(Status::PsaErrorDoesNotExist),
            Some(key) if key.kind != Kind::Sign => Err(Status::PsaErrorInvalidArgument),
            Some(_) => Ok(()),
        };
        let request = PsaExportPublicKey { key_name: key_name(name) };
        let Some(answer) = self.ask(world, at, request, expected) else { return };
        let key = self.keys.get_mut(&(at, name)).expect("the prediction held");
        assert_eq!(&answer.data, key.public.get_or_insert_with(|| answer.data.clone()));
        world.belongs_to(&answer.data, key.serial);
    }

    /// All of the application's keys, on both providers, in their order, and nobody else's.
    fn list(&mut self, world: &World) {
        let answer = self.ask(world, 1, ListKeys::default(), Ok(())).expect("the prediction held");
        let listed: Vec<_> =
            answer.keys.iter().map(|key| (key.provider_id.0, key.name.as_str(), key.attributes)).collect();
        let known: Vec<_> = self.keys.iter().map(|((at, name), key)| (*at, *name, key.attributes)).collect();
        assert_eq!(listed, known);
    }
}

fn key_name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

#[test]
fn every_answer_is_the_one_that_a_model_predicts_and_nobody_feels_another() {
    run(&Place::Software, rounds("operations against the model", 10_000, 100_000));
}

#[test]
fn the_model_holds_for_softhsm() {
    let Some(place) = Place::softhsm("the_model_holds_for_softhsm") else { return };
    run(&place, rounds("operations against the model, with SoftHSM2", 3_000, 100_000));
}

#[test]
fn the_model_holds_for_swtpm() {
    let Some(place) = Place::swtpm("the_model_holds_for_swtpm") else { return };
    run(&place, rounds("operations against the model, with swtpm", 2_000, 100_000));
}

/// Asks the software provider and this one, by chance.
fn run(place: &Place, operations: u64) {
    let site = Site::of(place);
    let second = site.number;
    let world = World::new(site);
    let provider = if let Place::Software = place { SECOND.to_owned() } else { place.provider() };
    let mut service = Service::in_home(place.home(&format!("{CONFIG}{provider}")));
    let own_uid = rustix::process::geteuid().as_raw().to_string();
    // The second has the first's name, under another authenticator.
    let callers =
        [service.caller(), service.caller().as_application(&own_uid), service.caller().as_application("alpha")];
    let mut applications: Vec<_> =
        callers.into_iter().zip(0..).map(|(caller, lane)| Application::new(caller, lane)).collect();
    let steps = operations.div_ceil(LIVES * applications.len() as u64);
    for life in 0..LIVES {
        let all = std::thread::scope(|scope| {
            let run = |application: &mut Application| (0..steps).for_each(|_| application.step(&world));
            let threads: Vec<_> =
                applications.iter_mut().map(|application| scope.spawn(move || run(application))).collect();
            threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
        });
        assert!(all.iter().all(Result::is_ok), "an application met what the model does not know");
        service = Service::in_home(end(service, life));
        for application in &mut applications {
            application.reconnect();
            application.list(&world);
        }
    }
    service.stop();
    let known = applications.iter().flat_map(|application| application.keys.keys());
    place.holds(known.filter(|(at, _)| *at == second).count());
    insist_on_variety(&world);
}

/// Ends the service in one way or the other.
fn end(service: Service, life: u64) -> Home {
    if life.is_multiple_of(2) { service.kill() } else { service.stop().1 }
}

/// The test shows nothing about an operation that always ended in the same way.
fn insist_on_variety(world: &World) {
    let endings = world.endings.lock().expect("no thread panics with it");
    endings.iter().for_each(|((operation, ending), count)| println!("{operation} {ending}: {count}"));
    let ways = |operation: &str| endings.keys().filter(|(name, _)| *name == operation).count();
    let expected = [
        ("PsaGenerateKey", 2),
        ("PsaImportKey", 2),
        ("PsaDestroyKey", 2),
        ("PsaSignHash", 3),
        ("PsaVerifyHash", 4),
        ("PsaAeadEncrypt", 3),
        ("PsaAeadDecrypt", 4),
        ("PsaMacCompute", 3),
        ("PsaMacVerify", 4),
        ("PsaExportKey", 3),
        ("PsaExportPublicKey", 3),
    ];
    for (operation, count) in expected {
        assert!(ways(operation) >= count, "{operation}");
    }
}
