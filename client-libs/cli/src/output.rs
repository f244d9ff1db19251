//! Bytes that the user gets: in a file, or on standard output.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, IsTerminal, Write};
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
    /// File to write; a secret replaces it as a new file of mode 0600 [default: standard output]
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

/// The mode of a file that holds a secret.
const SECRET_MODE: u32 = 0o600;
/// Names that are tried for a new file: some may be left behind by runs of the same process number that were killed.
const SIBLING_NAMES: u32 = 16;

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

/// Writes a file. A secret gets a new one, readable by its owner alone from the beginning and put in its place when it
/// is whole: whoever owns or has opened a file that was there does not see it, and no failure leaves half a key.
fn put_file(path: &Path, bytes: &[u8], secrecy: Secrecy) -> io::Result<()> {
    if secrecy == Secrecy::Public {
        return std::fs::write(path, bytes);
    }
    match std::fs::symlink_metadata(path) {
        // A device, a pipe or a link such as /dev/stdout must stay what it is.
        Ok(metadata) if !metadata.is_file() => put_in_place(path, bytes),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => replace_file(path, bytes),
    }
}

/// Writes a secret to what is there already.
fn put_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(SECRET_MODE).open(path)?;
    // Only a regular file has a mode that protects what is in it.
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(SECRET_MODE))?;
    }
    file.write_all(bytes)
}

fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (mut file, sibling) = create_sibling(path)?;
    let put = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&sibling, path));
    if put.is_err() {
        // The first failure is the one to tell.
        let _ = std::fs::remove_file(&sibling);
    }
    put
}

/// Makes a file that was not there, beside another: only there can it take the other's place.
fn create_sibling(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut taken = None;
    for number in 0..SIBLING_NAMES {
        let sibling = path.with_file_name(format!(".keystead-{}-{number}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).mode(SECRET_MODE).open(&sibling) {
            Ok(file) => return Ok((file, sibling)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn base64_is_one_line() {
        assert_eq!(&base64_line(b"any carnal pleas")[..], b"YW55IGNhcm5hbCBwbGVhcw==\n");
        assert_eq!(&base64_line(b"")[..], b"\n");
    }

    /// A directory of its own for a test.
    fn directory(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("keystead-cli-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        path
    }

    #[test]
    fn a_secret_is_readable_by_its_owner_alone_even_where_a_file_was_open() {
        let directory = directory("secret");
        let path = directory.join("key");
        std::fs::write(&path, b"older and longer").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let mut opened = File::open(&path).unwrap();
        put_file(&path, b"secret", Secrecy::Secret).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!((mode & 0o777, &std::fs::read(&path).unwrap()[..]), (0o600, &b"secret"[..]));
        let mut seen = Vec::new();
        opened.read_to_end(&mut seen).unwrap();
        assert_eq!(seen, b"older and longer", "whoever had opened the file does not see the secret");
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1, "nothing else is left");
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn a_secret_goes_through_a_link_and_leaves_it() {
        let directory = directory("link");
        let (file, link) = (directory.join("file"), directory.join("link"));
        std::fs::write(&file, b"older").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put_file(&link, b"secret", Secrecy::Secret).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!((mode & 0o777, &std::fs::read(&file).unwrap()[..]), (0o600, &b"secret"[..]));
        std::fs::remove_dir_all(&directory).unwrap();
        put_file(Path::new("/dev/null"), b"secret", Secrecy::Secret).unwrap();
    }

    #[test]
    fn a_secret_that_cannot_be_put_leaves_nothing_behind() {
        let directory = directory("failed");
        // A file cannot take the place of a directory.
        let path = directory.join("key");
        std::fs::create_dir(&path).unwrap();
        assert!(replace_file(&path, b"secret").is_err());
        assert!(put_file(&path, b"secret", Secrecy::Secret).is_err());
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
