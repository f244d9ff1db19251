//! A story: a file in `scenarios/`, as it is written.

use std::collections::BTreeMap;

use keystead_e2e_tests::binary::workspace;
use serde::Deserialize;
use toml::Value;

/// What happens, in order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its file's name.
    #[serde(skip)]
    pub name: String,
    /// The row of the README's table of languages that it shows.
    #[serde(rename = "feature")]
    _feature: String,
    /// What it is for.
    #[serde(rename = "why")]
    _why: String,
    /// Around whom it happens.
    #[serde(default)]
    pub setting: Setting,
    /// Its steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// What there is beside the library.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// A service with one provider of cryptography: each in turn.
    #[default]
    Service,
    /// A service that believes tokens, and an identity provider that gives one to the library's program.
    Identity,
    /// Nobody listens.
    Nobody,
}

/// One thing that is done.
#[derive(Debug, Deserialize)]
pub struct Step {
    /// What.
    #[serde(rename = "do")]
    pub operation: String,
    /// By whom.
    #[serde(default)]
    pub by: Party,
    /// What must come of it.
    #[serde(default)]
    pub expect: Expect,
    /// What must come of it on a provider, if something else.
    #[serde(default)]
    pub on: BTreeMap<String, Expect>,
    /// Which words of the answer are kept, and under which names.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// The operation's arguments.
    #[serde(flatten)]
    pub arguments: BTreeMap<String, Value>,
}

/// Who does a step.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The library, through its language's runner.
    #[default]
    Library,
    /// OpenSSL's command, with keys that are given to it.
    OpenSsl,
}

/// What must come of a step.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Expect {
    /// A refusal with this status.
    Status(u16),
    /// `ok`; `no`; or the library's own failure, such as `connection`.
    Word(String),
    /// `ok` with these words; a number is the length of bytes, or the value of a number.
    Values(BTreeMap<String, Value>),
}

impl Default for Expect {
    fn default() -> Expect {
        Expect::Values(BTreeMap::new())
    }
}

/// Every story, in the order of their files' names.
pub fn all() -> Vec<Story> {
    let folder = workspace().join("e2e_tests/scenarios");
    let entries = std::fs::read_dir(folder).expect("the scenarios are there").flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut story: Story = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        story.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        story
    };
    files.iter().map(read).collect()
}
