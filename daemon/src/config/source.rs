//! Where a configuration comes from. Decided once at start.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Complaint, Complaints};

/// The longest configuration file, in bytes: enough for thousands of tables, and no device is read for ever.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

/// A place to read the configuration from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file; relative paths in it start at its own folder.
    File(PathBuf),
    /// The text that is built in; relative paths start at the folder that was current when this was made.
    Embedded {
        /// The configuration that runs as it is.
        text: &'static str,
        /// Where its paths start.
        folder: PathBuf,
    },
}

impl Source {
    /// The file that was asked for; else `usual` in the current folder if there is one; else the built-in text. Errors
    /// if the current folder is needed and cannot be told.
    pub fn choose(asked: Option<&Path>, usual: &str, text: &'static str) -> std::io::Result<Source> {
        let path = std::path::absolute(asked.unwrap_or(Path::new(usual)))?;
        if asked.is_some() || path.exists() {
            return Ok(Source::File(path));
        }
        Ok(Source::Embedded { text, folder: std::env::current_dir()? })
    }

    /// Reads it and has `check` make settings of its text, its name for complaints, and the folder where its paths
    /// start. Errors with everything that is wrong, or with the one complaint that it cannot be read.
    pub fn load<T>(&self, check: impl FnOnce(&str, &str, &Path) -> Result<T, Complaints>) -> Result<T, Complaints> {
        match self {
            Source::Embedded { text, folder } => check(text, &self.to_string(), folder),
            Source::File(path) => {
                let text = read(path).map_err(|error| {
                    let text = format!("cannot be read: {error}");
                    Complaints::new(self.to_string(), vec![Complaint { line: None, path: String::new(), text }])
                })?;
                // The path is absolute: only "/" has no parent, and it is no file.
                check(&text, &self.to_string(), path.parent().unwrap_or(Path::new("/")))
            }
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::File(path) => path.display().fmt(f),
            Source::Embedded { .. } => f.write_str("the embedded configuration"),
        }
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let length = std::fs::File::open(path)?.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text)?;
    if length as u64 > MAX_CONFIG_BYTES {
        return Err(std::io::Error::other(format!("it is longer than {MAX_CONFIG_BYTES} bytes")));
    }
    Ok(text)
}
