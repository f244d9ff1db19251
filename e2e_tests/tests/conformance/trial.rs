//! A trial: a language's runner tells one story after the other, and every answer is judged.

use std::collections::BTreeMap;

use keystead_e2e_tests::languages::Language;
use toml::Value;

use crate::expected::Expected;
use crate::known::{Known, Words};
use crate::openssl::OpenSsl;
use crate::operations::{self, Kind};
use crate::runner::{Answer, Runner};
use crate::story::{Expect, Party, Step, Story};
use crate::values::{Saved, from_hex, hex};

/// A wrong value of a signature, a MAC or a hash, which libraries may tell as an answer or as an error.
const INVALID_SIGNATURE: u16 = 1149;

/// A runner before its judge.
pub struct Trial<'a> {
    pub language: &'a Language,
    /// The provider's number.
    pub provider: u8,
    /// Its file of expectations, which steps name, and what is in it.
    pub place: &'a str,
    pub expected: &'a Expected,
    pub runner: Runner,
    pub openssl: OpenSsl,
    pub tally: Tally,
}

/// What steps came to.
#[derive(Default)]
pub struct Tally {
    /// Done, or refused, as the story has it.
    pub as_told: u32,
    /// Refused because the provider or the library does not do it, as declared.
    pub as_declared: u32,
    /// Not asked, because what the step is about was refused as declared.
    pub without_subject: u32,
}

/// One story under way.
struct Telling<'a> {
    known: Known<'a>,
    saved: Saved,
}

impl Trial<'_> {
    /// Tells a story; fails with the first step that went wrong.
    pub fn tell(&mut self, story: &Story) -> Result<(), String> {
        let mut telling = Telling { known: Known::new(self.expected, self.language), saved: Saved::default() };
        for (number, step) in story.steps.iter().enumerate() {
            let done = match step.by {
                Party::Library => self.ask_library(step, &mut telling),
                Party::OpenSsl => self.ask_openssl(step, &mut telling),
            };
            done.map_err(|why| format!("step {} ({}): {why}", number + 1, step.operation))?;
        }
        Ok(())
    }

    fn ask_library(&mut self, step: &Step, telling: &mut Telling) -> Result<(), String> {
        let (line, words) = self.line(step, telling);
        let wanted = step.on.get(self.place).unwrap_or(&step.expect);
        let due = telling.known.due(&step.operation, &words, wanted);
        let is_told = format!("{due:?}") == format!("{wanted:?}") || step.operation == "can-do";
        if is_told && !has_subject(step, wanted, &telling.saved) {
            self.tally.without_subject += 1;
            return Ok(());
        }
        let due = match due {
            Expect::Status(status) => Expect::Status(self.language.told(status)),
            other => other,
        };
        let answer = self.runner.ask(&line)?;
        let shown = if line.len() > 300 { format!("{}…", &line[..300]) } else { line };
        let judged = self.judge(&step.operation, &answer, &due, telling);
        judged.map_err(|why| format!("{why}\n    {shown}\n    {answer:?}"))?;
        telling.known.note(&step.operation, &words, matches!(answer, Answer::Ok(_)));
        *if is_told { &mut self.tally.as_told } else { &mut self.tally.as_declared } += 1;
        if let Answer::Ok(given) = &answer {
            for (field, name) in &step.save {
                let value = given.get(field).ok_or_else(|| format!("the answer has no {field}"))?;
                telling.saved.keep(name, from_hex(value).ok_or_else(|| format!("{field} is no hexadecimal"))?);
            }
        }
        Ok(())
    }

    /// The line of a step, and its words. What a step that was refused as declared did not give is a block of zeros: it is
    /// not looked at.
    fn line(&self, step: &Step, telling: &Telling) -> (String, Words) {
        let operation = operations::named(&step.operation);
        let extra = step.arguments.keys().find(|name| !operation.arguments().any(|known| known == *name));
        assert_eq!(extra, None, "{} is given what it does not take", step.operation);
        let mut line = step.operation.clone();
        let mut words = Words::new();
        for name in operation.arguments() {
            let value = match (step.arguments.get(name), operations::kind(name)) {
                (None, _) if name == "provider" => self.provider.to_string(),
                (None, _) => panic!("{} is not given {name}", step.operation),
                (Some(value), Kind::Bytes) => hex(&telling.saved.bytes(value).unwrap_or(vec![0; 64])),
                (Some(Value::String(word)), _) => word.clone(),
                (Some(value), _) => decimal(value),
            };
            line += &format!(" {name}={value}");
            words.insert(name.to_owned(), value);
        }
        (line, words)
    }

    fn judge(&self, operation: &str, answer: &Answer, due: &Expect, telling: &Telling) -> Result<(), String> {
        if let Answer::Ok(given) = answer {
            let gives = operations::named(operation).gives();
            if !given.keys().map(String::as_str).eq(gives) {
                return Err("the answer's words are not those of the operation".into());
            }
        }
        let is_right = match (due, answer) {
            (Expect::Status(status), Answer::Status(given)) => status == given,
            (Expect::Status(INVALID_SIGNATURE), Answer::No) => true,
            (Expect::Word(word), Answer::Ok(_)) => word == "ok",
            (Expect::Word(word), Answer::No) => word == "no",
            (Expect::Word(word), Answer::Status(INVALID_SIGNATURE)) => word == "no" && operation != "can-do",
            (Expect::Word(word), Answer::Client(given)) => word == given,
            (Expect::Word(word), Answer::Unsupported) => word == "unsupported",
            (Expect::Values(wanted), Answer::Ok(given)) => {
                return wanted.iter().try_for_each(|(name, value)| self.compare(name, value, given, telling));
            }
            _ => false,
        };
        if is_right { Ok(()) } else { Err(format!("due is {due:?}")) }
    }

    /// Compares one word of an answer.
    fn compare(
        &self,
        name: &str,
        wanted: &Value,
        given: &BTreeMap<String, String>,
        telling: &Telling,
    ) -> Result<(), String> {
        let value = given.get(name).ok_or_else(|| format!("the answer has no {name}"))?;
        let wanted = match (wanted, operations::kind(name)) {
            (Value::Integer(length), Kind::Bytes) => {
                let given = from_hex(value).ok_or_else(|| format!("{name} is no hexadecimal"))?.len();
                return if given as i64 == *length { Ok(()) } else { Err(format!("{name} has {given} bytes")) };
            }
            (Value::Array(names), _) => self.keys(names, telling),
            (Value::String(word), Kind::Word) => word.replace("{provider}", &self.provider.to_string()),
            (number, Kind::Number | Kind::Word) => decimal(number),
            (bytes, Kind::Bytes) => match telling.saved.bytes(bytes) {
                Some(bytes) => hex(&bytes),
                None => return Err(format!("{name} was given, and what it is compared with was not")),
            },
        };
        if *value == wanted { Ok(()) } else { Err(format!("{name} should be {wanted}")) }
    }

    /// The list of these keys, without those that had to be refused.
    fn keys(&self, names: &[Value], telling: &Telling) -> String {
        let names = names.iter().map(|name| hex(name.as_str().expect("a name").as_bytes()));
        let there = names.filter(|name| !telling.known.is_refused(name));
        there.map(|name| format!("{}:{name}", self.provider)).collect::<Vec<_>>().join(",")
    }

    fn ask_openssl(&mut self, step: &Step, telling: &mut Telling) -> Result<(), String> {
        let word = |name: &str| step.arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_bytes = |name: &str| !matches!(name, "type" | "algorithm");
        let mut given = BTreeMap::new();
        for (name, value) in step.arguments.iter().filter(|(name, _)| is_bytes(name)) {
            let bytes = match value {
                Value::Integer(number) => Some(number.to_string().into_bytes()),
                value => telling.saved.bytes(value),
            };
            let Some(bytes) = bytes else {
                self.tally.without_subject += 1;
                return Ok(());
            };
            given.insert(name.clone(), bytes);
        }
        let gives = self.openssl.run(&step.operation, word("type"), word("algorithm"), &given);
        let wanted = match &step.expect {
            Expect::Values(wanted) => wanted,
            Expect::Word(word) if word == "no" && gives.is_none() => return self.told(),
            other => return Err(format!("OpenSSL gives {gives:?} and not {other:?}")),
        };
        let gives = gives.ok_or("OpenSSL says no")?;
        for (name, value) in wanted {
            let wanted = telling.saved.bytes(value);
            if gives.get(name) != wanted.as_ref() {
                return Err(format!("OpenSSL gives another {name}: {gives:02x?}, and not {wanted:02x?}"));
            }
        }
        for (field, name) in &step.save {
            telling.saved.keep(name, gives.get(field).ok_or_else(|| format!("OpenSSL gives no {field}"))?.clone());
        }
        self.told()
    }

    fn told(&mut self) -> Result<(), String> {
        self.tally.as_told += 1;
        Ok(())
    }
}

/// Whether all is there that a step is about: not if an earlier one, which should have given it, was refused as declared.
fn has_subject(step: &Step, wanted: &Expect, saved: &Saved) -> bool {
    let none = BTreeMap::new();
    let wanted = if let Expect::Values(wanted) = wanted { wanted } else { &none };
    let mut values = step.arguments.iter().chain(wanted).filter(|(name, _)| operations::kind(name) == Kind::Bytes);
    values.all(|(_, value)| value.is_integer() || saved.bytes(value).is_some())
}

fn decimal(number: &Value) -> String {
    number.as_integer().unwrap_or_else(|| panic!("{number:?} is no number")).to_string()
}
