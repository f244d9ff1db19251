//! One contract for all providers: what a file in `expected/` says that a provider supports is what it claims, and what
//! it claims is what it does (wire contract 4.7). Each provider runs it with its own file.

#[path = "contract/attempt.rs"]
mod attempt;
#[path = "contract/expected.rs"]
mod expected;
#[path = "contract/grid.rs"]
mod grid;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keystead_client::Client;
use keystead_client::credential::Credential;
use keystead_client::endpoint::Endpoint;
use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, KeyAgreement, RawKeyAgreement, SignHash};
use keystead_interface::arguments;
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyShape, KeyType, Usage};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::Opcode;
use keystead_interface::operations::core::{CanDoCrypto, CheckType};
use keystead_interface::policy;
use keystead_interface::status::Status;

use crate::attempt::Materials;
use crate::expected::{Expected, Origin, is_deprecated};

/// Connections at once: keys are then made durable together.
const CONNECTIONS: usize = 12;
/// A whole grid is asked within one call.
const PATIENCE: Duration = Duration::from_secs(600);

/// Keys that are imported into a token although they are not claimed, in the short run: each costs some milliseconds.
const UNCLAIMED_IN_TOKENS: u64 = 300;

/// A provider, and the file that it is held to.
struct Subject {
    client: Client,
    number: ProviderNumber,
    expected: Expected,
    allow_deprecated: bool,
    is_token: bool,
    /// The software provider of the same service, which makes the keys that tokens do not give away.
    maker: Client,
    /// What that can make.
    makes: Expected,
}

/// A service with the software provider and this one; it allows what is deprecated or does not.
fn service(place: &Place, allow_deprecated: bool) -> Service {
    let plain = PLAIN.replace("[service]", &format!("[service]\nallow_deprecated = {allow_deprecated}"));
    Service::in_home(match place {
        Place::Software => place.home(&plain),
        _ => place.home(&format!("{plain}{}", place.provider())),
    })
}

/// The place's provider in such a service.
fn subject(service: &Service, place: &Place, allow_deprecated: bool) -> Subject {
    let number = ProviderNumber(place.number());
    let client = Client::at(Endpoint::at(service.home().socket()), Credential::default()).with_timeout(PATIENCE);
    Subject {
        client: client.with_provider(number),
        number,
        expected: Expected::read(&format!("{}.toml", place.name())),
        allow_deprecated,
        is_token: !matches!(place, Place::Software),
        maker: client.with_provider(ProviderNumber::SOFTWARE),
        makes: Expected::read("software.toml"),
    }
}

fn software(service: &Service, allow_deprecated: bool) -> Subject {
    subject(service, &Place::Software, allow_deprecated)
}

fn strict() -> Service {
    service(&Place::Software, false)
}

fn lists_what_the_file_lists(place: &Place) {
    let service = service(place, false);
    subject(&service, place, false).lists_its_opcodes_and_hashes();
}

fn claims_what_the_file_claims(place: &Place) {
    let lenient = service(place, true);
    let judged = subject(&lenient, place, true);
    judged.claims_the_grid(CheckType::ALL);
    judged.judges_flags_by_the_contract();
    drop((judged, lenient));
    // Nothing but generation asks whether what is deprecated is allowed.
    let strict = service(place, false);
    subject(&strict, place, false).claims_the_grid(&[CheckType::Generate]);
}

fn does_what_it_claims(place: &Place) {
    let service = service(place, true);
    let subject = subject(&service, place, true);
    let materials = subject.materials();
    subject.does_what_it_claims(&materials);
    subject.refuses_what_it_does_not_claim(&materials);
    subject.generates_what_it_claims(&materials);
    // Every key was destroyed again, and none of those that were refused left anything.
    service.stop();
    place.holds(0);
}

#[test]
fn the_software_provider_lists_what_the_file_lists() {
    lists_what_the_file_lists(&Place::Software);
}

#[test]
fn the_software_provider_claims_what_the_file_claims() {
    claims_what_the_file_claims(&Place::Software);
}

#[test]
fn the_software_provider_does_what_it_claims() {
    does_what_it_claims(&Place::Software);
}

#[test]
fn softhsm_lists_what_the_file_lists() {
    let Some(place) = Place::softhsm("softhsm_lists_what_the_file_lists") else { return };
    lists_what_the_file_lists(&place);
}

#[test]
fn softhsm_claims_what_the_file_claims() {
    let Some(place) = Place::softhsm("softhsm_claims_what_the_file_claims") else { return };
    claims_what_the_file_claims(&place);
}

#[test]
fn softhsm_does_what_it_claims() {
    let Some(place) = Place::softhsm("softhsm_does_what_it_claims") else { return };
    does_what_it_claims(&place);
}

#[test]
fn swtpm_lists_what_the_file_lists() {
    let Some(place) = Place::swtpm("swtpm_lists_what_the_file_lists") else { return };
    lists_what_the_file_lists(&place);
}

#[test]
fn swtpm_claims_what_the_file_claims() {
    let Some(place) = Place::swtpm("swtpm_claims_what_the_file_claims") else { return };
    claims_what_the_file_claims(&place);
}

#[test]
fn swtpm_does_what_it_claims() {
    let Some(place) = Place::swtpm("swtpm_does_what_it_claims") else { return };
    does_what_it_claims(&place);
}

#[test]
fn deprecated_keys_are_not_generated_unless_the_configuration_allows_it() {
    let service = strict();
    let subject = software(&service, false);
    for shape in grid::shapes() {
        let key = grid::key(shape, Algorithm::None);
        if shape.bits != 0 && is_deprecated(&key) {
            let refused = subject.client.generate("weak", &key).err().and_then(|error| error.status());
            assert_eq!(refused, Some(Status::DeprecatedPrimitive), "{shape:?}");
        }
    }
}

/// CanDoCrypto knows the configuration too: where keys may not be exported, none is made that could be.
#[test]
fn exportable_keys_are_not_claimed_where_the_configuration_forbids_export() {
    let service = Service::with(&PLAIN.replace("[service]", "[service]\nallow_export = false"));
    let client = software(&service, false).client;
    let aes = |usage| KeyAttributes::new(KeyType::Aes, 128, usage, Algorithm::None);
    for (usage, may) in [(Usage::NONE, true), (Usage::EXPORT, false)] {
        for check in [CheckType::Generate, CheckType::Import] {
            assert_eq!(client.can_do(check, &aes(usage)).expect("an answer"), may, "{check:?} with {usage:?}");
        }
        let expected = (!may).then_some(Status::PsaErrorNotPermitted);
        assert_eq!(client.generate("generated", &aes(usage)).err().and_then(|error| error.status()), expected);
        assert_eq!(client.import("imported", &aes(usage), &[1; 16]).err().and_then(|error| error.status()), expected);
    }
}

impl Subject {
    fn lists_its_opcodes_and_hashes(&self) {
        let listed = self.client.list_opcodes(self.number).expect("the provider is there");
        let listed: BTreeSet<_> = listed.into_iter().filter_map(Opcode::from_number).map(Opcode::name).collect();
        let expected: BTreeSet<_> = self.expected.opcodes.iter().map(String::as_str).collect();
        assert_eq!(listed, expected);
        if !self.expected.opcodes.iter().any(|opcode| opcode == Opcode::PrepareKeyAttestation.name()) {
            // What is not there is not there for keys that do not exist either.
            let refused = self.client.prepare_key_attestation("nobody", "").err().and_then(|error| error.status());
            assert_eq!(refused, Some(Status::PsaErrorNotSupported));
        }
        for &hash in Hash::ALL {
            let computed = self.client.hash_compute(hash, b"abc");
            match self.expected.hashes(hash) {
                true => {
                    let value = computed.unwrap_or_else(|e| panic!("{hash:?} should be computed: {e}"));
                    self.client.hash_compare(hash, b"abc", &value).expect("the same hash again");
                }
                false => {
                    let status = computed.err().and_then(|error| error.status());
                    assert_eq!(status, Some(Status::PsaErrorNotSupported), "{hash:?}");
                }
            }
        }
    }

    /// CanDoCrypto is the file, for every key with every algorithm.
    fn claims_the_grid(&self, checks: &[CheckType]) {
        let grid = grid::attributes();
        println!("CanDoCrypto, attributes: {}", grid.len());
        for check in checks {
            let ask = |attributes: &KeyAttributes| CanDoCrypto { check_type: *check, attributes: *attributes };
            let answers = self.client.pipeline(grid.iter().map(ask).collect(), 32).expect("every question is answered");
            for (key, answer) in grid.iter().zip(answers) {
                let expected = match check {
                    CheckType::Use => self.expected.can_use(key),
                    CheckType::Generate => self.expected.can_generate(key, self.allow_deprecated),
                    CheckType::Import => self.expected.can_import(key),
                    CheckType::Derive => false,
                };
                let answer = answer.map_or_else(|error| error.status(), |_| Some(Status::Success));
                let expected = if expected { Status::Success } else { Status::PsaErrorNotSupported };
                assert_eq!(answer, Some(expected), "{check:?} of {key:?}");
            }
        }
    }

    /// Flags that do not fit the algorithm do not matter, but one that means a use must be there.
    fn judges_flags_by_the_contract(&self) {
        let p256 = KeyType::EccKeyPair(EccFamily::SecpR1);
        let ecdsa = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)));
        let ecdh = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
        let rows = [
            ("ECDSA with encrypt alone", ecdsa, Usage::ENCRYPT, true, true),
            ("ECDH with derive alone", ecdh, Usage::DERIVE, true, true),
            ("ECDSA without any flag", ecdsa, Usage::NONE, false, false),
            ("ECDSA with export alone", ecdsa, Usage::EXPORT, false, false),
            ("no algorithm, and a flag", Algorithm::None, Usage::ENCRYPT, false, true),
            ("no algorithm and no flag", Algorithm::None, Usage::NONE, false, true),
        ];
        for (what, algorithm, usage, may_use, may_make) in rows {
            let key = KeyAttributes::new(p256, 256, usage, algorithm);
            let can = |check| self.client.can_do(check, &key).expect("CanDoCrypto answers yes or no");
            let seen = (can(CheckType::Use), can(CheckType::Generate), can(CheckType::Import));
            assert_eq!(seen, (may_use, may_make, may_make), "{what}");
        }
    }

    /// A key of every type and size that can be generated and exported in software, and of what the provider has besides,
    /// the public halves.
    fn materials(&self) -> Materials {
        let can = |how, shape: &KeyShape| shape.bits != 0 && self.makes.can(how, *shape);
        let all = grid::shapes().into_iter().filter(|shape| can(Origin::Generate, shape) && can(Origin::Export, shape));
        let mut materials = Materials::generate(&self.maker, all);
        let is_own =
            |shape: &KeyShape| shape.key_type.is_public() && shape.bits != 0 && !self.makes.can(Origin::Import, *shape);
        let own = grid::shapes().into_iter().filter(is_own);
        materials.add_public_halves(&self.client, own.filter(|shape| self.expected.can(Origin::Import, *shape)));
        materials
    }

    fn does_what_it_claims(&self, materials: &Materials) {
        let claimed = |key: &KeyAttributes| key.bits() != 0 && self.expected.can_import(key);
        let keys: Vec<_> = grid::attributes().into_iter().filter(claimed).collect();
        println!("keys imported because they are claimed: {}", keys.len());
        self.for_each(&keys, |key| {
            if key.algorithm() == Algorithm::None {
                return self.comes_and_goes(key, materials);
            }
            let done = attempt::import_and_use(&self.client, key, materials);
            done.map_err(|error| format!("{key:?} is claimed, but: {error}"))
        });
    }

    /// A key that can be exported is given back as it came.
    fn comes_and_goes(&self, key: &KeyAttributes, materials: &Materials) -> Result<(), String> {
        let name = format!("export-{:?}", key.shape());
        let material = materials.of(key.shape());
        let key = KeyAttributes::new(key.key_type(), key.bits(), Usage::EXPORT, Algorithm::None);
        let imported = self.client.import(&name, &key, &material).map_err(|e| format!("{key:?}: {e}"))?;
        let exported = imported.export();
        imported.destroy().expect("the key was just imported");
        match (exported, self.expected.can(Origin::Export, key.shape())) {
            (Ok(exported), true) if *exported.expose() == material => Ok(()),
            (Ok(_), true) => Err(format!("{key:?} is exported as another")),
            (Err(error), false) if error.status() == Some(Status::PsaErrorNotSupported) => Ok(()),
            (exported, _) => Err(format!("the export of {key:?}: {:?}", exported.map(|_| ()))),
        }
    }

    fn refuses_what_it_does_not_claim(&self, materials: &Materials) {
        let unclaimed = |key: &KeyAttributes| key.bits() != 0 && !self.expected.can_import(key);
        let mut keys: Vec<_> = grid::attributes().into_iter().filter(unclaimed).collect();
        if self.is_token {
            let all = keys.len() as u64;
            let wanted = rounds("keys to be imported although they are not claimed", UNCLAIMED_IN_TOKENS, all);
            let mut chance = Chance::new(4);
            keys.retain(|_| chance.below(all) < wanted);
        }
        println!("keys imported although they are not claimed: {}", keys.len());
        self.for_each(&keys, |key| {
            let status = match attempt::import_and_use(&self.client, key, materials) {
                Ok(()) => return Err(format!("{key:?} is not claimed, but it works")),
                Err(error) => error.status(),
            };
            let expected = self.refusal(key);
            match status == Some(expected) {
                true => Ok(()),
                false => Err(format!("{key:?} is refused with {status:?} and not {expected}")),
            }
        });
    }

    /// With what status a key is refused that is imported and used although it is not claimed (wire contract 4.1).
    fn refusal(&self, key: &KeyAttributes) -> Status {
        let alg = key.algorithm();
        // Such a key is not even imported.
        if arguments::permitted_lengths(key).is_err() {
            return Status::PsaErrorInvalidArgument;
        }
        // An operation that the provider lacks is refused before the key is looked at (wire contract 1.3, step 20).
        let is_offered = operation(alg).is_some_and(|name| self.expected.opcodes.iter().any(|opcode| opcode == name));
        if !self.expected.can(Origin::Import, key.shape()) || !is_offered {
            return Status::PsaErrorNotSupported;
        }
        if !policy::fits(alg, key.key_type()) {
            return Status::PsaErrorNotPermitted;
        }
        let is_sound = match alg {
            Algorithm::KeyAgreement(_) => !key.key_type().is_public(),
            // Two hashes of OAEP leave no room for a text.
            Algorithm::AsymmetricEncryption(_) => {
                alg.hash().is_none_or(|hash| key.bits() as usize > 8 * (2 * hash.len() + 2))
            }
            _ => true,
        };
        if is_sound { Status::PsaErrorNotSupported } else { Status::PsaErrorInvalidArgument }
    }

    fn generates_what_it_claims(&self, materials: &Materials) {
        let is_quick = |key: &KeyAttributes| key.key_type() != KeyType::RsaKeyPair && key.bits() != 0;
        let claimed = |key: &KeyAttributes| is_quick(key) && self.expected.can_generate(key, true);
        let is_used = |key: &KeyAttributes| claimed(key) && key.algorithm() != Algorithm::None;
        let keys: Vec<_> = grid::attributes().into_iter().filter(is_used).collect();
        println!("keys generated because they are claimed: {}", keys.len());
        self.for_each(&keys, |key| {
            let done = attempt::generate_and_use(&self.client, key, materials);
            done.map_err(|error| format!("{key:?} is claimed, but: {error}"))
        });
        for shape in grid::shapes() {
            let key = grid::key(shape, Algorithm::None);
            if self.expected.can_generate(&key, true) && shape.bits != 0 {
                continue;
            }
            let is_a_mistake = shape.key_type.is_public() || !shape.key_type.has_size(shape.bits);
            let expected = if is_a_mistake { Status::PsaErrorInvalidArgument } else { Status::PsaErrorNotSupported };
            let refused = self.client.generate("refused", &key).err().and_then(|error| error.status());
            assert_eq!(refused, Some(expected), "{shape:?}");
        }
    }

    /// Does something for each key, several at once, and panics with all that was wrong.
    fn for_each(&self, keys: &[KeyAttributes], job: impl Fn(&KeyAttributes) -> Result<(), String> + Sync) {
        let next = AtomicUsize::new(0);
        let wrong = Mutex::new(Vec::new());
        let work = || {
            while let Some(key) = keys.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(why) = job(key) {
                    wrong.lock().expect("nothing panics while it pushes").push(why);
                }
            }
        };
        std::thread::scope(|scope| (0..CONNECTIONS).for_each(|_| drop(scope.spawn(work))));
        let wrong = wrong.into_inner().expect("nothing panics while it pushes");
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), keys.len(), wrong.join("\n"));
    }
}

/// The operation that `attempt` uses keys with this algorithm by; none if the contract has none for it.
fn operation(alg: Algorithm) -> Option<&'static str> {
    match alg {
        Algorithm::AsymmetricSignature(_) => Some("PsaSignHash"),
        Algorithm::AsymmetricEncryption(_) => Some("PsaAsymmetricEncrypt"),
        Algorithm::Aead(_) => Some("PsaAeadEncrypt"),
        Algorithm::Cipher(_) => Some("PsaCipherEncrypt"),
        Algorithm::Mac(_) => Some("PsaMacCompute"),
        Algorithm::KeyAgreement(KeyAgreement::Raw(_)) => Some("PsaRawKeyAgreement"),
        Algorithm::None
        | Algorithm::Hash(_)
        | Algorithm::KeyDerivation(_)
        | Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { .. }) => None,
    }
}
