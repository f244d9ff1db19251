//! `hook`: an OCI runtime hook (Open Container Initiative Runtime Specification, "POSIX-platform Hooks"). It tells the daemon of
//! a container that is being made (`createRuntime`) or has ended (`poststop`).

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use keystead_trust::spiffe_id::SpiffeId;
use serde::Deserialize;

use crate::limits::MAX_STATE_BYTES;
use crate::speech::{Answer, Asked, ask};

/// The annotation by which a container asks for an identity.
pub const ANNOTATION: &str = "keystead.identity";

/// A container's state, as runtimes write it to the standard input of hooks. The rest is nothing to us.
#[derive(Debug, Deserialize)]
struct State {
    id: String,
    status: String,
    #[serde(default)]
    pid: u32,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

/// Why a container is not started.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// No state on standard input.
    #[error("the container's state cannot be read: {0}")]
    State(io::Error),
    /// No answer of the daemon.
    #[error("the orchestrator's daemon cannot be asked: {0}")]
    Daemon(io::Error),
    /// The daemon does not vouch.
    #[error("refused: {0}")]
    Refused(String),
}

/// Tells the daemon at `socket` of the container whose state stands on standard input. `identity` is what is asked for;
/// without it, what the container's annotation asks for. A container that asks for nothing is nobody, and may be.
pub fn run(socket: &Path, identity: Option<&SpiffeId>) -> Result<(), HookError> {
    let mut text = Vec::new();
    io::stdin().lock().take(MAX_STATE_BYTES).read_to_end(&mut text).map_err(HookError::State)?;
    let Some(asked) = asked(&text, identity).map_err(HookError::State)? else { return Ok(()) };
    match ask(socket, &asked).map_err(HookError::Daemon)? {
        Answer::Refused { why } => Err(HookError::Refused(why)),
        Answer::Vouched { .. } | Answer::Ended {} => Ok(()),
    }
}

/// What is to be said of a container in this state; nothing if it asks for no identity.
fn asked(state: &[u8], identity: Option<&SpiffeId>) -> io::Result<Option<Asked>> {
    let mut state: State = serde_json::from_slice(state)?;
    let wished = state.annotations.remove(ANNOTATION);
    let Some(identity) = identity.map(|id| id.as_str().to_owned()).or(wished) else { return Ok(None) };
    Ok(Some(match state.status.as_str() {
        "stopped" => Asked::ContainerEnded { id: state.id },
        _ => Asked::Container { id: state.id, identity, pid: state.pid },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_what_to_do() {
        let creating = br#"{"ociVersion":"1.0.2","id":"c1","status":"creating","pid":77,"bundle":"/b",
            "annotations":{"keystead.identity":"spiffe://localhost/shop","other":"x"}}"#;
        let container = Asked::Container { id: "c1".into(), identity: "spiffe://localhost/shop".into(), pid: 77 };
        assert_eq!(asked(creating, None).unwrap(), Some(container));
        let asked_for = SpiffeId::parse("spiffe://localhost/till").unwrap();
        let stopped = br#"{"ociVersion":"1.0.2","id":"c1","status":"stopped","bundle":"/b"}"#;
        assert_eq!(asked(stopped, Some(&asked_for)).unwrap(), Some(Asked::ContainerEnded { id: "c1".into() }));
        assert_eq!(asked(stopped, None).unwrap(), None, "a container without a wish is nobody");
        assert!(asked(b"", None).is_err());
    }
}
