//! `cargo xtask support`: writes the README's tables of what each provider and each client library can do, from the files that
//! tests hold them to.

mod cells;
mod libraries;

use std::fmt::Write as _;

use serde::Deserialize;

use crate::shell::{Failed, Result, workspace};

/// A table stands between two lines of the README such as these two.
const BEGIN: &str = "<!-- NAME: written by `cargo xtask support` -->";
const END: &str = "<!-- NAME: end -->";

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

/// Writes the tables.
pub(crate) fn run() -> Result<()> {
    let path = workspace().join("README.md");
    let readme = read(&path)?;
    std::fs::write(&path, with_tables(&readme)?).map_err(|error| Failed(format!("README.md: {error}")))
}

/// The README as it should be.
fn with_tables(readme: &str) -> Result<String> {
    with_table(&with_table(readme, "support", &providers()?)?, "languages", &libraries::table()?)
}

/// The README with this table of this name.
fn with_table(readme: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (BEGIN.replace("NAME", name), END.replace("NAME", name));
    let parts = readme.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) = parts.ok_or_else(|| Failed(format!("README.md has no lines {begin} and {end}")))?;
    Ok(format!("{before}{begin}\n{table}{end}{after}"))
}

/// Rows as a table of Markdown; the first is its heading.
fn markdown(rows: &[Vec<String>]) -> String {
    let mut table = String::new();
    for (number, row) in rows.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "|{}", row.iter().map(|cell| cell_of(cell)).collect::<String>());
        if number == 0 {
            let _ = writeln!(table, "|{}", " --- |".repeat(row.len()));
        }
    }
    table
}

fn cell_of(text: &str) -> String {
    if text.is_empty() { " |".to_owned() } else { format!(" {text} |") }
}

fn providers() -> Result<String> {
    let mut expected = Vec::new();
    for (_, file) in PROVIDERS {
        let text = read(&workspace().join("e2e_tests/expected").join(file))?;
        let parsed: Expected = toml::from_str(&text).map_err(|error| Failed(format!("{file}: {error}")))?;
        expected.push(parsed);
    }
    let heading = std::iter::once("").chain(PROVIDERS.iter().map(|(heading, _)| *heading)).map(str::to_owned).collect();
    let row = |(name, cell): &(&str, cells::Cell)| {
        let cells = expected.iter().map(|provider| cell.of(provider));
        std::iter::once((*name).to_owned()).chain(cells).collect()
    };
    Ok(markdown(&std::iter::once(heading).chain(cells::ROWS.iter().map(row)).collect::<Vec<Vec<String>>>()))
}

fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Failed(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_shows_what_providers_and_libraries_are_held_to() {
        let readme = read(&workspace().join("README.md")).expect("a README");
        let wanted = with_tables(&readme).unwrap_or_else(|Failed(why)| panic!("{why}"));
        assert_eq!(readme, wanted, "run `cargo xtask support`");
    }
}
