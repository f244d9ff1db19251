//! The sockets on which clients connect: bind or adopt them, accept, and refuse beyond the limits.

use std::fs::{self, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use keystead_trust::peer::Peer;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use tokio::io::Interest;

use crate::connection::Connection;
use crate::door::Door;
use crate::event_loop::EventLoop;
use crate::limits::{ACCEPT_PAUSE, ACCEPTS_PER_TURN, LISTEN_BACKLOG};
use crate::registration::{Registered, register};

/// A listening socket. All cores accept on it.
pub struct Listener {
    socket: Arc<OwnedFd>,
    /// The file that we made and remove at the end; none for a socket that was given to us.
    path: Option<PathBuf>,
    door: Door,
}

/// Who may connect to a socket that we bind.
#[derive(Clone, Copy)]
pub struct Admitted {
    /// The socket's file mode.
    pub mode: u32,
    /// Its group; none for our own.
    pub group: Option<u32>,
}

impl Listener {
    /// Binds a socket. One that a dead service left there is replaced; one that answers, and anything that is no socket,
    /// is not.
    pub fn bind(door: Door, path: &Path, admitted: Admitted) -> io::Result<Listener> {
        remove_stale(path)?;
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
        // Nobody can connect before the mode is set: the umask of the process leaves the owner alone.
        chown(path, None, admitted.group)?;
        fs::set_permissions(path, Permissions::from_mode(admitted.mode))?;
        rustix::net::listen(&socket, LISTEN_BACKLOG)?;
        Ok(Listener { socket: Arc::new(socket), path: Some(path.to_owned()), door })
    }

    /// Takes a listening socket over that systemd or another parent bound.
    pub fn adopt(door: Door, socket: OwnedFd) -> io::Result<Listener> {
        rustix::io::ioctl_fionbio(&socket, true)?;
        Ok(Listener { socket: Arc::new(socket), path: None, door })
    }

    /// Accepts for this core until it is dropped.
    pub fn accept(&self, event_loop: Rc<EventLoop>) -> io::Result<impl Future<Output = ()> + use<>> {
        let socket = register(&self.socket, Interest::READABLE)?;
        Ok(accept_all(socket, self.door, event_loop))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // A file that is gone already is no loss.
            let _ = fs::remove_file(path);
        }
    }
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
    chown(folder, None, group)?;
    fs::set_permissions(folder, Permissions::from_mode(0o750))
}

/// Removes a socket that a dead service left; an error if a living one answers on it, or if it is no socket.
pub fn remove_stale(path: &Path) -> io::Result<()> {
    let in_use = |what: &str| io::Error::new(io::ErrorKind::AddrInUse, format!("{}: {what}", path.display()));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => Err(in_use("there is a file that is no socket: remove it")),
        Ok(_) => match UnixStream::connect(path) {
            Ok(_) => Err(in_use("another service answers on this socket: stop it first")),
            Err(_) => fs::remove_file(path),
        },
    }
}

async fn accept_all(listener: Registered, door: Door, event_loop: Rc<EventLoop>) {
    loop {
        // Fails only when the runtime ends.
        let Ok(mut ready) = listener.readable().await else { return };
        for _ in 0..ACCEPTS_PER_TURN {
            match rustix::net::accept_with(&**listener.get_ref(), SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                Ok(socket) => admit(&event_loop, socket, door).await,
                Err(Errno::AGAIN) => {
                    ready.clear_ready();
                    break;
                }
                // The client gave up before we came.
                Err(Errno::CONNABORTED | Errno::INTR) => {}
                Err(errno) => {
                    log::warn!("cannot accept connections for {ACCEPT_PAUSE:?}: {errno}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    break;
                }
            }
        }
        tokio::task::yield_now().await;
    }
}

async fn admit(event_loop: &Rc<EventLoop>, socket: OwnedFd, door: Door) {
    let Ok(peer) = Peer::of(&socket) else { return };
    match event_loop.places().admit(door, peer.uid(), &event_loop.service().limits) {
        Some(admission) => event_loop.serve(Connection::new(socket.into(), door, peer, admission)).await,
        None => event_loop.refuse(socket.into()),
    }
}
