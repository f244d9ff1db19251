//! Files and directories that nobody but the service's own user may read.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use keystead_interface::secret::SecretBytes;
use rustix::fs::{Mode, OFlags};

/// The mode of every file.
const FILE_MODE: u32 = 0o600;
/// The mode of every directory.
const DIRECTORY_MODE: u32 = 0o700;

/// Why a file or a directory is not used. Every text names the path, and says what to do if there is something to do.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// The system refused.
    #[error("{path}: cannot {action}: {source}", path = path.display())]
    Io {
        /// Of what.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Others may read or write it.
    #[error(
        "{path} has mode {mode:04o}, so others could get at keys; it must not be wider than {allowed:04o}: run \
         `chmod {allowed:04o} {path}`",
        path = path.display()
    )]
    TooWide {
        /// Of what.
        path: PathBuf,
        /// The mode that it has.
        mode: u32,
        /// The widest that it may have.
        allowed: u32,
    },
    /// It belongs to somebody else.
    #[error("{path} belongs to uid {owner}, but the service runs as uid {ours}: run `chown {ours} {path}`", path = path.display())]
    ForeignOwner {
        /// Of what.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Our effective uid.
        ours: u32,
    },
    /// Something else stands where a file or a directory should be; symbolic links are not followed.
    #[error("{path} is not a {wanted} (symbolic links are not followed)", path = path.display())]
    WrongKind {
        /// Of what.
        path: PathBuf,
        /// What it should be.
        wanted: &'static str,
    },
}

/// Creates a directory with mode 0700 if it is missing, its parents too, and refuses one that others could enter.
pub(crate) fn private_directory(path: &Path) -> Result<(), PrivateFileError> {
    if let Err(error) = fs::metadata(path) {
        if error.kind() != io::ErrorKind::NotFound {
            return Err(failed(path, "look at it")(error));
        }
        let missing: Vec<&Path> = path.ancestors().take_while(|ancestor| !ancestor.exists()).collect();
        DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path).map_err(failed(path, "create it"))?;
        // The umask may have taken away more than it should.
        fs::set_permissions(path, Permissions::from_mode(DIRECTORY_MODE)).map_err(failed(path, "set its mode"))?;
        for created in missing {
            sync_directory(directory_of(created))?;
        }
    }
    let found = fs::metadata(path).map_err(failed(path, "look at it"))?;
    if !found.is_dir() {
        return Err(PrivateFileError::WrongKind { path: path.into(), wanted: "directory" });
    }
    check_access(path, &found, DIRECTORY_MODE)
}

/// Creates a file with mode 0600, whatever the umask. Errors if anything stands there already.
pub(crate) fn create_private(path: &Path) -> Result<File, PrivateFileError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(failed(path, "create it"))?;
    file.set_permissions(Permissions::from_mode(FILE_MODE)).map_err(failed(path, "set its mode"))?;
    Ok(file)
}

/// Looks at a file without opening it (closing a database's file would drop SQLite's locks on it). False if there is
/// none; an error if it is no file, not ours, or if others could read it.
pub(crate) fn is_private_file(path: &Path) -> Result<bool, PrivateFileError> {
    match fs::symlink_metadata(path) {
        Ok(found) => check_private(path, &found).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed(path, "look at it")(error)),
    }
}

/// Opens a file for reading without following a symbolic link. None if there is none.
pub(crate) fn open_file(path: &Path) -> Result<Option<File>, PrivateFileError> {
    // NONBLOCK: a pipe in its place must not make us wait for ever.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(descriptor) => File::from(descriptor),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => {
            return Err(PrivateFileError::WrongKind { path: path.into(), wanted: "regular file" });
        }
        Err(error) => return Err(failed(path, "open it")(error.into())),
    };
    let found = file.metadata().map_err(failed(path, "look at it"))?;
    if !found.is_file() {
        return Err(PrivateFileError::WrongKind { path: path.into(), wanted: "regular file" });
    }
    Ok(Some(file))
}

/// Reads a whole file of at most `limit` bytes that holds a secret. None if there is none. Errors if it is longer, no
/// regular file, or, where `private` demands it, not ours or readable for others.
pub fn read_secret(path: &Path, limit: usize, private: bool) -> Result<Option<SecretBytes>, PrivateFileError> {
    let Some(mut file) = open_file(path)? else { return Ok(None) };
    if private {
        check_private(path, &file.metadata().map_err(failed(path, "look at it"))?)?;
    }
    // Filled in place: a vector that grew would leave copies behind.
    let mut secret = SecretBytes::new(vec![0; limit + 1]);
    let mut length = 0;
    loop {
        match file.read(&mut secret.expose_mut()[length..]).map_err(failed(path, "read it"))? {
            0 => break,
            read => length += read,
        }
    }
    if length > limit {
        return Err(failed(path, "read it")(io::Error::other(format!("it is longer than {limit} bytes"))));
    }
    secret.expose_mut().truncate(length);
    Ok(Some(secret))
}

/// Whether a file is a regular one, ours, and not readable for others.
pub(crate) fn check_private(path: &Path, found: &Metadata) -> Result<(), PrivateFileError> {
    if !found.is_file() {
        return Err(PrivateFileError::WrongKind { path: path.into(), wanted: "regular file" });
    }
    check_access(path, found, FILE_MODE)
}

/// Makes names that were created or removed in a directory durable.
pub(crate) fn sync_directory(path: &Path) -> Result<(), PrivateFileError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(failed(path, "write it to the disk"))
}

/// The directory in which a path's last part stands.
pub(crate) fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// For `map_err`: an error of the system, with its path and what was tried.
pub(crate) fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> PrivateFileError {
    let path = path.to_path_buf();
    move |source| PrivateFileError::Io { path, action, source }
}

fn check_access(path: &Path, found: &Metadata, allowed: u32) -> Result<(), PrivateFileError> {
    let ours = rustix::process::geteuid().as_raw();
    if found.uid() != ours {
        return Err(PrivateFileError::ForeignOwner { path: path.into(), owner: found.uid(), ours });
    }
    let mode = found.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::TooWide { path: path.into(), mode, allowed });
    }
    Ok(())
}
