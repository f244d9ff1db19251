//! `cargo xtask support`: writes the README's table of what each provider can do, from the files that the contract test
//! holds the providers to.

mod cells;

use std::fmt::Write as _;

use serde::Deserialize;

use crate::shell::{Failed, Result, workspace};

/// The table stands between these two lines of the README.
const BEGIN: &str = "<!-- support: written by `cargo xtask support` -->";
const END: &str = "<!-- support: end -->";

/// The columns: a heading, and the expectation's file.
const PROVIDERS: &[(&str, &str)] = &[
    ("software", "software.toml"),
    ("PKCS#11 (SoftHSM2)", "pkcs11-softhsm2.toml"),
    ("TPM 2.0 (swtpm)", "tpm-swtpm.toml"),
];

/// What a provider is held to (`e2e_tests/expected/`).
#[derive(Deserialize)]
struct Expected {
    opcodes: Vec<String>,
    hashes: Vec<String>,
    keys: Vec<Keys>,
    uses: Vec<Use>,
}

/// Keys that there are.
#[derive(Deserialize)]
struct Keys {
    types: Vec<String>,
    sizes: Vec<u32>,
    can: Vec<String>,
}

/// Algorithms that keys can be used with.
#[derive(Deserialize)]
struct Use {
    algorithms: Vec<String>,
    types: Vec<String>,
    sizes: Option<Vec<u32>>,
    #[serde(default)]
    hashes: Vec<String>,
}

/// Writes the table.
pub(crate) fn run() -> Result<()> {
    let path = workspace().join("README.md");
    let readme = read(&path)?;
    std::fs::write(&path, with_table(&readme)?).map_err(|error| Failed(format!("README.md: {error}")))
}

/// The README as it should be.
fn with_table(readme: &str) -> Result<String> {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| Failed(format!("README.md has no lines {BEGIN} and {END}")))?;
    Ok(format!("{before}{BEGIN}\n{}{END}{after}", table()?))
}

fn table() -> Result<String> {
    let mut expected = Vec::new();
    for (_, file) in PROVIDERS {
        let text = read(&workspace().join("e2e_tests/expected").join(file))?;
        let parsed: Expected = toml::from_str(&text).map_err(|error| Failed(format!("{file}: {error}")))?;
        expected.push(parsed);
    }
    let mut table = String::from("| |");
    let mut line = |cells: &[String]| {
        for cell in cells {
            // Writing to a string cannot fail.
            let _ = write!(table, " {cell} |");
        }
        table.push_str("\n|");
    };
    line(&PROVIDERS.iter().map(|(heading, _)| (*heading).to_owned()).collect::<Vec<_>>());
    line(&vec!["---".to_owned(); PROVIDERS.len() + 1]);
    for (name, cell) in cells::ROWS {
        let cells = expected.iter().map(|provider| cell.of(provider));
        line(&std::iter::once((*name).to_owned()).chain(cells).collect::<Vec<_>>());
    }
    table.pop();
    Ok(table)
}

fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Failed(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_what_the_providers_are_held_to() {
        let readme = read(&workspace().join("README.md")).expect("a README");
        let wanted = with_table(&readme).unwrap_or_else(|Failed(why)| panic!("{why}"));
        assert_eq!(readme, wanted, "run `cargo xtask support`");
    }
}
