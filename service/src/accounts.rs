//! Which accounts the host has: a file in the form of passwd(5), read again only when it changed. Name services are not
//! asked: they may block, and may be as far away as a directory in the network.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::limits::MAX_ACCOUNTS_FILE_BYTES;

/// The accounts of a file, by uid.
#[derive(Default)]
pub struct Accounts(HashMap<u32, Vec<String>>);

/// By what a changed file is known without reading it. Tools that edit accounts put a new file in the old one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Mark {
    /// The mark of the file as it is now: one stat.
    pub fn of(path: &Path) -> io::Result<Mark> {
        std::fs::metadata(path).map(|metadata| Mark::from(&metadata))
    }
}

impl From<&Metadata> for Mark {
    fn from(metadata: &Metadata) -> Mark {
        Mark {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Accounts {
    /// Reads a file. The mark is that of the file before it was read, so that a later change is seen.
    pub fn read(path: &Path) -> io::Result<(Mark, Accounts)> {
        let file = File::open(path)?;
        let mark = Mark::from(&file.metadata()?);
        let mut text = Vec::new();
        if file.take(MAX_ACCOUNTS_FILE_BYTES + 1).read_to_end(&mut text)? as u64 > MAX_ACCOUNTS_FILE_BYTES {
            return Err(io::Error::other(format!("it is longer than {MAX_ACCOUNTS_FILE_BYTES} bytes")));
        }
        let accounts = Accounts::parse(&String::from_utf8_lossy(&text));
        if accounts.0.is_empty() {
            // As a file is that somebody is about to write: no host is without root.
            return Err(io::Error::other("it names no account"));
        }
        Ok((mark, accounts))
    }

    /// The name of the uid's account, the first if it has several; none if it has no account.
    pub fn name(&self, uid: u32) -> Option<&str> {
        self.0.get(&uid)?.first().map(String::as_str)
    }

    /// The uid of the account with this name.
    pub fn uid(&self, name: &str) -> Option<u32> {
        self.0.iter().find(|(_, names)| names.iter().any(|one| one == name)).map(|(uid, _)| *uid)
    }

    /// Whether this is a name of the uid's account.
    pub fn has(&self, uid: u32, name: &str) -> bool {
        self.0.get(&uid).is_some_and(|names| names.iter().any(|one| one == name))
    }

    /// Lines `name:password:uid:…`. What is no account, such as a reference to NIS or a comment, is passed over.
    fn parse(text: &str) -> Accounts {
        let mut accounts: HashMap<u32, Vec<String>> = HashMap::new();
        for line in text.lines() {
            let mut fields = line.split(':');
            let (Some(name), Some(uid)) = (fields.next(), fields.nth(1)) else { continue };
            if name.is_empty() || name.starts_with(['#', '+', '-']) {
                continue;
            }
            if let Ok(uid) = uid.parse() {
                accounts.entry(uid).or_default().push(name.to_owned());
            }
        }
        Accounts(accounts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_uid_and_what_is_none_is_passed_over() {
        let text = "root:x:0:0:root:/root:/bin/sh\n# a comment:x:5:\n\n+nis:x:6:6::/:\n+\ntoor:x:0:0::/:\n\
                    alice:x:1000:1000:Alice,,,:/home/alice:/bin/sh\nbob:x:no number:7::/:\n:x:8:8::/:\nshort:x\n";
        let accounts = Accounts::parse(text);
        assert_eq!(accounts.0.len(), 2);
        assert_eq!((accounts.name(0), accounts.name(1000)), (Some("root"), Some("alice")));
        assert!(accounts.has(0, "toor") && !accounts.has(0, "alice") && !accounts.has(5, "toor"));
        assert_eq!(accounts.name(6), None);
        assert_eq!((accounts.uid("toor"), accounts.uid("bob")), (Some(0), None));
    }

    #[test]
    fn another_file_in_its_place_has_another_mark_and_an_empty_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, new) = (folder.path().join("passwd"), folder.path().join("new"));
        std::fs::write(&path, "alice:x:1000:").unwrap();
        let (mark, accounts) = Accounts::read(&path).unwrap();
        assert_eq!((Mark::of(&path).unwrap(), accounts.name(1000)), (mark, Some("alice")));
        std::fs::write(&new, "bobby:x:1000:").unwrap();
        std::fs::rename(&new, &path).unwrap();
        assert_ne!(Mark::of(&path).unwrap(), mark);
        std::fs::write(&path, "").unwrap();
        assert!(Accounts::read(&path).is_err());
    }
}
