//! The languages that have a client library, as `expected/languages.toml` has them. Tests, bench and xtask read them here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<Language>,
}

/// A language with its library.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its name, for people.
    pub name: String,
    /// Where its library is, from the root of the workspace.
    pub folder: String,
    /// The lowest version that the library works with.
    pub toolchain: String,
    /// How a key looks in it.
    pub keys: String,
    /// A shell command that succeeds where the toolchain is; none for Rust, without which nothing is built at all.
    pub toolchain_check: Option<String>,
    /// The example of the Rust client that is its conformance runner; none for other languages.
    pub example: Option<String>,
    /// What starts its conformance runner; empty for Rust.
    #[serde(default)]
    pub runner: Vec<String>,
    /// What is there once the runner is built, if not its first word.
    built: Option<String>,
    /// What starts its signing bench; empty for Rust, which the others are compared with.
    #[serde(default)]
    pub bench: Vec<String>,
    /// How many signatures a second its bench must reach.
    pub least_signatures: Option<u32>,
    /// The words of the scenarios that its library does not know.
    pub lacks: Vec<String>,
    /// Statuses that its library tells as others, because the specification that it keeps to has none for them.
    #[serde(default)]
    tells: BTreeMap<String, u16>,
}

/// Every language, in the order of the file. Fails with what is wrong with the file.
pub fn read(workspace: &Path) -> Result<Vec<Language>, String> {
    let path = workspace.join("e2e_tests/expected/languages.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: File = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.language)
}

impl Language {
    /// Whether its toolchain is here, in a version that the library works with.
    pub fn has_toolchain(&self) -> bool {
        self.toolchain_check.as_ref().is_none_or(|check| {
            let mut shell = Command::new("sh");
            shell.args(["-c", check]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            shell.status().is_ok_and(|status| status.success())
        })
    }

    /// The script that builds its programs and tests its library; none for Rust, which cargo does that for.
    pub fn script(&self, workspace: &Path) -> Option<PathBuf> {
        self.toolchain_check.as_ref().map(|_| workspace.join(&self.folder).join("test.sh"))
    }

    /// Whether its programs have been built.
    pub fn is_built(&self, workspace: &Path) -> bool {
        let sign = self.built.as_ref().or(self.runner.first());
        sign.is_some_and(|path| workspace.join(path).exists())
    }

    /// The status that its library tells where the service says this one.
    pub fn told(&self, status: u16) -> u16 {
        self.tells.get(&status.to_string()).copied().unwrap_or(status)
    }

    /// Whether its library knows all of these words. Of a word with parts, as `hmac:sha-256`, the first may be lacking, or
    /// the whole.
    pub fn knows<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> bool {
        words.into_iter().all(|word| {
            let first = word.split(':').next().unwrap_or(word);
            !self.lacks.iter().any(|lacking| lacking == word || lacking == first)
        })
    }
}
