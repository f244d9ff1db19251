//! As much of SSH as an agent speaks: pure functions of bytes, without sockets and without the service.
//!
//! `strings` is SSH's encoding of data (RFC 4251 5), `message` what an agent is asked and answers
//! (draft-ietf-sshm-ssh-agent), `key` how keys and signatures are written and which algorithms they have.

pub(crate) mod key;
pub(crate) mod message;
mod strings;
