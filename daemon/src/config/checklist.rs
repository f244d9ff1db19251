//! The complaints of one check, and the checks that several parts share.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::{Complaint, Places};

/// The longest path of a Unix socket, in bytes: `sun_path` holds 108 with the zero at its end (unix(7)).
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// Gathers complaints; a check that fails gives some harmless value, which nobody will see.
pub struct Checklist<'f> {
    places: Places,
    complaints: Vec<Complaint>,
    folder: &'f Path,
}

impl<'f> Checklist<'f> {
    /// Begins with what was noticed while reading; relative paths start at `folder`.
    pub fn new(places: Places, complaints: Vec<Complaint>, folder: &'f Path) -> Self {
        Checklist { places, complaints, folder }
    }

    /// Every complaint.
    pub fn finish(self) -> Vec<Complaint> {
        self.complaints
    }

    /// Says what is wrong with the key at `path`, and what to do.
    pub fn complain(&mut self, path: &str, text: impl Into<String>) {
        self.complaints.push(Complaint { line: self.places.line(path), path: path.to_owned(), text: text.into() });
    }

    /// The line of a key for use in another key's complaint, as in `(line 12)`.
    pub fn at(&self, path: &str) -> String {
        self.places.line(path).map(|line| format!(" (line {line})")).unwrap_or_default()
    }

    /// `value` if it lies in `range`.
    pub fn within(&mut self, path: &str, value: u64, range: RangeInclusive<u64>) -> u64 {
        if !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            self.complain(path, format!("{value} is out of range; choose {low} to {high}"));
        }
        value.clamp(*range.start(), *range.end())
    }

    /// The uids of users: each in digits, the name of an account of this host, or "self" for our own.
    pub fn uids(&mut self, path: &str, users: &[String]) -> Vec<u32> {
        let mut uids = Vec::new();
        for user in users {
            match (user.as_str(), user.parse()) {
                ("self", _) => uids.push(rustix::process::geteuid().as_raw()),
                (_, Ok(uid)) => uids.push(uid),
                _ => match uid_of(user) {
                    Some(uid) => uids.push(uid),
                    None => self.complain(
                        path,
                        format!("{user:?} is no account of this host; write its name, its uid in digits, or \"self\""),
                    ),
                },
            }
        }
        uids
    }

    /// An absolute path; a relative one starts at the configuration file's folder.
    pub fn path(&mut self, path: &str, value: &str) -> PathBuf {
        if value.is_empty() {
            self.complain(path, "is empty; write a path");
        } else if value.contains('\0') {
            self.complain(path, "contains a zero byte, which no path may");
        }
        self.folder.join(value)
    }

    /// An absolute path that a socket can have.
    pub fn socket_path(&mut self, path: &str, value: &str) -> PathBuf {
        let absolute = self.path(path, value);
        let length = absolute.as_os_str().len();
        if length > MAX_SOCKET_PATH_BYTES {
            let shown = absolute.display();
            self.complain(
                path,
                format!(
                    "{shown} has {length} bytes, a socket's path at most {MAX_SOCKET_PATH_BYTES}; choose a shorter one"
                ),
            );
        }
        absolute
    }
}

/// The uid of an account (passwd(5)). Name services are not asked: a daemon's user is the host's own.
fn uid_of(account: &str) -> Option<u32> {
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut accounts = accounts.lines().map(|line| line.split(':'));
    accounts.find_map(|mut fields| if fields.next() == Some(account) { fields.nth(1)?.parse().ok() } else { None })
}
