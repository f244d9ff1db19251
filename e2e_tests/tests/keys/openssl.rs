//! OpenSSL's command, for what another implementation must understand. DER that it wants is written here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keystead_e2e_tests::effort::left_out;

/// A directory of files for one command after the other.
pub struct OpenSsl {
    directory: PathBuf,
}

impl OpenSsl {
    /// `None`, and counted as left out, if there is no such command here.
    pub fn find(what: &str, directory: &Path) -> Option<OpenSsl> {
        let found = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
        if found.is_ok_and(|status| status.success()) {
            return Some(OpenSsl { directory: directory.to_owned() });
        }
        left_out(what, "there is no openssl command");
        None
    }

    /// Writes a file that commands can name.
    pub fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.directory.join(name), bytes).expect("the directory is ours");
    }

    /// Runs a command to its end, and gives what it wrote. Panics with its complaint if it fails.
    pub fn run(&self, arguments: &str) -> Vec<u8> {
        let mut command = Command::new("openssl");
        command.current_dir(&self.directory).args(arguments.split(' ')).stdin(Stdio::null());
        let output = command.output().expect("it was found");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {complaint}");
        output.stdout
    }
}

/// An element of DER with a short or long length.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..=0x7F => vec![tag, length as u8],
        0x80..=0xFF => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// A SubjectPublicKeyInfo (RFC 5480) of a point on a curve, whose object identifier has this content.
pub fn public_key(curve: &[u8], point: &[u8]) -> Vec<u8> {
    let ec = element(0x06, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]);
    let algorithm = element(0x30, &[ec, element(0x06, curve)].concat());
    element(0x30, &[algorithm, element(0x03, &[&[0], point].concat())].concat())
}

/// An ECPrivateKey (RFC 5915) of a scalar on a curve.
pub fn private_key(curve: &[u8], scalar: &[u8]) -> Vec<u8> {
    let parameters = element(0xA0, &element(0x06, curve));
    element(0x30, &[element(0x02, &[1]), element(0x04, scalar), parameters].concat())
}

/// A SubjectPublicKeyInfo of a key for X25519 or X448 (RFC 8410), by the last byte of its object identifier.
pub fn montgomery_public_key(curve: u8, key: &[u8]) -> Vec<u8> {
    let algorithm = element(0x30, &element(0x06, &[0x2B, 0x65, curve]));
    element(0x30, &[algorithm, element(0x03, &[&[0], key].concat())].concat())
}

/// A PrivateKeyInfo of a key for X25519 or X448 (RFC 8410).
pub fn montgomery_private_key(curve: u8, key: &[u8]) -> Vec<u8> {
    let algorithm = element(0x30, &element(0x06, &[0x2B, 0x65, curve]));
    element(0x30, &[element(0x02, &[0]), algorithm, element(0x04, &element(0x04, key))].concat())
}

/// r ‖ s as the DER that others use.
pub fn signature(raw: &[u8]) -> Vec<u8> {
    let number = |digits: &[u8]| {
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        let digits = &digits[zeros.min(digits.len() - 1)..];
        let sign: &[u8] = if digits[0] & 0x80 != 0 { &[0] } else { &[] };
        element(0x02, &[sign, digits].concat())
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    element(0x30, &[number(r), number(s)].concat())
}
