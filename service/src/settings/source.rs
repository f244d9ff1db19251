//! Where the configuration comes from. Decided once at start, so that a reload reads the same place again.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Complaint, Complaints, Settings};

/// The configuration that runs as it is, for when there is no file.
pub(super) const EMBEDDED: &str = include_str!("../../../config.toml");

/// The file that is taken if it exists and no other is named.
const USUAL_FILE: &str = "config.toml";

/// The longest configuration file, in bytes: enough for thousands of providers, and no device is read for ever.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

/// A place to read the configuration from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file; relative paths in it start at its own folder.
    File(PathBuf),
    /// [`EMBEDDED`]; relative paths start at the folder that was current when this was made.
    Embedded(PathBuf),
}

impl Source {
    /// The file that was asked for; else `config.toml` in the current folder if there is one; else the embedded
    /// text. Errors if the current folder is needed and cannot be told.
    pub fn choose(asked: Option<&Path>) -> std::io::Result<Source> {
        let path = asked.unwrap_or(Path::new(USUAL_FILE));
        let path = std::path::absolute(path)?;
        if asked.is_some() || path.exists() {
            return Ok(Source::File(path));
        }
        Ok(Source::Embedded(std::env::current_dir()?))
    }

    /// Reads and checks it. Errors with everything that is wrong, or with the one complaint that it cannot be read.
    pub fn load(&self) -> Result<Settings, Complaints> {
        match self {
            Source::Embedded(folder) => Settings::from_text(EMBEDDED, &self.to_string(), folder),
            Source::File(path) => {
                let unreadable = |error: std::io::Error| {
                    let text = format!("cannot be read: {error}");
                    Complaints::new(self.to_string(), vec![Complaint { line: None, path: String::new(), text }])
                };
                let absolute = std::path::absolute(path).map_err(unreadable)?;
                let text = read(&absolute).map_err(unreadable)?;
                // The parent of an absolute path to a file that was just read: only "/" has none, and it is no file.
                let folder = absolute.parent().unwrap_or(Path::new("/"));
                Settings::from_text(&text, &self.to_string(), folder)
            }
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::File(path) => path.display().fmt(f),
            Source::Embedded(_) => f.write_str("the embedded configuration"),
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
