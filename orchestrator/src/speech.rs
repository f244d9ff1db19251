//! What is said on `orchestrator.sock`: one JSON object on a line, and one back. Who says it is asked of the kernel.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

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

/// Asks the daemon.
pub fn ask(socket: &Path, asked: &Asked) -> io::Result<Answer> {
    let stream = UnixStream::connect(socket)?;
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

/// Reads a line. Each read may take as long as `patience`.
pub fn hear<T: DeserializeOwned>(stream: &UnixStream, patience: Duration) -> io::Result<T> {
    stream.set_read_timeout(Some(patience))?;
    let mut line = Vec::new();
    BufReader::new(stream.take(MAX_LINE_BYTES)).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
