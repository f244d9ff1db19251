//! Which groups the host has, in the form of group(5). Asked at start only; name services are not asked: they may block.

use std::fs;
use std::io;
use std::path::Path;

use crate::settings::Group;

/// Where the host's groups are.
const GROUPS_FILE: &str = "/etc/group";

/// The number of a group. Errors if the host has none of its name.
pub fn gid(group: &Group) -> io::Result<u32> {
    match group {
        Group::Gid(gid) => Ok(*gid),
        Group::Named(name) => gid_in(Path::new(GROUPS_FILE), name),
    }
}

fn gid_in(file: &Path, name: &str) -> io::Result<u32> {
    let text = fs::read(file)?;
    let text = String::from_utf8_lossy(&text);
    let found = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() == Some(name) { fields.nth(1)?.parse().ok() } else { None }
    });
    found.ok_or_else(|| io::Error::other(format!("there is no group {name:?} in {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("group");
        fs::write(&file, "root:x:0:\nkeystead:x:990:\nkeystead-admin:x:991:alice,bob\nshort\n").unwrap();
        assert_eq!(gid_in(&file, "keystead-admin").unwrap(), 991);
        assert_eq!(gid_in(&file, "keystead").unwrap(), 990);
        assert!(gid_in(&file, "keystead-").is_err() && gid_in(&file, "short").is_err());
        assert_eq!(gid(&Group::Gid(7)).unwrap(), 7);
    }
}
