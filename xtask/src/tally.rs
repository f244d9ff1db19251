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
    /// Runs of cargo and of scripts that failed, each shown as it was typed: for a test, or before any test ran.
    pub(crate) broken: Vec<String>,
}

impl Tally {
    /// Runs a command that runs tests by cargo, shows what it prints, and counts.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        let words = shown(command);
        let mut counted = Tally::default();
        if !show(command, |line| counted.count(line))? {
            counted.broken.push(words);
        }
        self.add(counted);
        Ok(())
    }

    /// Runs a script whose last line is `5 passed, 0 failed`, shows what it prints, and counts.
    pub(crate) fn run_script(&mut self, command: &mut Command) -> Result<()> {
        let words = shown(command);
        let mut last = String::new();
        let succeeded = show(command, |line| last = line.to_owned())?;
        let counted = Tally::of_script(&last);
        if !succeeded || counted.is_none() {
            self.broken.push(words);
        }
        self.add(counted.unwrap_or_default());
        Ok(())
    }

    fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.broken.extend(other.broken);
    }

    /// What the last line of a script says.
    fn of_script(last: &str) -> Option<Tally> {
        let (passed, failed) = last.trim().strip_suffix(" failed")?.split_once(" passed, ")?;
        Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()?, broken: Vec::new() })
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

/// Runs a command, shows each line that it prints, and has it looked at. Whether the command succeeded.
fn show(command: &mut Command, mut look: impl FnMut(&str)) -> Result<bool> {
    let words = shown(command);
    println!("$ {words}");
    let cannot = |error| Failed(format!("{words} cannot be run: {error}"));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(cannot)?;
    let output = child.stdout.take().expect("its output was just piped");
    for line in BufReader::new(output).split(b'\n') {
        let line = line.map_err(cannot)?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        look(&line);
    }
    Ok(child.wait().map_err(cannot)?.success())
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

    #[test]
    fn a_script_says_in_its_last_line_how_many_passed() {
        let mut tally = Tally::default();
        let script = |script: &str| crate::shell::command("sh", &["-c", script]);
        tally.run_script(&mut script("echo 1 passed, 1 failed; echo 5 passed, 0 failed")).expect("there is a shell");
        assert_eq!(tally, Tally { passed: 5, failed: 0, broken: Vec::new() });
        tally.run_script(&mut script("echo 3 passed, 2 failed; exit 1")).expect("there is a shell");
        tally.run_script(&mut script("echo all is well")).expect("there is a shell");
        assert_eq!((tally.passed, tally.failed, tally.broken.len()), (8, 2, 2));
    }
}
