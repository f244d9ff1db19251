//! A cgroup of its own for a command, so that its children are told from others too: in the unified hierarchy where this
//! process may make one, else in version 1.

use std::fs;
use std::io;
use std::path::PathBuf;

use keystead_interface::names::ClientRef;
use keystead_trust::binding::{Cgroup, Hierarchy};
use keystead_trust::peer::{cgroup_of, own_cgroup_folder};

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
        if self.hierarchy == Hierarchy::V2 {
            // Linux 5.14; without it, what is left keeps the cgroup.
            let _ = fs::write(self.folder.join("cgroup.kill"), "1");
        }
        // The killed need a moment to be gone.
        for _ in 0..REMOVAL_ATTEMPTS {
            match fs::remove_dir(&self.folder) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => std::thread::sleep(REMOVAL_PAUSE),
                Err(error) => return log::warn!("the command's cgroup cannot be removed: {error}"),
                Ok(()) => return,
            }
        }
        log::warn!("the command left processes behind, which keep its cgroup");
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
