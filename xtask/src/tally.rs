//! How many tests passed and failed, read from what they print while it is shown.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::shell::{Failed, Result, shown};

/// The sum over test programs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Runs of cargo that failed, each shown as it was typed: for a test, or before any test ran.
    pub(crate) broken: Vec<String>,
}

impl Tally {
    /// Runs a command that runs tests, shows what it prints, and counts.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        let words = shown(command);
        println!("$ {words}");
        let cannot = |error| Failed(format!("{words} cannot be run: {error}"));
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(cannot)?;
        let output = child.stdout.take().expect("its output was just piped");
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(cannot)?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            self.count(&line);
        }
        if !child.wait().map_err(cannot)?.success() {
            self.broken.push(words);
        }
        Ok(())
    }

    /// Counts a line such as `test result: ok. 5 passed; 0 failed; 0 ignored; …`.
    fn count(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else { return };
        let number_before = |word: &str| {
            let before = result.split(word).next().filter(|before| before.len() < result.len())?;
            before.split_whitespace().next_back()?.parse::<u64>().ok()
        };
        self.passed += number_before(" passed").unwrap_or(0);
        self.failed += number_before(" failed").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_added_up() {
        let mut tally = Tally::default();
        tally.count("test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        tally.count("test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out");
        tally.count("test that_says::passed ... ok");
        assert_eq!(tally, Tally { passed: 17, failed: 3, broken: Vec::new() });
    }
}
