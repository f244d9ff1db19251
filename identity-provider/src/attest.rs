//! What the kernel says of a caller, in the words of definitions.
//!
//! What is read by pid is read between two looks at the pinned process: while it lives, its pid is nobody else's. What
//! cannot be read (another user's program and namespaces need CAP_SYS_PTRACE) was not seen, and a definition that states
//! it does not match.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;

use aws_lc_rs::digest::{Context, SHA256};
use keystead_trust::binding::PeerFacts;
use keystead_trust::payload::definition::{PinnedProcess, Selectors, SystemdUnit};
use keystead_trust::peer::{NotOurs, Pinned, Unattested};

/// Which facts somebody asks for beside those that every caller is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The program's path.
    pub exe: bool,
    /// The program's digest, which costs as much as to read the file.
    pub exe_sha256: bool,
    /// Its unit.
    pub systemd: bool,
    /// Its container.
    pub container_id: bool,
    /// Its namespaces.
    pub namespaces: bool,
}

impl Wanted {
    /// What these selectors state.
    pub fn by(selectors: &Selectors) -> Wanted {
        Wanted {
            exe: selectors.exe.is_some(),
            exe_sha256: selectors.exe_sha256.is_some(),
            systemd: selectors.systemd.is_some(),
            container_id: selectors.container_id.is_some(),
            namespaces: [selectors.netns, selectors.mntns, selectors.pidns].iter().any(Option::is_some),
        }
    }

    /// What either wants.
    pub fn or(self, other: Wanted) -> Wanted {
        Wanted {
            exe: self.exe || other.exe,
            exe_sha256: self.exe_sha256 || other.exe_sha256,
            systemd: self.systemd || other.systemd,
            container_id: self.container_id || other.container_id,
            namespaces: self.namespaces || other.namespaces,
        }
    }
}

/// The facts of a pinned process, for its binding and for matching. Errors if it has ended or became another user.
pub fn attest(pinned: &Pinned, wanted: Wanted) -> Result<(PeerFacts, Selectors), Unattested> {
    let facts = pinned.facts()?;
    let seen = seen_of(facts.pid, &facts, pinned.peer().gid(), wanted);
    if !pinned.is_alive() {
        return Err(NotOurs::Ended.into());
    }
    Ok((facts, seen))
}

fn seen_of(pid: u32, facts: &PeerFacts, gid: u32, wanted: Wanted) -> Selectors {
    let path = facts.cgroup.as_ref().and_then(|cgroup| cgroup.path.as_deref()).unwrap_or_default();
    let namespace = |name| wanted.namespaces.then(|| namespace_inode(pid, name)).flatten();
    Selectors {
        uid: Some(facts.uid),
        gid: Some(gid),
        process: facts.pidfd_inode.map(|pidfd_inode| PinnedProcess { pid, pidfd_inode }),
        cgroup: facts.cgroup.clone(),
        exe: wanted.exe.then(|| exe(pid)).flatten(),
        exe_sha256: wanted.exe_sha256.then(|| exe_sha256(pid).ok()).flatten(),
        systemd: wanted.systemd.then(|| systemd_run(path)).flatten(),
        container_id: wanted.container_id.then(|| container_in(path)).flatten(),
        netns: namespace("net"),
        mntns: namespace("mnt"),
        pidns: namespace("pid"),
        // An image is nothing that the kernel knows; labels are no facts.
        ..Selectors::default()
    }
}

/// Inode of a process's namespace.
pub fn namespace_inode(pid: u32, name: &str) -> Option<u64> {
    fs::metadata(format!("/proc/{pid}/ns/{name}")).ok().map(|namespace| namespace.ino())
}

/// The unit whose cgroup this is, or is above it: the last part of the path that is named like a service or a scope.
pub fn unit_in(path: &str) -> Option<&str> {
    path.rsplit('/').find(|part| part.ends_with(".service") || part.ends_with(".scope"))
}

/// Bytes of a program that are read at once.
const READ_BYTES: usize = 64 * 1024;

fn exe(pid: u32) -> Option<String> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()?.into_os_string().into_string().ok()
}

fn exe_sha256(pid: u32) -> io::Result<[u8; 32]> {
    let mut program = File::open(format!("/proc/{pid}/exe"))?;
    let (mut hash, mut buffer) = (Context::new(&SHA256), vec![0; READ_BYTES]);
    loop {
        match program.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let digest = hash.finish();
    Ok(std::array::from_fn(|at| digest.as_ref()[at]))
}

/// The unit's run, as systemd shows it to everybody: a link to its invocation id.
fn systemd_run(path: &str) -> Option<SystemdUnit> {
    let unit = unit_in(path)?;
    let link = fs::read_link(format!("/run/systemd/units/invocation:{unit}")).ok()?;
    let id = u128::from_str_radix(link.to_str()?, 16).ok()?;
    Some(SystemdUnit { unit: unit.to_owned(), invocation_id: id.to_be_bytes() })
}

/// The container whose cgroup this is: 64 hexadecimal digits, as container engines name it, alone or behind a dash.
fn container_in(path: &str) -> Option<String> {
    path.rsplit('/').find_map(|part| {
        let name = part.trim_end_matches(".scope").rsplit('-').next()?;
        let is_id = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_id.then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_containers_are_read_from_the_cgroup() {
        let id = "0123456789abcdef".repeat(4);
        assert_eq!(unit_in("/system.slice/shop.service/worker"), Some("shop.service"));
        assert_eq!(unit_in("/user.slice"), None);
        for path in [format!("/system.slice/docker-{id}.scope"), format!("/kubepods/pod1/{id}")] {
            assert_eq!(container_in(&path), Some(id.clone()), "{path}");
        }
        assert_eq!(container_in("/system.slice/docker-0123.scope"), None);
    }

    #[test]
    fn our_own_program_is_seen() {
        let own = std::process::id();
        let path = std::env::current_exe().unwrap();
        assert_eq!(exe(own).as_deref(), path.to_str());
        let whole = aws_lc_rs::digest::digest(&SHA256, &fs::read(path).unwrap());
        assert_eq!(exe_sha256(own).unwrap(), whole.as_ref());
        assert!(namespace_inode(own, "net").is_some());
    }
}
