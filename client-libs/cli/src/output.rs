//! Bytes that the user gets: in a file, or on standard output.

use std::fs::{OpenOptions, Permissions};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::hex;
use crate::session::Session;

/// Where bytes go, and in which form.
#[derive(Args)]
pub(crate) struct Output {
    /// File to write; secrets get mode 0600 [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How bytes are written [default: base64 on a terminal, else raw]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

/// A form in which bytes are written.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// The bytes themselves
    Raw,
    /// Hexadecimal digits
    Hex,
    /// Base64
    Base64,
}

/// Whether others may see the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    Public,
    Secret,
}

impl Output {
    /// Whether the user chose neither a file nor a form.
    pub(crate) fn is_default(&self) -> bool {
        self.output.is_none() && self.format.is_none()
    }

    /// Whether the user chose a form.
    pub(crate) fn has_format(&self) -> bool {
        self.format.is_some()
    }

    /// Writes bytes. `name` is what they are called in JSON.
    pub(crate) fn write(&self, session: &Session, name: &str, bytes: &[u8], secrecy: Secrecy) -> Result<(), Failure> {
        let on_screen = self.output.is_none() && std::io::stdout().is_terminal();
        let usual = if on_screen { Format::Base64 } else { Format::Raw };
        let format = self.format.unwrap_or(usual);
        if self.output.is_none() && session.json {
            return session
                .say("", || Value::Object(Map::from_iter([(name.to_owned(), Base64::encode_string(bytes).into())])));
        }
        let line = match format {
            Format::Raw => return self.put(session, name, bytes, secrecy),
            Format::Hex => Zeroizing::new((hex::print(bytes) + "\n").into_bytes()),
            Format::Base64 => base64_line(bytes),
        };
        self.put(session, name, &line, secrecy)
    }

    /// Writes text, such as PEM, as it is.
    pub(crate) fn write_text(&self, session: &Session, name: &str, text: &str) -> Result<(), Failure> {
        if self.output.is_none() && session.json {
            return session.say("", || Value::Object(Map::from_iter([(name.to_owned(), text.into())])));
        }
        self.put(session, name, text.as_bytes(), Secrecy::Public)
    }

    fn put(&self, session: &Session, name: &str, bytes: &[u8], secrecy: Secrecy) -> Result<(), Failure> {
        let Some(path) = &self.output else {
            let mut stdout = std::io::stdout().lock();
            let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
            return written.map_err(|error| Failure::file("standard output", error));
        };
        put_file(path, bytes, secrecy).map_err(|error| Failure::file(path.display(), error))?;
        session.say("", || Value::Object(Map::from_iter([(format!("{name}_file"), path.display().to_string().into())])))
    }
}

/// Base64 with the line's end, in memory of just that length: it may be a secret's.
fn base64_line(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = Base64::encoded_len(bytes);
    let mut line = Zeroizing::new(vec![b'\n'; length + 1]);
    Base64::encode(bytes, &mut line[..length]).expect("the buffer is as long as encoded_len says");
    line
}

/// Writes a file; one that holds a secret is readable by its owner alone before a byte is in it.
fn put_file(path: &Path, bytes: &[u8], secrecy: Secrecy) -> std::io::Result<()> {
    let mode = if secrecy == Secrecy::Secret { 0o600 } else { 0o666 };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    // A file that was there keeps its mode; only a regular one has a mode that protects what is in it.
    if secrecy == Secrecy::Secret && file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_one_line() {
        assert_eq!(&base64_line(b"any carnal pleas")[..], b"YW55IGNhcm5hbCBwbGVhcw==\n");
        assert_eq!(&base64_line(b"")[..], b"\n");
    }

    #[test]
    fn a_secret_is_readable_by_its_owner_alone_even_in_a_file_that_was_there() {
        let path = std::env::temp_dir().join(format!("keystead-cli-{}", std::process::id()));
        std::fs::write(&path, b"older and longer").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        put_file(&path, b"secret", Secrecy::Secret).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((mode & 0o777, &bytes[..]), (0o600, &b"secret"[..]));
    }
}
