//! Bytes that the user gives: in a file, on standard input, or as hexadecimal digits where they are no secret.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use clap::Args;
use keystead_client::interface::secret::{SecretBytes, wipe};

use crate::failure::Failure;
use crate::hex;

/// Most bytes that are read at once. The service takes 1 MiB by default; an operator may raise that.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Bytes that may be a secret: never on the command line, where every user of the host sees them.
#[derive(Args)]
pub(crate) struct SecretInput {
    /// File to read; - is standard input [default: -]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Bytes that are no secret.
#[derive(Args)]
pub(crate) struct Input {
    /// File to read; - is standard input [default: -]
    #[arg(value_name = "FILE", conflicts_with = "hex")]
    file: Option<PathBuf>,
    /// The bytes themselves, in hexadecimal
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    hex: Option<Bytes>,
}

/// Bytes from hexadecimal digits: a type of its own, because clap takes a plain vector for a list.
#[derive(Clone)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

/// Reads hexadecimal digits as an argument.
pub(crate) fn parse_bytes(text: &str) -> Result<Bytes, String> {
    hex::parse(text).map(Bytes)
}

impl SecretInput {
    /// All bytes.
    pub(crate) fn read(&self) -> Result<SecretBytes, Failure> {
        read_file(self.file.as_deref())
    }
}

impl Input {
    /// All bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        match &self.hex {
            Some(bytes) => Ok(bytes.0.clone()),
            None => Ok(read_file(self.file.as_deref())?.into_exposed()),
        }
    }

    /// The bytes one after the other, however many they are. Errors name the source.
    pub(crate) fn open(&self) -> Result<(String, Box<dyn Read + '_>), Failure> {
        match &self.hex {
            Some(bytes) => Ok(("--hex".to_owned(), Box::new(&bytes.0[..]))),
            None => open(self.file.as_deref()),
        }
    }
}

/// All bytes of a file, or of standard input if the path is `-` or missing.
pub(crate) fn read_file(path: Option<&Path>) -> Result<SecretBytes, Failure> {
    let (name, mut source) = open(path)?;
    read_all(&mut source, MAX_BYTES).map_err(|error| Failure::file(name, error))
}

fn open(path: Option<&Path>) -> Result<(String, Box<dyn Read>), Failure> {
    match path {
        Some(path) if path != Path::new("-") => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| Failure::file(&name, error))?;
            Ok((name, Box::new(file)))
        }
        _ => {
            // Without the standard library's buffer, which would keep a copy.
            let name = "standard input".to_owned();
            let file = io::stdin().as_fd().try_clone_to_owned().map_err(|error| Failure::file(&name, error))?;
            Ok((name, Box::new(File::from(file))))
        }
    }
}

/// Reads to the end. The buffer grows by hand, so that what it outgrows is cleared.
fn read_all(source: &mut impl Read, limit: usize) -> io::Result<SecretBytes> {
    let mut buffer = SecretBytes::new(vec![0; 4096]);
    let mut length = 0;
    loop {
        if length == buffer.expose().len() {
            if length > limit {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {limit} bytes")));
            }
            let mut larger = SecretBytes::new(vec![0; length * 2]);
            larger.expose_mut()[..length].copy_from_slice(buffer.expose());
            buffer = larger;
        }
        match source.read(&mut buffer.expose_mut()[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // What lies behind the end was cleared when it was made.
    wipe(&mut buffer.expose_mut()[length..]);
    buffer.expose_mut().truncate(length);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_read_whatever_its_length() {
        for length in [0, 1, 4095, 4096, 4097, 100_000] {
            let bytes: Vec<u8> = (0..length).map(|n| n as u8).collect();
            assert_eq!(read_all(&mut &bytes[..], MAX_BYTES).unwrap().expose(), &bytes);
        }
        assert!(read_all(&mut io::repeat(7), 10_000).is_err());
    }
}
