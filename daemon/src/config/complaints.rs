//! What is wrong with a configuration file, said so that an operator can mend it: where, what, and what to do.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line in the file, from 1; `None` where something is missing altogether.
    pub line: Option<usize>,
    /// The key's path, such as `provider[0].name` (tables of a list count from 0); empty if the file as a whole is
    /// meant.
    pub path: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// Everything that is wrong with one file, in the order of its lines; at least one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaints {
    file: String,
    list: Vec<Complaint>,
}

impl Complaints {
    /// `file` is the name to show. Complaints without a line come last.
    pub fn new(file: impl Into<String>, mut list: Vec<Complaint>) -> Self {
        list.sort_by_key(|complaint| complaint.line.unwrap_or(usize::MAX));
        Complaints { file: file.into(), list }
    }
}

impl fmt::Display for Complaints {
    /// One line each: `config.toml:12: service.socket_mod: unknown key; did you mean socket_mode?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}", self.file)?;
            if let Some(line) = complaint.line {
                write!(f, ":{line}")?;
            }
            if !complaint.path.is_empty() {
                write!(f, ": {}", complaint.path)?;
            }
            write!(f, ": {}", complaint.text)?;
        }
        Ok(())
    }
}

impl std::error::Error for Complaints {}
