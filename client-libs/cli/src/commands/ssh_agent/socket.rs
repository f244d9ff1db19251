//! The agent's socket: in a folder that is its owner's alone, answering its owner alone, and gone when the agent ends.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::net::sockopt::socket_peercred;
use rustix::process::{geteuid, umask};

use crate::failure::Failure;

/// The mode of a folder that the agent makes.
const FOLDER_MODE: u32 = 0o700;
/// What others, and the group, could do in a folder.
const FOR_OTHERS: u32 = 0o077;

/// Where an agent listens if nobody says where: one for the whole session, or one for a command.
pub(super) fn usual_path(for_command: bool) -> Result<PathBuf, Failure> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let runtime = runtime.ok_or_else(|| Failure::Usage("XDG_RUNTIME_DIR names no folder: use --socket".to_owned()))?;
    let folder = runtime.join("keystead");
    make_folder(&folder)?;
    let metadata = std::fs::symlink_metadata(&folder).map_err(|error| Failure::file(folder.display(), error))?;
    if !metadata.is_dir() || metadata.uid() != geteuid().as_raw() || metadata.mode() & FOR_OTHERS != 0 {
        return Err(Failure::Usage(format!("{} is not a folder for you alone (mode 0700)", folder.display())));
    }
    let name = if for_command { format!("ssh-agent-{}.sock", std::process::id()) } else { "ssh-agent.sock".to_owned() };
    Ok(folder.join(name))
}

/// Makes a folder for its owner alone, if it is not there.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(Failure::file(folder.display(), error)),
        _ => Ok(()),
    }
}

/// An open socket, whose file is removed when this is dropped.
pub(super) struct Door {
    path: PathBuf,
    listener: UnixListener,
}

impl Door {
    /// Listens at a path. A socket that an agent left behind is replaced; one that somebody serves is not.
    pub(super) fn open(path: &Path) -> Result<Door, Failure> {
        let fail = |error| Failure::file(path.display(), error);
        // A program that is told of the agent may run in another folder.
        let path = std::path::absolute(path).map_err(fail)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            make_folder(folder)?;
        }
        clear(&path)?;
        // No thread of ours makes files while the mask is another.
        let before = umask(Mode::from_raw_mode(0o177));
        let listener = UnixListener::bind(&path);
        umask(before);
        Ok(Door { listener: listener.map_err(fail)?, path })
    }

    /// Its path from the root.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle of the same listening socket.
    pub(super) fn listener(&self) -> io::Result<UnixListener> {
        self.listener.try_clone()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // Whoever removed it before did what is to be done.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Removes a socket that nobody serves any more.
fn clear(path: &Path) -> Result<(), Failure> {
    let fail = |error| Failure::file(path.display(), error);
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(fail(error)),
        Ok(metadata) if !metadata.file_type().is_socket() => return Err(fail(io::ErrorKind::AlreadyExists.into())),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path).map_err(fail),
        Err(error) => Err(fail(error)),
        Ok(_) => Err(fail(io::ErrorKind::AddrInUse.into())),
    }
}

/// Connections of this user's own processes. Others, who can only come where the user has opened the folder to them, are
/// closed.
pub(super) fn own(listener: &UnixListener) -> impl Iterator<Item = io::Result<UnixStream>> {
    let is_own = |socket: &UnixStream| socket_peercred(socket).is_ok_and(|peer| peer.uid == geteuid());
    listener.incoming().filter(move |socket| socket.as_ref().map_or(true, is_own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_socket_is_its_owners_and_goes_with_the_agent() {
        let folder = std::env::temp_dir().join(format!("keystead-agent-{}", std::process::id()));
        let path = folder.join("socket");
        let mode = |path: &Path| std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        let door = Door::open(&path).unwrap();
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        assert!(Door::open(&path).is_err(), "somebody serves it");
        drop(door);
        assert!(!path.exists());

        // What a killed agent leaves behind is replaced, and nothing else is.
        drop(UnixListener::bind(&path).unwrap());
        drop(Door::open(&path).unwrap());
        std::fs::write(&path, b"mine").unwrap();
        assert!(Door::open(&path).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
