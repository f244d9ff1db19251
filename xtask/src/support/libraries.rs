//! The table of client libraries: a column for each language, and below what is said of it a row for each story that
//! `e2e_tests/tests/conformance.rs` has it tell. What a library lacks is declared in `e2e_tests/expected/languages.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{markdown, read};
use crate::languages::{self, Language};
use crate::shell::{Failed, Result, workspace};

/// What the table needs of a story.
#[derive(Deserialize)]
struct Story {
    feature: String,
    #[serde(rename = "step")]
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(rename = "do")]
    operation: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    usage: String,
    #[serde(default)]
    algorithm: String,
}

/// The table.
pub(super) fn table() -> Result<String> {
    let languages = languages::read(workspace()).map_err(Failed)?;
    let row = |name: &str, cell: &dyn Fn(&Language) -> String| {
        std::iter::once(name.to_owned()).chain(languages.iter().map(cell)).collect::<Vec<_>>()
    };
    let mut rows = vec![
        row("", &|language| format!("[{}]({})", language.name, language.folder)),
        row("lowest version", &|language| language.toolchain.clone()),
        row("keys in the language", &|language| language.keys.clone()),
    ];
    for story in stories()? {
        rows.push(row(&story.feature, &|language| story.told_in(language)));
    }
    Ok(markdown(&rows))
}

impl Story {
    /// What of it a language's library can tell.
    fn told_in(&self, language: &Language) -> String {
        let steps = || self.steps.iter().filter(|step| step.by.is_empty());
        if !steps().any(|step| language.knows(step.words())) {
            return "–".to_owned();
        }
        let unknown: BTreeSet<&str> = steps().flat_map(Step::words).filter(|word| !language.knows([*word])).collect();
        let unknown: Vec<_> = unknown.into_iter().collect();
        if unknown.is_empty() { "yes".to_owned() } else { format!("without {}", unknown.join(", ")) }
    }
}

impl Step {
    fn words(&self) -> impl Iterator<Item = &str> {
        let words = [&self.operation, &self.r#type, &self.algorithm].into_iter().map(String::as_str);
        words.chain(self.usage.split(',')).filter(|word| !word.is_empty())
    }
}

/// Every story, in the order of their features.
fn stories() -> Result<Vec<Story>> {
    let folder = workspace().join("e2e_tests/scenarios");
    let entries = std::fs::read_dir(&folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    let files = entries.flatten().map(|entry| entry.path());
    let mut stories = Vec::new();
    for file in files.filter(|file| file.extension().is_some_and(|end| end == "toml")) {
        let parsed = toml::from_str(&read(&file)?);
        stories.push(parsed.map_err(|error| Failed(format!("{}: {error}", file.display())))?);
    }
    stories.sort_by(|one: &Story, other| one.feature.cmp(&other.feature));
    Ok(stories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_lacks_is_named_in_its_column() {
        let story = |text| toml::from_str::<Story>(text).expect("a story");
        let story =
            story("feature = 'f'\n[[step]]\ndo = 'ping'\n[[step]]\ndo = 'sign-hash'\nalgorithm = 'ecdsa:sha-256'");
        let mut language = languages::read(workspace()).expect("the file").remove(0);
        assert_eq!(story.told_in(&language), "yes");
        language.lacks = vec!["ecdsa".into()];
        assert_eq!(story.told_in(&language), "without ecdsa:sha-256");
        language.lacks = vec!["ping".into(), "sign-hash".into()];
        assert_eq!(story.told_in(&language), "–");
    }
}
