//! What is known beforehand of a step: that its provider cannot do it, or that its library does not have it.

use std::collections::{BTreeMap, HashMap};

use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::status::Status;
use keystead_client::presets;
use keystead_e2e_tests::languages::Language;

use crate::expected::{Expected, Origin};
use crate::operations::{self, Kind};
use crate::story::Expect;
use crate::words;

/// What a step is given: the words that its line has.
pub type Words = BTreeMap<String, String>;

/// A language with a provider, and what became of the keys of one story.
pub struct Known<'a> {
    expected: &'a Expected,
    language: &'a Language,
    /// By name, in hexadecimal; none where the key was refused, as it had to be.
    keys: HashMap<String, Option<KeyAttributes>>,
}

impl<'a> Known<'a> {
    pub fn new(expected: &'a Expected, language: &'a Language) -> Known<'a> {
        Known { expected, language, keys: HashMap::new() }
    }

    /// What must come of a step, where the story would have this.
    pub fn due(&self, operation: &str, words: &Words, wanted: &Expect) -> Expect {
        let spoken = words.iter().filter(|(name, _)| operations::kind(name) == Kind::Word);
        let spoken = spoken.flat_map(|(_, value)| value.split(','));
        if !self.language.knows(spoken.chain([operation])) {
            return Expect::Word("unsupported".into());
        }
        let opcode = operations::named(operation).opcode;
        if opcode.is_some_and(|opcode| !self.expected.opcodes.iter().any(|offered| offered == opcode)) {
            return Expect::Status(Status::PsaErrorNotSupported.number() as u16);
        }
        self.refusal(operation, words, wanted).unwrap_or_else(|| wanted.clone())
    }

    /// How the provider must refuse, or answer, what the story would have otherwise.
    fn refusal(&self, operation: &str, words: &Words, wanted: &Expect) -> Option<Expect> {
        let not_supported = Expect::Status(Status::PsaErrorNotSupported.number() as u16);
        let key = words.get("name").and_then(|name| self.keys.get(name));
        match operation {
            "can-do" => Some(Expect::Word(if self.can_do(words) { "ok" } else { "no" }.into())),
            "generate" | "import" => {
                let way = if operation == "generate" { Origin::Generate } else { Origin::Import };
                let is_refused = !self.expected.can(way, attributes(words).shape());
                (is_refused && comes_to_the_provider(wanted)).then_some(not_supported)
            }
            "hash-compute" | "hash-compare" => {
                let Some(Algorithm::Hash(hash)) = words::algorithm(&words["algorithm"]) else { return None };
                (!self.expected.hashes(hash)).then_some(not_supported)
            }
            "keys" | "random" | "high-level" => None,
            _ => match key? {
                None => Some(Expect::Status(Status::PsaErrorDoesNotExist.number() as u16)),
                Some(key) if operation == "export" => {
                    let is_refused = !self.expected.can(Origin::Export, key.shape());
                    (is_refused && comes_to_the_provider(wanted)).then_some(not_supported)
                }
                Some(key) if words.contains_key("algorithm") => {
                    (!self.expected.can_use(key) && comes_to_the_provider(wanted)).then_some(not_supported)
                }
                Some(_) => None,
            },
        }
    }

    fn can_do(&self, words: &Words) -> bool {
        let key = attributes(words);
        match words["check"].as_str() {
            "generate" => self.expected.can_generate(&key, false),
            "import" => self.expected.can_import(&key),
            "use" => self.expected.can_use(&key),
            _ => false,
        }
    }

    /// Remembers what became of a key.
    pub fn note(&mut self, operation: &str, words: &Words, is_done: bool) {
        let Some(name) = words.get("name") else { return };
        match operation {
            "generate" | "import" | "high-level" => {
                // What exists already stays what it is.
                let made =
                    is_done.then(|| if operation == "high-level" { presets::ecdsa_p256() } else { attributes(words) });
                let key = self.keys.entry(name.clone()).or_insert(None);
                *key = made.or(*key);
            }
            "destroy" if is_done => {
                self.keys.remove(name);
            }
            _ => {}
        }
    }

    /// Whether a key of this name, in hexadecimal, had to be refused.
    pub fn is_refused(&self, name: &str) -> bool {
        self.keys.get(name).is_some_and(Option::is_none)
    }
}

/// Whether the provider is asked at all where the story would have this: names, policies and arguments are looked at before.
fn comes_to_the_provider(wanted: &Expect) -> bool {
    const BEFORE: [Status; 5] = [
        Status::DeprecatedPrimitive,
        Status::PsaErrorNotPermitted,
        Status::PsaErrorInvalidArgument,
        Status::PsaErrorDoesNotExist,
        Status::InvalidEncoding,
    ];
    match wanted {
        Expect::Status(status) => !BEFORE.iter().any(|before| before.number() == u32::from(*status)),
        _ => true,
    }
}

fn attributes(words: &Words) -> KeyAttributes {
    let key_type = words::key_type(&words["type"]).expect("a type of the language");
    let usage = words::usage(&words["usage"]).expect("usages of the language");
    let algorithm = words::algorithm(&words["algorithm"]).expect("an algorithm of the language");
    KeyAttributes::new(key_type, words["bits"].parse().expect("a number"), usage, algorithm)
}
