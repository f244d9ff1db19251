//! What a process that holds keys closes before it does anything else, and what it says about where it runs.

#[cfg(test)]
pub(crate) mod child;

use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit, umask};

/// The kernel refused something without which no key may be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot {what}: {error}")]
pub struct HardeningError {
    what: &'static str,
    error: Errno,
}

/// Closes the process: no core dumps, no other process of the same user may look into its memory, new files are the
/// owner's alone, and no program that it might start gains rights. Opens as many descriptors as the hard limit
/// allows, since each connection is one. To be called on the first line of `main`, before there are threads or
/// secrets. Errors if anything is refused; the process must end then.
pub fn first() -> Result<(), HardeningError> {
    let refused = |what| move |error| HardeningError { what, error };
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(refused("make the process undumpable"))?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(refused("forbid core dumps"))?;
    rustix::thread::set_no_new_privs(true).map_err(refused("renounce new privileges"))?;
    umask(Mode::RWXG | Mode::RWXO);
    let descriptors = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: descriptors.maximum, ..descriptors })
        .map_err(refused("raise the limit of open files to the hard limit"))
}

/// How many descriptors the process may have open; `None` if there is no limit.
pub fn open_file_limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Where the process stands on its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it runs as root.
    pub root: bool,
    /// Whether it is in the host's own user namespace, where uids are what other processes mean by them; false if
    /// that cannot be told.
    pub initial_user_namespace: bool,
    /// Whether it is in the host's own pid namespace; false if that cannot be told.
    pub initial_pid_namespace: bool,
}

/// Inodes of the first namespaces, fixed by the kernel (`include/linux/proc_ns.h`: PROC_USER_INIT_INO,
/// PROC_PID_INIT_INO).
const INITIAL_USER_NAMESPACE: u64 = 0xEFFF_FFFD;
const INITIAL_PID_NAMESPACE: u64 = 0xEFFF_FFFC;

impl Standing {
    /// Asks the kernel.
    pub fn now() -> Standing {
        let is = |path, inode| rustix::fs::stat(path).is_ok_and(|stat| stat.st_ino == inode);
        Standing {
            root: rustix::process::geteuid().is_root(),
            initial_user_namespace: is("/proc/self/ns/user", INITIAL_USER_NAMESPACE),
            initial_pid_namespace: is("/proc/self/ns/pid", INITIAL_PID_NAMESPACE),
        }
    }

    /// What an operator should hear about it at start, a sentence each; empty if all is as it should be.
    pub fn warnings(&self) -> Vec<&'static str> {
        let warnings = [
            (self.root, "running as root: give the daemon a user of its own (refuse_root = true makes this an error)"),
            (
                !self.initial_user_namespace,
                "not in the host's user namespace: users without a mapping cannot be told apart and are refused",
            ),
            (
                !self.initial_pid_namespace,
                "not in the host's pid namespace: processes outside cannot be looked at, so none of them is an admin",
            ),
        ];
        warnings.into_iter().filter(|(applies, _)| *applies).map(|(_, warning)| warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_closed_and_may_open_many_files() {
        let name = "hardening::tests::the_process_is_closed_and_may_open_many_files";
        if let Some(mut command) = child::command(name) {
            child::succeed(&mut command);
            return;
        }
        first().unwrap();
        assert_eq!(rustix::process::dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let core = getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
        assert!(rustix::thread::no_new_privs().unwrap());
        assert_eq!(umask(Mode::empty()), Mode::RWXG | Mode::RWXO);
        let descriptors = getrlimit(Resource::Nofile);
        assert_eq!(descriptors.current, descriptors.maximum);
    }

    #[test]
    fn the_standing_is_what_proc_says() {
        let standing = Standing::now();
        // In the first user namespace every uid is mapped to itself; nobody else can have the whole range.
        let map = std::fs::read_to_string("/proc/self/uid_map").unwrap();
        let whole: Vec<&str> = map.split_whitespace().collect();
        assert_eq!(standing.initial_user_namespace, whole == ["0", "0", "4294967295"], "{map}");
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let uids = status.lines().find(|line| line.starts_with("Uid:")).unwrap();
        assert_eq!(standing.root, uids.split_whitespace().nth(2) == Some("0"));
    }

    #[test]
    fn only_what_is_amiss_is_warned_about() {
        let fine = Standing { root: false, initial_user_namespace: true, initial_pid_namespace: true };
        assert!(fine.warnings().is_empty());
        let amiss = Standing { root: true, initial_user_namespace: false, initial_pid_namespace: false };
        assert_eq!(amiss.warnings().len(), 3);
        assert!(Standing { root: true, ..fine }.warnings()[0].starts_with("running as root"));
    }
}
