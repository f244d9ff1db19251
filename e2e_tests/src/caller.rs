//! Somebody who sends whole requests and reads decoded answers.

use std::path::PathBuf;

use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::header::{Flags, Header};
use keystead_interface::operations::{Class, Message, Request};
use keystead_interface::status::Status;

use crate::wire::{Draft, Wire};

/// Who asks, and whom. Core operations go to the service itself whatever the provider.
#[derive(Clone, Debug)]
pub struct Caller {
    socket: PathBuf,
    uid: Option<u32>,
    direct: Option<String>,
    token: Option<(AuthKind, Vec<u8>)>,
    provider: u8,
    flags: Flags,
}

impl Caller {
    /// The test's own user, asking provider 1 as a client that understands Keystead's extensions, one connection for
    /// each request unless it says otherwise.
    pub fn new(socket: PathBuf) -> Caller {
        Caller { socket, uid: None, direct: None, token: None, provider: 1, flags: Flags::EXTENDED }
    }

    /// Another user. The test must run as root; see [`crate::effort::may_be_others`].
    pub fn as_uid(mut self, uid: u32) -> Caller {
        self.uid = Some(uid);
        self
    }

    /// An application that names itself (the Direct authenticator).
    pub fn as_application(mut self, name: &str) -> Caller {
        self.direct = Some(name.to_owned());
        self
    }

    /// Whoever these bytes say, as a token of the identity provider (authentication type 2).
    pub fn as_bearer(mut self, token: impl Into<Vec<u8>>) -> Caller {
        self.token = Some((AuthKind::JWT, token.into()));
        self
    }

    /// Whoever these bytes say, as a token of another SPIFFE issuer (authentication type 4).
    pub fn as_svid(mut self, token: impl Into<Vec<u8>>) -> Caller {
        self.token = Some((AuthKind::JWT_SVID, token.into()));
        self
    }

    /// Nobody in particular: what the kernel says of the connection has to do.
    pub fn as_nobody(mut self) -> Caller {
        self.token = Some((AuthKind::NONE, Vec::new()));
        self
    }

    /// The same at another provider.
    pub fn at(mut self, provider: u8) -> Caller {
        self.provider = provider;
        self
    }

    /// The same as a client of Parsec's, which knows no extensions.
    pub fn legacy(mut self) -> Caller {
        self.flags = Flags(0);
        self
    }

    /// A connection of this caller's.
    pub fn connect(&self) -> Wire {
        match self.uid {
            Some(uid) => Wire::connect_as(uid, &self.socket),
            None => Wire::connect(&self.socket),
        }
    }

    /// Sends one request on a connection of its own and reads the answer.
    pub fn ask<R: Request>(&self, request: R) -> Result<R::Result, Status> {
        self.exchange(&mut self.connect(), request, self.flags)
    }

    /// Sends one request on a connection that stays, and reads the answer.
    pub fn ask_on<R: Request>(&self, wire: &mut Wire, request: R) -> Result<R::Result, Status> {
        self.exchange(wire, request, Flags(self.flags.0 | Flags::KEEP_ALIVE.0))
    }

    /// The request as it would be sent.
    pub fn draft<R: Request>(&self, request: R) -> Draft {
        let mut body = Vec::new();
        request.encode(&mut body);
        let provider = match R::OPCODE.class() {
            Class::Core => ProviderNumber::CORE,
            Class::Crypto => ProviderNumber(self.provider),
        };
        let (kind, auth) = match (&self.token, &self.direct) {
            (Some((kind, token)), _) => (*kind, token.clone()),
            (None, Some(name)) => (AuthKind::DIRECT, name.as_bytes().to_vec()),
            (None, None) => {
                let uid = self.uid.unwrap_or_else(|| rustix::process::geteuid().as_raw());
                (AuthKind::UNIX_PEER_CREDENTIALS, uid.to_le_bytes().to_vec())
            }
        };
        Draft { header: Header::request(R::OPCODE, provider, kind, self.flags), body, auth }
    }

    fn exchange<R: Request>(&self, wire: &mut Wire, request: R, flags: Flags) -> Result<R::Result, Status> {
        let answer = wire.exchange(&self.draft(request).flags(flags).bytes());
        assert_eq!(answer.header.opcode, R::OPCODE.number(), "the answer belongs to the request");
        match answer.status() {
            Status::Success => Ok(R::Result::decode(&answer.body).expect("a successful answer can be read")),
            status => Err(status),
        }
    }
}
