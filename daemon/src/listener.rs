//! The sockets on which clients connect: bind, accept, and refuse beyond the limits.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, chown};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use keystead_trust::peer::Peer;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use crate::connection::{self, Door};
use crate::limits::{ACCEPT_PAUSE, LISTEN_BACKLOG, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_UID, STACK_BYTES};
use crate::places::{Place, Places};

/// Who may connect to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The socket's file mode.
    pub mode: u32,
    /// Its group; none for our own.
    pub group: Option<u32>,
}

/// Binds a socket. One that a dead daemon left there is replaced; one that answers, and anything that is no socket, is
/// not.
pub fn bind(path: &Path, admitted: Admitted) -> io::Result<UnixListener> {
    remove_stale(path)?;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    // Nobody can connect before the mode is set: the umask of the process leaves the owner alone.
    give_to(path, admitted.group)?;
    fs::set_permissions(path, Permissions::from_mode(admitted.mode))?;
    rustix::net::listen(&socket, LISTEN_BACKLOG)?;
    Ok(socket.into())
}

/// Makes the folders above a socket that are missing, so that clients can enter it whatever our umask is. Those that exist
/// stay as they are.
pub fn make_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.exists() => {
            make_folder(folder)?;
            fs::create_dir(folder)?;
            fs::set_permissions(folder, Permissions::from_mode(0o755))
        }
        _ => Ok(()),
    }
}

/// The same for a socket that only a group may reach: nobody else may enter the folder, if it is we who make it.
pub fn make_private_folder(path: &Path, group: Option<u32>) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.exists()) else { return Ok(()) };
    make_folder(folder)?;
    fs::create_dir(folder)?;
    give_to(folder, group)?;
    fs::set_permissions(folder, Permissions::from_mode(0o750))
}

/// Nothing is asked of the kernel where nothing changes: systemd may have forbidden it.
fn give_to(path: &Path, group: Option<u32>) -> io::Result<()> {
    if group.is_some() { chown(path, None, group) } else { Ok(()) }
}

/// Serves every connection in a thread of its own, for as long as the process lives. Errors if no thread can be had.
pub fn serve(name: &str, listener: UnixListener, door: Arc<dyn Door>) -> io::Result<()> {
    let take = move |socket, peer, place| serve_in_thread(socket, peer, place, &door);
    // A client that does not read its refusal sees the connection end.
    accept(name, listener, take, |socket| drop(connection::refuse(socket)))
}

/// Gives each connection to `take`, which drops the place when the connection has ended; one for which there is no place
/// goes to `refuse`. Neither may wait. For as long as the process lives; errors if no thread can be had.
pub fn accept(
    name: &str,
    listener: UnixListener,
    take: impl Fn(UnixStream, Peer, Place) + Send + 'static,
    refuse: impl Fn(&UnixStream) + Send + 'static,
) -> io::Result<()> {
    let places = Places::new(MAX_CONNECTIONS, MAX_CONNECTIONS_PER_UID);
    let admit = move |socket: UnixStream| {
        let Ok(peer) = Peer::of(&socket) else { return };
        match places.take(peer.uid()) {
            Some(place) => take(socket, peer, place),
            None => {
                log::warn!(uid = peer.uid(); "too many connections");
                refuse(&socket);
            }
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(move || accept_all(&listener, admit)).map(drop)
}

fn accept_all(listener: &UnixListener, admit: impl Fn(UnixStream)) {
    loop {
        match listener.accept() {
            Ok((socket, _)) => admit(socket),
            // The client gave up before we came.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) => {}
            Err(error) => {
                log::warn!("cannot accept connections for {ACCEPT_PAUSE:?}: {error}");
                thread::sleep(ACCEPT_PAUSE);
            }
        }
    }
}

fn serve_in_thread(socket: UnixStream, peer: Peer, place: Place, door: &Arc<dyn Door>) {
    let door = Arc::clone(door);
    let serve = move || {
        let _place = place;
        if let Err(error) = connection::serve(&socket, peer, &*door) {
            log::debug!(uid = peer.uid(); "a connection ended: {error}");
        }
    };
    if let Err(error) = thread::Builder::new().stack_size(STACK_BYTES).spawn(serve) {
        log::warn!("cannot serve a connection: {error}");
    }
}

/// Removes a socket that a dead daemon left; an error if a living one answers on it, or if it is no socket.
fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |what: &str| io::Error::new(io::ErrorKind::AddrInUse, format!("{}: {what}", path.display()));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => Err(in_use("there is a file that is no socket: remove it")),
        Ok(_) => match UnixStream::connect(path) {
            Ok(_) => Err(in_use("another daemon answers on this socket: stop it first")),
            Err(_) => fs::remove_file(path),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_daemons_socket_is_replaced_and_a_living_ones_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon.sock");
        let admitted = Admitted { mode: 0o600, group: None };
        let living = bind(&path, admitted).unwrap();
        assert_eq!(bind(&path, admitted).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(living);
        bind(&path, admitted).unwrap();
        fs::write(folder.path().join("file"), "kept").unwrap();
        assert!(bind(&folder.path().join("file"), admitted).is_err());
    }
}
