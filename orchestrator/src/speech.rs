//! What is said on `orchestrator.sock`: one JSON object on a line, and one back. Who says it is asked of the kernel.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::limits::{ANSWER_PATIENCE, MAX_LINE_BYTES};

/// What `run` and `hook` ask of the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Asked {
    /// Vouch for a child of the caller, which waits for that.
    Command {
        /// What the caller calls it; it begins with `run-`.
        client: String,
        /// The SPIFFE ID that is asked for.
        identity: String,
        /// The child.
        pid: u32,
    },
    /// Vouch for a container that is being made.
    Container {
        /// Its id, as the runtime has it.
        id: String,
        /// The SPIFFE ID that is asked for.
        identity: String,
        /// Its first process.
        pid: u32,
    },
    /// A container has ended.
    ContainerEnded {
        /// Its id.
        id: String,
    },
}

/// What the daemon answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Tokens are given from now on.
    Vouched {
        /// The identity.
        identity: String,
    },
    /// No new tokens are given.
    Ended {},
    /// Nothing was done.
    Refused {
        /// Why, for people.
        why: String,
    },
}

/// Asks the daemon. One that does not take the connection, as if it were stopped, is not waited for without an end either.
pub fn ask(socket: &Path, asked: &Asked) -> io::Result<Answer> {
    let stream = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    // It holds for connect too (socket(7), SO_SNDTIMEO).
    set_socket_timeout(&stream, Timeout::Send, Some(ANSWER_PATIENCE))?;
    rustix::net::connect(&stream, &SocketAddrUnix::new(socket)?)?;
    let stream = UnixStream::from(stream);
    say(&stream, asked)?;
    hear(&stream, ANSWER_PATIENCE)
}

/// Writes a line.
pub fn say(mut stream: &UnixStream, said: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    stream.set_write_timeout(Some(ANSWER_PATIENCE))?;
    stream.write_all(&line)
}

/// Reads a line, which may take as long as `patience` in all.
pub fn hear<T: DeserializeOwned>(mut stream: &UnixStream, patience: Duration) -> io::Result<T> {
    let deadline = Instant::now() + patience;
    let (mut line, mut length) = ([0; MAX_LINE_BYTES], 0);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut line[length..]) {
            // Nothing more comes, or nothing more may come.
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if let Some(end) = line[..length].iter().position(|byte| *byte == b'\n') {
            return Ok(serde_json::from_slice(&line[..end])?);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::thread;

    use super::*;

    #[test]
    fn who_speaks_slowly_or_too_long_is_not_listened_to_for_ever() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let patience = Duration::from_millis(300);
        thread::scope(|scope| {
            // As long as there is somebody who listens.
            scope.spawn(move || {
                while theirs.write_all(b" ").is_ok() {
                    thread::yield_now()
                }
            });
            let begun = Instant::now();
            let mut heard = hear::<Asked>(&ours, patience).unwrap_err();
            assert_eq!(heard.kind(), io::ErrorKind::UnexpectedEof, "a line that is too long");
            drop(ours);
            let (ours, mut theirs) = UnixStream::pair().unwrap();
            let slow = scope.spawn(move || {
                while begun.elapsed() < 100 * patience && theirs.write_all(b" ").is_ok() {
                    thread::sleep(patience / 10);
                }
            });
            heard = hear::<Asked>(&ours, patience).unwrap_err();
            assert!(matches!(heard.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock), "{heard}");
            drop(ours);
            slow.join().unwrap();
        });
    }

    #[test]
    fn what_is_said_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let asked = Asked::ContainerEnded { id: "c1".to_owned() };
        thread::scope(|scope| {
            let asking = scope.spawn(|| ask(&path, &asked));
            let (stream, _) = listener.accept().unwrap();
            assert_eq!(hear::<Asked>(&stream, ANSWER_PATIENCE).unwrap(), asked);
            say(&stream, &Answer::Ended {}).unwrap();
            assert_eq!(asking.join().unwrap().unwrap(), Answer::Ended {});
        });
    }
}
