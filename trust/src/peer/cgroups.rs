//! The cgroup of a process: in the unified hierarchy, else in version 1 that of its controller `pids` or `freezer`.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::binding::{Cgroup, Hierarchy};

/// The cgroup that tells a process from others: the first of the hierarchies in which it is not in the root, else the
/// root of the first that there is. None if the host has no cgroups.
pub(super) fn telling(pid: u32) -> io::Result<Option<Cgroup>> {
    let membership = fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
    let mut root = None;
    for hierarchy in [Hierarchy::V2, Hierarchy::Pids, Hierarchy::Freezer] {
        let Some(cgroup) = in_hierarchy(&membership, hierarchy)? else { continue };
        if cgroup.path.as_deref() != Some("/") {
            return Ok(Some(cgroup));
        }
        root.get_or_insert(cgroup);
    }
    Ok(root)
}

/// The cgroup of a process in one hierarchy. None if the host does not have it.
pub(super) fn of(pid: u32, hierarchy: Hierarchy) -> io::Result<Option<Cgroup>> {
    in_hierarchy(&fs::read_to_string(format!("/proc/{pid}/cgroup"))?, hierarchy)
}

/// The processes that are in a cgroup and not below it, as our pid namespace numbers them: 0 is one outside of it. None are
/// in a cgroup that is gone.
pub(super) fn processes_in(cgroup: &Cgroup) -> io::Result<Vec<u32>> {
    let path = cgroup.path.as_deref().filter(|path| !path.split('/').any(|segment| segment == ".."));
    let root = root_of(cgroup.hierarchy)?.ok_or(io::ErrorKind::Unsupported)?;
    let folder = root.join(path.ok_or(io::ErrorKind::InvalidInput)?.trim_start_matches('/'));
    match fs::metadata(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Ok(found) if found.ino() != cgroup.id => return Ok(Vec::new()),
        found => found?,
    };
    let all = match fs::read_to_string(folder.join("cgroup.procs")) {
        // Removed since: ENOENT, or ENODEV once it was open.
        Err(_) if !folder.exists() => return Ok(Vec::new()),
        all => all?,
    };
    all.lines().map(|pid| pid.parse().map_err(|_| io::ErrorKind::InvalidData.into())).collect()
}

/// The directory of the cgroup of a process in one hierarchy. None if the host does not have it, or not there.
pub(super) fn folder_of(pid: u32, hierarchy: Hierarchy) -> io::Result<Option<PathBuf>> {
    let membership = fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
    let Some(path) = path_in(&membership, hierarchy).filter(|path| !path.contains("/..")) else { return Ok(None) };
    Ok(root_of(hierarchy)?.map(|root| root.join(path.trim_start_matches('/'))))
}

fn in_hierarchy(membership: &str, hierarchy: Hierarchy) -> io::Result<Option<Cgroup>> {
    let Some(path) = path_in(membership, hierarchy) else { return Ok(None) };
    let Some(root) = root_of(hierarchy)? else { return Ok(None) };
    // A path that leads out of the mount is of a process outside of our cgroup namespace: it has no id here.
    if path.split('/').any(|segment| segment == "..") {
        return Ok(None);
    }
    let id = fs::metadata(root.join(path.trim_start_matches('/')))?.ino();
    Ok(Some(Cgroup { hierarchy, id, path: Some(path.to_owned()) }))
}

/// The path in lines of `hierarchy-ID:controller-list:path` (cgroups(7), "/proc/pid/cgroup").
fn path_in(membership: &str, hierarchy: Hierarchy) -> Option<&str> {
    membership.lines().find_map(|line| {
        let (number, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let is_it = match controller(hierarchy) {
            None => number == "0" && controllers.is_empty(),
            Some(name) => controllers.split(',').any(|controller| controller == name),
        };
        is_it.then_some(path)
    })
}

/// Where the root of a hierarchy is mounted. It is looked up once: mounts of cgroups do not move while a host runs.
fn root_of(hierarchy: Hierarchy) -> io::Result<Option<&'static Path>> {
    static ROOTS: [OnceLock<PathBuf>; 3] = [const { OnceLock::new() }; 3];
    let known = &ROOTS[hierarchy as usize];
    if known.get().is_none()
        && let Some(found) = mount_in(&fs::read_to_string("/proc/self/mountinfo")?, hierarchy)
    {
        return Ok(Some(known.get_or_init(|| found)));
    }
    Ok(known.get().map(PathBuf::as_path))
}

/// The mount point of the whole hierarchy in lines of proc_pid_mountinfo(5).
fn mount_in(mountinfo: &str, hierarchy: Hierarchy) -> Option<PathBuf> {
    mountinfo.lines().find_map(|line| {
        let (mount, filesystem) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (root, at) = (mount.next()?, mount.next()?);
        let mut filesystem = filesystem.split(' ');
        let (kind, options) = (filesystem.next()?, filesystem.nth(1)?);
        let is_it = match controller(hierarchy) {
            None => kind == "cgroup2",
            Some(name) => kind == "cgroup" && options.split(',').any(|option| option == name),
        };
        // Octal escapes are for spaces in paths, where nobody mounts cgroups.
        (is_it && root == "/" && !at.contains('\\')).then(|| PathBuf::from(at))
    })
}

fn controller(hierarchy: Hierarchy) -> Option<&'static str> {
    match hierarchy {
        Hierarchy::V2 => None,
        Hierarchy::Pids => Some("pids"),
        Hierarchy::Freezer => Some("freezer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hierarchy_has_its_line_and_its_mount() {
        let membership = "9:name=systemd:/s\n8:pids,cpu:/kubepods/a:b\n6:freezer:/\n0::/user.slice\n";
        assert_eq!(path_in(membership, Hierarchy::V2), Some("/user.slice"));
        assert_eq!(path_in(membership, Hierarchy::Pids), Some("/kubepods/a:b"));
        assert_eq!(path_in(membership, Hierarchy::Freezer), Some("/"));
        assert_eq!(path_in("8:pids:/\n", Hierarchy::V2), None);
        let mounts = "30 24 0:26 /docker/x /elsewhere rw - cgroup cgroup rw,pids\n\
            31 24 0:26 / /sys/fs/cgroup/pids rw,nosuid shared:9 - cgroup cgroup rw,pids\n\
            32 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        assert_eq!(mount_in(mounts, Hierarchy::Pids), Some(PathBuf::from("/sys/fs/cgroup/pids")));
        assert_eq!(mount_in(mounts, Hierarchy::V2), Some(PathBuf::from("/sys/fs/cgroup/unified")));
        assert_eq!(mount_in(mounts, Hierarchy::Freezer), None);
    }

    #[test]
    fn our_own_cgroup_is_found_the_same_way_twice() {
        let Some(telling) = telling(std::process::id()).expect("our own files") else { return };
        assert!(processes_in(&telling).expect("everybody may read it").contains(&std::process::id()));
        let gone = Cgroup { path: Some("/nowhere".to_owned()), ..telling.clone() };
        assert_eq!(processes_in(&gone).expect("it is gone"), [0; 0]);
        let another = Cgroup { id: telling.id + 1, ..telling.clone() };
        assert_eq!(processes_in(&another).expect("it is gone, and another has its path"), [0; 0]);
        assert_eq!(of(std::process::id(), telling.hierarchy).expect("our own files"), Some(telling));
    }
}
