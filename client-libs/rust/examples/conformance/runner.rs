//! The conformance runner of `e2e_tests/scenarios/README.md`, with either client: does what each line of standard
//! input says, and answers with a line of standard output.

use std::collections::HashMap;
use std::io::Write;

use keystead_client::Error;
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::codes::ProviderNumber;

use crate::{Client, operations, words};

/// Why a line has no answer `ok`.
pub enum Failure {
    /// The library has no such operation, type or algorithm.
    Unsupported,
    /// The library's own answer is no.
    No,
    /// The library refused or failed.
    Library(Error),
    /// The line is not of this language.
    Malformed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Library(error)
    }
}

/// The words after `ok`: names and values.
pub type Answer = Result<Vec<(&'static str, String)>, Failure>;

/// A line: the client to do it with, on the provider that it names, and its arguments.
pub struct Step<'a> {
    pub client: Client,
    arguments: HashMap<&'a str, &'a str>,
}

impl<'a> Step<'a> {
    fn read(client: &Client, words: impl Iterator<Item = &'a str>) -> Result<Step<'a>, Failure> {
        let pair = |word: &'a str| word.split_once('=').ok_or_else(|| Failure::Malformed(format!("{word} has no =")));
        let arguments = words.map(pair).collect::<Result<_, _>>()?;
        let mut step = Step { client: client.clone(), arguments };
        if step.arguments.contains_key("provider") {
            step.client = client.with_provider(step.provider()?);
        }
        Ok(step)
    }

    pub fn word(&self, name: &str) -> Result<&'a str, Failure> {
        self.arguments.get(name).copied().ok_or_else(|| Failure::Malformed(format!("{name} is missing")))
    }

    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N, Failure> {
        self.word(name)?.parse().map_err(|_| Failure::Malformed(format!("{name} is no number")))
    }

    pub fn provider(&self) -> Result<ProviderNumber, Failure> {
        self.number("provider").map(ProviderNumber)
    }

    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let digits = self.word(name)?;
        let bytes = digits.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        });
        bytes.collect::<Option<_>>().ok_or_else(|| Failure::Malformed(format!("{name} is no hexadecimal")))
    }

    /// The name of a key.
    pub fn name(&self) -> Result<String, Failure> {
        String::from_utf8(self.bytes("name")?).map_err(|_| Failure::Malformed("the name is no UTF-8".into()))
    }

    /// The algorithm, which must be of the operation's family.
    pub fn algorithm<A>(&self, family: impl Fn(Algorithm) -> Option<A>) -> Result<A, Failure> {
        words::algorithm(self.word("algorithm")?).and_then(family).ok_or(Failure::Unsupported)
    }

    pub fn attributes(&self) -> Result<KeyAttributes, Failure> {
        let key_type = words::key_type(self.word("type")?).ok_or(Failure::Unsupported)?;
        let usage = words::usage(self.word("usage")?).ok_or(Failure::Unsupported)?;
        let algorithm = words::algorithm(self.word("algorithm")?).ok_or(Failure::Unsupported)?;
        Ok(KeyAttributes::new(key_type, self.number("bits")?, usage, algorithm))
    }
}

/// Bytes as they are written in lines.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the library said, as a word of the language.
fn failure(error: &Error) -> String {
    let word = match error {
        Error::Identity(_) => "identity",
        Error::RefusedUnknown { number, .. } => return format!("status={number}"),
        Error::Connect { .. } | Error::Io(_) | Error::Closed | Error::Broken => "connection",
        Error::Timeout => "timeout",
        Error::Protocol(_) => "response",
        refused => match refused.status() {
            Some(status) => return format!("status={}", status.number()),
            None => "usage",
        },
    };
    format!("client={word}")
}

fn answer(client: &Client, line: &str) -> Result<String, String> {
    let mut words = line.split(' ');
    let operation = words.next().unwrap_or_default();
    let done = Step::read(client, words).and_then(|step| operations::run(operation, &step));
    Ok(match done {
        Ok(values) => values.iter().fold("ok".to_owned(), |line, (name, value)| format!("{line} {name}={value}")),
        Err(Failure::Unsupported) => "unsupported".to_owned(),
        Err(Failure::No) => "no".to_owned(),
        Err(Failure::Library(error)) => {
            eprintln!("{operation}: {error}");
            format!("error {}", failure(&error))
        }
        Err(Failure::Malformed(why)) => return Err(format!("{operation}: {why}")),
    })
}

/// Answers until the input ends. Fails with what is wrong with the input, or with the environment.
pub fn run() -> Result<(), String> {
    let client = Client::new().map_err(|error| error.to_string())?;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let answer = answer(&client, &line.map_err(|error| error.to_string())?)?;
        writeln!(output, "{answer}").and_then(|()| output.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}
