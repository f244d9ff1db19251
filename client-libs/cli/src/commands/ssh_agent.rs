//! An SSH agent whose keys are in the service: a socket that ssh, git and the like ask for signatures.

mod identities;
mod signals;
mod socket;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use clap::Args;
use serde_json::json;

use self::identities::Identities;
use self::signals::Signals;
use self::socket::Door;
use crate::door::{Within, serve_each};
use crate::failure::Failure;
use crate::limits::{MAX_AGENT_MESSAGE, MAX_SILENCE, MAX_TRANSFER};
use crate::session::Session;
use crate::ssh::message::{Request, failure, identities, parse, signature};

/// Serves ssh.
#[derive(Args)]
pub(crate) struct SshAgent {
    /// Where to listen [default: keystead/ssh-agent.sock in $XDG_RUNTIME_DIR, or keystead/ssh-agent-PID.sock for a
    /// COMMAND]
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Run this with SSH_AUTH_SOCK set, and end with it and with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl SshAgent {
    pub(super) fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let path = match self.socket {
            Some(path) => path,
            None => socket::usual_path(!self.command.is_empty())?,
        };
        // Before there is anything that a signal could leave behind.
        let signals = Signals::catch().map_err(|error| Failure::file("signals", error))?;
        let door = Door::open(&path)?;
        let agent = Arc::new(Identities::new(session));
        let listener = door.listener().map_err(|error| Failure::file(path.display(), error))?;
        let serve = move |socket| serve(&agent, socket);
        thread::Builder::new()
            .name("agent".to_owned())
            .spawn(move || serve_each(socket::own(&listener), serve))
            .map_err(|error| Failure::file("a thread", error))?;
        match &self.command[..] {
            [program, arguments @ ..] => signals.run(program, arguments, door.path()),
            [] => {
                let path = door.path().display().to_string();
                session.say(&shell_line(door.path()), || json!({ "socket": path }))?;
                signals.wait_for_end();
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// What a shell evaluates to have its programs find the agent.
fn shell_line(path: &Path) -> String {
    // Between single quotes everything is as it is, but for the quotes themselves.
    let quoted = path.display().to_string().replace('\'', r"'\''");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let word = if quoted.chars().all(is_plain) { quoted } else { format!("'{quoted}'") };
    format!("SSH_AUTH_SOCK={word}; export SSH_AUTH_SOCK;")
}

/// Answers whatever comes on a connection, until it is closed or nothing comes any more.
fn serve(agent: &Identities, socket: UnixStream) {
    let mut socket = Within::new(socket, MAX_SILENCE);
    // Whoever goes away, or is too slow, needs no answer, and nobody else is concerned.
    while let Ok(message) = receive(&mut socket) {
        let answer = answer(agent, &message);
        socket.allow(MAX_TRANSFER);
        if send(&mut socket, &answer).is_err() {
            return;
        }
        socket.allow(MAX_SILENCE);
    }
}

/// Reads a message: its length in 4 bytes, and its contents.
fn receive(socket: &mut Within<UnixStream>) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    socket.read_exact(&mut length[..1])?;
    socket.allow(MAX_TRANSFER);
    socket.read_exact(&mut length[1..])?;
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_AGENT_MESSAGE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    socket.read_exact(&mut message)?;
    Ok(message)
}

fn send(socket: &mut Within<UnixStream>, answer: &[u8]) -> io::Result<()> {
    let length = u32::try_from(answer.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    socket.write_all(&[&length.to_be_bytes(), answer].concat())
}

/// The answer to a message. Why something is refused, the protocol cannot say: the user reads it here.
fn answer(agent: &Identities, message: &[u8]) -> Vec<u8> {
    let done = match parse(message) {
        Request::Identities => agent.list().map(|keys| identities(&keys)),
        Request::Sign { key, data, flags } => agent.sign(key, data, flags).map(|signed| signature(&signed)),
        Request::Other => return failure(),
    };
    match done {
        Ok(answer) if answer.len() <= MAX_AGENT_MESSAGE => answer,
        Ok(_) => {
            eprintln!("keystead: the answer is too long for the protocol of agents");
            failure()
        }
        Err(error) => {
            error.report(false);
            failure()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_path_as_it_is() {
        assert_eq!(shell_line(Path::new("/run/a.sock")), "SSH_AUTH_SOCK=/run/a.sock; export SSH_AUTH_SOCK;");
        let odd = shell_line(Path::new("/tmp/it's $HOME"));
        assert_eq!(odd, r"SSH_AUTH_SOCK='/tmp/it'\''s $HOME'; export SSH_AUTH_SOCK;");
    }

    #[test]
    fn a_message_that_is_too_long_is_not_waited_for() {
        let (mut other, socket) = UnixStream::pair().unwrap();
        let mut socket = Within::new(socket, MAX_SILENCE);
        other.write_all(&[0, 0, 0, 1, 11, 0, 4, 0, 1]).unwrap();
        assert_eq!(receive(&mut socket).unwrap(), [11]);
        assert_eq!(receive(&mut socket).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
