//! Where the configuration comes from. Decided once at start, so that a reload reads the same place again.

use std::fs::{File, Metadata};
use std::io::{Error, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use keystead_interface::secret::{SecretBytes, reserve};

use super::{Complaint, Complaints, Settings};

/// The configuration that runs as it is, for when there is no file.
pub(super) const EMBEDDED: &str = include_str!("../../../config.toml");

/// The file that is taken if it exists and no other is named.
const USUAL_FILE: &str = "config.toml";

/// The longest configuration file, in bytes: enough for thousands of providers, and no device is read for ever.
const MAX_CONFIG_BYTES: usize = 1024 * 1024;

/// How much of it is read at once, in bytes.
const PIECE: usize = 16 * 1024;

/// The mode bits of a file by which its group and everybody can read it.
const GROUP_READS: u32 = 0o040;
const ALL_READ: u32 = 0o004;

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
                let (text, others_read) = read(&absolute).map_err(unreadable)?;
                let text = std::str::from_utf8(text.expose()).map_err(|_| unreadable(not_text()))?;
                // The parent of an absolute path to a file that was just read: only "/" has none, and it is no file.
                let folder = absolute.parent().unwrap_or(Path::new("/"));
                let settings = Settings::from_text(text, &self.to_string(), folder)?;
                Ok(Settings { others_read, ..settings })
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

/// The bytes of a file, which are cleared because a PIN may be among them, and whether others than the service can read
/// it.
fn read(path: &Path) -> std::io::Result<(SecretBytes, bool)> {
    let mut file = File::open(path)?;
    let others_read = others_read(&file.metadata()?);
    let mut text = SecretBytes::default();
    loop {
        let bytes = text.expose_mut();
        let length = bytes.len();
        // What is moved is cleared where it was.
        reserve(bytes, PIECE);
        bytes.resize(length + PIECE, 0);
        let read = match file.read(&mut bytes[length..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Ok(0) => {
                bytes.truncate(length);
                return Ok((text, others_read));
            }
            read => read?,
        };
        bytes.truncate(length + read);
        if bytes.len() > MAX_CONFIG_BYTES {
            return Err(Error::other(format!("it is longer than {MAX_CONFIG_BYTES} bytes")));
        }
    }
}

/// Whether others than the service can read it. In a file of root's, the group may be how the service reads it itself.
fn others_read(file: &Metadata) -> bool {
    let is_own = file.uid() == rustix::process::geteuid().as_raw();
    file.mode() & ALL_READ != 0 || (is_own && file.mode() & GROUP_READS != 0)
}

fn not_text() -> Error {
    Error::new(ErrorKind::InvalidData, "it is no text in UTF-8")
}
