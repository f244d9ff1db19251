//! What systemd is told (sd_notify(3)), and the sockets that it hands over (sd_listen_fds(3)). Without systemd all of
//! it does nothing.
#![allow(unsafe_code, reason = "an inherited descriptor comes as a number and has to be taken as one")]

use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_type};
use rustix::net::{AddressFamily, SocketType};
use sd_notify::NotifyState;

/// Says that requests are answered from now on, after a start as after a reload; `status` is shown by
/// `systemctl status`.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&one_line(status))]);
}

/// Says that a reload has begun. [`ready`] ends it, also when the old settings stay.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => log::warn!(error:%; "systemd cannot be told of the reload: there is no monotonic clock"),
    }
}

/// Says that the service is ending.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// A listening socket from systemd. It must be kept for the life of the process and over every reload: systemd
/// keeps its own copy, so whoever connects while nobody accepts waits for ever.
#[derive(Debug)]
pub struct InheritedSocket {
    /// `FileDescriptorName=` of the unit; the unit's own name if it says nothing.
    pub name: String,
    /// The socket, not blocking, and closed when another program is started.
    pub listener: UnixListener,
}

/// Why the sockets that systemd hands over cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum InheritError {
    /// LISTEN_FDS and its companions make no sense, or a descriptor is not open.
    #[error("the sockets announced by LISTEN_FDS cannot be taken: {0}")]
    Announcement(std::io::Error),
    /// One of them is no listening Unix stream socket.
    #[error("the inherited descriptor {name:?} is not a listening Unix stream socket; write ListenStream=/path")]
    NotAListener {
        /// Its name.
        name: String,
    },
    /// They were taken before, and each has one owner.
    #[error("the inherited sockets were taken before")]
    Taken,
}

static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes the sockets that systemd hands over: none if it hands over none, or to another process. To be called once,
/// at the start of `main`, before any descriptor is opened. Errors if one is not what the service can listen on.
pub fn inherited_sockets() -> Result<Vec<InheritedSocket>, InheritError> {
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(InheritError::Taken);
    }
    // Asked without names first: the names that another process was given would not fit our number of sockets, none.
    if sd_notify::listen_fds().map_err(InheritError::Announcement)?.len() == 0 {
        return Ok(Vec::new());
    }
    let announced = sd_notify::listen_fds_with_names().map_err(InheritError::Announcement)?;
    // All are owned before any is judged, so that none stays open without an owner.
    let owned: Vec<(OwnedFd, String)> = announced.map(|(fd, name)| (take(fd), name)).collect();
    owned.into_iter().map(|(fd, name)| inherited(fd, name)).collect()
}

/// Takes the descriptor number `fd`, one of those that `inherited_sockets` found announced.
fn take(fd: RawFd) -> OwnedFd {
    // SAFETY: LISTEN_PID is ours, so by sd_listen_fds(3) the descriptors from 3 upwards were opened for this process
    // and belong to nothing else in it; sd-notify has just set a flag on each, so each is open. `TAKEN` lets only one
    // call come here, so each gets one owner.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

fn inherited(fd: OwnedFd, name: String) -> Result<InheritedSocket, InheritError> {
    let listens = socket_domain(&fd) == Ok(AddressFamily::UNIX)
        && socket_type(&fd) == Ok(SocketType::STREAM)
        && socket_acceptconn(&fd) == Ok(true);
    if !listens {
        return Err(InheritError::NotAListener { name });
    }
    let listener = UnixListener::from(fd);
    listener.set_nonblocking(true).map_err(InheritError::Announcement)?;
    Ok(InheritedSocket { name, listener })
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        log::warn!(error:%; "systemd cannot be told how the service is");
    }
}

/// A message to systemd has a line for each fact, so a status may have only one.
fn one_line(status: &str) -> String {
    status.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::{UnixDatagram, UnixStream};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::hardening::child;

    #[test]
    fn systemd_hears_of_every_stage() {
        let Some(mut command) = child::command("systemd::tests::systemd_hears_of_every_stage") else {
            ready("serving\nREADY=0");
            reloading();
            ready("the reload was refused");
            stopping();
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        child::succeed(command.env("NOTIFY_SOCKET", &path));
        let next = || {
            let mut buffer = [0; 256];
            let length = socket.recv(&mut buffer).expect("a message is waiting: the child has ended");
            String::from_utf8_lossy(&buffer[..length]).into_owned()
        };
        assert_eq!(next(), "READY=1\nSTATUS=serving READY=0\n");
        let reload = next();
        let time = reload.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").expect(&reload);
        assert!(time.trim_end().parse::<u64>().unwrap() > 0);
        assert_eq!(next(), "READY=1\nSTATUS=the reload was refused\n");
        assert_eq!(next(), "STOPPING=1\n");
    }

    /// The child as systemd would start it, with its standard input as descriptor 3. A shell stands in between,
    /// because LISTEN_PID must be the pid of the process that it becomes.
    fn activated(child: &Command, input: impl Into<Stdio>, pid: &str) -> Command {
        let mut command = Command::new("sh");
        let script = format!("export LISTEN_PID={pid} LISTEN_FDS=1 LISTEN_FDNAMES=service; exec \"$@\" 3<&0");
        command.arg("-c").arg(script).arg("sh").arg(child.get_program()).args(child.get_args());
        for (name, value) in child.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.stdin(input);
        command
    }

    #[test]
    fn a_socket_of_systemd_is_taken_once_and_serves() {
        let Some(command) = child::command("systemd::tests::a_socket_of_systemd_is_taken_once_and_serves") else {
            let mut sockets = inherited_sockets().unwrap();
            assert!(matches!(inherited_sockets(), Err(InheritError::Taken)));
            let socket = sockets.pop().unwrap();
            assert_eq!((sockets.len(), socket.name.as_str()), (0, "service"));
            let address = socket.listener.local_addr().unwrap();
            assert_eq!(address.as_pathname().unwrap().file_name().unwrap(), "activated.sock");
            // The client connected before this process began.
            socket.listener.accept().unwrap().0.write_all(b"here").unwrap();
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("activated.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        child::succeed(&mut activated(&command, OwnedFd::from(listener), "$$"));
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "here");
    }

    #[test]
    fn what_is_not_a_listener_is_refused_by_name() {
        let Some(command) = child::command("systemd::tests::what_is_not_a_listener_is_refused_by_name") else {
            let refused = inherited_sockets().unwrap_err();
            assert!(matches!(&refused, InheritError::NotAListener { name } if name == "service"), "{refused}");
            return;
        };
        let (stream, _other) = UnixStream::pair().unwrap();
        child::succeed(&mut activated(&command, OwnedFd::from(stream), "$$"));
        child::succeed(&mut activated(&command, Stdio::null(), "$$"));
    }

    #[test]
    fn sockets_for_another_process_are_left_alone() {
        let Some(command) = child::command("systemd::tests::sockets_for_another_process_are_left_alone") else {
            assert!(inherited_sockets().unwrap().is_empty());
            return;
        };
        child::succeed(&mut activated(&command, Stdio::null(), "1"));
    }
}
