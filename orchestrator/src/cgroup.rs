//! A cgroup of its own for a command, so that its children are told from others too: in the unified hierarchy where this
//! process may make one, else in version 1.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use keystead_interface::names::ClientRef;
use keystead_trust::binding::{Cgroup, Hierarchy};
use keystead_trust::peer::{cgroup_of, own_cgroup_folder};
use rustix::process::Signal;

use crate::facts::Process;

/// A cgroup that was made for a client. It is removed with [`OwnCgroup::remove`].
#[derive(Debug)]
pub struct OwnCgroup {
    folder: PathBuf,
    hierarchy: Hierarchy,
}

/// How the cgroup of a client is called.
fn name_of(client: &ClientRef) -> String {
    format!("keystead-{client}")
}

/// Whether this is the cgroup that was made for the client.
pub fn is_of(cgroup: &Cgroup, client: &ClientRef) -> bool {
    cgroup.path.as_deref().and_then(|path| path.rsplit('/').next()) == Some(name_of(client).as_str())
}

impl OwnCgroup {
    /// Makes a cgroup below our own and moves a process there. None if that is not possible, or if the process would not be
    /// told from others by it all the same; then it is where it was, as far as that tells anything.
    pub fn make(client: &ClientRef, pid: u32) -> Option<OwnCgroup> {
        for hierarchy in [Hierarchy::V2, Hierarchy::Pids, Hierarchy::Freezer] {
            match OwnCgroup::make_in(hierarchy, client, pid) {
                Ok(Some(made)) => return Some(made),
                Ok(None) => {}
                Err(error) => log::debug!("no cgroup can be made in {}: {error}", hierarchy.name()),
            }
        }
        None
    }

    /// Ends what the command left there, and removes it.
    pub fn remove(self) {
        // The killed need a moment to be gone.
        for _ in 0..REMOVAL_ATTEMPTS {
            // Linux 5.14, in version 2; elsewhere they are ended one by one, for as long as they start others.
            if fs::write(self.folder.join("cgroup.kill"), "1").is_err() {
                self.end_each();
            }
            match remove_all(&self.folder) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => std::thread::sleep(REMOVAL_PAUSE),
                Err(error) => return log::warn!("the command's cgroup cannot be removed: {error}"),
                Ok(()) => return,
            }
        }
        log::warn!("the command left processes behind, which keep its cgroup");
    }

    fn end_each(&self) {
        let left = fs::read_to_string(self.folder.join("cgroup.procs")).unwrap_or_default();
        for pid in left.lines().filter_map(|pid| pid.parse().ok()) {
            let Ok(process) = Process::open(pid) else { continue };
            // Whoever has the pid now may be another than when it was read; who is there must go.
            let is_there = || process.look().is_ok_and(|seen| seen.cgroup.is_some_and(|cgroup| self.is(&cgroup)));
            if is_there() {
                process.signal(Signal::KILL);
            }
        }
    }

    fn is(&self, cgroup: &Cgroup) -> bool {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        let path = cgroup.path.as_deref().and_then(|path| path.rsplit('/').next());
        cgroup.hierarchy == self.hierarchy && name.is_some() && name == path
    }

    fn make_in(hierarchy: Hierarchy, client: &ClientRef, pid: u32) -> io::Result<Option<OwnCgroup>> {
        let Some(above) = own_cgroup_folder(hierarchy)? else { return Ok(None) };
        let folder = above.join(name_of(client));
        fs::create_dir(&folder)?;
        let moved = fs::write(folder.join("cgroup.procs"), pid.to_string());
        if moved.is_ok() && cgroup_of(pid)?.is_some_and(|telling| is_of(&telling, client)) {
            return Ok(Some(OwnCgroup { folder, hierarchy }));
        }
        if moved.is_ok() {
            fs::write(above.join("cgroup.procs"), pid.to_string())?;
        }
        fs::remove_dir(&folder)?;
        moved.map(|()| None)
    }
}

/// Removes a cgroup with those that the command made below it.
fn remove_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_all(&entry.path())?;
        }
    }
    fs::remove_dir(folder)
}

/// How often, and after what pause, a cgroup is tried to be removed: half a second altogether.
const REMOVAL_ATTEMPTS: u32 = 50;
const REMOVAL_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

impl std::fmt::Display for OwnCgroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.hierarchy {
            Hierarchy::V2 => "version 2",
            Hierarchy::Pids => "version 1, pids",
            Hierarchy::Freezer => "version 1, freezer",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// Where this user may make cgroups, in whichever hierarchy.
    #[test]
    fn what_a_command_leaves_ends_with_its_cgroup() {
        for hierarchy in [Hierarchy::V2, Hierarchy::Pids, Hierarchy::Freezer] {
            let client = ClientRef::new(format!("run-test-{}", std::process::id())).unwrap();
            let mut child = Command::new("sleep").arg("1000").stdin(Stdio::null()).spawn().unwrap();
            let made = OwnCgroup::make_in(hierarchy, &client, child.id());
            if let Ok(Some(made)) = made {
                let folder = made.folder.clone();
                // A cgroup below it, with nobody in it.
                fs::create_dir(folder.join("below")).unwrap();
                made.remove();
                assert!(!folder.exists(), "{}", hierarchy.name());
                // It was killed, and by nobody here.
                assert!(child.wait().unwrap().code().is_none());
            } else {
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
    }
}
