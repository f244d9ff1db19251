//! The directory in which the service keeps its state: ours alone, and used by one service at a time.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::private_file::{self, PrivateFileError, failed};

/// The file whose lock says that a service uses the directory. It holds that service's process id, for people.
const LOCK_FILE: &str = "lock";
/// The storage root key, unless the operator keeps it elsewhere.
const ROOT_KEY_FILE: &str = "root.key";

/// Why a state directory is not used.
#[derive(Debug, thiserror::Error)]
pub enum StateDirectoryError {
    /// It, or a file in it, is not as it must be.
    #[error(transparent)]
    Private(#[from] PrivateFileError),
    /// Another service uses it.
    #[error("{path} is in use by another service with process id {pid}: stop that one, or use another state directory", path = path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
        /// What the other one wrote into the lock file.
        pid: String,
    },
}

/// A state directory that is locked for this process, for as long as this value lives.
#[derive(Debug)]
pub struct StateDirectory {
    path: PathBuf,
    /// Holds the lock: it ends when the file is closed, so also when the process is killed.
    _lock: File,
}

impl StateDirectory {
    /// Creates the directory if it is missing (mode 0700, its parents too), checks that nobody else can enter it, and
    /// locks it. The lock is the kernel's, so none is left behind by a process that was killed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StateDirectoryError> {
        let path = path.into();
        private_file::private_directory(&path)?;
        let lock = lock(&path)?;
        Ok(StateDirectory { path, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the storage root key is, unless the operator keeps it elsewhere.
    pub fn root_key_file(&self) -> PathBuf {
        self.path.join(ROOT_KEY_FILE)
    }

    /// The path of a file in the directory. The file is created if it is missing, and refused if it is not private.
    pub(crate) fn private_file(&self, name: &str) -> Result<PathBuf, PrivateFileError> {
        let path = self.path.join(name);
        if !private_file::is_private_file(&path)? {
            private_file::create_private(&path)?;
            private_file::sync_directory(&self.path)?;
        }
        Ok(path)
    }
}

fn lock(directory: &Path) -> Result<File, StateDirectoryError> {
    let path = directory.join(LOCK_FILE);
    if !private_file::is_private_file(&path)? {
        match private_file::create_private(&path) {
            // Another service that starts at the same moment was first; the lock decides between us.
            Err(PrivateFileError::Io { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {}
            created => drop(created?),
        }
    }
    let mut file = File::options().read(true).write(true).open(&path).map_err(failed(&path, "open it"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // Only for the message: whatever can be read will do.
            let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
            return Err(StateDirectoryError::InUse { path: directory.into(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(failed(&path, "lock it")(error).into()),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed(&path, "write it"))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_missing_directory_is_made_for_us_alone() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a/b/state");
        let directory = StateDirectory::open(&path).unwrap();
        let file = directory.private_file("keys").unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&path.join(LOCK_FILE)), 0o600);
    }

    #[test]
    fn a_wide_directory_is_refused_with_the_command_that_mends_it() {
        let place = tempfile::tempdir().unwrap();
        for wide in [0o755, 0o750, 0o701, 0o720] {
            fs::set_permissions(place.path(), Permissions::from_mode(wide)).unwrap();
            let message = StateDirectory::open(place.path()).unwrap_err().to_string();
            assert!(message.contains(&format!("chmod 0700 {}", place.path().display())), "{message}");
            assert!(message.contains(&format!("{wide:04o}")), "{message}");
        }
        fs::set_permissions(place.path(), Permissions::from_mode(0o700)).unwrap();
        StateDirectory::open(place.path()).unwrap();
    }

    #[test]
    fn a_wide_file_and_a_link_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let directory = StateDirectory::open(place.path().join("state")).unwrap();
        let file = directory.private_file("keys").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let message = directory.private_file("keys").unwrap_err().to_string();
        assert!(message.contains(&format!("chmod 0600 {}", file.display())), "{message}");

        fs::remove_file(&file).unwrap();
        symlink("/etc/passwd", &file).unwrap();
        assert!(matches!(directory.private_file("keys"), Err(PrivateFileError::WrongKind { .. })));
    }

    #[test]
    fn a_second_service_is_refused_and_told_about_the_first() {
        let place = tempfile::tempdir().unwrap();
        let first = StateDirectory::open(place.path().join("state")).unwrap();
        let message = StateDirectory::open(place.path().join("state")).unwrap_err().to_string();
        assert!(message.contains(&format!("process id {}", std::process::id())), "{message}");
        drop(first);
        StateDirectory::open(place.path().join("state")).unwrap();
    }
}
